"""Protocols: which items a target is ranked among."""

from __future__ import annotations

import numpy as np
import pytest

from recbole_instructrec.benchmark.protocol import ABSENT, Protocol, negatives, parse
from recbole_instructrec.benchmark.split import Split


@pytest.fixture
def split():
    """Three users and ten items, of whom the first two users chose the same."""
    return Split(
        users=np.array(["a", "b", "c"]),
        items=np.array([f"i{n}" for n in range(10)]),
        targets=np.array([4, 4, 9]),
        seen=[np.array([2, 0]), np.array([2, 0]), np.array([5])],
        popularity=np.zeros(10, dtype=np.int64),
    )


def test_names_are_read():
    assert parse("full") == Protocol("full", "full")
    assert parse("uni99") == Protocol("uni99", "uni", 99)
    assert parse("hard9") == Protocol("hard9", "hard", 9)


@pytest.mark.parametrize("name", ["uni", "uni0", "hard", "pop9", "Full", "full9"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(ValueError, match=f"there is no protocol '{name}'; choose among full"):
        parse(name)


def test_uniform_negatives_are_whatever_the_user_never_chose(split):
    drawn = negatives([parse("uni7")], split, 0, {})["uni7"]
    assert sorted(drawn[0]) == sorted(drawn[1]) == [1, 3, 5, 6, 7, 8, 9]
    assert len(set(drawn[2])) == 7
    assert not set(drawn[2]) & {5, 9}


def test_every_item_is_drawn_equally_often(split):
    drawn = [negatives([parse("uni2")], split, seed, {})["uni2"][0] for seed in range(2000)]
    counts = np.bincount(np.concatenate(drawn), minlength=10)
    assert not counts[[0, 2, 4]].any()
    expected = 2000 * 2 / 7
    assert np.abs(counts[[1, 3, 5, 6, 7, 8, 9]] - expected).max() < 5 * np.sqrt(expected)


def test_what_is_drawn_for_a_user_depends_on_the_seed_and_the_id_alone(split):
    drawn = negatives([parse("uni3")], split, 0, {})["uni3"]
    one = slice(1, 2)
    alone = Split(
        split.users[one], split.items, split.targets[one], split.seen[one], split.popularity
    )
    assert (negatives([parse("uni3")], alone, 0, {})["uni3"][0] == drawn[1]).all()
    assert (negatives([parse("uni3")], split, 1, {})["uni3"] != drawn).any()


def test_too_few_items_for_a_user_are_told(split):
    with pytest.raises(ValueError, match="uni8 needs 8 items that user 'a' never chose, and there"):
        negatives([parse("uni8")], split, 0, {})


def test_hard_negatives_are_the_first_candidates_that_the_user_did_not_choose(split):
    candidates = {0: np.array([2, 4, 7, 0, 3, 8]), 1: np.array([4, 2, 1])}
    drawn = negatives([parse("hard2")], split, 0, candidates)["hard2"]
    assert drawn.tolist() == [[7, 3], [ABSENT, ABSENT], [ABSENT, ABSENT]]


def test_protocols_about_the_catalogue_name_no_items(split):
    assert negatives([parse("full"), parse("unseen")], split, 0, {}) == {}
