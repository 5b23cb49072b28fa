"""The table of rankings, on a model that obeys and on one that reads nothing."""

from __future__ import annotations

import pytest
import torch
from film_cases import HISTORIES, genre, wanting

from recbole_instructrec.evaluation import following as following_module
from recbole_instructrec.evaluation.cases import people
from recbole_instructrec.evaluation.following import following

OPTIONS = {
    "sources": ["target"], "n_constraints": [1], "seed": 0, "similarity_weights": [0, 1],
}  # fmt: skip


class Constant:
    """A baseline to which all items are alike, but one that it does not know."""

    name = "Constant"

    def scores(self, cases):
        scores = torch.zeros(len(cases), 21)
        scores[:, [0, 1]] = -torch.inf
        return scores


def table(asker, baseline=None):
    test, valid = people(HISTORIES, None, 0), people(HISTORIES, None, 0, "valid")
    rows = following(asker, test, valid, baseline, OPTIONS)
    return {(row["intention"], row["ranking"]): row for row in rows}


def test_every_kind_of_wish_has_every_ranking(deaf):
    rankings = ["as served", "encoder alone", "uninstructed", "uninstructed, filtered"]
    assert list(table(deaf)) == [
        *(("specific, 1", ranking) for ranking in rankings),
        *(("vague", ranking) for ranking in rankings),
    ]


def test_what_is_served_satisfies_and_is_its_own_measure(deaf):
    served = table(deaf)["specific, 1", "as served"]
    assert served["requests"] == 2
    assert served["satisfaction@3"] == 1
    assert served["violation@3"] in (0, None)  # None where nobody excludes anything
    assert (served["share of served"], served["p"]) == (1, None)


def test_a_model_that_reads_nothing_is_as_good_as_uninstructed(deaf):
    rows = table(deaf)
    for served, own in (("as served", "uninstructed, filtered"), ("encoder alone", "uninstructed")):
        assert rows["specific, 1", served]["NDCG@3"] == rows["specific, 1", own]["NDCG@3"]
    assert rows["specific, 1", "uninstructed, filtered"]["p"] == 1


def test_the_baseline_with_the_filter_satisfies_and_gets_its_share(deaf):
    rows = table(deaf, Constant())
    filtered = rows["specific, 1", "Constant, filtered"]
    served = rows["specific, 1", "as served"]
    assert filtered["satisfaction@3"] == 1
    assert filtered["share of served"] == pytest.approx(filtered["NDCG@3"] / served["NDCG@3"])
    assert any(name.startswith("Constant + ") for _, name in rows)


def test_a_violation_is_an_item_that_carries_what_was_excluded(deaf, monkeypatch):
    cases = [wanting("funny", genre("Sci-Fi", "is_not"))]
    monkeypatch.setattr(
        following_module, "_kinds", lambda wishes, counts: {"no science fiction": lambda _: cases}
    )
    rows = table(deaf)
    # Two of the three most popular films are science fiction.
    assert rows["no science fiction", "encoder alone"]["violation@3"] == pytest.approx(2 / 3)
    assert rows["no science fiction", "as served"]["violation@3"] == 0
