"""Places of items by what stands near them."""

from __future__ import annotations

import numpy as np
import pytest

from recbole_instructrec.seq2seq.neighbours import neighbour_places

RANDOM = np.random.default_rng(0)


def histories(n_users=200, length=8):
    """Even users choose the items 1 to 10, odd ones 11 to 20; nobody chooses 21."""
    users = np.repeat(np.arange(n_users), length)
    return users, 1 + 10 * (users % 2) + RANDOM.integers(0, 10, len(users))


def test_items_with_the_same_neighbours_are_at_the_same_place():
    """Two towns, in each of which a morning thing is followed by an evening one."""
    users = np.repeat(np.arange(400), 2)
    morning, evening = 1 + users[::2] % 2, 3 + users[::2] % 2
    other = RANDOM.random(400) < 0.5  # 5 and 6 are chosen in the mornings like 1 and 2
    items = np.stack([np.where(other, morning + 4, morning), evening], 1).ravel()

    places = neighbour_places(users, items, 7, 4)
    alike = places @ places.T

    assert alike[1, 5] == pytest.approx(1, abs=1e-4)
    assert alike[2, 6] == pytest.approx(1, abs=1e-4)
    assert abs(alike[1, 2]) < 1e-4


def test_two_publics_are_apart():
    places = neighbour_places(*histories(), 22, 8)
    alike = places[1:21] @ places[1:21].T
    same = np.arange(20)[:, None] // 10 == np.arange(20) // 10

    assert alike[same].min() > alike[~same].max()


def test_places_have_length_one_and_none_where_nothing_stands_near():
    places = neighbour_places(*histories(), 22, 8)

    assert np.linalg.norm(places[1:21], axis=1) == pytest.approx(np.ones(20), abs=1e-5)
    assert not places[[0, 21]].any()


def test_one_persons_last_item_is_no_neighbour_of_anothers_first():
    users, items = np.array([0, 0, 1, 1]), np.array([1, 2, 3, 4])
    places = neighbour_places(users, items, 5, 4)

    assert abs(places[2] @ places[3]) < 1e-5


def test_places_turn_with_the_numbers_of_items():
    """What is near what is the same whatever the items' numbers."""
    users, items = histories()
    order = np.r_[0, 1 + RANDOM.permutation(21)]
    places = neighbour_places(users, items, 22, 8)
    moved = neighbour_places(users, order[items], 22, 8)[order]

    assert moved @ moved.T == pytest.approx(places @ places.T, abs=1e-3)


@pytest.mark.parametrize(("n_items", "dimensions"), [(1, 4), (2, 4), (3, 2), (30, 64)])
def test_few_items_have_places_too(n_items, dimensions):
    users = np.repeat(np.arange(5), 4)
    items = RANDOM.integers(min(1, n_items - 1), n_items, 20)
    places = neighbour_places(users, items, n_items, dimensions)

    assert places.shape == (n_items, dimensions)
    assert np.isfinite(places).all()
