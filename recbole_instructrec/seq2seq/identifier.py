"""How items are written in tokens: one token each, or their titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.tree import PrefixTree

KINDS = ("token", "title")


class Identifiers(nn.Module):
    """The identifier of every item, and the prefix tree over them.

    Item 0 is the padding item and has none. The vocabulary is the text tokens followed by
    tokens of our own: one for each item (``token``), or copy marks 1, 2, ... that close a
    title and tell apart items of the same title (``title``).

    Args:
        kind: ``token`` or ``title``.
        titles: Item titles, shape [n_items].
        keys: A stable name of each item, e.g. the dataset's own id; it orders items of the
            same title, so that the order of appearance in the data never matters.
        tokenizer: Encodes titles.
        text_vocab_size: Number of text tokens; tokens of our own begin there.

    Attributes:
        vocab_size: Text tokens and our own together.
        tree: The prefix tree; its arrays are here as buffers of the same names, and so are
            ``path``, the nodes from below the root to each item's leaf, int64 [n_items, depth],
            padded with 0, and ``length``, their number.

    Raises:
        ValueError: If the kind is unknown.
    """

    def __init__(
        self,
        kind: str,
        titles: Sequence[str],
        keys: Sequence[str],
        tokenizer: TextTokenizer,
        text_vocab_size: int,
    ) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"item_identifier is {kind!r}; choose one of {', '.join(KINDS)}")
        items = range(1, len(titles))
        if kind == "token":
            paths = [[text_vocab_size + item] for item in items]
            own = len(titles)
        else:
            copies: dict[str, int] = defaultdict(int)
            path_of = {}
            for item in sorted(items, key=lambda item: (titles[item], keys[item])):
                words = tokenizer.words(titles[item])
                copy = copies[str(words)]
                copies[str(words)] += 1
                path_of[item] = [*words, text_vocab_size + copy]
            paths = [path_of[item] for item in items]
            own = max(copies.values())
        self.kind = kind
        self.vocab_size = text_vocab_size + own
        self.tree = PrefixTree(paths, list(items))
        leaf_of_item = np.zeros(len(titles), dtype=np.int64)
        leaves = np.flatnonzero(self.tree.item >= 0)
        leaf_of_item[self.tree.item[leaves]] = leaves
        nodes = [self.tree.path_nodes(leaf) for leaf in leaf_of_item]
        width = max(map(len, nodes))
        table = np.zeros((len(titles), width), dtype=np.int64)
        for row, path in zip(table, nodes, strict=True):
            row[: len(path)] = path
        # Not saved: they follow from titles and tokenizer, which a checkpoint brings along.
        self.register_buffer("path", torch.from_numpy(table), persistent=False)
        self.register_buffer("length", (self.path > 0).sum(1), persistent=False)
        for name in ("token", "parent", "first_child", "n_children", "item", "certain_item"):
            array = torch.from_numpy(getattr(self.tree, name))
            self.register_buffer(name, array, persistent=False)

    def spell(self, items: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Sequences of items as sequences of tokens.

        Args:
            items: Item ids, int64 [batch, n], padded on the right with 0.

        Returns:
            Three int64 tensors [batch, n_tokens], padded on the right: the tokens (padding
            0), the tree node that each token leads to (padding 0, the root), and the position
            in ``items`` that it belongs to (padding n - 1).
        """
        batch, n = items.shape
        lengths = self.length[items]  # [batch, n]
        ends = lengths.cumsum(1)
        total = int(ends[:, -1].max())
        place = torch.arange(total, device=items.device).expand(batch, total)
        position = torch.searchsorted(ends, place.contiguous(), right=True).clamp(max=n - 1)
        step = place - (ends - lengths).gather(1, position)
        inside = place < ends[:, -1:]
        width = self.path.shape[1]
        nodes = self.path[items.gather(1, position), step.clamp(0, width - 1)]
        nodes = nodes.masked_fill(~inside, 0)
        tokens = self.token[nodes].masked_fill(~inside, 0)
        return tokens, nodes, position
