"""Whose choices are predicted, and what is asked for them."""

from __future__ import annotations

import pytest
from film_cases import HISTORIES
from films import film_catalogue
from untrained import untrained

from recbole_instructrec.evaluation.cases import Case, Wishes, people


def test_the_last_choice_is_the_target_unless_it_was_chosen_before():
    assert people(HISTORIES, None, 0) == [Case("funny", (2, 15), 1), Case("sad", (7, 16), 4)]


def test_validation_is_the_choice_before():
    cases = people(HISTORIES, None, 0, "valid")
    assert cases[0] == Case("again", (5,), 6)
    assert cases[1] == Case("funny", (2,), 15)


def test_the_same_seed_draws_the_same_users():
    histories = {str(user): [1, 2, 3, 4] for user in range(100)}
    drawn = [one.user for one in people(histories, 5, seed=1)]
    assert len(drawn) == 5
    assert drawn == [one.user for one in people(histories, 5, seed=1, part="valid")]
    assert drawn != [one.user for one in people(histories, 5, seed=2)]


@pytest.mark.parametrize(
    ("n_users", "histories", "message"),
    [
        (0, HISTORIES, "users is 0; give a whole number of at least 1"),
        (None, {"one": [3]}, "none of 1 users has a last choice"),
    ],
)
def test_nobody_to_measure(n_users, histories, message):
    with pytest.raises(ValueError, match=message):
        people(histories, n_users, 0)


@pytest.mark.parametrize("source", ["target", "history"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_specific_wish_has_so_many_constraints_and_the_target_meets_them(source, count):
    recommender = untrained(film_catalogue())
    cases = [Case(str(n), (1, 4, 6, 9), n) for n in range(10, 18)]
    drawn = Wishes(recommender.writer, source, "en", 0).specific(cases, count)
    assert drawn
    for one in drawn:
        assert len(one.intention.constraints) == count
        assert recommender.catalogue.mask(one.intention.constraints)[one.target]
    assert drawn == Wishes(recommender.writer, source, "en", 0).specific(cases, count)


def test_a_vague_wish_names_no_attribute_and_means_one():
    recommender = untrained(film_catalogue())
    (one,) = Wishes(recommender.writer, "target", "en", 0).vague([Case("u", (1,), 15)])
    assert not one.intention.constraints
    assert one.intention.text
    assert recommender.catalogue.mask(one.intention.meaning)[15]
