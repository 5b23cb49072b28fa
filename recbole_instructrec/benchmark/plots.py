"""Plots of a benchmark as SVG: quality against time, by groups of users, and learning curves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

# Same content, same bytes.
REPRODUCIBLE = {"svg.hashsalt": "benchmark", "svg.fonttype": "none"}
GROUPS = {
    "history_lengths": "items in the history",
    "popularity": "choices of the target in training",
}


def check_installed() -> None:
    """Raises ImportError if there is no matplotlib, with what to do."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "the benchmark draws with matplotlib, which is not installed; "
            "pip install 'recbole-instructrec[benchmark]'"
        ) from error


def write(folder: Path, content: Mapping[str, Any]) -> None:
    """Draws all plots of a report into a folder."""
    import matplotlib
    from matplotlib.figure import Figure

    draw = {
        "quality_and_time": _quality_and_time,
        "learning_curves": _learning_curves,
        "by_history_length": lambda axes, report: _by_group(axes, report, "history_lengths"),
        "by_popularity": lambda axes, report: _by_group(axes, report, "popularity"),
    }
    with matplotlib.rc_context(REPRODUCIBLE):
        for name, drawn in draw.items():
            figure = Figure(figsize=(7, 4.5), layout="constrained")
            drawn(figure.add_subplot(), content)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def _quality_and_time(axes: Any, content: Mapping[str, Any]) -> None:
    """A point for each run: the first protocol's metric, by seconds of training."""
    first = content["protocols"][0]["name"]
    metric = content["protocols"][0]["compared_by"]
    for color, (model, runs) in enumerate(_by_model(content).items()):
        seconds = [max(run["training_s"], 0.01) for run in runs]
        quality = [run["metrics"][first][metric] for run in runs]
        axes.scatter(seconds, quality, color=f"C{color}", label=model)
        axes.annotate(model, (seconds[0], quality[0]), xytext=(5, 4), textcoords="offset points")
    axes.set_xscale("log")
    axes.set_xlabel("seconds of training, without validation")
    axes.set_ylabel(f"test {metric}, {first}")
    axes.set_title(f"{content['dataset']}: quality and training time")


def _learning_curves(axes: Any, content: Mapping[str, Any]) -> None:
    """Validation by seconds of training; a model with one epoch is a horizontal line."""
    metric = content["learning_metric"]
    for color, (model, runs) in enumerate(_by_model(content).items()):
        for nth, run in enumerate(runs):
            label = model if nth == 0 else None
            valid = [epoch[f"valid_{metric.lower()}"] for epoch in run["epochs"]]
            if len(valid) == 1:
                axes.axhline(valid[0], color=f"C{color}", linestyle=":", label=label)
                continue
            seconds = run["building_s"]["clock"] + np.cumsum([e["train_s"] for e in run["epochs"]])
            axes.plot(seconds, valid, color=f"C{color}", linewidth=1, label=label)
    axes.set_xlabel("seconds of training, without validation")
    axes.set_ylabel(f"validation {metric}, as RecBole ranks")
    axes.set_title(f"{content['dataset']}: learning curves")
    axes.legend()


def _by_group(axes: Any, content: Mapping[str, Any], of_user: str) -> None:
    """The first protocol's metric in groups of users."""
    first = content["protocols"][0]
    groups = first["groups"][of_user]
    for color, model in enumerate(first["metrics"]):
        values = [group["mean"][model] for group in groups]
        axes.plot(range(len(groups)), values, "o-", color=f"C{color}", label=model)
    names = [f"{group['from']} to {group['to']}\n{group['n_users']:,} users" for group in groups]
    axes.set_xticks(range(len(groups)), names)
    axes.set_xlabel(GROUPS[of_user])
    axes.set_ylabel(f"test {first['compared_by']}, {first['name']}")
    axes.set_title(f"{content['dataset']}: {first['compared_by']} by {GROUPS[of_user]}")
    axes.legend()


def _by_model(content: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for run in content["runs"]:
        found.setdefault(run["model"], []).append(run)
    return found
