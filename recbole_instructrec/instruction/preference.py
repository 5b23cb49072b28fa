"""Describes what somebody likes: how often which kinds were chosen, against the catalogue."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from recbole_instructrec.catalogue import POPULARITY, Catalogue
from recbole_instructrec.instruction.structure import AMOUNTS, Claim, Constraint, Preference

Counts = float | np.ndarray

# Fewer items with a known attribute say nothing about a taste.
FEWEST_KNOWN = 4
# To be told apart from the catalogue, a kind is chosen this many times as often as it occurs there.
MORE_THAN_USUAL = 1.2
# A kind is avoided where this share of what the catalogue would let expect was chosen, or less,
MUCH_LESS = 1 / 3
# and so many were to be expected.
FEWEST_EXPECTED = 3
# Kinds considered: the most frequent labels of a role, and of a label this share at least.
MOST_LABELS = 200
RAREST_LABEL = 0.005
MOST_LIKED, MOST_AVOIDED = 3, 1


def holds(amount: str, chosen: Counts, known: Counts, usual: Counts) -> Counts:
    """Whether somebody can be said to have chosen a kind ``mostly``, ``often``, ...

    Numbers, or arrays of numbers for several kinds at once.

    Args:
        amount: One of :data:`.AMOUNTS`.
        chosen: Number of chosen items of the kind.
        known: Number of chosen items of which it is known whether they are.
        usual: Share of the kind among the catalogue's items of which it is known.
    """
    share, expected = chosen / np.maximum(known, 1), usual * known
    if amount == "mostly":
        is_so = (share >= 0.5) & (share >= MORE_THAN_USUAL * usual)
    elif amount == "often":
        is_so = (share >= 0.2) & (share < 0.5) & (share >= MORE_THAN_USUAL * usual)
    elif amount == "sometimes":
        is_so = (chosen >= 2) & (share >= usual) & (share < 0.2)
    elif amount == "hardly":
        is_so = (chosen > 0) & (chosen <= MUCH_LESS * expected) & (expected >= FEWEST_EXPECTED)
    else:
        is_so = (chosen == 0) & (expected >= FEWEST_EXPECTED)
    return is_so & (known >= FEWEST_KNOWN)


class PreferenceDrawer:
    """Describes histories by the catalogue's attributes.

    Args:
        catalogue: The items.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._kinds = [one for role in _roles(catalogue) for one in _kinds_of(catalogue, role)]
        masks = [catalogue.mask([kind]) for kind in self._kinds]
        shape = (len(catalogue), len(self._kinds))
        # One row an item, so that a history reads only its own rows.
        self._is = np.array(masks, dtype=bool).reshape(shape[::-1]).T.copy()
        self._roles = list(dict.fromkeys(kind.role for kind in self._kinds))
        self._known = np.array([_known(catalogue, role) for role in self._roles], dtype=bool)
        self._known = self._known.reshape(len(self._roles), shape[0]).T.copy()
        self._role_of = np.array([self._roles.index(kind.role) for kind in self._kinds], dtype=int)
        n_known = self._known.sum(0)[self._role_of].clip(min=1)
        self._usual = self._is.sum(0) / n_known

    def __bool__(self) -> bool:
        """Whether the catalogue has anything to describe a history by."""
        return bool(self._kinds)

    def draw(self, history: Sequence[int], choice: random.Random) -> Preference:
        """A description that is true of a history; nothing where little is known or peculiar.

        Up to three kinds that were chosen more than is usual come first, the most frequent
        before the others, then one that was avoided. Of the kinds that could be named, one is
        the likelier the more it differs from what is usual.
        """
        if not self._kinds or len(history) < FEWEST_KNOWN:
            return Preference()
        items = np.asarray(history)
        chosen = self._is[items].sum(0)
        known = self._known[items].sum(0)[self._role_of]
        liked, avoided = self._tellable(chosen, known)
        claims = self._drawn(liked, choice.randint(1, MOST_LIKED), choice)
        claims.sort(key=lambda one: -chosen[one[1]] / known[one[1]])
        claims += self._drawn(avoided, choice.randint(0, MOST_AVOIDED), choice)
        told = [Claim(amount, (self._kinds[kind],)) for amount, kind in claims]
        return Preference(claims=tuple(self._joined(told, items)))

    def _tellable(
        self, chosen: np.ndarray, known: np.ndarray
    ) -> tuple[list[tuple[str, int, float]], list[tuple[str, int, float]]]:
        """Claims that hold, as (amount, kind, weight): of what is liked, and of what is avoided."""
        differs = np.abs(chosen / known.clip(min=1) - self._usual).tolist()
        liked, avoided = (
            [
                (amount, kind, differs[kind])
                for amount in amounts
                for kind in np.flatnonzero(holds(amount, chosen, known, self._usual)).tolist()
            ]
            for amounts in (AMOUNTS[:3], AMOUNTS[3:])
        )
        return liked, avoided

    def _drawn(
        self, found: list[tuple[str, int, float]], count: int, choice: random.Random
    ) -> list[tuple[str, int]]:
        """Some of the claims; of ranges of one role only one, since they overlap."""
        left, drawn = list(found), []
        while left and len(drawn) < count:
            (one,) = choice.choices(left, weights=[weight + 1e-6 for _, _, weight in left])
            drawn.append(one[:2])
            kind = self._kinds[one[1]]
            left = [
                other
                for other in left
                if other[1] != one[1] and (kind.labels or self._kinds[other[1]].role != kind.role)
            ]
        return drawn

    def _joined(self, claims: list[Claim], items: np.ndarray) -> list[Claim]:
        """The first two claims as one about both kinds together, where it holds as well."""
        if len(claims) < 2 or claims[0].amount != claims[1].amount:
            return claims
        kinds = (*claims[0].constraints, *claims[1].constraints)
        if kinds[0].role == kinds[1].role or "never" in (claims[0].amount, claims[1].amount):
            return claims
        one, other = (self._kinds.index(kind) for kind in kinds)
        both = self._is[:, one] & self._is[:, other]
        known = self._known[:, self._role_of[one]] & self._known[:, self._role_of[other]]
        usual = float(both.sum() / max(1, known.sum()))
        if holds(claims[0].amount, int(both[items].sum()), int(known[items].sum()), usual):
            return [Claim(claims[0].amount, kinds), *claims[2:]]
        return claims


