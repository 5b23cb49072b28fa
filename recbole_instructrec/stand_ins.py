"""Items that stand in a history for what the catalogue has not got. People know that they are like
it, so each also has a share of the likelihood, whatever the model thinks of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from recbole_instructrec.best_items import BestItems

# What each has of the likelihood, and all of them together at most. A model of ml-100k gives the
# item that it holds likeliest .02 to .05; benchmarks/stand_ins.py measures what other shares do.
SHARE = 0.05
MOST = 0.5


def mixed(
    others: BestItems, alike: BestItems, standing: Sequence[int], k: int, each: float = SHARE
) -> BestItems:
    """The k best of all items, some of which stand in.

    Args:
        others: The best of those that do not stand in, by the model.
        alike: Those that stand in and may be recommended, by the model, in any order.
        standing: All that stand in, of equal ones the best first; at least one.
        each: The share that each of them has besides, above 0.
    """
    share = min(each * len(standing), MOST)
    place = {item: nth for nth, item in enumerate(standing)}
    order = sorted(range(len(alike.items)), key=lambda nth: place[int(alike.items[nth])])
    items, scores, probabilities = (
        torch.cat([getattr(others, name), getattr(alike, name)[order]])
        for name in ("items", "scores", "probabilities")
    )
    own = torch.zeros(len(items))
    own[len(others.items) :] = share / len(standing)
    scores = torch.logaddexp(scores + math.log1p(-share), own.log())
    probabilities = probabilities * (1 - share) + own
    best = scores.argsort(descending=True, stable=True)[:k]
    return BestItems(items[best], scores[best], probabilities[best])
