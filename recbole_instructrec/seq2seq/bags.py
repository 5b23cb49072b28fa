"""Sums of rows of a table, one for each of many bags: the words of items, the labels of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Bags(nn.Module):
    """Adds up the rows of each bag.

    Args:
        members: The rows of each bag, [n_bags] of any number, with repetitions.
        n_rows: Number of rows of the table.

    Attributes:
        n_rows: Number of rows of the table.
        sizes: Number of rows of each bag and at least 1, so that one can divide by it, int64
            [n_bags].
    """

    def __init__(self, members: Sequence[Sequence[int]], n_rows: int) -> None:
        super().__init__()
        self.n_rows = n_rows
        counts = torch.tensor(list(map(len, members)), dtype=torch.int64)
        rows = torch.tensor([row for bag in members for row in bag], dtype=torch.int64)
        # The other way round, for the gradient: the bags of each row.
        counts_of_rows = rows.bincount(minlength=n_rows)
        bags = torch.arange(len(members)).repeat_interleave(counts)[rows.argsort(stable=True)]
        # Not saved: all follow from what the bags are made of.
        for name, value in (
            ("sizes", counts.clamp(min=1)),
            ("rows", rows),
            ("rows_from", counts.cumsum(0) - counts),
            ("bags", bags),
            ("bags_from", counts_of_rows.cumsum(0) - counts_of_rows),
        ):
            self.register_buffer(name, value, persistent=False)

    def forward(self, table: torch.Tensor) -> torch.Tensor:
        """Float [n_bags, d], of a table float [n_rows, d]."""
        return _Sums.apply(table, self.rows, self.rows_from, self.bags, self.bags_from)


class _Sums(torch.autograd.Function):
    """The sum of the rows of each bag. Its gradient is the sum over each row's bags; torch's own
    would sort the rows in every step."""

    @staticmethod
    def forward(ctx: Any, table: torch.Tensor, *indices: torch.Tensor) -> torch.Tensor:
        rows, rows_from, *of_rows = indices
        ctx.save_for_backward(*of_rows)
        return F.embedding_bag(rows, table, rows_from, mode="sum")

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        bags, bags_from = ctx.saved_tensors
        # A gradient may come as one number for all places.
        sums = F.embedding_bag(bags, gradient.contiguous(), bags_from, mode="sum")
        return sums, None, None, None, None
