"""The report of a benchmark: ``benchmark.json``, ``.csv`` and ``.md``, and the plots.

Everything in it is computed from the parts' ranks and learning curves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recbole_instructrec.benchmark import metrics, plots, protocol, significance
from recbole_instructrec.benchmark.part import Part
from recbole_instructrec.figures import mean, table
from recbole_instructrec.whole_file import whole_file

NAME = "benchmark"
MEGABYTE = 1e6
LEAST_P = 1e-99  # smaller ones are nothing but floating point


def write(folder: Path, parts: Sequence[Part], settings: Mapping[str, Any]) -> str:
    """Writes the report of finished parts.

    Args:
        settings: ``benchmark/protocol.yaml``.

    Returns:
        The tables as Markdown.
    """
    content = compute(parts, settings)
    text = markdown(content)
    files = {"json": json.dumps(content, indent=1) + "\n", "csv": _csv(content), "md": text}
    for ending, written in files.items():
        with whole_file(folder / f"{NAME}.{ending}") as part:
            part.write_text(written)
    plots.write(folder, content)
    return text


# What is computed ---------------------------------------------------------------------------------


def compute(parts: Sequence[Part], settings: Mapping[str, Any]) -> dict[str, Any]:
    """All figures, as plain lists and dictionaries.

    Raises:
        ValueError: If the parts do not rank the same users.
    """
    protocols = [protocol.parse(name) for name in parts[0].protocols]
    users, _ = parts[0].ranks()
    runs, by_model = [], {}
    for part in parts:
        own_users, ranks = part.ranks()
        if not np.array_equal(own_users, users):
            raise ValueError(f"{part.name} and {parts[0].name} are not tested on the same users")
        per_user = {
            one.name: {
                f"{metric}@{k}": metrics.per_user(ranks[one.name], f"{metric}@{k}")
                for metric in settings["metrics"]
                for k in settings[one.group]["topk"]
            }
            for one in protocols
        }
        runs.append(_run(part, per_user))
        by_model.setdefault(part.model, []).append(per_user)
    with np.load(parts[0].folder / "ranks.npz") as file:
        of_user = {name: file[name] for name in ("history_lengths", "popularity")}
    metric = settings["catalogue"]["compared_by"]
    return {
        "dataset": parts[0].dataset,
        "data_sha256": parts[0].data_sha256,
        "split": "leave-one-out in time order",
        "learning_metric": metric,
        "time_reference": settings["time_reference"],
        "negatives_seed": parts[0].negatives_seed,
        "candidates_sha256": parts[0].candidates_sha256,
        "versions": {name: part.versions[name] for part in parts for name in part.versions},
        "protocols": [_protocol(one, by_model, of_user, settings) for one in protocols],
        "runs": _with_time_to_reference(runs, settings["time_reference"], metric),
    }


def _protocol(
    one: protocol.Protocol,
    by_model: Mapping[str, Sequence[Mapping[str, Mapping[str, np.ndarray]]]],
    of_user: Mapping[str, np.ndarray],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """All about one protocol.

    Args:
        by_model: For each seed, by protocol and metric, the value of each user.
        of_user: What users are grouped by.
    """
    compared_by = settings[one.group]["compared_by"]
    by_model = {model: [seed[one.name] for seed in seeds] for model, seeds in by_model.items()}
    means = {
        model: np.mean([seed[compared_by] for seed in seeds], axis=0)
        for model, seeds in by_model.items()
    }
    best = _best_baseline(means, settings["ours"])
    return {
        "name": one.name,
        "described": one.described,
        "compared_by": compared_by,
        "n_users": int(np.isfinite(next(iter(means.values()))).sum()),
        "best_baseline": best,
        "against_best_baseline": {
            model: asdict(significance.compare(values, means[best]))
            for model, values in means.items()
            if best not in (None, model)
        },
        "metrics": {
            model: {metric: _over_seeds([seed[metric] for seed in seeds]) for metric in seeds[0]}
            for model, seeds in by_model.items()
        },
        "groups": {name: _by_group(means, values) for name, values in of_user.items()},
    }


def _run(part: Part, per_user: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Any]:
    result = part.result()
    epochs, building = result["epochs"], result["building_s"]
    metric = part.parameters["valid_metric"]
    best = max(range(len(epochs)), key=lambda n: _valid(epochs[n], metric))
    return {
        "model": part.model, "seed": part.seed, "renumbered": part.renumbered,
        "n_parameters": result["n_parameters"], "stopped_early": result["stopped_early"],
        "n_epochs": len(epochs), "best_epoch": epochs[best]["epoch"],
        "training_s": building["clock"] + sum(epoch["train_s"] for epoch in epochs),
        "training_cpu_s": building["cpu"] + sum(epoch["train_cpu_s"] for epoch in epochs),
        "validation_s": sum(epoch["valid_s"] for epoch in epochs),
        "evaluation_s": result["evaluation_s"]["clock"],
        "evaluation_cpu_s": result["evaluation_s"]["cpu"],
        "peak_memory": result["peak_memory"], "threads": result["threads"],
        "machine": result["machine"], "options": result["options"],
        "building_s": building, "epochs": epochs,
        "metrics": {
            name: {metric: float(np.nanmean(values)) for metric, values in of_users.items()}
            for name, of_users in per_user.items()
        },
    }  # fmt: skip


def _valid(epoch: Mapping[str, float], metric: str) -> float:
    return epoch[f"valid_{metric.lower()}"]


def _over_seeds(per_user: Sequence[np.ndarray]) -> dict[str, float]:
    means = [float(np.nanmean(values)) for values in per_user]
    spread = float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
    return {"mean": float(np.mean(means)), "std": spread, "n_seeds": len(means)}


def _best_baseline(means: Mapping[str, np.ndarray], ours: str) -> str | None:
    baselines = [model for model in means if model != ours]
    return max(baselines, key=lambda model: np.nanmean(means[model]), default=None)


def _by_group(means: Mapping[str, np.ndarray], of_user: np.ndarray) -> dict[str, Any]:
    """The models' means over users with few, more and many of something, in groups as equal as
    may be without parting equals."""
    edges = np.unique(np.quantile(of_user, [0, 0.2, 0.4, 0.6, 0.8, 1], method="lower"))
    groups = np.clip(np.searchsorted(edges, of_user, side="right") - 1, 0, max(len(edges) - 2, 0))
    shown = []
    for group in range(max(len(edges) - 1, 1)):
        inside = groups == group
        shown.append({
            "from": int(of_user[inside].min()), "to": int(of_user[inside].max()),
            "n_users": int(inside.sum()),
            "mean": {model: mean(values[inside]) for model, values in means.items()},
        })  # fmt: skip
    return shown


def _with_time_to_reference(
    runs: list[dict[str, Any]], reference: str, metric: str
) -> list[dict[str, Any]]:
    """Adds the seconds of training until the reference's best validation score was reached."""
    of_reference = [run for run in runs if run["model"] == reference]
    scores = [max(_valid(epoch, metric) for epoch in run["epochs"]) for run in of_reference]
    for run in runs:
        run["s_to_reference"] = _seconds_to(run, float(np.mean(scores)), metric) if scores else None
    return runs


