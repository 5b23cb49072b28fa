"""Cross-entropy over many columns, in few passes over them."""

from __future__ import annotations

from typing import Any

import torch


def cross_entropy(
    logits: torch.Tensor,
    certain: torch.Tensor,
    column: torch.Tensor,
    uncertain: torch.Tensor,
    expected: torch.Tensor,
) -> torch.Tensor:
    """Sum of the cross-entropies of rows, most of which have one right answer.

    With as many columns as items, what takes time is to go through all of the logits. torch's own
    takes either one answer for every row or a distribution for every row, which is another matrix
    of that size to fill, to multiply and to take the gradient of.

    Args:
        logits: Float32 [n, n_columns].
        certain: Rows with one right answer, int64 [n_certain].
        column: That answer, int64 [n_certain].
        uncertain: Rows with a distribution over answers, int64 [n_uncertain], none of them in
            ``certain``. A row in neither counts nothing.
        expected: The distribution, float32 [n_uncertain, n_columns]; it may be 0 throughout.

    Returns:
        A scalar; its gradient goes to the logits alone, and can be asked for once.
    """
    return _CrossEntropy.apply(logits, certain, column, uncertain, expected)


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor, *answers: torch.Tensor) -> torch.Tensor:
        certain, column, uncertain, expected = answers
        probs = logits.softmax(1)
        # The largest probability of a row is never too small for its logarithm.
        log_total = logits.amax(1) - probs.amax(1).log()
        mass = expected.sum(1)
        ctx.save_for_backward(probs, mass, *answers)
        told = (log_total[certain] - logits[certain, column]).sum()
        hoped = mass @ log_total[uncertain] - (expected * logits.index_select(0, uncertain)).sum()
        return told + hoped

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        probs, mass, certain, column, uncertain, expected = ctx.saved_tensors
        of_row = probs.new_zeros(len(probs))
        of_row[certain] = gradient
        of_row[uncertain] = mass * gradient
        of_logits = probs.mul_(of_row[:, None])  # in place: nothing else has them
        of_logits[certain, column] -= gradient
        of_logits.index_add_(0, uncertain, expected * -gradient)
        return of_logits, None, None, None, None
