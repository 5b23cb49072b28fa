"""Overlap across wordings, on a model that reads nothing and on one that reads English only."""

from __future__ import annotations

import pytest
from film_cases import genre, wanting

from recbole_instructrec.evaluation.paraphrase import paraphrased

# Of the three most popular films one, Toy Story, is a comedy, and none is about crime.
CASES = [wanting("funny", genre("Comedy")), wanting("funny", genre("Crime"))]
OVERLAP = "top-3 overlap, encoder alone"


def test_a_model_that_reads_nothing_says_the_same_in_all_words(deaf):
    rows = paraphrased(deaf, CASES)
    assert [row["other wording"] for row in rows] == [
        "en, seen templates", "en, held out templates",
        "zh, seen templates", "zh, held out templates",
    ]  # fmt: skip
    assert {(row["requests"], row[OVERLAP], row["as served"]) for row in rows} == {(2, 1, 1)}


def test_a_model_that_reads_english_only_says_something_else_in_chinese(obedient):
    by_words = {row["other wording"]: row for row in paraphrased(obedient, CASES)}
    assert by_words["en, held out templates"][OVERLAP] == 1
    assert by_words["zh, seen templates"][OVERLAP] == pytest.approx((1 / 3 + 0) / 2)


def test_what_a_language_lacks_is_left_out(deaf):
    templates = deaf.writer.language("zh")._templates
    for need, found in templates._by_need.items():
        templates._by_need[need] = [one for one in found if not one.held_out]
    kinds = [row["other wording"] for row in paraphrased(deaf, CASES)]
    assert kinds == ["en, seen templates", "en, held out templates", "zh, seen templates"]
