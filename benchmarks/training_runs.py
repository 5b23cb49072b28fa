"""Trains a model through RecBole to early stopping and records every epoch.

    python benchmarks/training_runs.py InstructRec --dataset=ml-100k --seed=2020
    python benchmarks/training_runs.py SASRec --dataset=ml-100k --seed=2020
    python benchmarks/training_runs.py InstructRec --dataset=ml-100k --seed=2020 --renumbered
    python benchmarks/training_runs.py --table

``--renumbered`` gives users and items other internal numbers, by reading the users in another
order. Nothing else changes: a user's own rows keep their order. A model to which numbers say
nothing gets the same result within the spread of seeds.

A run writes ``benchmarks/results/<dataset>/<model>-<seed>.json``: the protocol, versions, for each
epoch its processor seconds and validation NDCG@10, and the test result. It keeps RecBole's
checkpoint under ``benchmarks/running`` and goes on from there when it was interrupted. Both models
have RecBole's or their own default properties; ``--key=value`` changes one. Every process
computes on one thread, so that processor seconds compare.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from measuring import machine, versions

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
import numpy as np
import pandas as pd
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_logger, init_seed

HERE = Path(__file__).resolve().parent
# RecBole asks for these with the loss that its SASRec recommends.
RECOMMENDED = {"SASRec": {"train_neg_sample_args": None, "loss_type": "CE"}}
LONG = {"topk": [1, 5, 10, 20], "show_progress": False}


def train(model: str, dataset: str, seed: int, renumbered: bool, changes: dict[str, Any]) -> None:
    """One run, from the newest checkpoint if there is one."""
    name = f"{model}-{seed}" + ("-renumbered" if renumbered else "")
    folder = HERE / "running" / dataset / name
    given = {**LONG, **RECOMMENDED.get(model, {}), **changes}
    given |= {"seed": seed, "checkpoint_dir": str(folder)}
    config = Config(model=model, dataset=dataset, config_dict=given)
    init_seed(config["seed"], config["reproducibility"])
    init_logger(config)
    with _users_in_another_order(config["USER_ID_FIELD"]) if renumbered else nullcontext():
        data = create_dataset(config)
    train_data, valid_data, test_data = data_preparation(config, data)
    init_seed(config["seed"], config["reproducibility"])
    instance = get_model(model)(config, train_data._dataset).to(config["device"])
    trainer = get_trainer(config["MODEL_TYPE"], model)(config, instance)
    journal = folder / "epochs.jsonl"
    newest = max(folder.glob("*.pth"), key=lambda path: path.stat().st_mtime, default=None)
    if newest is not None:
        trainer.resume_checkpoint(newest)
    _record_epochs(trainer, journal)
    trainer.fit(train_data, valid_data, show_progress=False)
    test = trainer.evaluate(test_data, show_progress=False)
    result = {
        "model": model, "dataset": dataset, "seed": seed, "renumbered": renumbered,
        "changes": changes,
        "protocol": "leave-one-out in time order, full ranking", "threads": 1,
        "machine": machine(), "versions": versions(),
        "parameters": sum(weight.numel() for weight in instance.parameters()),
        "epochs": _read_epochs(journal), "test": dict(test),
    }  # fmt: skip
    path = HERE / "results" / dataset / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    logging.getLogger().info(f"written: {path}")


@contextmanager
def _users_in_another_order(user_field: str) -> Iterator[None]:
    read_csv = pd.read_csv

    def read(*args: Any, **kwargs: Any) -> pd.DataFrame:
        frame = read_csv(*args, **kwargs)
        user = next((name for name in frame if name.startswith(f"{user_field}:")), None)
        if user is None:
            return frame
        users = frame[user].unique()
        place = dict(zip(users, np.random.default_rng(0).permutation(len(users)), strict=True))
        return frame.iloc[np.argsort(frame[user].map(place), kind="stable")]

    pd.read_csv = read
    try:
        yield
    finally:
        pd.read_csv = read_csv


def _record_epochs(trainer: Any, journal: Path) -> None:
    """Writes a line for every epoch: its number, processor seconds and validation result."""
    validate = trainer._valid_epoch
    started = {"cpu": time.process_time(), "epoch": trainer.start_epoch}

    def recorded(*args: Any, **kwargs: Any) -> tuple[float, dict[str, float]]:
        score, result = validate(*args, **kwargs)
        now = time.process_time()
        line = {
            "epoch": started["epoch"], "cpu_s": round(now - started["cpu"], 2),
            "valid_ndcg@10": float(result["ndcg@10"]), "valid_score": float(score),
        }  # fmt: skip
        with journal.open("a") as file:
            file.write(json.dumps(line) + "\n")
        started.update(cpu=now, epoch=started["epoch"] + 1)
        return score, result

    trainer._valid_epoch = recorded


def _read_epochs(journal: Path) -> list[dict[str, float]]:
    """One record an epoch; where an interrupted run repeated one, the last counts."""
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    return [record for _, record in sorted({r["epoch"]: r for r in records}.items())]


def table() -> str:
    """All results as Markdown: test NDCG@10 and the processor minutes it took."""
    lines = [
        "| dataset | model | seed | test NDCG@10 | test Hit@10 | best validation NDCG@10 | "
        "epochs | CPU minutes to the best | CPU minutes in all |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for path in sorted((HERE / "results").glob("*/*.json")):
        run = json.loads(path.read_text())
        if "epochs" not in run or "test" not in run:  # another benchmark's
            continue
        epochs = run["epochs"]
        best = max(range(len(epochs)), key=lambda n: epochs[n]["valid_score"])
        spent = np.cumsum([epoch["cpu_s"] for epoch in epochs]) / 60
        lines.append(
            f"| {run['dataset']} | {run['model']}{', renumbered' * run['renumbered']} | "
            f"{run['seed']} | {run['test']['ndcg@10']:.4f} | "
            f"{run['test']['hit@10']:.4f} | {epochs[best]['valid_ndcg@10']:.4f} | {len(epochs)} | "
            f"{spent[best]:.1f} | {spent[-1]:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?")
    parser.add_argument("--dataset", default="ml-100k")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--renumbered", action="store_true", help="with other internal numbers")
    parser.add_argument("--table", action="store_true", help="print what there is")
    options, rest = parser.parse_known_args()
    if options.table:
        print(table())
        return
    if options.model is None:
        parser.error("name a model, or ask for the --table")
    changes = dict(flag.removeprefix("--").split("=", 1) for flag in rest)
    sys.argv = sys.argv[:1]
    torch.set_num_threads(1)
    train(options.model, options.dataset, options.seed, options.renumbered, changes)


if __name__ == "__main__":
    main()
