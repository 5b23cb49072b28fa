"""How well what somebody asks for is found and satisfied, beside rankings to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from recbole_instructrec.evaluation.asker import Asker
from recbole_instructrec.evaluation.baseline import Baseline
from recbole_instructrec.evaluation.cases import Case, Wishes
from recbole_instructrec.evaluation.ranking import ndcg, paired_p, share
from recbole_instructrec.evaluation.similarity import TextSimilarity, mixed, tuned_weight
from recbole_instructrec.figures import mean
from recbole_instructrec.instruction.structure import Constraint

Row = dict[str, Any]
SERVED = "as served"


def following(
    asker: Asker,
    test: Sequence[Case],
    valid: Sequence[Case],
    baseline: Baseline | None,
    options: Mapping[str, Any],
) -> list[Row]:
    """One row for each kind of intention and ranking.

    Args:
        test: The cases, without intentions.
        valid: Those on which the weight of the text similarity is tuned.
        baseline: What to compare with; None for our own rankings only.
        options: Those of ``evaluation/following.yaml``.
    """
    similarity = TextSimilarity(asker.writer, asker.language)
    rows = []
    for source in options["sources"]:
        wishes = Wishes(asker.writer, source, asker.language, options["seed"])
        for kind, drawn in _kinds(wishes, options["n_constraints"]).items():
            cases = drawn(test)
            if not cases:
                continue
            lists = _own(asker, cases)
            if baseline is not None:
                tuning = drawn(valid), options["similarity_weights"]
                lists |= _compared(asker, cases, baseline, similarity, *tuning)
            about = {"intention": kind, "drawn from": source, "requests": len(cases)}
            rows += [about | row for row in _measured(asker, cases, lists)]
    return rows


def _kinds(
    wishes: Wishes, n_constraints: Sequence[int]
) -> dict[str, Callable[[Sequence[Case]], list[Case]]]:
    def specific(count: int) -> Callable[[Sequence[Case]], list[Case]]:
        return lambda cases: wishes.specific(cases, count)

    return {f"specific, {count}": specific(count) for count in n_constraints} | {
        "vague": wishes.vague
    }


def _own(asker: Asker, cases: Sequence[Case]) -> dict[str, np.ndarray]:
    (alone,) = asker.lists(asker.instructed(), cases, asker.new)
    plain, filtered = asker.lists(asker.uninstructed, cases, asker.new, asker.filtered)
    return {
        SERVED: asker.served(cases),
        "encoder alone": alone,
        "uninstructed": plain,
        "uninstructed, filtered": filtered,
    }


def _compared(
    asker: Asker,
    cases: Sequence[Case],
    baseline: Baseline,
    similarity: TextSimilarity,
    valid: Sequence[Case],
    weights: Sequence[float],
) -> dict[str, np.ndarray]:
    name = baseline.name
    plain, filtered = asker.lists(baseline.scores, cases, asker.new, asker.filtered)
    weight = tuned_weight(asker, baseline.scores, similarity, valid, weights)
    (similar,) = asker.lists(mixed(baseline.scores, similarity, weight), cases, asker.new)
    return {
        name: plain,
        f"{name}, filtered": filtered,
        f"{name} + {weight:g} x text similarity": similar,
    }


def _measured(asker: Asker, cases: Sequence[Case], lists: Mapping[str, np.ndarray]) -> list[Row]:
    targets = [one.target for one in cases]
    excluding = np.array([bool(_exclusions(one)) for one in cases])
    gains = {name: ndcg(items, targets) for name, items in lists.items()}
    served = gains[SERVED]
    k = asker.k
    return [
        {
            "ranking": name,
            f"NDCG@{k}": float(gains[name].mean()),
            "share of served": _ratio(gains[name].mean(), served.mean()),
            "p": None if name == SERVED else paired_p(gains[name], served),
            f"satisfaction@{k}": mean(share(items, asker.wanted(cases))),
            f"violation@{k}": mean(share(items, _excluded(asker, cases))[excluding]),
        }
        for name, items in lists.items()
    ]


def _exclusions(case: Case) -> list[Constraint]:
    return [one for one in case.intention.demands if one.relation == "is_not"]


def _excluded(asker: Asker, cases: Sequence[Case]) -> Iterator[np.ndarray]:
    """For each case, which items carry a label that it excludes, bool [n_items]."""
    for case in cases:
        carrying = np.zeros(len(asker.catalogue), dtype=bool)
        for one in _exclusions(case):
            carrying |= asker.catalogue.labels[one.role].mask(*one.labels)
        yield carrying


def _ratio(one: float, other: float) -> float | None:
    return float(one / other) if other else None
