"""Text similarity, and how much of it is mixed in."""

from __future__ import annotations

import torch
from film_cases import genre, wanting

from recbole_instructrec.evaluation.similarity import TextSimilarity, mixed, tuned_weight
from recbole_instructrec.instruction.structure import Constraint

FRIDAY, HEAT, LOVE_STORY = 19, 5, 14


def test_an_item_is_as_similar_as_it_shares_words(asker):
    similar = TextSimilarity(asker.writer, "en").scores([wanting("funny", genre("Comedy"))])[0]
    assert similar[FRIDAY] > similar[HEAT] == 0
    assert similar.min() == 0 and similar.max() <= 1 + 1e-6


def test_decades_are_words_of_an_item_too(asker):
    nineties = Constraint("year", "decade", low=1990, high=1999)
    similar = TextSimilarity(asker.writer, "en").scores([wanting("funny", nineties)])[0]
    assert similar[HEAT] > similar[LOVE_STORY]  # of 1970


def test_characters_stand_for_words_in_chinese(asker):
    similar = TextSimilarity(asker.writer, "zh").scores([wanting("funny", genre("Comedy"))])[0]
    assert similar[FRIDAY] > similar[HEAT]


def test_the_weight_is_the_smallest_of_the_best(asker):
    similarity = TextSimilarity(asker.writer, "en")
    comedy = [wanting("funny", genre("Comedy"))]

    def against(cases):
        """One point less for the target than for all others."""
        scores = torch.ones(len(cases), 21)
        scores[:, [one.target for one in cases]] = 0
        return scores

    weight = tuned_weight(asker, against, similarity, comedy, [0, 1, 100, 1000])
    assert weight == 100
    scores = mixed(against, similarity, weight)(comedy)
    assert torch.equal(scores, against(comedy) + 100 * similarity.scores(comedy))
