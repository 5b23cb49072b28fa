"""What is cheap or short among the items that somebody asks for, if none of them is among all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.phrases import QUALITY_SHARE
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.vocabulary import QUALITIES


def relative(
    catalogue: Catalogue, constraints: Sequence[Constraint], allowed: np.ndarray
) -> dict[Constraint, Constraint]:
    """What takes the place of ``cheap`` and ``expensive`` where nothing satisfies all constraints:
    "a cheap fridge" costs as little as the lowest quarter of the fridges.

    Of several, "a short, highly rated documentary", each is looked for among what satisfies those
    before it.

    Args:
        constraints: What is asked for.
        allowed: Which items may be recommended at all, bool [n_items].

    Returns:
        Nothing where something satisfies all constraints, or nothing satisfies the others.
    """
    found = {}
    vague = [one for one in constraints if one.relation in QUALITIES]
    if not vague or (allowed & catalogue.mask(constraints)).any():
        return found
    rest = allowed & catalogue.mask(one for one in constraints if one not in vague)
    for one in vague:
        instead = catalogue.extreme(one.role, one.relation, QUALITY_SHARE, among=rest)
        if instead is None:
            return {}
        if instead != one:
            found[one] = instead
        rest = rest & catalogue.mask([instead])
    return found
