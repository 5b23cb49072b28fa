"""Measures which items of a history speak for an item: without them its score falls most."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

# So much of the history is named as a reason for one item.
MOST_INFLUENCES = 2


def influences(
    history: Sequence[int],
    n_seen: int,
    scores: torch.Tensor,
    score: Callable[[Sequence[Sequence[int]]], torch.Tensor],
) -> list[list[tuple[int, float]]]:
    """For each of some items, the history items without which its score falls most.

    Every item of the history that the model sees is taken away in turn, all in one batch; where
    the history is longer, an older item then moves in, as it would for somebody without that one.

    Args:
        history: Items, oldest first.
        n_seen: How many of the newest the model sees.
        scores: Log-likelihoods with the whole history, float [n_items].
        score: The same for several histories, float [n_histories, n_items].

    Returns:
        For each item up to ``MOST_INFLUENCES`` pairs of a history item and the fall, above 0,
        largest first.
    """
    places = range(max(0, len(history) - n_seen), len(history))
    if not places:
        return [[] for _ in scores]
    falls = scores - score([[*history[:place], *history[place + 1 :]] for place in places])
    found = []
    for column in falls.T:
        strongest = column.topk(min(MOST_INFLUENCES, len(column)))
        pairs = zip(strongest.indices.tolist(), strongest.values.tolist(), strict=True)
        found.append([(history[places[nth]], fall) for nth, fall in pairs if fall > 0])
    return found
