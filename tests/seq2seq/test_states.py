"""Rows of keys and values, and the paths that they stand on."""

from __future__ import annotations

import numpy as np
import torch

from recbole_instructrec.seq2seq.states import States


def kept(values):
    """Keys, or values, of one head of width 1, float [n, 1, 1]."""
    return torch.tensor(values, dtype=torch.float32)[:, None, None]


def drawn() -> tuple[States, np.ndarray]:
    """Rows 1 to 4 of a tree: 1 and 2 below the root, 3 below 1, 4 below 3."""
    states = States()
    rows = states.add(np.array([0, 0, 1, 3]), np.array([1, 1, 2, 3]))
    states.write(0, torch.from_numpy(rows), kept([1, 2, 3, 4]), kept([10, 20, 30, 40]))
    return states, rows


def test_a_path_leads_from_below_the_root_to_the_node():
    states, rows = drawn()

    assert rows.tolist() == [1, 2, 3, 4]
    assert states.path(rows).tolist() == [[1, 0, 0], [2, 0, 0], [1, 3, 0], [1, 3, 4]]
    assert states.path(np.array([[0, 2]])).tolist() == [[[0], [2]]]


def test_what_is_written_is_read():
    states, _ = drawn()
    more = states.add(np.array([4]), np.array([4]))
    states.write(0, torch.from_numpy(more), kept([5]), kept([50]))
    keys, values = states.read(0, torch.tensor([4, 1, 5]))

    assert keys.flatten().tolist() == [4, 1, 5]
    assert values.flatten().tolist() == [40, 10, 50]


def test_rows_that_are_kept_are_numbered_anew():
    states, _ = drawn()
    rows = states.keep(np.array([1, 3]))

    assert rows.tolist() == [1, 2]
    assert len(states) == 3
    assert states.path(rows).tolist() == [[1, 0], [1, 2]]
    assert states.read(0, torch.tensor([1, 2]))[1].flatten().tolist() == [10, 30]
    assert states.add(np.array([2]), np.array([3])).tolist() == [3]
