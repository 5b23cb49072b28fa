"""What is cheap, short or new for its kind: a cheap fridge costs more than most mugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.phrases import QUALITY_SHARE
from recbole_instructrec.instruction.structure import NEGATED, Constraint
from recbole_instructrec.instruction.vocabulary import QUALITIES

AGES = ("recent", "classic")


def relative(
    catalogue: Catalogue, constraints: Sequence[Constraint], allowed: np.ndarray
) -> dict[Constraint, Constraint]:
    """What takes the place of ``cheap`` and ``expensive``, ``recent`` and ``classic`` beside other
    demands.

    What is cheap among all is cheap, and so is what is among the items of the kind that is asked
    for, by labels or words of titles. If nothing is all that is asked for even so, each of these,
    and what is recent or classic, counts among what satisfies the exact demands and those of its
    like before it: "short and highly rated films from the 50s", "the newest estate".

    Args:
        constraints: What is asked for.
        allowed: Which items may be recommended at all, bool [n_items].

    Returns:
        Only what changes; nothing where no item satisfies the exact demands.
    """
    vague = [one for one in constraints if one.relation in (*QUALITIES, *AGES)]
    if not vague:
        return {}
    named = [one for one in constraints if one.labels and one.relation not in NEGATED]
    kind = allowed & catalogue.mask(named)
    qualities = (one for one in vague if one.relation in QUALITIES)
    wider = {one: _wider(one, _among(catalogue, one, kind)) for one in qualities}
    if not (allowed & catalogue.mask(wider.get(one, one) for one in constraints)).any():
        rest = allowed & catalogue.mask(one for one in constraints if one not in vague)
        for one in vague:
            wider[one] = _among(catalogue, one, rest)
            rest = rest & catalogue.mask([wider[one]])
    return {one: instead for one, instead in wider.items() if instead != one}


def _among(catalogue: Catalogue, one: Constraint, items: np.ndarray) -> Constraint:
    """What a constraint means among some items; itself where of none of them a number is known."""
    return catalogue.extreme(one.role, one.relation, QUALITY_SHARE, among=items) or one


def _wider(one: Constraint, other: Constraint) -> Constraint:
    """The constraint of two of the same relation that more satisfy."""
    if one.high is None:
        return replace(one, low=min(one.low, other.low))
    return replace(one, high=max(one.high, other.high))
