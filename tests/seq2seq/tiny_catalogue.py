"""A catalogue of eight items that are hard to tell apart, requests, and a scorer of them."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from recbole_instructrec.seq2seq.identifier import KINDS, Identifiers
from recbole_instructrec.seq2seq.scoring import NORMALIZATIONS, Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

# The padding item, a title that begins another, two items of one title, and one without any.
TITLES = ["", "Alien", "Alien 3", "Heat", "heat", "The Heat", "The Thing", "", "异形"]
KEYS = ["[PAD]", "k1", "k2", "k9", "k4", "k5", "k6", "k7", "k8"]
CODES = [(), (0, 0), (0, 1), (1,), (2, 0, 0), (2, 0, 1), (2, 1), (0, 3, 3), (3, 1)]
N = len(TITLES)
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=300, max_length=24)
TEXT = TOKENIZER.vocab_size

INSTRUCTION = TOKENIZER.encode(["I like the heat.", "alien", "异形, or something else", ""])
HISTORY = torch.tensor([[3, 2, 0], [7, 0, 0], [0, 0, 0], [1, 8, 6]])
NO_HISTORY = HISTORY[:, :0]
ANYTHING = torch.ones(4, N, dtype=torch.bool)
UNASKED = TOKENIZER.encode(["anything"] * 4)

each_kind = pytest.mark.parametrize("kind", KINDS)
each_normalization = pytest.mark.parametrize("normalization", NORMALIZATIONS)


def identifiers_of(kind: str, titles=TITLES, keys=KEYS, codes=CODES) -> Identifiers:
    return Identifiers(kind, titles, keys, TOKENIZER, TEXT, codes)


def scorer_of(family, kind: str, normalization: str = "tree") -> Scorer:
    identifiers = identifiers_of(kind)
    return Scorer(family(identifiers.vocab_size), identifiers, normalization).eval()


def close(a: torch.Tensor, b: torch.Tensor) -> None:
    torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def spelled(kind: str) -> dict[int, list[int]]:
    """Each item's tokens, worked out one by one."""
    if kind == "token":
        return {item: [TEXT + item] for item in range(1, N)}
    if kind == "code":
        return {item: [TEXT + 4 * n + code for n, code in enumerate(CODES[item])]
                for item in range(1, N)}  # fmt: skip
    copies: Counter[str] = Counter()
    paths = {}
    for item in sorted(range(1, N), key=KEYS.__getitem__):
        title = TITLES[item].lower()
        paths[item] = [*TOKENIZER.words([title])[0], TEXT + copies[title]]
        copies[title] += 1
    return paths
