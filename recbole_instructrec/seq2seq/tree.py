"""A prefix tree of item identifiers, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class PrefixTree:
    """All identifiers as paths from one root; every leaf is one item.

    Nodes are numbered level by level, and the children of a node are consecutive, so that a
    node's children are a slice. Node 0 is the root.

    Args:
        paths: For each leaf its token ids, in any order; no path may begin another.
        items: The item of each path, int [n_paths].

    Attributes:
        token: Token that leads to a node, int64 [n_nodes]; -1 for the root.
        parent: Parent node, int64 [n_nodes]; -1 for the root.
        first_child: First child, int64 [n_nodes].
        n_children: Number of children, int64 [n_nodes]; 0 for a leaf.
        item: Item at a leaf, int64 [n_nodes]; -1 for inner nodes.
        certain_item: The one item at or below a node, where no choice is left; -1 elsewhere.
        depth: Length of the longest path.

    Raises:
        ValueError: If one path begins another or two are equal.
    """

    def __init__(self, paths: Sequence[Sequence[int]], items: Sequence[int]) -> None:
        lengths = np.array([len(path) for path in paths])
        self.depth = int(lengths.max())
        matrix = np.full((len(paths), self.depth), -1, dtype=np.int64)
        matrix[np.arange(self.depth) < lengths[:, None]] = np.concatenate(
            [np.asarray(path, dtype=np.int64) for path in paths]
        )
        order = np.lexsort(matrix.T[::-1])
        matrix, lengths, items = matrix[order], lengths[order], np.asarray(items)[order]

        tokens, parents, leaves = [np.array([-1])], [np.array([-1])], [np.array([-1])]
        group = np.zeros(len(paths), dtype=np.int64)  # each row's node at the level above
        first = 1
        for level in range(self.depth):
            rows = np.flatnonzero(lengths > level)
            above, token = group[rows], matrix[rows, level]
            starts = np.ones(len(rows), dtype=bool)
            starts[1:] = (above[1:] != above[:-1]) | (token[1:] != token[:-1])
            node = first + np.cumsum(starts) - 1
            ends_here = lengths[rows] == level + 1
            sizes = np.bincount(node - first)
            if (sizes[node[ends_here] - first] > 1).any():
                raise ValueError("an identifier is equal to another one or begins it")
            leaf = np.full(int(starts.sum()), -1)
            leaf[node[ends_here] - first] = items[rows[ends_here]]
            tokens.append(token[starts])
            parents.append(above[starts])
            leaves.append(leaf)
            group[rows] = node
            first += len(leaf)

        self.token = np.concatenate(tokens)
        self.parent = np.concatenate(parents)
        self.item = np.concatenate(leaves)
        self.n_children = np.bincount(self.parent[1:], minlength=len(self.token))
        self.first_child = np.concatenate([[1], 1 + np.cumsum(self.n_children)[:-1]])
        self.certain_item = self._certain_item()

    def _certain_item(self) -> np.ndarray:
        certain = self.item.copy()
        for node in range(len(self) - 1, 0, -1):  # children before their parents
            if self.n_children[self.parent[node]] == 1:
                certain[self.parent[node]] = certain[node]
        return certain

    def __len__(self) -> int:
        return len(self.token)

    def children(self, node: int) -> slice:
        """The children of a node, as a slice of node numbers."""
        return slice(int(self.first_child[node]), int(self.first_child[node] + self.n_children[node]))

    def path_nodes(self, leaf: int) -> list[int]:
        """Nodes from below the root to a leaf."""
        nodes = []
        while leaf > 0:
            nodes.append(leaf)
            leaf = int(self.parent[leaf])
        return nodes[::-1]
