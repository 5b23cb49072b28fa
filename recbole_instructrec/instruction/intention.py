"""Draws specific intentions that are true of an item."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate

import numpy as np

from recbole_instructrec.catalogue import POPULARITY, Catalogue, Labels
from recbole_instructrec.instruction.structure import Constraint, Intention

# A range that more of the items lie in hardly narrows anything down.
WIDEST_RANGE = 0.75
# A label carried by fewer of the items is not worth excluding.
RAREST_EXCLUDED = 0.01
# How often a label comes with another one instead: "comedy or drama".
ALTERNATIVES = 0.1
ATTEMPTS = 8
MOST_DECIMALS = 9

Maker = Callable[[int, random.Random, list[Constraint]], Constraint | None]


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
        self.max_constraints = max_constraints
        self._labels = [_LabelDrawer(role, labels) for role, labels in catalogue.labels.items()]
        self._ranges = [_RangeDrawer(catalogue, role) for role in catalogue.numbers]
        self._popular = catalogue.extreme(POPULARITY, "popular")
        self._is_popular = catalogue.mask([self._popular] if self._popular else []).tolist()

    def __bool__(self) -> bool:
        """Whether the catalogue has anything that could be wanted."""
        return bool(self._labels or self._ranges or self._popular)

    def draw(self, item: int, choice: random.Random) -> Intention:
        """An intention of one to ``max_constraints`` constraints, none of which repeats or
        contradicts another; empty for an item without attributes."""
        makers: list[Maker] = []
        last: list[Maker] = []  # only where nothing else can be said
        for one in self._labels:
            if one.carried(item):
                demanded = one.describing(item) and choice.random() < one.demanded
                (makers if demanded else last).append(one.demand)
                (makers if choice.random() < one.excluded else last).append(one.exclude)
        makers += [one.range for one in self._ranges if one.known(item)]
        if self._popular and self._is_popular[item]:
            makers.append(lambda *_: self._popular)
        choice.shuffle(makers)
        choice.shuffle(last)
        count = choice.randint(1, self.max_constraints)
        drawn: list[Constraint] = []
        for make in (*makers, *last):
            constraint = make(item, choice, drawn)
            if constraint is not None:
                drawn.append(constraint)
            if len(drawn) == count:
                break
        return Intention(tuple(drawn))


class _LabelDrawer:
    """Draws labels of one role.

    Attributes:
        demanded: How often its labels may be demanded, from 0 to 1: as often as an item carries
            one that describes it, so that few rows are about actors if few are known.
        excluded: The same of labels to be excluded.
    """

    def __init__(self, role: str, labels: Labels) -> None:
        self.role = role
        self.labels = labels
        frequency = labels.frequency
        n_items = max(1, labels.carried.shape[0] - 1)
        worth = np.flatnonzero(frequency >= RAREST_EXCLUDED * labels.any.sum())
        self._others = [labels.names[column] for column in worth]
        # Common labels are excluded more often: nobody asks for no zithers.
        self._weights = list(accumulate(frequency[worth].tolist()))
        describing = labels.carried[:, labels.describing]
        self.demanded = describing.sum(1).astype(bool).sum() / n_items
        self.excluded = frequency[worth].sum() / n_items

    def carried(self, item: int) -> list[str]:
        return self.labels.of_item(item)

    def describing(self, item: int) -> list[str]:
        """The labels of an item that describe it."""
        labels = self.labels
        return [one for one in self.carried(item) if labels.describing[labels.index[one]]]

    def demand(
        self, item: int, choice: random.Random, drawn: list[Constraint]
    ) -> Constraint | None:
        """A label that the item carries, or that one and another."""
        carried = self.carried(item)
        excluded = _named(drawn, self.role)
        label = choice.choice(self.describing(item) or carried)
        if choice.random() < ALTERNATIVES:
            other = self._other([*carried, *excluded], choice)
            if other is not None:
                labels = [label, other]
                choice.shuffle(labels)
                return Constraint(self.role, "is_any", label=tuple(labels))
        return Constraint(self.role, "is", label=label)

    def exclude(
        self, item: int, choice: random.Random, drawn: list[Constraint]
    ) -> Constraint | None:
        """A label that the item lacks."""
        label = self._other([*self.carried(item), *_named(drawn, self.role)], choice)
        return None if label is None else Constraint(self.role, "is_not", label=label)

    def _other(self, taken: list[str], choice: random.Random) -> str | None:
        """A label that is not taken; None where none was found."""
        for _ in range(ATTEMPTS if self._others else 0):
            (label,) = choice.choices(self._others, cum_weights=self._weights)
            if label not in taken:
                return label
        return None


def _named(constraints: list[Constraint], role: str) -> list[str]:
    return [label for one in constraints if one.role == role for label in one.labels]


class _RangeDrawer:
    """Draws ranges of one role: around a number, or with a name of their own."""

    def __init__(self, catalogue: Catalogue, role: str) -> None:
        self.role = role
        self._values = catalogue.numbers[role].tolist()
        self._sorted = sorted(value for value in self._values[1:] if math.isfinite(value))
        limits = _limits(self._sorted)
        self._lows = [low for low in limits if self._narrows(low, math.inf)]
        self._highs = [high for high in limits if self._narrows(-math.inf, high)]
        self._in_years = catalogue.in_years(role)
        extremes = [catalogue.extreme(role, relation) for relation in ("recent", "classic")]
        self._extremes = [extreme for extreme in extremes if extreme]

    def known(self, item: int) -> bool:
        """Whether the item has a number."""
        return math.isfinite(self._values[item])

    def range(self, item: int, choice: random.Random, drawn: list[Constraint]) -> Constraint:
        """A range that the item's number lies in, and not too many others."""
        value = self._values[item]
        makers = [self._at_least, self._at_most, self._above, self._below, self._between]
        if self._in_years:
            makers += [self._named, self._named]
        choice.shuffle(makers)
        for make in makers:
            constraint = make(value, choice)
            if constraint is not None:
                return constraint
        return Constraint(self.role, "between", low=value, high=value)

    def _at_least(self, value: float, choice: random.Random) -> Constraint | None:
        lows = self._lows[: bisect_right(self._lows, value)]
        return Constraint(self.role, "at_least", low=choice.choice(lows)) if lows else None

    def _at_most(self, value: float, choice: random.Random) -> Constraint | None:
        highs = self._highs[bisect_left(self._highs, value) :]
        return Constraint(self.role, "at_most", high=choice.choice(highs)) if highs else None

    def _above(self, value: float, choice: random.Random) -> Constraint | None:
        lows = self._lows[: bisect_left(self._lows, value)]
        if not lows:
            return None
        return Constraint.beyond(self.role, "above", choice.choice(lows))

    def _below(self, value: float, choice: random.Random) -> Constraint | None:
        highs = self._highs[bisect_right(self._highs, value) :]
        if not highs:
            return None
        return Constraint.beyond(self.role, "below", choice.choice(highs))

    def _between(self, value: float, choice: random.Random) -> Constraint | None:
        low, high = self._at_least(value, choice), self._at_most(value, choice)
        if low is None or high is None or (low.low == high.high and not self._in_years):
            return None
        return Constraint(self.role, "between", low=low.low, high=high.high)

    def _named(self, value: float, choice: random.Random) -> Constraint | None:
        """A range with a name: ``recent`` or ``classic`` where it holds, or the decade."""
        decade = value // 10 * 10
        named = [*self._extremes, Constraint(self.role, "decade", low=decade, high=decade + 9)]
        choice.shuffle(named)
        for one in named:
            low, high = one.limits
            if low <= value <= high and self._narrows(low, high):
                return one
        return None

    def _narrows(self, low: float, high: float) -> bool:
        """Whether not too many of the known numbers lie in a range."""
        inside = bisect_right(self._sorted, high) - bisect_left(self._sorted, low)
        return inside <= WIDEST_RANGE * len(self._sorted)


def _limits(values: list[float]) -> list[float]:
    """The limits worth naming, sorted: the deciles, in round numbers."""
    if not values:
        return []
    deciles = np.quantile(values, np.linspace(0.1, 0.9, 9)).tolist()
    spread = deciles[-1] - deciles[0]
    finest = 0 if all(value.is_integer() for value in values) else MOST_DECIMALS
    limits = set()
    for decile in deciles:
        # Two digits, of the number itself or of the spread: 35, 1200, but the year 1994.
        scale = min(abs(decile), spread) or 1
        limits.add(round(decile, min(finest, 1 - math.floor(math.log10(scale)))))
    return sorted(limits)
