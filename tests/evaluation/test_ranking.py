"""Lists and what is counted in them, on lists that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recbole_instructrec.evaluation.ranking import best, ndcg, overlap, paired_p, ranks, share

# Item 0 is padding.
SCORES = torch.tensor([[-torch.inf, 1.0, 4.0, 2.0, 3.0], [-torch.inf, 4.0, 4.0, 1.0, 0.0]])
ALL = np.array([[False, True, True, True, True]] * 2)


def test_the_best_items_come_first():
    assert best(SCORES, ALL, 3)[0].tolist() == [2, 4, 3]


def test_what_is_not_allowed_is_not_in_the_list():
    allowed = ALL & (np.arange(5) != 2)
    assert best(SCORES, allowed, 2)[0].tolist() == [4, 3]


def test_a_list_longer_than_the_items_ends_in_zeros():
    assert best(SCORES, ALL, 6)[0].tolist() == [2, 4, 3, 1, 0, 0]


def test_ranks_count_those_allowed_and_put_a_target_behind_its_equals():
    assert ranks(SCORES, ALL, [3, 1]).tolist() == [3, 2]
    assert ranks(SCORES, ALL & (np.arange(5) != 2), [3, 1]).tolist() == [2, 1]


def test_ndcg_of_a_target_falls_with_its_place():
    lists = np.array([[5, 7, 9], [5, 7, 9], [5, 7, 9], [5, 7, 9]])
    gains = ndcg(lists, [5, 7, 9, 1])
    assert gains == pytest.approx([1, 0.63093, 0.5, 0], abs=1e-5)


def test_share_is_of_the_items_that_there_are():
    lists = np.array([[1, 2, 3], [1, 2, 0], [0, 0, 0]])
    sets = [np.array([False, True, False, True])] * 3
    assert share(lists, sets) == pytest.approx([2 / 3, 1 / 2, np.nan], nan_ok=True)


def test_overlap_is_a_share_of_the_longer_list():
    lists = np.array([[1, 2, 3], [1, 2, 3], [1, 0, 0], [0, 0, 0]])
    others = np.array([[3, 1, 2], [3, 4, 5], [1, 2, 0], [0, 0, 0]])
    assert overlap(lists, others) == pytest.approx([1, 1 / 3, 1 / 2, np.nan], nan_ok=True)


def test_p_is_small_for_a_difference_in_one_direction_and_1_for_none():
    one = np.arange(1.0, 11.0)
    # All ten signs alike: 2 of 2 ** 10 assignments of signs are as extreme.
    assert paired_p(one, np.zeros(10)) == pytest.approx(2 / 2**10)
    assert paired_p(one, one) == 1
