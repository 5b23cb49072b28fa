"""What ``instructrec evaluate`` does: the parts of an evaluation, as one report."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recbole_instructrec.checkpoint import read
from recbole_instructrec.evaluation import measures, scenarios, verdicts
from recbole_instructrec.evaluation.report import Report, write
from recbole_instructrec.evaluation.trained import Trained
from recbole_instructrec.plugin.options import check_names

PARTS = ("scenarios", "following")


def run_evaluation(options: argparse.Namespace, given: Mapping[str, Any]) -> Report:
    """Evaluates a checkpoint by the command's options; ``given`` are RecBole's.

    Raises:
        FileNotFoundError: If a checkpoint or a dataset is not there.
        ValueError: If an option cannot be, or a file is no checkpoint.
    """
    for part in options.parts:
        if part not in PARTS:
            raise ValueError(f"parts has {part!r}; choose among {', '.join(PARTS)}")
    protocol: dict[str, Any] = {"checkpoint": Path(options.checkpoint).name}
    tables: dict[str, Any] = {}
    if "scenarios" in options.parts:
        trained = Trained.load(options.checkpoint, given)
        tables["scenarios"] = scenarios.rows(scenarios.evaluate(trained))
        tables["verdicts"] = verdicts.verdicts(trained)
    else:
        check_names(given, read(options.checkpoint)["config"].final_config_dict)
    if "following" in options.parts:
        followed = measures.measure(
            options.checkpoint,
            measures.read_options({"users": options.users}, given.get("properties_path")),
            options.baseline,
            given.get("data_path"),
        )
        protocol |= followed.protocol
        tables |= followed.tables
    report = Report(protocol, tables)
    if options.output:
        write(report, options.output)
    return report
