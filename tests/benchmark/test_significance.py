"""Paired tests over users."""

from __future__ import annotations

import numpy as np
import pytest

from recbole_instructrec.benchmark.significance import compare


def test_eight_users_who_all_gain():
    second = np.arange(8.0)
    found = compare(second + np.arange(1, 9) / 10, second)
    assert found.difference == pytest.approx(0.45)
    assert found.relative == pytest.approx(0.45 / 3.5)
    assert found.n_different == 8
    assert found.p == pytest.approx(2 / 2**8)  # one of all signs, on either side


def test_equal_models_do_not_differ():
    values = np.array([0.1, 0.2, 0.3])
    found = compare(values + 1e-15, values)
    assert (found.difference, found.p, found.n_different) == (0, 1, 0)


def test_users_who_are_left_out_are_left_out():
    first, second = np.array([1.0, np.nan, 0.0]), np.array([0.5, 0.9, np.nan])
    assert compare(first, second).difference == 0.5


def test_a_worse_model_has_a_negative_difference():
    assert compare(np.zeros(20), np.linspace(0.1, 1, 20)).difference < 0
