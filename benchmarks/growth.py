"""How the tree and the exact top-k grow with the catalogue: 1,000 to 1,000,000 items.

    python benchmarks/growth.py

Catalogues are made up. Titles are one to eight words of a vocabulary of 4,000, drawn by Zipf's law
word after word from a table of what tends to follow, so that many begin alike; codes are clusters
of unequal size within clusters, 64 ways. The model has the default size and random weights with
the spread of trained ones: logits of standard deviation 2 (``--spread``), those of a model trained
on ml-100k have 2.5.

``top-10`` is ``search.top_k`` for one request of 200 tokens and a history of 20 items;
``constrained`` the same where one item in a hundred is allowed. ``of the limit`` is the share of
the machine's speed for one large matrix product at which the multiplications of the top-10 are done
that have to be. ``bytes a node`` counts every array of the tree and of the identifiers. ``peak`` is
the memory of the process beyond what it had before the tree was built, in which scoring all items
for one request is included.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import multiplications
import numpy as np
import torch
from best_first import n_needed
from measuring import (
    arguments,
    matrix_product,
    of_the_limit,
    plot,
    record,
    seconds,
    untrained,
)

from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.search import top_k

SIZES = (1_000, 10_000, 100_000, 1_000_000)
N_WORDS = 4_000
N_FOLLOWING = 40
BRANCHING = 64
N_INSTRUCTION = 200
N_HISTORY = 20


def main() -> None:
    options = arguments(__doc__, spread=2.0, one="")
    if options.one:  # each in a process of its own, for its peak of memory
        kind, n = options.one.split(":")
        print(json.dumps(measure(kind, int(n), options)))
        return
    sizes = SIZES[:2] if options.quick else SIZES
    rows = []
    for kind in ("title", "code"):
        for n in sizes:
            call = [sys.executable, __file__, f"--one={kind}:{n}", *sys.argv[1:]]
            output = subprocess.run(call, capture_output=True, text=True, check=True).stdout
            rows.append(json.loads(output.splitlines()[-1]))
            print(rows[-1])
    for kind in ("title", "code"):
        times = {row["items"]: row for row in rows if row["identifier"] == kind}
        for name in ("top-10, ms", "constrained, ms"):
            grown = times[sizes[-1]][name] / times[10_000][name]
            print(f"{kind}: {name[:-4]} grows {grown:.2f} times from 10,000 to {sizes[-1]:,} items")
    record("growth", options, rows)
    if not options.quick:
        panels = {
            "top-10, ms": "top-10, ms", "constrained, ms": "top-10 of 1 % allowed, ms",
            "all items, s": "all items, s",
        }  # fmt: skip
        plot("growth", rows, "items", panels, ["identifier"], log="xy")


def measure(kind: str, n_items: int, options) -> dict[str, object]:
    paths = titles(n_items) if kind == "title" else codes(n_items)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    # Words are their own tokens here: what is measured does not depend on how text is cut.
    identifiers = Identifiers(
        "code", [""] * (n_items + 1), [""] * (n_items + 1), None, 3, [(), *paths]
    )
    built = time.perf_counter() - start
    backbone = untrained("default", identifiers.vocab_size, options.spread)
    scorer = Scorer(backbone, identifiers, "tree").eval()
    instruction = torch.randint(1, identifiers.vocab_size, (1, N_INSTRUCTION))
    history = torch.randint(1, n_items + 1, (1, N_HISTORY))
    allowed = torch.zeros(1, n_items + 1, dtype=torch.bool)
    allowed[0, torch.randperm(n_items)[: n_items // 100] + 1] = True
    tasks = {
        "top-10": lambda: top_k(scorer, instruction, history, 10)[0],
        "constrained": lambda: top_k(scorer, instruction, history, 10, allowed)[0],
        "product": matrix_product,
    }
    spent = seconds(tasks, 3 if options.quick else 20)
    start = time.perf_counter()
    every = scorer.score(instruction, history)[0]
    all_items = time.perf_counter() - start
    found = tasks["top-10"]()
    torch.testing.assert_close(every.topk(10).values, found.scores, rtol=0, atol=1e-4)
    tree, config = identifiers.tree, backbone.model.config
    # Arrays of the tree that are buffers of the identifiers are one and the same memory.
    arrays = [one for one in vars(tree).values() if isinstance(one, np.ndarray)]
    arrays += [one.numpy() for one in identifiers.buffers()]
    size = sum({one.ctypes.data: one.nbytes for one in arrays}.values())
    n_past = 1 + int(identifiers.length[history].sum())
    needed = n_needed(scorer, instruction, history, 10)
    must = (
        multiplications.encoder(config, N_INSTRUCTION)
        + multiplications.decoder(config, N_INSTRUCTION, n_past, needed)
        + multiplications.logits(config, needed * len(tree) // (tree.n_children > 0).sum())
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "identifier": kind, "items": n_items, "nodes": len(tree), "built, s": built,
        "bytes a node": size / len(tree), "top-10, ms": 1000 * spent["top-10"],
        "nodes opened": found.n_opened, "nodes needed": needed,
        "of the limit": of_the_limit(int(must), spent["top-10"], spent["product"]),
        "constrained, ms": 1000 * spent["constrained"],
        "nodes opened, constrained": tasks["constrained"]().n_opened,
        "all items, s": all_items, "peak, MiB": peak / 1024,
    }  # fmt: skip


def titles(n_items: int) -> list[tuple[int, ...]]:
    """Made-up titles as numbers of words, closed by the number of the copy."""
    random = np.random.default_rng(0)
    following = random.zipf(1.3, (N_WORDS, N_FOLLOWING)).clip(max=N_WORDS) - 1
    following = (following + np.arange(N_WORDS)[:, None] * 7) % N_WORDS
    length = random.integers(1, 9, n_items)
    words = np.empty((n_items, 8), dtype=np.int64)
    words[:, 0] = random.zipf(1.2, n_items).clip(max=N_WORDS) - 1
    for place in range(1, 8):
        choice = (random.zipf(1.4, n_items) - 1) % N_FOLLOWING
        words[:, place] = following[words[:, place - 1], choice]
    copies: dict[tuple[int, ...], int] = {}
    result = []
    for row, n in zip(words.tolist(), length.tolist(), strict=True):
        title = tuple(row[:n])
        copies[title] = copies.get(title, -1) + 1
        result.append((*title, N_WORDS + copies[title]))
    return result


def codes(n_items: int) -> list[tuple[int, ...]]:
    """Clusters of unequal size within clusters, until few enough are left to count through."""
    random = np.random.default_rng(0)
    result: list[tuple[int, ...]] = []
    groups: list[tuple[tuple[int, ...], int]] = [((), n_items)]
    while groups:
        code, n = groups.pop()
        if n <= BRANCHING:
            result += [(*code, nth) for nth in range(n)]
            continue
        share = random.dirichlet(np.ones(BRANCHING))
        for nth, part in enumerate(random.multinomial(n, share).tolist()):
            if part:
                groups.append(((*code, nth), part))
    return result


if __name__ == "__main__":
    main()