def _seconds_to(run: Mapping[str, Any], score: float, metric: str) -> float | None:
    spent = run["building_s"]["clock"]
    for epoch in run["epochs"]:
        spent += epoch["train_s"]
        if _valid(epoch, metric) >= score:
            return spent
    return None


# How it is shown ----------------------------------------------------------------------------------


def _csv(content: Mapping[str, Any]) -> str:
    """One row for each run under each protocol."""
    left_out = {"metrics", "epochs", "options", "building_s"}
    rows = [
        {"dataset": content["dataset"], "protocol": name, **run["metrics"][name]}
        | {key: value for key, value in run.items() if key not in left_out}
        for run in content["runs"]
        for name in run["metrics"]
    ]
    return pd.DataFrame(rows).to_csv(index=False)


def markdown(content: Mapping[str, Any]) -> str:
    """The tables, each with its protocol."""
    paragraphs = [f"# {content['dataset']}, {content['split']}"]
    unfinished = {run["model"] for run in content["runs"] if not run["stopped_early"]}
    for one in content["protocols"]:
        paragraphs.append(
            f"## {one['name']}\n\n{_sentence(one['described'])} {one['n_users']:,} users. "
            f"With one target a user, Recall@K is Hit@K, and NDCG@1 and MRR@1 are Hit@1."
        )
        paragraphs.append(_quality(one, unfinished))
    paragraphs.append("## What it took")
    paragraphs.append(_cost(content))
    notes = [
        "± is the standard deviation over seeds; p is of Wilcoxon's signed-rank test over users, "
        "two-sided, of each user's mean over seeds.",
        "Seconds are those of the clock unless it says CPU, one process at a time; training is "
        "without validation.",
        "Versions: " + ", ".join(f"{name} {v}" for name, v in content["versions"].items()) + ".",
        f"SHA-256 of the dataset's files: {content['data_sha256']}.",
    ]
    if content["candidates_sha256"]:
        notes.append(f"SHA-256 of the candidates: {content['candidates_sha256']}.")
    if unfinished:
        notes.insert(0, "† had not converged when it ended: nobody beats it by being better.")
    paragraphs.append("\n".join(f"* {note}" for note in notes))
    return "\n\n".join(paragraphs) + "\n"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _quality(one: Mapping[str, Any], unfinished: set[str]) -> str:
    # Those that are not Hit@K under another name.
    shown = [
        name
        for name in next(iter(one["metrics"].values()))
        if name.startswith("Hit") or (not name.startswith("Recall") and not name.endswith("@1"))
    ]
    rows = []
    for model, values in one["metrics"].items():
        row = [model + " †" * (model in unfinished)]
        row += [_with_spread(values[metric]) for metric in shown]
        against = one["against_best_baseline"].get(model)
        row.append("best baseline" if model == one["best_baseline"] else
                   f"{against['relative']:+.1%}" if against else "")  # fmt: skip
        row.append(_p(against["p"]) if against else "")
        rows.append(row)
    return table(["model", *shown, f"{one['compared_by']} against it", "p"], rows)


