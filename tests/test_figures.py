"""Figures of reports."""

from __future__ import annotations

import numpy as np

from recbole_instructrec.figures import mean, table


def test_a_mean_leaves_out_what_is_no_number():
    assert mean(np.array([1.0, np.nan, 3.0])) == 2.0
    assert mean(np.array([np.nan])) is None
    assert mean(np.array([])) is None


def test_a_cell_stays_as_it_is_given():
    assert table(["n", "share"], [[1, "0.50"]]).splitlines()[-1].split() == [
        "|", "1", "|", "0.50", "|",
    ]  # fmt: skip