def count(
    catalogue: Catalogue, history: Sequence[int], constraints: Sequence[Constraint]
) -> tuple[int, int, float]:
    """What :func:`holds` needs for a kind: chosen, known and usual."""
    known = np.ones(len(catalogue), dtype=bool)
    for constraint in constraints:
        known &= _known(catalogue, constraint.role)
    kind = catalogue.mask(constraints) & known
    items = np.asarray(history, dtype=int)
    usual = float(kind.sum() / max(1, known.sum()))
    return int(kind[items].sum()), int(known[items].sum()), usual


def _known(catalogue: Catalogue, role: str) -> np.ndarray:
    """Of which items the attribute is known, bool [n_items]; never of the padding item."""
    if role in catalogue.labels:
        known = catalogue.labels[role].any.copy()
    elif role == POPULARITY:
        known = np.ones(len(catalogue), dtype=bool)
    else:
        known = np.isfinite(catalogue.numbers[role])
    known[0] = False
    return known


def _roles(catalogue: Catalogue) -> list[str]:
    return [*catalogue.labels, *catalogue.numbers, POPULARITY]


def _kinds_of(catalogue: Catalogue, role: str) -> list[Constraint]:
    """The kinds by which a role describes a taste."""
    extremes = [catalogue.extreme(role, name) for name in ("recent", "classic", "popular")]
    found = [extreme for extreme in extremes if extreme]
    if role in catalogue.labels:
        labels = catalogue.labels[role]
        order = np.argsort(-labels.frequency, kind="stable")[:MOST_LABELS]
        least = RAREST_LABEL * labels.any.sum()
        names = [labels.names[n] for n in order if labels.frequency[n] >= least]
        return [Constraint(role, "is", label=name) for name in names]
    values = catalogue.numbers.get(role, np.empty(0))[1:]
    values = values[np.isfinite(values)]
    if not len(values):
        return found
    if catalogue.in_years(role):
        decades = sorted({float(value // 10 * 10) for value in values})
        return found + [Constraint(role, "decade", low=low, high=low + 9) for low in decades]
    low, high = np.quantile(values, [0.25, 0.75]).tolist()
    return found + [Constraint(role, "at_most", high=low), Constraint(role, "at_least", low=high)]
