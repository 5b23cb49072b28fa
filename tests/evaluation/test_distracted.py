"""Small talk, on a model that obeys every word and on one that reads nothing."""

from __future__ import annotations

from film_cases import wanting

from recbole_instructrec.evaluation.distracted import distracted

CASES = [wanting("funny"), wanting("sad")]


def test_a_model_that_reads_nothing_is_not_distracted(deaf):
    nothing, vague = distracted(deaf, CASES, {"en": ["my train is late"]})
    for row in (nothing, vague):
        assert row["language"] == "en"
        assert row["requests"] == 2
        assert row["NDCG@3"] == row["with small talk"]
        assert row["top-3 overlap"] == 1


def test_a_model_that_obeys_every_word_is(obedient):
    nothing, vague = distracted(obedient, CASES, {"en": ["my horror of trains"]})
    assert (nothing["asked for"], vague["asked for"]) == ("nothing", "something vague")
    assert nothing["top-3 overlap"] < 1
    assert vague["top-3 overlap"] < 1


def test_a_language_that_the_model_does_not_have_is_left_out(deaf):
    assert distracted(deaf, CASES, {"xx": ["..."]}) == []
