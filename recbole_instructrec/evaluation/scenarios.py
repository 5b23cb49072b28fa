"""RecBole's metrics for each cell of the grid, in each language, on seen and held-out templates."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tqdm import tqdm

from recbole_instructrec.evaluation.trained import Trained
from recbole_instructrec.instruction.structure import INTENTIONS, PREFERENCES
from recbole_instructrec.instruction.template import NoTemplate

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


def evaluate(trained: Trained) -> list[Cell]:
    """Evaluates a model on every cell: preference x intention x language x templates.

    The protocol is the checkpoint's own. Where a person's history gives no description or an item
    no intention, the instruction is the next simpler one. An intention comes from the
    ``intention_source``: by default it leaks the target's attributes, as in the paper. A cell for
    which a language has no template is left out, which a warning says.
    """
    config, trainer = trained.config, trained.trainer
    kinds = list(product(PREFERENCES, INTENTIONS, config["languages"], TEMPLATES))
    cells = []
    for kind in tqdm(kinds, desc="cells", unit="", disable=None):
        names = ("eval_preference", "eval_intention", "eval_language", "eval_templates")
        for name, value in zip(names, kind, strict=True):
            config[name] = value
        try:
            metrics = trainer.evaluate(trained.test, load_best_model=False, show_progress=False)
        except NoTemplate as error:
            trainer.eval_collector.get_data_struct()  # forgets the batches before
            logging.getLogger().warning(f"the cell {', '.join(kind)} is left out: {error}")
            continue
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
