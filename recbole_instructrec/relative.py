"""What is cheap, short or new for its kind: a cheap fridge costs more than most mugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from recbole_instructrec.catalogue import POPULAR_SHARE, Catalogue
from recbole_instructrec.instruction.phrases import QUALITY_SHARE
from recbole_instructrec.instruction.structure import NEGATED, Constraint
from recbole_instructrec.instruction.vocabulary import QUALITIES

AGES = ("recent", "classic")
POPULAR = "popular"


def relative(
    catalogue: Catalogue, constraints: Sequence[Constraint], allowed: np.ndarray, k: int = 1
) -> dict[Constraint, Constraint]:
    """What takes the place of ``cheap`` and ``expensive``, ``recent`` and ``classic`` beside other
    demands.

    What is cheap among all is cheap, and so is what is among the items of the kind that is asked
    for, by labels or words of titles. If nothing is all that is asked for even so, each of these,
    and what is recent or classic, counts among what satisfies the exact demands and those of its
    like before it: "short and highly rated films from the 50s", "the newest estate". Where fewer
    than are asked for are popular, what is so is the tenth chosen most often among what satisfies
    all else, or as many of it as are asked for.

    Args:
        constraints: What is asked for.
        allowed: Which items may be recommended at all, bool [n_items].
        k: How many are asked for.

    Returns:
        Only what changes; nothing where no item satisfies the exact demands.
    """
    vague = [one for one in constraints if one.relation in (*QUALITIES, *AGES)]
    wider = _by_kind(catalogue, constraints, vague, allowed) if vague else {}
    popular = [one for one in constraints if one.relation == POPULAR]
    others = [wider.get(one, one) for one in constraints if one not in popular]
    rest = allowed & catalogue.mask(others)
    for one in popular:
        if (rest & catalogue.mask([one])).sum() < k:
            wider[one] = _most_chosen(catalogue, one, rest, k)
    return {one: instead for one, instead in wider.items() if instead != one}


def _by_kind(
    catalogue: Catalogue,
    constraints: Sequence[Constraint],
    vague: Sequence[Constraint],
    allowed: np.ndarray,
) -> dict[Constraint, Constraint]:
    """What takes the place of what is cheap, recent or the like."""
    named = [one for one in constraints if one.labels and one.relation not in NEGATED]
    kind = allowed & catalogue.mask(named)
    qualities = (one for one in vague if one.relation in QUALITIES)
    wider = {one: _wider(one, _among(catalogue, one, kind)) for one in qualities}
    if not (allowed & catalogue.mask(wider.get(one, one) for one in constraints)).any():
        rest = allowed & catalogue.mask(one for one in constraints if one not in vague)
        for one in vague:
            wider[one] = _among(catalogue, one, rest)
            rest = rest & catalogue.mask([wider[one]])
    return wider


def _most_chosen(catalogue: Catalogue, one: Constraint, items: np.ndarray, k: int) -> Constraint:
    """What "popular" means among some items; itself where nobody has chosen any of them."""
    chosen = np.sort(catalogue.popularity[items & (catalogue.popularity > 0)])
    if not len(chosen):
        return one
    share = max(k, int(POPULAR_SHARE * len(chosen)))
    return replace(one, low=min(one.low, float(chosen[-min(share, len(chosen))])))


def _among(catalogue: Catalogue, one: Constraint, items: np.ndarray) -> Constraint:
    """What a constraint means among some items; itself where of none of them a number is known."""
    return catalogue.extreme(one.role, one.relation, QUALITY_SHARE, among=items) or one


def _wider(one: Constraint, other: Constraint) -> Constraint:
    """The constraint of two of the same relation that more satisfy."""
    if one.high is None:
        return replace(one, low=min(one.low, other.low))
    return replace(one, high=max(one.high, other.high))
