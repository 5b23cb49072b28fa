"""The swap and the misled test, on a model that obeys every word and on one that reads nothing."""

from __future__ import annotations

from film_cases import genre, wanting

from recbole_instructrec.evaluation.swap import misled, swapped

CASES = [wanting("funny", genre("Comedy")), wanting("sad", genre("Drama"))]


def test_a_model_that_obeys_wins_every_pair(obedient):
    assert swapped(obedient, CASES) == {
        "pairs": 1, "pairs won": 1, "targets better under their own": 1,
        "satisfaction": 1, "of the other": 0,
    }  # fmt: skip


def test_a_model_that_reads_nothing_wins_none(deaf):
    found = swapped(deaf, CASES)
    assert (found["pairs"], found["pairs won"]) == (1, 0)
    assert found["targets better under their own"] == 0
    assert found["satisfaction"] == found["of the other"]


def test_users_who_want_what_the_other_chose_are_no_pair(obedient):
    cases = [wanting("funny", genre("Romance", "is_not")), wanting("sad", genre("Drama"))]
    assert swapped(obedient, cases) == {"pairs": 0}


def test_misled_by_what_the_history_speaks_against(deaf):
    found = misled(deaf, CASES)
    assert found["requests"] == 2
    assert found["satisfied before"] == 0
    assert found["satisfaction@3"] == found["uninstructed"]
    assert found["NDCG@3"] == found["NDCG uninstructed"]
