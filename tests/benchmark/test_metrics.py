"""Metrics from ranks: RecBole's values, and the fair share of ties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbole_instructrec.benchmark.metrics import per_user
from recbole_instructrec.benchmark.ranks import Ranks


def value(above, tied, metric):
    return per_user(Ranks(np.array([above]), np.array([tied])), metric)[0]


def test_a_target_at_rank_three():
    assert value(2, 0, "Hit@2") == 0
    assert value(2, 0, "Hit@3") == value(2, 0, "Recall@3") == 1
    assert value(2, 0, "MRR@10") == pytest.approx(1 / 3)
    assert value(2, 0, "NDCG@10") == pytest.approx(1 / math.log2(4))


def test_of_five_equal_items_the_target_is_first_in_a_fifth_of_the_orders():
    assert value(0, 4, "Hit@1") == pytest.approx(0.2)
    assert value(0, 4, "Hit@5") == pytest.approx(1)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 20))
def test_ties_count_as_the_mean_over_all_places_they_may_have(above, tied, k):
    for metric in ("Hit", "MRR", "NDCG"):
        places = [value(place, 0, f"{metric}@{k}") for place in range(above, above + tied + 1)]
        assert value(above, tied, f"{metric}@{k}") == pytest.approx(np.mean(places))


def test_who_is_left_out_has_no_value():
    assert np.isnan(value(-1, 0, "NDCG@10"))


@pytest.mark.parametrize("metric", ["F1@10", "NDCG", "NDCG@0", "NDCG@x"])
def test_an_unknown_metric_is_refused(metric):
    with pytest.raises(ValueError, match=f"there is no metric '{metric}'"):
        value(0, 0, metric)
