"""How items are written in tokens: one token each, their titles, or codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.tree import PrefixTree

KINDS = ("token", "title", "code")
# What a model reads of the tree where it computes.
NODE_ARRAYS = ("token", "parent", "first_child", "n_children", "item")


class Identifiers(nn.Module):
    """The identifier of every item, and the prefix tree over them.

    Item 0 is the padding item and has none. The vocabulary is the text tokens followed by
    tokens of our own: one for each item (``token``); copy marks 1, 2, ... that close a title and
    tell apart items of the same title (``title``); or one for each number at each place of a code
    (``code``).

    Args:
        kind: ``token``, ``title`` or ``code``.
        titles: Item titles, [n_items]; the tokenizer cuts off long ones.
        keys: A stable name of each item, [n_items], e.g. the dataset's own id. Items of the
            same title are marked in the order of their keys, so that the order of appearance
            in the data never matters.
        tokenizer: Encodes titles.
        text_vocab_size: Number of text tokens; tokens of our own begin there.
        codes: For ``code``: each item's code, whole numbers from 0, [n_items]; none but the
            padding item's may be empty, equal or begin another.

    Attributes:
        vocab_size: Text tokens and our own together.
        tree: The prefix tree. Its arrays named in :data:`NODE_ARRAYS` are here as buffers.
        tokens: The distinct tokens of the tree, ascending: a slice where they are consecutive,
            otherwise int64 [n_tokens].
        column: Place of each node's token among ``tokens``, int64 [n_nodes]; 0 for the root.
        length: Number of tokens of each item, int64 [n_items]; 0 for the padding item.
        depth: The largest of these numbers.

    Raises:
        ValueError: If the kind is unknown, or there is no item.
    """

    def __init__(
        self,
        kind: str,
        titles: Sequence[str],
        keys: Sequence[str],
        tokenizer: TextTokenizer,
        text_vocab_size: int,
        codes: Sequence[Sequence[int]] | None = None,
    ) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"item_identifier is {kind!r}; choose one of {', '.join(KINDS)}")
        if len(titles) < 2:
            raise ValueError("there is no item besides the padding item; give at least one")
        if kind == "token":
            paths = [[text_vocab_size + item] for item in range(1, len(titles))]
            own = len(titles)
        elif kind == "code":
            paths, own = _placed(codes[1:], text_vocab_size)
        else:
            paths, own = _marked(tokenizer.words(titles[1:]), keys[1:], text_vocab_size)
        self.kind = kind
        self.vocab_size = text_vocab_size + own
        self.tree = PrefixTree(paths, range(1, len(titles)))
        self.depth = self.tree.depth
        for name in NODE_ARRAYS:
            self._keep(name, getattr(self.tree, name))
        # Place 0 of the paths holds the root, where padding is looked up.
        lengths = self.tree.path_length
        self._keep("length", np.r_[0, lengths])
        self._keep("_start", np.r_[0, 1 + lengths.cumsum() - lengths])
        self._keep("_path", np.r_[0, self.tree.path_nodes])
        tokens, column = np.unique(self.tree.token[1:], return_inverse=True)
        self._keep("column", np.r_[0, column])
        if tokens[-1] - tokens[0] + 1 == len(tokens):
            self.tokens = slice(int(tokens[0]), int(tokens[-1]) + 1)
        else:
            self._keep("tokens", tokens)

    def _keep(self, name: str, array: np.ndarray) -> None:
        # Not saved: all follow from titles and tokenizer, which a checkpoint brings along.
        self.register_buffer(name, torch.from_numpy(array), persistent=False)

    @property
    def first_node(self) -> torch.Tensor:
        """The node that each item's first token leads to, int64 [n_items]; 0 for padding."""
        return self._path[self._start]

    def spell(self, items: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Sequences of items as sequences of tokens.

        Args:
            items: Item ids, int64 [batch, n], padded on the right with 0; n may be 0.

        Returns:
            Three int64 tensors [batch, n_tokens], padded on the right: the tokens (padding
            0), the tree node that each token leads to (padding 0, the root), and the position
            in ``items`` that it belongs to (padding n - 1).
        """
        batch, n = items.shape
        lengths = self.length[items]  # [batch, n]
        ends = lengths.cumsum(1)
        n_tokens = int(lengths.sum(1).max())
        place = torch.arange(n_tokens, device=items.device).repeat(batch, 1)
        position = torch.searchsorted(ends, place, right=True)
        inside = position < n
        position = position.clamp(max=n - 1)
        step = place - (ends - lengths).gather(1, position)
        nodes = self._path[(self._start[items.gather(1, position)] + step) * inside]
        return self.token[nodes].clamp(min=0), nodes, position


def _placed(codes: Sequence[Sequence[int]], first: int) -> tuple[list[list[int]], int]:
    """Codes as tokens, and the number of tokens that there are: at each place its own."""
    branching = 1 + max(max(code, default=0) for code in codes)
    paths = [[first + place * branching + one for place, one in enumerate(code)] for code in codes]
    return paths, branching * max(map(len, codes))


def _marked(
    words: Sequence[Sequence[int]], keys: Sequence[str], first_mark: int
) -> tuple[list[list[int]], int]:
    """Titles each closed by a copy mark, and the number of marks used."""
    copies: Counter[tuple[int, ...]] = Counter()
    paths = [list(title) for title in words]
    for title in sorted(range(len(paths)), key=keys.__getitem__):
        same = tuple(words[title])
        paths[title].append(first_mark + copies[same])
        copies[same] += 1
    return paths, max(copies.values())
