"""What ``instructrec instructions`` does: builds the dataset as RecBole would, and exports it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.export.run import export, phrases
from recbole_instructrec.export.source import ExampleSource
from recbole_instructrec.instruction.scenario import GRID, Mixture
from recbole_instructrec.plugin.mixture import available
from recbole_instructrec.teacher.cache import Cache
from recbole_instructrec.teacher.check import Check
from recbole_instructrec.teacher.models import open_teacher
from recbole_instructrec.teacher.rewriting import Rewriter

SPLITS = ("train", "valid", "test")


def run_export(options: argparse.Namespace, given: Mapping[str, Any]) -> str:
    """Exports by the command's options; ``given`` are RecBole's.

    Returns:
        The closing tables.

    Raises:
        ValueError: If an option cannot be.
    """
    source = open_source(
        options.dataset,
        options.language,
        weights(options.weights),
        options.split,
        options.seed,
        options.context_share,
        given,
    )
    limit, workers = options.limit, options.workers
    rewritten, told = {}, ""
    if options.teacher:
        rewriter = open_rewriter(source, options)
        found = phrases(source, limit, workers)
        if options.dry_run:
            return str(rewriter.plan(found))
        rewritten = rewriter.rewrite(found)
        told = f"\n\n{rewriter.told()}"
    statistics = export(source, options.output, options.format, limit, workers, rewritten)
    return statistics.table() + told


def open_rewriter(source: ExampleSource, options: argparse.Namespace) -> Rewriter:
    """The teacher that the command names, with its cache beside the output.

    Raises:
        ValueError: If there is no such teacher, or a language says nothing about teachers.
    """
    writer = source.writer
    checks = {
        code: Check(source.composer.catalogue, language, writer.noun(language))
        for code, language in writer.languages.items()
    }
    teacher = open_teacher(options.teacher, options.teacher_model)
    return Rewriter(teacher, Cache(options.teacher_cache or f"{options.output}.teacher"), checks)


def open_source(
    dataset: str,
    languages: Sequence[str],
    scenario_weights: Mapping[str, float],
    split: str = "train",
    seed: int = 0,
    context_share: float = 0.1,
    given: Mapping[str, Any] | None = None,
) -> ExampleSource:
    """The examples of one part of a dataset.

    Args:
        scenario_weights: By scenario name; those that the dataset cannot give are left out.
        given: RecBole's options.

    Raises:
        ValueError: If there is no such split or language, or nothing is left to make.
    """
    if split not in SPLITS:
        raise ValueError(f"the split is {split!r}; choose one of {', '.join(SPLITS)}")
    fixed = {
        "languages": list(languages),
        "history_in": "instruction",  # every row stays, and histories are named
        "scenario_weights": {"implicit-none-matching": 1},
    }
    config = Config(model="InstructRec", dataset=dataset, config_dict={**(given or {}), **fixed})
    part = create_dataset(config).build()[SPLITS.index(split)]
    mixtures = available(Mixture(scenario_weights), part.composer, in_decoder=False)
    return ExampleSource(part, mixtures, seed, context_share)


def weights(given: Sequence[str] | None) -> dict[str, float]:
    """Scenario weights as they are typed, ``<scenario>=<weight>``; all alike where none is.

    Raises:
        ValueError: If one is not of that form.
    """
    if not given:
        return dict.fromkeys(GRID, 1.0)
    found = {}
    for entry in given:
        name, _, weight = entry.partition("=")
        try:
            found[name] = float(weight)
        except ValueError as error:
            raise ValueError(f"{entry!r} is not of the form <scenario>=<weight>") from error
    return found
