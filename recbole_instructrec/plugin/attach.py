"""Makes InstructRec known to RecBole under RecBole's own names; nothing of RecBole is edited.

RecBole finds a model, its trainer and its dataset by name in its own packages, so they are put
there. Property files and the transform have no registry; the two functions that look them up
are wrapped. For any other model everything is as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import recbole.data.dataloader.abstract_dataloader
import recbole.data.dataset
import recbole.data.transform
import recbole.quick_start.quick_start
import recbole.trainer
import torch
import yaml
from recbole.config import Config
from recbole.utils import EvaluatorType, InputType, ModelType
from recbole.utils.argument_list import dataset_arguments

from recbole_instructrec import property_files
from recbole_instructrec.plugin import model as model_module
from recbole_instructrec.plugin import options
from recbole_instructrec.plugin.compat import wrap_once
from recbole_instructrec.plugin.dataset import InstructRecDataset
from recbole_instructrec.plugin.model import InstructRec
from recbole_instructrec.plugin.trainer import InstructRecTrainer
from recbole_instructrec.plugin.transform import InstructionTransform

NAME = InstructRec.__name__
TRANSFORM = "instruction"
RECBOLE_MODELS = Path(recbole.__file__).parent / "properties" / "model"
# Options on which a dataset or dataloader that RecBole saved depends.
SHAPING_OPTIONS = (
    "item_roles", "item_noun", "languages", "properties_path", "encoding", "history_in",
    "backbone", "tokenizer_vocab_size", "max_instruction_length", "scenario_weights",
    "context_share", "max_constraints", "intention_source", "n_candidates",
    "max_instruction_history", "eval_preference", "eval_intention", "eval_language",
    "eval_templates", "user_roles", "moments", "item_units",
)  # fmt: skip


def attach() -> None:
    """Attaches everything; a second call changes nothing."""
    attach_model()
    attach_model_names()
    attach_trainer()
    attach_dataset()
    attach_cache_keys()
    attach_property_files()
    attach_transform()
    attach_checkpoint()


def attach_model() -> None:
    """``get_model("InstructRec")``, which looks for a module named after the model."""
    sys.modules[f"recbole.model.sequential_recommender.{NAME.lower()}"] = model_module


def attach_model_names() -> None:
    """An unknown model's name: the error names the closest ones.

    RecBole looks for it in every package, and fails where one of them needs a library that is
    not installed (lightgbm).
    """

    def wrapper(original: Callable) -> Callable:
        def get(self: Config, model: Any, dataset: str | None) -> tuple[str, type, str]:
            try:
                return original(self, model, dataset)
            except (ValueError, ModuleNotFoundError) as error:
                name = self.external_config_dict.get("model") if model is None else model
                known = sorted(path.stem for path in RECBOLE_MODELS.glob("*.yaml")) + [NAME]
                if name in known:
                    raise
                close = ", ".join(get_close_matches(str(name), known, cutoff=0.4)) or NAME
                raise ValueError(f"there is no model {name!r}; the closest are {close}") from error

        return get

    wrap_once(Config, "_get_model_and_dataset", wrapper)


def attach_trainer() -> None:
    """``get_trainer(..., "InstructRec")``, which looks for ``<model>Trainer``."""
    recbole.trainer.InstructRecTrainer = InstructRecTrainer


def attach_dataset() -> None:
    """``create_dataset``, which looks for ``<model>Dataset``."""
    recbole.data.dataset.InstructRecDataset = InstructRecDataset


def attach_cache_keys() -> None:
    """``save_dataset`` and ``save_dataloaders``: what was saved is not used after a change."""
    dataset_arguments.extend(name for name in SHAPING_OPTIONS if name not in dataset_arguments)


def attach_property_files() -> None:
    """``Config``: our model and dataset files stand above RecBole's, below the user's."""

    def wrapper(original: Callable) -> Callable:
        def load(self: Config, model: str, model_class: type, dataset: str) -> None:
            original(self, model, model_class, dataset)
            if model == NAME:
                _load_own_files(self, dataset)

        return load

    wrap_once(Config, "_load_internal_config_dict", wrapper)


def _load_own_files(config: Config, dataset: str) -> None:
    config._update_internal_config_dict(property_files.find("model", NAME))
    own = {**config.internal_config_dict, **config.external_config_dict}["properties_path"]
    dataset_file = property_files.find("dataset", dataset, own)
    if dataset_file is not None:
        config._update_internal_config_dict(dataset_file)
    known = {name for names in config.parameters.values() for name in names}
    known |= set(config.internal_config_dict)
    # Flags of another program, e.g. pytest's, reach RecBole as well: they are not checked.
    options.check_names({**config.file_config_dict, **config.variable_config_dict}, known)
    options.check_values({**config.internal_config_dict, **config.external_config_dict})


def attach_transform() -> None:
    """``transform: instruction``, in each module that holds ``construct_transform``."""

    def wrapper(original: Callable) -> Callable:
        def construct_transform(config: Config) -> Any:
            if config["transform"] == TRANSFORM:
                return InstructionTransform(config)
            return original(config)

        return construct_transform

    wrap_once(recbole.data.transform, "construct_transform", wrapper)
    for module in (
        recbole.data.dataloader.abstract_dataloader,
        recbole.quick_start.quick_start,
    ):
        module.construct_transform = recbole.data.transform.construct_transform


def attach_checkpoint() -> None:
    """``torch.load(weights_only=True)``: the classes inside a checkpoint's configuration."""
    classes = [Config, InstructRec, ModelType, InputType, EvaluatorType, yaml.FullLoader]
    torch.serialization.add_safe_globals(classes)
