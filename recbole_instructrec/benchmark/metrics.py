"""RecBole's metrics of one target a user, from its rank."""

from __future__ import annotations

import numpy as np

from recbole_instructrec.benchmark.ranks import Ranks

# What a target is worth at each of the ranks 1, 2, ...
WORTH = {
    "Recall": np.ones_like,
    "MRR": lambda rank: 1 / rank,
    "NDCG": lambda rank: 1 / np.log2(rank + 1),
    "Hit": np.ones_like,
}


def per_user(ranks: Ranks, metric: str) -> np.ndarray:
    """A metric for each user, float64 [n], NaN for users who are left out.

    Items with the target's score stand before and behind it equally often: the mean over all
    orders of them. RecBole takes the order in which ``torch.topk`` happens to find them.

    Args:
        metric: ``NAME@K``.

    Raises:
        ValueError: If there is no such metric.
    """
    name, _, k = metric.partition("@")
    if name not in WORTH or not k.isdecimal() or int(k) < 1:
        raise ValueError(f"there is no metric {metric!r}; give one of {', '.join(WORTH)} as NAME@K")
    worth = WORTH[name](np.arange(1, int(k) + 1, dtype=float))
    upto = np.concatenate([[0.0], np.cumsum(worth)])
    absent = ranks.above < 0
    above = np.where(absent, 0, ranks.above)
    last = above + ranks.tied + 1
    value = (upto[np.minimum(last, int(k))] - upto[np.minimum(above, int(k))]) / (ranks.tied + 1)
    return np.where(absent, np.nan, value)
