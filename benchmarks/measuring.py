"""What the speed benchmarks share: paired timings, models, the record of a run."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from recbole_instructrec.benchmark.machine import processor, versions
from recbole_instructrec.seq2seq.backbone import Backbone

PLACES = ("data_path", "checkpoint")
_ONE, _RESULT = torch.ones(1024, 1024), torch.empty(1024, 1024)
PRODUCT = 1024**3
RESULTS = Path(__file__).resolve().parent / "results" / "speed"
# T5Config's names. The first is InstructRec's default, the second that of google-t5/t5-small.
SIZES = {
    "default": {
        "d_model": 64, "d_kv": 32, "d_ff": 256, "num_heads": 2, "num_layers": 1,
        "num_decoder_layers": 2, "dropout_rate": 0.0,
    },
    "t5-small": {
        "d_model": 512, "d_kv": 64, "d_ff": 2048, "num_heads": 8, "num_layers": 6,
        "num_decoder_layers": 6, "dropout_rate": 0.0,
    },
}  # fmt: skip


def arguments(description: str, **more: Any) -> argparse.Namespace:
    """The options that every benchmark has, and more by name and default."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smaller run of about a minute")
    parser.add_argument("--threads", type=int, default=1, help="default: 1")
    parser.add_argument("--repetitions", type=int, default=5, help="default: 5")
    for name, default in more.items():
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=type(default), default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    return options


def untrained(size: str, vocab_size: int, spread: float | None = None) -> Backbone:
    """A T5 with random weights; token 0 is padding and 1 ends a sentence.

    Args:
        size: One of :data:`SIZES`.
        spread: Standard deviation that logits are to have, which says how peaked the distribution
            is; None for that of a new model.
    """
    torch.manual_seed(0)
    backbone = Backbone.new(vocab_size, 0, 1, **SIZES[size]).eval()
    if spread is not None:
        # The decoder's last states are normalised, so their length is the root of their width.
        embedding = backbone.model.get_input_embeddings().weight
        torch.nn.init.normal_(embedding, std=spread * SIZES[size]["d_model"] ** -0.5)
    return backbone


def seconds(tasks: Mapping[str, Callable[[], Any]], repetitions: int) -> dict[str, float]:
    """Median seconds of each task. After a warm-up they run in turn, so that what else the
    machine does falls on all of them."""
    for task in tasks.values():
        task()
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in tqdm(range(repetitions), desc=" / ".join(tasks), leave=False):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            spent[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in spent.items()}


def matrix_product() -> None:
    """One large float32 product of :data:`PRODUCT` multiplications: what the machine can do."""
    torch.mm(_ONE, _ONE, out=_RESULT)


def of_the_limit(multiplications: int, spent: float, product: float) -> float:
    """At which share of a large matrix product's speed multiplications were done.

    Args:
        multiplications: How many had to be done.
        spent: Seconds that it took.
        product: Seconds of :func:`matrix_product` in the same run.
    """
    return multiplications / spent / (PRODUCT / product)


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a table, numbers with three digits that say something."""

    def shown(value: Any) -> str:
        if isinstance(value, float):
            return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([shown(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def record(name: str, options: argparse.Namespace, rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints the rows; a full run is also written to ``results/speed/<name>.json``."""
    print(markdown(rows))
    if options.quick:
        return
    # Where something lay on this machine says nothing about the figures.
    given = {key: value for key, value in vars(options).items() if key not in PLACES}
    content = {
        "benchmark": name, "options": given, "machine": processor(), "versions": versions(),
        "rows": list(rows),
    }  # fmt: skip
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written: {path}")


def plot(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    x: str,
    y: Mapping[str, str],
    by: Sequence[str],
    log: str = "",
) -> None:
    """Draws columns of the rows, one panel each, to ``results/speed/<name>.svg``.

    Args:
        x: The column that is drawn to the right.
        y: Titles of the panels, by their columns.
        by: Columns that tell lines apart.
        log: Which axes are logarithmic, out of ``x`` and ``y``.
    """
    from matplotlib import pyplot, rcParams  # of the extra `benchmark`

    rcParams["svg.hashsalt"] = name  # the same file for the same figures
    figure, panels = pyplot.subplots(
        1, len(y), figsize=(4.5 * len(y), 3.6), layout="constrained", squeeze=False
    )
    for panel, (column, title) in zip(panels[0], y.items(), strict=True):
        lines: dict[str, list[tuple[Any, float]]] = {}
        for row in rows:
            if row[column] != "":
                label = ", ".join(str(row[one]) for one in by)
                lines.setdefault(label, []).append((row[x], row[column]))
        for label, points in lines.items():
            panel.plot(*zip(*points, strict=True), marker="o", label=label)
        panel.set(xlabel=x, title=title, ylim=(None if "y" in log else 0, None))
        if "x" in log:
            panel.set_xscale("log")
        if "y" in log:
            panel.set_yscale("log")
        panel.grid(alpha=0.3)
    panels[0][0].legend(fontsize="small")
    figure.savefig(RESULTS / f"{name}.svg", metadata={"Date": None})
    print(f"written: {RESULTS / f'{name}.svg'}")
