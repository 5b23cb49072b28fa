"""What to give up where nothing satisfies everything."""

from __future__ import annotations

import numpy as np
import pytest
from films import film_catalogue

from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.relaxation import relaxed

FILMS = film_catalogue()
SCIFI = C("category", "is", label="Sci-Fi")
COMEDY = C("category", "is", label="Comedy")
HORROR = C("category", "is", label="Horror")
NINETIES = C("year", "between", low=1990, high=1999)


def found(constraints, banned=()):
    """For each way to relax: what is left out, what takes its place, and the items."""
    allowed = np.ones(len(FILMS), dtype=bool)
    allowed[[0, *banned]] = False
    return [
        (one.constraints, one.instead, one.items.nonzero()[0].tolist())
        for one in relaxed(FILMS, constraints, allowed)
    ]


def test_a_range_is_widened_to_the_nearest_or_left_out():
    wider = C("year", "between", low=1980, high=1999)
    assert found([SCIFI, NINETIES]) == [
        ((SCIFI,), None, FILMS.mask([NINETIES]).nonzero()[0].tolist()),
        ((NINETIES,), wider, [11]),
        ((NINETIES,), None, [10, 11]),
    ]


@pytest.mark.parametrize(
    ("constraint", "wider"),
    [
        (C("year", "at_least", low=1990), C("year", "at_least", low=1980)),
        (C("year", "at_most", high=1970), C("year", "at_most", high=1977)),
        (C("year", "recent", low=1997), C("year", "at_least", low=1980)),
        (C("popularity", "popular", low=100), C("popularity", "at_least", low=99)),
    ],
)
def test_each_kind_of_range_widens_on_its_own_side(constraint, wider):
    assert wider in [instead for _, instead, _ in found([SCIFI, constraint])]


def test_where_no_single_one_helps_two_are_left_out():
    assert [left_out for left_out, _, _ in found([SCIFI, COMEDY, HORROR])] == [
        (SCIFI, COMEDY), (SCIFI, HORROR), (COMEDY, HORROR),
    ]  # fmt: skip


def test_what_may_not_be_recommended_does_not_help():
    assert found([SCIFI, NINETIES], banned=[11])[1][1] == C("year", "between", low=1977, high=1999)
    assert found([SCIFI], banned=range(len(FILMS))) == []
