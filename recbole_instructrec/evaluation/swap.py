"""Whether the instruction moves the list: two users' intentions exchanged, and a misleading one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recbole_instructrec.evaluation.asker import Asker
from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.evaluation.ranking import best, ndcg, ranks, share
from recbole_instructrec.instruction.composer import ATTEMPTS
from recbole_instructrec.instruction.intention import IntentionDrawer
from recbole_instructrec.instruction.structure import Intention


def swapped(asker: Asker, cases: Sequence[Case]) -> dict[str, Any]:
    """Exchanges the intentions of pairs of users, neither of whose targets satisfies the other's.

    By the model alone. A pair is won where each intention is satisfied more by the lists made
    under it than by those made under the other one.

    Args:
        cases: With specific intentions.

    Returns:
        ``pairs``, and if there are any: ``pairs won``, their share; ``targets better under their
        own``, the share of targets that rank better under their user's own intention than under
        the other one; ``satisfaction`` of the intention that was read, and ``of the other``.
    """
    own = _pairs(asker, cases)
    if not own:
        return {"pairs": 0}
    partner = [own[place ^ 1] for place in range(len(own))]
    other = [replace(one, intention=two.intention) for one, two in zip(own, partner, strict=True)]
    own_lists, own_ranks = _answers(asker, own)
    other_lists, other_ranks = _answers(asker, other)
    matching = share(own_lists, asker.wanted(own)) + share(other_lists, asker.wanted(other))
    crossing = share(own_lists, asker.wanted(other)) + share(other_lists, asker.wanted(own))
    won = matching.reshape(-1, 2).sum(1) > crossing.reshape(-1, 2).sum(1)
    return {
        "pairs": len(own) // 2,
        "pairs won": float(won.mean()),
        "targets better under their own": float((own_ranks < other_ranks).mean()),
        "satisfaction": float(matching.mean() / 2),
        "of the other": float(crossing.mean() / 2),
    }


def _pairs(asker: Asker, cases: Sequence[Case]) -> list[Case]:
    """Cases two by two, each once at most."""
    left = list(cases)
    random.Random(asker.seed).shuffle(left)
    paired = []
    while left:
        one = left.pop()
        for place, two in enumerate(left):
            if not (asker.satisfies(one.target, two) or asker.satisfies(two.target, one)):
                paired += [one, left.pop(place)]
                break
    return paired


def _answers(asker: Asker, cases: Sequence[Case]) -> tuple[np.ndarray, np.ndarray]:
    """The best items by the model alone, int64 [n, k], and the targets' ranks, int64 [n]."""
    lists, places = [], []
    score = asker.instructed()
    for batch in asker.batches(cases):
        scores = score(batch)
        allowed = np.stack([asker.new(one) for one in batch])
        lists.append(best(scores, allowed, asker.k))
        places.append(ranks(scores, allowed, [one.target for one in batch]))
    return np.concatenate(lists), np.concatenate(places)


def misled(asker: Asker, cases: Sequence[Case]) -> dict[str, Any]:
    """Asks each user for what the history speaks against and the target does not satisfy.

    By the model alone. Of several intentions drawn from any items it is the one that the fewest
    items of the history satisfy.

    Returns:
        ``requests``, and if there are any: ``satisfied before``, the share of the history that
        satisfies the intention; ``satisfaction`` of the list, and ``uninstructed``, that of the
        list without it; ``NDCG`` of the target, and ``NDCG uninstructed``.
    """
    drawer = IntentionDrawer(asker.catalogue, 1)
    drawn = [wrong for one in cases if (wrong := _contradicted(asker, drawer, one))]
    if not drawn:
        return {"requests": 0}
    targets = [one.target for one in drawn]
    (lists,) = asker.lists(asker.instructed(), drawn, asker.new)
    (plain,) = asker.lists(asker.uninstructed, drawn, asker.new)
    before = [
        mask[list(one.history)].mean() for mask, one in zip(asker.wanted(drawn), drawn, strict=True)
    ]
    return {
        "requests": len(drawn),
        "satisfied before": float(np.mean(before)),
        f"satisfaction@{asker.k}": float(np.nanmean(share(lists, asker.wanted(drawn)))),
        "uninstructed": float(np.nanmean(share(plain, asker.wanted(drawn)))),
        f"NDCG@{asker.k}": float(ndcg(lists, targets).mean()),
        "NDCG uninstructed": float(ndcg(plain, targets).mean()),
    }


def _contradicted(asker: Asker, drawer: IntentionDrawer, case: Case) -> Case | None:
    choice = random.Random(f"{asker.seed} misled {case.user}")
    found: list[tuple[float, Intention]] = []
    for _ in range(ATTEMPTS):
        intention = drawer.draw(choice.randrange(1, len(asker.catalogue)), choice)
        wanted = asker.catalogue.mask(intention.demands)
        if intention and not wanted[case.target]:
            found.append((float(wanted[list(case.history)].mean()), intention))
    if not found:
        return None
    _, least = min(found, key=lambda one: one[0])
    return replace(case, intention=least)
