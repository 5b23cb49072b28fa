"""A prefix tree of item identifiers, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np


@dataclass(frozen=True)
class Traversal:
    """An order in which to visit inner nodes below the root, depth first.

    Whatever lies between two places of it, the nodes above the second are among what lies between
    or above the first, so that a walk need keep no more than one path.

    Attributes:
        nodes: The nodes, int64 [n].
        depth: Their numbers of tokens from the root, int64 [n].
        rank: Place of each node of the tree among ``nodes``, counted from 1; 0 for the root and -1
            where it is not visited, int64 [n_nodes].
        ends: The other nodes whose parents are visited or the root, int64.
    """

    nodes: np.ndarray
    depth: np.ndarray
    rank: np.ndarray
    ends: np.ndarray


class PrefixTree:
    """All identifiers as paths from one root; every leaf is one item.

    Nodes are numbered level by level, and the children of a node are consecutive and in the
    order of their tokens. Node 0 is the root.

    Args:
        paths: For each leaf its token ids, in any order; no path may begin another.
        items: The item of each path, int [n_paths].

    Attributes:
        token: Token that leads to a node, int64 [n_nodes]; -1 for the root.
        parent: Parent node, int64 [n_nodes]; -1 for the root.
        first_child: First child, int64 [n_nodes]; of no meaning for a leaf.
        n_children: Number of children, int64 [n_nodes]; 0 for a leaf.
        item: Item at a leaf, int64 [n_nodes]; -1 for inner nodes.
        n_leaves: Number of leaves at or below a node, int64 [n_nodes].
        first_leaf: Place of the first of them among all leaves from left to right, int64
            [n_nodes]; the others follow.
        leaf_items: The item of each leaf from left to right, int64 [n_paths].
        certain_item: The one item at or below a node, int64 [n_nodes]; -1 where there are several.
        path_length: Number of tokens of each path, int64 [n_paths].
        path_nodes: Nodes from below the root to the leaf, for one path after another in the
            order given, int64 [sum of path_length].
        depth: Length of the longest path.

    Raises:
        ValueError: If there are no paths, one is empty, or one equals or begins another.
    """

    def __init__(self, paths: Sequence[Sequence[int]], items: Sequence[int]) -> None:
        items = np.asarray(items, dtype=np.int64)
        self.path_length = np.fromiter(map(len, paths), dtype=np.int64, count=len(paths))
        if not len(paths):
            raise ValueError("there are no identifiers; give at least one")
        if not self.path_length.all():
            empty = items[self.path_length == 0][0]
            raise ValueError(f"the identifier of item {empty} has no tokens; give it at least one")
        self.depth = int(self.path_length.max())
        start = self.path_length.cumsum() - self.path_length
        tokens = np.fromiter(chain.from_iterable(paths), np.int64, int(self.path_length.sum()))
        self.path_nodes = np.empty_like(tokens)

        levels = [(np.array([-1]), np.array([-1]), np.array([-1]))]  # token, parent, item
        path = np.arange(len(paths))  # those that reach the level
        above = np.zeros(len(paths), dtype=np.int64)  # their nodes on the level before
        bounds = [0, 1]
        for level in range(self.depth):
            token = tokens[start[path] + level]
            order = np.lexsort((token, above))
            path, above, token = path[order], above[order], token[order]
            opens = np.r_[True, (above[1:] != above[:-1]) | (token[1:] != token[:-1])]
            group = opens.cumsum() - 1
            ends = self.path_length[path] == level + 1
            _check_alone(items[path], group, ends)
            item = np.full(group[-1] + 1, -1)
            item[group[ends]] = items[path[ends]]
            levels.append((token[opens], above[opens], item))
            node = bounds[-1] + group
            self.path_nodes[start[path] + level] = node
            path, above = path[~ends], node[~ends]
            bounds.append(bounds[-1] + len(item))

        self.token, self.parent, self.item = map(np.concatenate, zip(*levels, strict=True))
        self._levels = list(zip(bounds[:-1], bounds[1:], strict=True))
        self.n_children = np.bincount(self.parent[1:], minlength=len(self))
        self.first_child = 1 + self.n_children.cumsum() - self.n_children
        self.n_leaves = (self.item >= 0).astype(np.int64)
        for first, last in zip(bounds[-2:0:-1], bounds[:1:-1], strict=True):  # deepest level first
            parent, leaves = self.parent[first:last], self.n_leaves[first:last]
            self.n_leaves[:first] += np.bincount(parent, leaves, first).astype(np.int64)
        before = self.n_leaves.cumsum() - self.n_leaves  # on the same level and to the left
        self.first_leaf = np.zeros(len(self), dtype=np.int64)
        for first, last in zip(bounds[1:-1], bounds[2:], strict=True):
            parent = self.parent[first:last]
            aside = before[first:last] - before[self.first_child[parent]]
            self.first_leaf[first:last] = self.first_leaf[parent] + aside
        leaves = np.flatnonzero(self.item >= 0)
        self.leaf_items = np.empty(len(paths), dtype=np.int64)
        self.leaf_items[self.first_leaf[leaves]] = self.item[leaves]
        self.certain_item = np.where(self.n_leaves == 1, self.leaf_items[self.first_leaf], -1)

    def __len__(self) -> int:
        return len(self.token)

    @cached_property
    def depths(self) -> np.ndarray:
        """Number of tokens from the root to each node, int64 [n_nodes]."""
        depths = np.zeros(len(self), dtype=np.int64)
        for level, (first, last) in enumerate(self._levels):
            depths[first:last] = level
        return depths

    @cached_property
    def inner(self) -> Traversal:
        """Every node that has children."""
        return self._traversal(self.n_children > 0)

    @cached_property
    def undecided(self) -> Traversal:
        """Every node that several items are below."""
        return self._traversal(self.n_leaves > 1)

    def _traversal(self, visited: np.ndarray) -> Traversal:
        nodes = 1 + np.flatnonzero(visited[1:])
        # Above comes before below, for nodes are numbered level by level.
        nodes = nodes[self.first_leaf[nodes].argsort(kind="stable")]
        rank = np.full(len(self), -1)
        rank[0] = 0
        rank[nodes] = np.arange(1, len(nodes) + 1)
        ends = 1 + np.flatnonzero((rank[1:] < 0) & (rank[self.parent[1:]] >= 0))
        return Traversal(nodes, self.depths[nodes], rank, ends)

    def path_to(self, node: int) -> np.ndarray:
        """Nodes from below the root to a node, int64 [its depth]."""
        path = []
        while node > 0:
            path.append(node)
            node = self.parent[node]
        return np.array(path[::-1], dtype=np.int64)

    def children_of(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All children of some nodes: the place of their parent among ``nodes``, and their own
        numbers, both int64 [n_children]."""
        counts = self.n_children[nodes]
        place = np.arange(len(nodes)).repeat(counts)
        nth = np.arange(len(place)) - (counts.cumsum() - counts).repeat(counts)
        return place, self.first_child[nodes].repeat(counts) + nth

    def children(self, node: int) -> slice:
        """The children of a node, as a slice of node numbers."""
        first = int(self.first_child[node])
        return slice(first, first + int(self.n_children[node]))


def _check_alone(items: np.ndarray, group: np.ndarray, ends: np.ndarray) -> None:
    """Raises ValueError if a path that ends at a node shares it with another path."""
    shared = ends & (np.bincount(group)[group] > 1)
    if shared.any():
        one = int(np.flatnonzero(shared)[0])
        other = next(i for i in np.flatnonzero(group == group[one]) if i != one)
        raise ValueError(
            f"the identifier of item {items[one]} equals or begins that of item {items[other]}; "
            f"close each with a token that tells it apart"
        )
