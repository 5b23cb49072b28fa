"""Memory that scoring takes at its peak, by budget, batch size and catalogue.

    python benchmarks/memory.py

Made-up titles as in growth.py, the model of the default size, instructions of 200 tokens. ``peak``
is what a process takes for one ``Scorer.score`` of so many requests beyond what it had before, the
score matrix left out, whose size follows from the question. Linux only.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import torch
from growth import N_HISTORY, N_INSTRUCTION, titles
from measuring import arguments, plot, record, untrained

from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer

BATCHES = (1, 16, 256)
ITEMS = (1_000, 10_000)
BUDGETS = (16, 64, 256)  # MiB


def main() -> None:
    options = arguments(__doc__, one="")
    if options.one:  # each in a process of its own, for its peak of memory
        print(json.dumps(measure(*map(int, options.one.split(":")))))
        return
    rows = []
    for n_items in ITEMS[:1] if options.quick else ITEMS:
        for budget in BUDGETS:
            for batch in BATCHES[:2] if options.quick else BATCHES:
                call = [sys.executable, __file__, f"--one={n_items}:{budget}:{batch}"]
                output = subprocess.run(call, capture_output=True, text=True, check=True).stdout
                rows.append(json.loads(output.splitlines()[-1]))
                print(rows[-1])
    record("memory", options, rows)
    if not options.quick:
        plot("memory", rows, "requests", {"peak, MiB": "peak, MiB"}, ["items", "budget, MiB"], "x")


def measure(n_items: int, budget: int, batch: int) -> dict[str, object]:
    empty = [""] * (n_items + 1)
    identifiers = Identifiers("code", empty, empty, None, 3, [(), *titles(n_items)])
    scorer = Scorer(untrained("default", identifiers.vocab_size), identifiers, "tree", budget)
    scorer.eval()
    instruction = torch.randint(1, identifiers.vocab_size, (batch, N_INSTRUCTION))
    history = torch.randint(1, n_items + 1, (batch, N_HISTORY))
    scorer.score(instruction[:1, :2], history[:1, :1])  # what is loaded at first is no one's
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = kibibytes("VmRSS")
    scores = scorer.score(instruction, history)
    peak = kibibytes("VmHWM") - before
    return {
        "items": n_items, "budget, MiB": budget, "requests": batch,
        "peak, MiB": peak / 1024 - scores.nbytes / 2**20, "scores, MiB": scores.nbytes / 2**20,
    }  # fmt: skip


def kibibytes(name: str) -> int:
    """A size of this process as Linux tells it."""
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


if __name__ == "__main__":
    main()
