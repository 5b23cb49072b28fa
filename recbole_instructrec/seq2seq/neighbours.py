"""Places of items out of what stands near them in histories."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

# What stands further from an item is no neighbour; one n steps away counts an nth.
WINDOW = 5
# Counts of neighbours are taken to this power, so that rare ones are not overrated.
SMOOTHING = 0.75


def neighbour_places(
    users: np.ndarray, items: np.ndarray, n_items: int, dimensions: int, seed: int = 0
) -> np.ndarray:
    """A place for each item: items with the same neighbours are at the same place.

    It is a truncated SVD of the positive pointwise mutual information of items and their
    neighbours, the singular values taken at their square root, with the context distribution
    smoothed (Levy, Goldberg and Dagan 2015, "Improving distributional similarity with lessons
    learned from word embeddings", TACL 3), turned at random, so that all dimensions weigh alike.

    Args:
        users: Whose each interaction of the training part is, int64 [n], one person's together.
        items: What was chosen, int64 [n], in order.
        n_items: Number of items, padding included.
        dimensions: Number of dimensions.
        seed: Seed of the turn.

    Returns:
        Float32 [n_items, dimensions], each of length 1, or 0 for an item that nothing stands near.
    """
    near = _mutual_information(_neighbours(users, items, n_items))
    random = np.random.default_rng(seed)
    start = random.random(n_items)
    turn, _ = np.linalg.qr(random.normal(size=(dimensions, dimensions)))
    places = np.zeros((n_items, dimensions))
    rank = min(dimensions, n_items - 1)
    if rank and near.nnz:
        _, values, found = svds(near, k=rank, v0=start)
        places[:, :rank] = found.T * np.sqrt(values.clip(0))
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    known = lengths > 1e-6 * max(lengths.max(), 1e-6)
    return (places @ turn / np.where(known, lengths, np.inf)).astype(np.float32)


def _neighbours(users: np.ndarray, items: np.ndarray, n_items: int) -> sparse.csr_matrix:
    """How often each item stands near each other one, float64 [n_items, n_items]."""
    counts = sparse.csr_matrix((n_items, n_items))
    for step in range(1, WINDOW + 1):
        same = users[step:] == users[:-step]
        pairs = items[:-step][same], items[step:][same]
        counts += sparse.coo_matrix((np.full(same.sum(), 1 / step), pairs), counts.shape).tocsr()
    return counts + counts.T


def _mutual_information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """The logarithm of how many times more often than by chance, where it is more often."""
    found = counts.tocoo()
    total = np.asarray(counts.sum(1)).ravel()
    smoothed = total**SMOOTHING
    chance = total[found.row] * smoothed[found.col] / smoothed.sum()
    information = np.log(found.data / chance).clip(0)
    matrix = sparse.csr_matrix((information, (found.row, found.col)), counts.shape)
    matrix.eliminate_zeros()
    return matrix
