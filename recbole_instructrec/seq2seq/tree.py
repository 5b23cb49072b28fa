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
    order of their tokens. Node 0 is the root. All else follows from what is given.

    Args:
        token: Token that leads to a node, int [n_nodes]; -1 for the root.
        n_children: Number of children, int [n_nodes]; 0 for a leaf.
        item: Item at a leaf, int [n_nodes]; -1 for inner nodes.

    Attributes:
        token: As given, int64.
        n_children: As given, int64.
        item: As given, int64.
        parent: Parent node, int64 [n_nodes]; -1 for the root.
        first_child: First child, int64 [n_nodes]; of no meaning for a leaf.
        n_leaves: Number of leaves at or below a node, int64 [n_nodes].
        first_leaf: Place of the first of them among all leaves from left to right, int64
            [n_nodes]; the others follow.
        leaf_items: The item of each leaf from left to right, int64 [n_leaves].
        certain_item: The one item at or below a node, int64 [n_nodes]; -1 where there are several.
        path_length: Number of tokens of each item's path, int64 [n_leaves], items ascending.
        path_nodes: Nodes from below the root to the leaf, for one path after another in that
            order, int64 [sum of path_length].
        depth: Length of the longest path.
    """

    def __init__(self, token: np.ndarray, n_children: np.ndarray, item: np.ndarray) -> None:
        self.token, self.n_children, self.item = (
            one.astype(np.int64) for one in (token, n_children, item)
        )
        ends = self.n_children.cumsum()
        self.parent = np.r_[-1, np.arange(len(self)).repeat(self.n_children)]
        self.first_child = 1 + ends - self.n_children
        bounds = [0, 1]
        while (last := 1 + int(ends[bounds[-1] - 1])) > bounds[-1]:
            bounds.append(last)
        self._levels = list(zip(bounds[:-1], bounds[1:], strict=True))
        self.depth = len(self._levels) - 1
        self._count_leaves()
        self._find_paths()

    @classmethod
    def of(cls, paths: Sequence[Sequence[int]], items: Sequence[int]) -> PrefixTree:
        """The tree of some identifiers.

        Args:
            paths: For each leaf its token ids, in any order; no path may begin another.
            items: The item of each path, int [n_paths].

        Raises:
            ValueError: If there are no paths, one is empty, or one equals or begins another.
        """
        items = np.asarray(items, dtype=np.int64)
        lengths = np.fromiter(map(len, paths), dtype=np.int64, count=len(paths))
        if not len(paths):
            raise ValueError("there are no identifiers; give at least one")
        if not lengths.all():
            empty = items[lengths == 0][0]
            raise ValueError(f"the identifier of item {empty} has no tokens; give it at least one")
        start = lengths.cumsum() - lengths
        tokens = np.fromiter(chain.from_iterable(paths), np.int64, int(lengths.sum()))
        levels = [(np.array([-1]), np.array([-1]))]  # token, item
        n_children = []
        path = np.arange(len(paths))  # those that reach the level
        above = np.zeros(len(paths), dtype=np.int64)  # their nodes, counted on the level before
        for level in range(lengths.max()):
            token = tokens[start[path] + level]
            order = np.lexsort((token, above))
            path, above, token = path[order], above[order], token[order]
            opens = np.r_[True, (above[1:] != above[:-1]) | (token[1:] != token[:-1])]
            node = opens.cumsum() - 1
            ends = lengths[path] == level + 1
            _check_alone(items[path], node, ends)
            item = np.full(node[-1] + 1, -1)
            item[node[ends]] = items[path[ends]]
            n_children.append(np.bincount(above[opens], minlength=len(levels[-1][0])))
            levels.append((token[opens], item))
            path, above = path[~ends], node[~ends]
        n_children.append(np.zeros(len(item), dtype=np.int64))
        token, item = map(np.concatenate, zip(*levels, strict=True))
        return cls(token, np.concatenate(n_children), item)

    def _count_leaves(self) -> None:
        self.n_leaves = (self.item >= 0).astype(np.int64)
        for first, last in self._levels[:0:-1]:  # deepest level first
            parent, leaves = self.parent[first:last], self.n_leaves[first:last]
            self.n_leaves[:first] += np.bincount(parent, leaves, first).astype(np.int64)
        before = self.n_leaves.cumsum() - self.n_leaves  # on the same level and to the left
        self.first_leaf = np.zeros(len(self), dtype=np.int64)
        for first, last in self._levels[1:]:
            parent = self.parent[first:last]
            aside = before[first:last] - before[self.first_child[parent]]
            self.first_leaf[first:last] = self.first_leaf[parent] + aside
        leaves = np.flatnonzero(self.item >= 0)
        self.leaf_items = np.empty(len(leaves), dtype=np.int64)
        self.leaf_items[self.first_leaf[leaves]] = self.item[leaves]
        self.certain_item = np.where(self.n_leaves == 1, self.leaf_items[self.first_leaf], -1)

    def _find_paths(self) -> None:
        node = np.flatnonzero(self.item >= 0)
        node = node[self.item[node].argsort()]
        self.path_length = self.depths[node]
        place = self.path_length.cumsum() - 1
        self.path_nodes = np.empty(int(self.path_length.sum()), dtype=np.int64)
        while len(node):
            self.path_nodes[place] = node
            below = self.parent[node] > 0
            node, place = self.parent[node[below]], place[below] - 1

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
    def log_share(self) -> np.ndarray:
        """Logarithm of the share that a node has of the items below its parent, float64
        [n_nodes]; 0 for the root."""
        above = self.n_leaves[self.parent]
        above[0] = self.n_leaves[0]
        return np.log(self.n_leaves / above)

    @cached_property
    def leaf_of_item(self) -> np.ndarray:
        """Place of each item among all leaves from left to right, int64 [largest item + 1]; of no
        meaning where there is no such item."""
        place = np.zeros(1 + self.leaf_items.max(), dtype=np.int64)
        place[self.leaf_items] = np.arange(len(self.leaf_items))
        return place

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


def _check_alone(items: np.ndarray, node: np.ndarray, ends: np.ndarray) -> None:
    """Raises ValueError if a path that ends at a node shares it with another path."""
    shared = ends & (np.bincount(node)[node] > 1)
    if shared.any():
        one = int(np.flatnonzero(shared)[0])
        other = next(i for i in np.flatnonzero(node == node[one]) if i != one)
        raise ValueError(
            f"the identifier of item {items[one]} equals or begins that of item {items[other]}; "
            f"close each with a token that tells it apart"
        )
