"""Item identifiers out of who chose what: items of one public begin with the same codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.sparse.linalg import svds

DIMENSIONS = 32


def collaborative_codes(
    chosen: sparse.csr_matrix, keys: Sequence[str], branching: int = 64, seed: int = 0
) -> list[tuple[int, ...]]:
    """A code of each item: k-means clusters within clusters, of its place in a truncated SVD.

    Clusters are split until at most ``branching`` items are left, which are then counted through.
    Nothing depends on the numbers of items: they are taken in the order of their keys.

    Args:
        chosen: Who chose what in the training part, sparse [n_users, n_items].
        keys: A stable name of each item, [n_items].
        branching: Most clusters that one is split into, at least 2.
        seed: Seed of the clustering.

    Returns:
        For each item its code, numbers from 0 to ``branching`` - 1; none begins another.
    """
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__))
    random = np.random.default_rng(seed)
    vectors = _vectors(chosen.tocsc()[:, order].tocsr(), random)
    codes: list[tuple[int, ...]] = [()] * len(keys)
    groups = [((), np.arange(len(order)))]
    while groups:
        code, members = groups.pop()
        if len(members) <= branching:
            for nth, member in enumerate(members):
                codes[order[member]] = (*code, nth)
            continue
        for nth, part in enumerate(_split(vectors, members, branching, random)):
            groups.append(((*code, nth), part))
    return codes


def _vectors(chosen: sparse.csr_matrix, random: np.random.Generator) -> np.ndarray:
    """Each item's place in the SVD of who chose what, both sides scaled by the square root of
    their counts, float64 [n_items, at most DIMENSIONS]."""
    users = np.asarray(chosen.sum(1)).ravel()
    items = np.asarray(chosen.sum(0)).ravel()
    scaled = sparse.diags(users.clip(1) ** -0.5) @ chosen.astype(float)
    scaled = scaled @ sparse.diags(items.clip(1) ** -0.5)
    n = min(DIMENSIONS, min(chosen.shape) - 1)
    if n < 1 or not chosen.nnz:
        return np.zeros((chosen.shape[1], 1))
    _, weights, places = svds(scaled, k=n, v0=random.random(min(scaled.shape)))
    return (weights[:, None] * places).T


def _split(
    vectors: np.ndarray, members: np.ndarray, branching: int, random: np.random.Generator
) -> list[np.ndarray]:
    """Members in clusters, none of them empty, at least two."""
    distinct = len(np.unique(vectors[members], axis=0))
    if distinct > branching:
        _, cluster = kmeans2(vectors[members], branching, minit="++", seed=random)
        parts = [members[cluster == one] for one in range(branching)]
        parts = [part for part in parts if len(part)]
        if len(parts) > 1:
            return parts
    # Nothing tells them apart, e.g. because nobody has chosen any of them.
    return np.array_split(members, branching)
