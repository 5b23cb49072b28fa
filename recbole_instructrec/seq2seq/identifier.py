"""How items are written in tokens: one token each, their titles, or codes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.tree import PrefixTree

KINDS = ("token", "title", "code")
# What a model reads of the tree where it computes.
NODE_ARRAYS = ("token", "parent", "first_child", "n_children", "item")
# What of it is saved. All else follows.
SAVED_ARRAYS = ("token", "n_children", "item")


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
        saved: The :meth:`state` of identifiers of the same items, whose tree is then taken over
            and not built again; ``codes`` are in it.
        n_trained: Number of items that were there in training; those behind, which were added
            since, are marked after them and in the order in which they stand, so that no copy
            gets another mark. None for all.

    Attributes:
        vocab_size: Text tokens and our own together.
        tree: The prefix tree. Its arrays named in :data:`NODE_ARRAYS` are here as buffers.
        tokens: The distinct tokens of the tree, ascending: a slice where they are consecutive,
            otherwise int64 [n_tokens].
        column: Place of each node's token among ``tokens``, int64 [n_nodes]; 0 for the root.
        length: Number of tokens of each item, int64 [n_items]; 0 for the padding item.
        depth: The largest of these numbers.

    Raises:
        ValueError: If the kind is unknown, there is no item, codes are missing, or what was saved
            is of other items.
    """

    def __init__(
        self,
        kind: str,
        titles: Sequence[str],
        keys: Sequence[str],
        tokenizer: TextTokenizer,
        text_vocab_size: int,
        codes: Sequence[Sequence[int]] | None = None,
        saved: Mapping[str, Any] | None = None,
        n_trained: int | None = None,
    ) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"item_identifier is {kind!r}; choose one of {', '.join(KINDS)}")
        if len(titles) < 2:
            raise ValueError("there is no item besides the padding item; give at least one")
        self.kind = kind
        self.n_trained = len(titles) if n_trained is None else n_trained
        self._made_of = [kind, text_vocab_size, keys]
        if kind == "title":
            self._made_of += [titles, tokenizer.state()]
        if saved is None:
            keys = keys[: self.n_trained]
            paths, own = _paths(kind, titles, keys, tokenizer, text_vocab_size, codes)
            self.vocab_size = text_vocab_size + own
            self.tree = PrefixTree.of(paths, range(1, len(titles)))
        else:
            self.vocab_size = saved["vocab_size"]
            arrays = [saved[name].cpu().numpy() for name in SAVED_ARRAYS]
            self.tree = self._checked(arrays, saved["seal"])
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
        # Not among a checkpoint's weights: state() has what all follow from.
        self.register_buffer(name, torch.from_numpy(array), persistent=False)

    def state(self) -> dict[str, Any]:
        """The tree as plain data, for a checkpoint, sealed with what it was made of."""
        arrays = [getattr(self.tree, name).astype(np.int32) for name in SAVED_ARRAYS]
        content = dict(zip(SAVED_ARRAYS, map(torch.from_numpy, arrays), strict=True))
        return {"vocab_size": self.vocab_size, "seal": self._seal(arrays), **content}

    def _seal(self, arrays: Sequence[np.ndarray]) -> str:
        """A hash of the arrays, int32, and of all that they were made of."""
        seal = hashlib.sha256(json.dumps([self.vocab_size, *self._made_of]).encode())
        for array in arrays:
            seal.update(array.tobytes())
        return seal.hexdigest()

    def _checked(self, arrays: Sequence[np.ndarray], seal: str) -> PrefixTree:
        """The tree of saved arrays.

        Raises:
            ValueError: If it was not made of this instance's items.
        """
        if self._seal(arrays) != seal:
            raise ValueError(
                f"the saved prefix tree over item_identifier {self.kind!r} was made of other item "
                f"ids, titles or text tokens than those of the catalogue; load the checkpoint with "
                f"the dataset it was trained on, or train again"
            )
        return PrefixTree(*arrays)

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


def _paths(
    kind: str,
    titles: Sequence[str],
    keys: Sequence[str],
    tokenizer: TextTokenizer,
    text_vocab_size: int,
    codes: Sequence[Sequence[int]] | None,
) -> tuple[list[list[int]], int]:
    """The tokens of every item but the padding item, and how many tokens of our own there are."""
    if kind == "token":
        return [[text_vocab_size + item] for item in range(1, len(titles))], len(titles)
    if kind == "title":
        return _marked(tokenizer.words(titles[1:]), keys[1:], text_vocab_size)
    if codes is None:
        raise ValueError("item_identifier is 'code' and there are no codes; give one for each")
    return _placed(codes[1:], text_vocab_size)


def _placed(codes: Sequence[Sequence[int]], first: int) -> tuple[list[list[int]], int]:
    """Codes as tokens, and the number of tokens that there are: at each place its own."""
    branching = 1 + max(max(code, default=0) for code in codes)
    paths = [[first + place * branching + one for place, one in enumerate(code)] for code in codes]
    return paths, branching * max(map(len, codes))


def _marked(
    words: Sequence[Sequence[int]], keys: Sequence[str], first_mark: int
) -> tuple[list[list[int]], int]:
    """Titles each closed by a copy mark, and the number of marks used: first those that have keys,
    in their order, then the others."""
    copies: Counter[tuple[int, ...]] = Counter()
    paths = [list(title) for title in words]
    by_key = sorted(range(len(keys)), key=keys.__getitem__)
    for title in (*by_key, *range(len(keys), len(paths))):
        same = tuple(words[title])
        paths[title].append(first_mark + copies[same])
        copies[same] += 1
    return paths, max(copies.values())
