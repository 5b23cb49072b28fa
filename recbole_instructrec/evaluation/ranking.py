"""Lists of the best items, and what is counted in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from scipy.stats import wilcoxon


def best(scores: torch.Tensor, allowed: np.ndarray, k: int) -> np.ndarray:
    """The k best items of each row among those allowed.

    Args:
        scores: Float [n, n_items]; minus infinity for an item that cannot be recommended.
        allowed: Bool [n, n_items].

    Returns:
        Int64 [n, k], best first; 0 where there are no more.
    """
    scores = scores.masked_fill(~torch.from_numpy(allowed), -torch.inf)
    found = scores.topk(min(k, scores.shape[1]))
    items = found.indices.masked_fill(found.values == -torch.inf, 0)
    return np.pad(items.numpy(), ((0, 0), (0, k - items.shape[1])))


def ranks(scores: torch.Tensor, allowed: np.ndarray, targets: Sequence[int]) -> np.ndarray:
    """Place of each row's target among the items allowed, from 1, int64 [n]; of equal scores the
    last.

    Args:
        scores: Float [n, n_items].
        allowed: Bool [n, n_items].
    """
    own = scores.gather(1, torch.as_tensor(targets)[:, None])
    return ((scores >= own).numpy() & allowed).sum(1)


def ndcg(lists: np.ndarray, targets: Sequence[int]) -> np.ndarray:
    """NDCG of one target in each list, float [n]: 1 / log2(1 + its place), or 0.

    Args:
        lists: Items, best first, int64 [n, k].
    """
    hits = lists == np.asarray(targets)[:, None]
    return (hits / np.log2(np.arange(lists.shape[1]) + 2)).sum(1)


def share(lists: np.ndarray, sets: Iterable[np.ndarray]) -> np.ndarray:
    """Which share of each list belongs to a set of its own, float [n]; NaN for an empty list.

    Args:
        lists: Items, int64 [n, k]; 0 is none.
        sets: For each list which items belong to its set, bool [n_items].
    """
    shares = []
    for items, inside in zip(lists, sets, strict=True):
        items = items[items > 0]
        shares.append(inside[items].mean() if len(items) else np.nan)
    return np.array(shares)


def overlap(lists: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which share of each list is in the other one, float [n]; NaN for an empty list.

    Args:
        lists, others: Items, int64 [n, k], none twice in a row; 0 is none.
    """
    common = (lists[:, :, None] == others[:, None, :]) & (lists > 0)[:, :, None]
    longer = np.maximum((lists > 0).sum(1), (others > 0).sum(1))
    return np.where(longer > 0, common.sum((1, 2)) / np.maximum(longer, 1), np.nan)


def paired_p(one: np.ndarray, other: np.ndarray) -> float:
    """Two-sided p of Wilcoxon's signed-rank test over paired values; 1 where none differ."""
    return float(wilcoxon(one, other).pvalue) if (one != other).any() else 1.0