def _p(value: float) -> str:
    return f"{value:.2g}" if value > LEAST_P else f"< {LEAST_P:g}"


def _with_spread(value: Mapping[str, float]) -> str:
    spread = f" ± {value['std']:.4f}" if value["n_seeds"] > 1 else ""
    return f"{value['mean']:.4f}{spread}"


def _cost(content: Mapping[str, Any]) -> str:
    reference = content["time_reference"]
    headers = ["model", "seed", "parameters", "epochs", "best epoch", "training s",
               "training CPU s", "validation s", "evaluation s", "evaluation CPU s", "peak MB",
               "threads", f"training s to {reference}'s best"]  # fmt: skip
    rows = [
        [run["model"], run["seed"], f"{run['n_parameters']:,}", run["n_epochs"],
         run["best_epoch"], f"{run['training_s']:.1f}", f"{run['training_cpu_s']:.1f}",
         f"{run['validation_s']:.1f}", f"{run['evaluation_s']:.1f}",
         f"{run['evaluation_cpu_s']:.1f}", f"{run['peak_memory'] / MEGABYTE:.0f}", run["threads"],
         "" if run["s_to_reference"] is None else f"{run['s_to_reference']:.1f}"]
        for run in content["runs"]
    ]  # fmt: skip
    if all(run["s_to_reference"] is None for run in content["runs"]):
        headers, rows = headers[:-1], [row[:-1] for row in rows]
    return table(headers, rows)
