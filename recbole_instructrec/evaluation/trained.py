"""A trained model with the data it was trained on, as RecBole makes both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

from recbole_instructrec.checkpoint import read
from recbole_instructrec.evaluation.dataset_place import locate
from recbole_instructrec.plugin.options import check_names


@dataclass(frozen=True)
class Trained:
    """What a checkpoint and its dataset give.

    Attributes:
        config: RecBole's configuration, as it was in training but for what was changed.
        model: The model, with the checkpoint's weights.
        test: RecBole's loader of the test part.
        trainer: RecBole's trainer, ready to evaluate.
    """

    config: Any
    model: Any
    test: Any
    trainer: Any

    @classmethod
    def load(cls, checkpoint: str | Path, given: Mapping[str, Any] | None = None) -> Trained:
        """Loads a checkpoint.

        Args:
            given: Options to change, e.g. ``data_path``, where the dataset lies if it has moved.

        Raises:
            FileNotFoundError: If there is no such file, or the dataset is not found.
            ValueError: If it is not a checkpoint of InstructRec, or there is no such option.
        """
        content = read(checkpoint)
        config = content["config"]
        changed = dict(given or {})
        check_names(changed, config.final_config_dict)
        locate(config, changed.pop("data_path", None))
        for name, value in changed.items():
            config[name] = value
        init_seed(config["seed"], config["reproducibility"])
        train, _, test = data_preparation(config, create_dataset(config))
        model = get_model(config["model"])(config, train._dataset).to(config["device"])
        model.load_state_dict(content["state_dict"])
        model.load_other_parameter(content["other_parameter"])
        trainer = get_trainer(config["MODEL_TYPE"], config["model"])(config, model)
        trainer.eval_collector.data_collect(train)
        return cls(config, model.eval(), test, trainer)
