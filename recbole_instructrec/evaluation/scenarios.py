"""RecBole's metrics for each cell of the grid, in each language, on seen and held-out templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed
from tqdm import tqdm

from recbole_instructrec.checkpoint import read
from recbole_instructrec.evaluation.dataset_place import locate
from recbole_instructrec.instruction.structure import INTENTIONS, PREFERENCES

TEMPLATES = ("seen", "held_out")


@dataclass(frozen=True)
class Cell:
    """The result for one kind of instruction.

    Attributes:
        preference: What is known of the person, one of :data:`.PREFERENCES`.
        intention: What is wanted, one of :data:`.INTENTIONS`.
        language: Code of the instructions' language.
        templates: ``seen`` or ``held_out``.
        metrics: RecBole's, by name, over the test part.
    """

    preference: str
    intention: str
    language: str
    templates: str
    metrics: Mapping[str, float]


def evaluate(checkpoint: str | Path, given: Mapping[str, Any] | None = None) -> list[Cell]:
    """Evaluates a checkpoint on every cell: preference x intention x language x templates.

    The protocol is the checkpoint's own. Where a person's history gives no description or an item
    no intention, the instruction is the next simpler one. An intention comes from the
    ``intention_source``: by default it leaks the target's attributes, as in the paper.

    Args:
        given: Options to change, e.g. ``data_path``, where the dataset lies if it has moved.

    Raises:
        FileNotFoundError: If there is no such file, or the dataset is not found.
        ValueError: If it is not a checkpoint of InstructRec.
    """
    content = read(checkpoint)
    config = content["config"]
    changed = dict(given or {})
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
    kinds = list(product(PREFERENCES, INTENTIONS, config["languages"], TEMPLATES))
    cells = []
    for kind in tqdm(kinds, desc="cells", unit="", disable=None):
        names = ("eval_preference", "eval_intention", "eval_language", "eval_templates")
        for name, value in zip(names, kind, strict=True):
            config[name] = value
        metrics = trainer.evaluate(test, load_best_model=False, show_progress=False)
        cells.append(Cell(*kind, {name: float(value) for name, value in metrics.items()}))
    return cells


def rows(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """The results as rows of a table: what a cell is, then each metric by its name."""
    return [
        {
            "preference": cell.preference,
            "intention": cell.intention,
            "language": cell.language,
            "templates": cell.templates,
            **cell.metrics,
        }
        for cell in cells
    ]
