"""How much of a training step it takes to write and tokenise its instructions.

    python benchmarks/rendering.py --dataset=ml-100k --steps=100

Trains InstructRec with its default properties for some steps and takes the processor time of
each batch apart: the transform (drawing, wording, tokenising), the rest of the loading, and the
step itself (forward, backward, optimizer). The first steps, in which what is drawn from is counted
once, are not among them. Everything runs in one process and one thread, so that processor seconds
compare; on a machine that others use as well they vary, and the share counts. Writes
``benchmarks/results/rendering/<dataset>.json``; ``--key=value`` changes an option.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

from recbole_instructrec.benchmark.machine import processor, versions

HERE = Path(__file__).resolve().parent
WARM_UP = 5


def measure(dataset: str, steps: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Processor seconds of each part, over some steps."""
    config = Config(model="InstructRec", dataset=dataset, config_dict=changes)
    init_seed(config["seed"], config["reproducibility"])
    train, _, _ = data_preparation(config, create_dataset(config))
    model = get_model("InstructRec")(config, train._dataset).to(config["device"])
    trainer = get_trainer(config["MODEL_TYPE"], "InstructRec")(config, model)
    spent = {"transform": 0.0, "loading": 0.0, "step": 0.0}
    write = train.transform

    def timed(*args: Any) -> Any:
        started = time.process_time()
        result = write(*args)
        spent["transform"] += time.process_time() - started
        return result

    train.transform = timed
    rows = 0
    model.train()
    started = time.process_time()
    for step, batch in enumerate(islice(endless(train), WARM_UP + steps)):
        loaded = time.process_time()
        spent["loading"] += loaded - started
        trainer.optimizer.zero_grad()
        model.calculate_loss(batch.to(config["device"])).backward()
        trainer.optimizer.step()
        started = time.process_time()
        spent["step"] += started - loaded
        rows += len(batch)
        if step + 1 == WARM_UP:
            spent, rows = dict.fromkeys(spent, 0.0), 0
    spent["loading"] -= spent["transform"]
    return {
        "dataset": dataset, "changes": changes, "steps": steps, "rows": rows,
        "seconds": {name: round(value, 3) for name, value in spent.items()},
        "transform_us_a_row": round(1e6 * spent["transform"] / rows, 1),
        "share_of_training": round(spent["transform"] / sum(spent.values()), 4),
        "threads": 1, "machine": processor(), "versions": versions(),
    }  # fmt: skip


def endless(batches: Iterable[Any]) -> Iterator[Any]:
    """Epoch after epoch."""
    while True:
        yield from batches


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", default="ml-100k")
    parser.add_argument("--steps", type=int, default=100)
    options, rest = parser.parse_known_args()
    changes = dict(flag.removeprefix("--").split("=", 1) for flag in rest)
    sys.argv = sys.argv[:1]
    torch.set_num_threads(1)
    result = measure(options.dataset, options.steps, changes)
    path = HERE / "results" / "rendering" / f"{options.dataset}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    result["changes"].pop("data_path", None)
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
