"""Draws specific intentions that are true of an item."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.structure import Constraint, Intention


class IntentionDrawer:
    """Draws intentions from an item's attributes, so that the item satisfies each of them.

    An intention drawn from the item that is to be recommended leaks that item's attributes,
    as in the paper (arXiv 2305.07001, section 2.2); it says what the person wants, not which
    item it is.

    Args:
        catalogue: The items.
        max_constraints: Largest number of constraints in one intention.
    """

    def __init__(self, catalogue: Catalogue, max_constraints: int = 2) -> None:
        self.catalogue = catalogue
        self.max_constraints = max_constraints
        self._limits = {
            role: np.unique(np.nanquantile(values[1:], np.linspace(0.1, 0.9, 9)))
            for role, values in catalogue.numbers.items()
            if np.isfinite(values[1:]).any()
        }

    def draw(self, item: int, choice: random.Random) -> Intention:
        """An intention of one to ``max_constraints`` constraints on different roles.

        Exclusions come on top of another constraint of the same role or of none. An item
        without attributes gives an empty intention.
        """
        makers = self._makers(item)
        if not makers:
            return Intention()
        count = min(choice.randint(1, self.max_constraints), len(makers))
        drawn = [make(choice) for make in choice.sample(makers, count)]
        return Intention(tuple(constraint for constraint in drawn if constraint))

    def _makers(self, item: int) -> list[Callable[[random.Random], Constraint | None]]:
        makers: list[Callable[[random.Random], Constraint | None]] = []
        for role, labels in self.catalogue.labels.items():
            carried = labels.of_item(item)
            if carried:
                makers.append(lambda choice, role=role, carried=carried: Constraint(
                    role, "is", label=choice.choice(carried)))  # fmt: skip
                makers.append(lambda choice, role=role: self._exclusion(role, item, choice))
        for role in self._limits:
            value = float(self.catalogue.numbers[role][item])
            if not np.isnan(value):
                makers.append(lambda choice, role=role, value=value: self._range(
                    role, value, choice))  # fmt: skip
        return makers

    def _exclusion(self, role: str, item: int, choice: random.Random) -> Constraint | None:
        """Excludes a label the item lacks, common ones more often: nobody asks for no zithers."""
        labels = self.catalogue.labels[role]
        carried = set(labels.of_item(item))
        names = [name for name in labels.names if name not in carried]
        if not names:
            return None
        weights = [int(labels.frequency[labels.index[name]]) for name in names]
        return Constraint(role, "is_not", label=choice.choices(names, weights)[0])

    def _range(self, role: str, value: float, choice: random.Random) -> Constraint:
        """A range around a number: named (recent, a decade) for roles that have such names."""
        limits = self._limits[role]
        lower = limits[limits <= value]
        upper = limits[limits >= value]
        ranges = []
        if len(lower):
            ranges.append(Constraint(role, "at_least", low=float(choice.choice(lower))))
        if len(upper):
            ranges.append(Constraint(role, "at_most", high=float(choice.choice(upper))))
        if len(lower) and len(upper):
            low, high = float(choice.choice(lower)), float(choice.choice(upper))
            ranges.append(Constraint(role, "between", low=low, high=high))
        ranges += [named for named in named_ranges(self.catalogue, role, value) for _ in range(2)]
        return choice.choice(ranges) if ranges else Constraint(role, "between", low=value, high=value)


def named_ranges(catalogue: Catalogue, role: str, value: float) -> list[Constraint]:
    """The ranges with a name of their own that a number lies in: its decade, recent."""
    recent = recent_range(catalogue, role)
    if recent is None:
        return []
    decade = value // 10 * 10
    named = [Constraint(role, "decade", low=decade, high=decade + 9)]
    if recent.low <= value:
        named.append(recent)
    return named


def recent_range(catalogue: Catalogue, role: str) -> Constraint | None:
    """What ``recent`` means for a role: near the catalogue's newest; None if not said."""
    within = catalogue.roles[role].recent if role in catalogue.roles else None
    if within is None or role not in catalogue.numbers:
        return None
    newest = float(np.nanmax(catalogue.numbers[role]))
    return Constraint(role, "recent", low=newest - within)
