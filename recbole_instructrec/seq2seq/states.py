"""What the decoder keeps of tree nodes: keys and values, one row for each node of a request.

Continuations of one request share the rows of the nodes that they have in common, so nothing is
copied where a tree branches: a node names its parent's row, and with it the whole way to the root.
"""

from __future__ import annotations

import numpy as np
import torch


class States:
    """Keys and values of decoded nodes, in rows.

    Row 0 is the root of every request: nothing is kept for it, and what is written there is lost.

    Attributes:
        parent: Row of each row's parent, int64 [n_rows].
        depth: Number of tokens from the root, int64 [n_rows]; 0 for row 0.
    """

    def __init__(self) -> None:
        self.parent = np.zeros(1, dtype=np.int64)
        self.depth = np.zeros(1, dtype=np.int64)
        self._keys: dict[int, torch.Tensor] = {}  # of each layer, [capacity, heads, d]
        self._values: dict[int, torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self.parent)

    def add(self, parent: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Room for nodes that are about to be decoded.

        Args:
            parent: Rows of their parents, int64 of any shape; may be rows of this very call, which
                are numbered from ``len(states)`` on.
            depth: Their numbers of tokens from the root, int64 of that shape.

        Returns:
            Their rows, int64 of that shape.
        """
        rows = len(self) + np.arange(parent.size).reshape(parent.shape)
        self.parent = np.concatenate([self.parent, parent.ravel()])
        self.depth = np.concatenate([self.depth, depth.ravel()])
        return rows

    def path(self, rows: np.ndarray) -> np.ndarray:
        """Rows from below the root to the nodes themselves, int64 [..., largest depth], for rows
        int64 [...]; filled up with 0."""
        depth = self.depth[rows]
        path = np.zeros((*rows.shape, max(1, depth.max(initial=0))), dtype=np.int64)
        for step in range(path.shape[-1], 0, -1):
            here = depth >= step
            path[..., step - 1] = np.where(here, rows, 0)
            rows = np.where(here, self.parent[rows], rows)
        return path

    def seen_from(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each request's nodes attend to of one another and of the nodes above them.

        Args:
            rows: The nodes' rows, int64 [n_requests, n]; 0 where a request has fewer.

        Returns:
            The rows on their paths, each once, int64 [n_requests, n_seen], filled up with 0; and
            how many tokens lie between each of these and each node, int64 [n_requests, n, n_seen],
            -1 where it is not on the node's path.
        """
        path = self.path(rows)
        owner = np.full(len(self), -1)
        owner[path] = np.arange(len(rows))[:, None, None]
        owner[0] = -1
        used = np.flatnonzero(owner >= 0)
        row, column = in_grid(owner[used])
        seen = np.zeros((len(rows), 1 + column.max(initial=0)), dtype=np.int64)
        seen[row, column] = used
        column_of = np.zeros(len(self), dtype=np.int64)
        column_of[used] = column
        distance = np.full((*rows.shape, seen.shape[1]), -1)
        request, node, step = path.nonzero()
        here = path[request, node, step]
        distance[request, node, column_of[here]] = self.depth[rows[request, node]] - 1 - step
        return seen, distance

    def write(
        self, layer: int, rows: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
    ) -> None:
        """Keeps keys and values, each float [n, heads, d], in rows int64 [n]."""
        for kept, states in ((self._keys, keys), (self._values, values)):
            old = kept.get(layer)
            if old is None or len(old) < len(self):
                n = len(self) if old is None else max(len(self), 2 * len(old))
                kept[layer] = states.new_zeros(n, *states.shape[1:])
                if old is not None:
                    kept[layer][: len(old)] = old
            kept[layer][rows] = states

    def read(self, layer: int, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values, each float [..., heads, d], of rows int64 [...]."""
        return self._keys[layer][rows], self._values[layer][rows]

    def keep(self, rows: np.ndarray) -> np.ndarray:
        """Forgets all rows but some, and numbers those anew.

        Args:
            rows: Int64 of any shape, with the rows of parents before those of children.

        Returns:
            Their new numbers, in the same shape.
        """
        old = rows.ravel()
        number = np.zeros(len(self), dtype=np.int64)
        number[old] = np.arange(1, len(old) + 1)
        kept = torch.from_numpy(np.r_[0, old])
        for states in (*self._keys.values(), *self._values.values()):
            states[: len(kept)] = states[kept.to(states.device)]
        self.parent = np.r_[0, number[self.parent[old]]]
        self.depth = np.r_[0, self.depth[old]]
        return number[rows]


def in_grid(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in a table for things of which each belongs to a row: the rows, as given, and the
    columns, counted in each row from 0; both int64 [n]."""
    order = row.argsort(kind="stable")
    counts = np.bincount(row)
    column = np.empty_like(row)
    column[order] = np.arange(len(row)) - (counts.cumsum() - counts).repeat(counts)
    return row, column
