"""Histories by user, by id, and by titles as people write them."""

from __future__ import annotations

import pytest
from films import film_catalogue

from recbole_instructrec.histories import Histories
from recbole_instructrec.instruction.title_index import TitleIndex


@pytest.fixture(scope="module")
def histories() -> Histories:
    films = film_catalogue()
    titles = TitleIndex(films.titles, films.numbers["year"], films.popularity)
    return Histories(films, titles, {"7": [1, 2], "ann": [5]})


def test_a_user_or_a_list(histories):
    assert histories.of("ann", None) == (5,)
    assert histories.of(7, None) == (1, 2)
    assert histories.of(None, None) == ()
    assert histories.of(None, ["f3", "the godfather", "Titanic (1953)", "HEAT"]) == (3, 4, 7, 5)


def test_one_for_all_or_one_each(histories):
    assert histories.of_each("ann", None, 2) == [(5,), (5,)]
    assert histories.of_each(["ann", None], None, 2) == [(5,), ()]
    assert histories.of_each(None, ["f3"], 2) == [(3,), (3,)]
    assert histories.of_each(None, [["f3"], None], 2) == [(3,), ()]


def test_what_can_be_read_only_once_is_a_history_too(histories):
    assert histories.of_each(None, (one for one in ["f3", "HEAT"]), 2) == [(3, 5), (3, 5)]
    assert histories.of_each(None, iter([iter(["f3"]), None]), 2) == [(3,), ()]


@pytest.mark.parametrize(
    ("user", "history", "message"),
    [
        ("ann", ["f1"], "give a user or a history, not both"),
        ("anna", None, "there is no user 'anna' in this checkpoint; the closest are 'ann', '7'"),
        (None, ["Fargoo"], "no item with the id or title 'Fargoo'; the closest are 'Fargo'"),
        (["ann"], None, "there are 1 users for 2 sentences"),
    ],
)
def test_a_mistake_is_told(histories, user, history, message):
    with pytest.raises(ValueError, match=message):
        histories.of_each(user, history, 2)
