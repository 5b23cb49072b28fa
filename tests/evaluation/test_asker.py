"""Requests in words, and the lists that come back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from film_cases import genre, wanting

from recbole_instructrec.instruction.structure import Intention


def test_the_words_of_a_case_are_those_of_its_templates(asker):
    case = wanting("funny", genre("Comedy"))
    assert asker.sentence(case, "first") == "Recommend comedy films."
    texts = {held: asker.sentence(case, held) for held in ("seen", "held_out")}
    for held, text in texts.items():
        templates = asker.writer.language("en").fitting(
            asker.recommender.instruction("en", case.intention, ()), held == "held_out"
        )
        assert text in {one.text.format(intention="comedy films", noun="films")
                        for one in templates}  # fmt: skip
    assert asker.sentence(case, "first", "zh") == "推荐一些喜剧商品。"


def test_lists_hold_what_is_allowed_in_the_order_of_the_scores(asker):
    cases = [wanting("funny", genre("Comedy")), wanting("sad", genre("Drama")),
             wanting("funny", genre("Action"))]  # fmt: skip

    def score(batch):
        assert len(batch) <= 2  # the batch size
        return torch.arange(21.0).repeat(len(batch), 1)

    new, filtered = asker.lists(score, cases, asker.new, asker.filtered)
    assert new.tolist() == [[20, 19, 18]] * 3
    assert filtered.tolist() == [[20, 19, 1], [9, 8, 4], [6, 5, 0]]


def test_an_answer_served_satisfies_what_was_asked(asker):
    cases = [wanting("funny", genre("Comedy")), wanting("sad", genre("Drama", "is_not"))]
    served = asker.served(cases)
    for case, items in zip(cases, served, strict=True):
        assert all(asker.satisfies(item, case) for item in items)
        assert not set(items) & set(case.history)
    assert asker.counted == {
        "answers": 2, "with demands": 2, "read as meant": 2, "items": 6,
        "out of catalogue": 0, "repeated": 0, "already known": 0,
    }  # fmt: skip


def test_what_must_not_happen_is_counted(asker, monkeypatch):
    case = wanting("funny", genre("Comedy"))
    answer = asker.recommender.recommend("comedies", history=["f2"], k=2)
    first = answer.items[0]

    def broken(requests):
        foreign = type(first)("nowhere", "", 0.0, 0.0, {}, {})
        known = type(first)("f2", "", 0.0, 0.0, {}, {})
        return [type(answer)("", "", answer.understood, (first, first, foreign, known))]

    monkeypatch.setattr(asker, "k", 4)
    monkeypatch.setattr(asker.recommender, "answer", broken)
    asker.served([case])
    counted = asker.counted
    assert (counted["out of catalogue"], counted["repeated"], counted["already known"]) == (1, 1, 1)


def test_a_demand_that_was_misread_is_not_as_meant(asker, monkeypatch):
    monkeypatch.setattr(asker, "sentence", lambda *_: "dramas")
    asker.served([wanting("funny", genre("Comedy"))])
    assert asker.counted["read as meant"] == 0


@pytest.mark.parametrize("history_in", ["decoder", "instruction"])
def test_the_model_alone_reads_a_history_where_it_stands_in_the_words(asker, history_in):
    asker.recommender.options["history_in"] = history_in
    case = wanting("sad", genre("Drama"))
    text = asker.sentence(case, with_history=True)
    assert ("Titanic" in text) == (history_in == "instruction")
    assert "Titanic" not in asker.sentence(case)
    assert asker.instructed()([case]).shape == (1, 21)


def test_uninstructed_scores_do_not_depend_on_what_is_asked(asker):
    case = wanting("sad", genre("Drama"))
    other = type(case)(case.user, case.history, case.target, Intention())
    same = asker.uninstructed([case]), asker.uninstructed([other])
    np.testing.assert_array_equal(*same)
