"""Says which demands to give up where nothing satisfies all of them, and what that would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.structure import Constraint

# Beyond so many demands, pairs of them are not tried.
MOST_PAIRED = 12


@dataclass(frozen=True)
class Relaxed:
    """One way to relax.

    Attributes:
        constraints: What is left out.
        instead: What is demanded in its place, if anything.
        items: Which items then satisfy the rest, bool [n_items].
    """

    constraints: tuple[Constraint, ...]
    instead: Constraint | None
    items: np.ndarray


def relaxed(
    catalogue: Catalogue, constraints: Sequence[Constraint], allowed: np.ndarray
) -> list[Relaxed]:
    """The smallest changes to some constraints after which something satisfies them.

    A range is first widened to the nearest number for which there is an item; then each
    constraint is left out, where none alone helps every two of them, and at last all.

    Args:
        constraints: What nothing satisfies.
        allowed: Which items may be recommended at all, bool [n_items].
    """
    masks = [catalogue.mask([one]) for one in constraints]
    for size in dict.fromkeys((1, 2, len(constraints))):
        if size > len(constraints) or (size == 2 < len(constraints) > MOST_PAIRED):
            continue
        found = []
        for dropped in combinations(range(len(constraints)), size):
            rest = allowed.copy()
            for place, mask in enumerate(masks):
                if place not in dropped:
                    rest &= mask
            if rest.any():
                left_out = tuple(constraints[place] for place in dropped)
                found += [*_widened(catalogue, left_out, rest), Relaxed(left_out, None, rest)]
        if found:
            return found
    return []


def _widened(
    catalogue: Catalogue, left_out: Sequence[Constraint], rest: np.ndarray
) -> Iterator[Relaxed]:
    """A range widened to the nearest number among the items that satisfy the rest."""
    one = left_out[0]
    if len(left_out) > 1 or not one.is_range:
        return
    values = catalogue.numbers_of(one.role)
    known = values[rest & np.isfinite(values)]
    if not len(known):
        return
    low, high = one.limits
    nearest = float(known[np.argmin(np.maximum(low - known, known - high))])
    low = min(nearest, one.low) if one.low is not None else None
    high = max(nearest, one.high) if one.high is not None else None
    relation = "at_most" if low is None else "at_least" if high is None else "between"
    wider = Constraint(one.role, relation, low=low, high=high)
    yield Relaxed(tuple(left_out), wider, rest & catalogue.mask([wider]))
