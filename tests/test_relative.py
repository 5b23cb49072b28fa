"""Cheap among all, or for its kind."""

from __future__ import annotations

import numpy as np
import pytest
from untrained import untrained

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.relative import relative

PRICES = [1, 2, 3, 4, 5, 6, 7, 8, 300, 400, 500, 600, 700]
KINDS = [["mugs"]] * 8 + [["fridges"]] * 5
RATINGS = [5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 1, 2, 1]


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    number = {name: {"column": name, "kind": "number"} for name in ("price", "rating")}
    return Catalogue(
        ["", *(f"g{n}" for n in range(13))],
        ["", *(f"Thing {n}" for n in range(13))],
        {"category": Labels.of([[], *KINDS])},
        {"price": np.array([np.nan, *PRICES]), "rating": np.array([np.nan, *RATINGS])},
        {name: Role.parse(name, entry) for name, entry in number.items()},
    )


FRIDGES, MUGS = (C("category", "is", label=label) for label in ("fridges", "mugs"))
CHEAP = C("price", "cheap", high=4)
DEAR = C("price", "expensive", low=400)
GOOD = C("rating", "expensive", low=4)


@pytest.mark.parametrize(
    ("constraints", "instead"),
    [
        ([MUGS, CHEAP], {}),  # there are cheap ones
        ([FRIDGES, CHEAP], {CHEAP: C("price", "cheap", high=400)}),
        ([MUGS, DEAR], {DEAR: C("price", "expensive", low=7)}),
        ([FRIDGES, GOOD, CHEAP], {
            GOOD: C("rating", "expensive", low=2), CHEAP: C("price", "cheap", high=400),
        }),
        ([CHEAP, C("rating", "at_most", high=2)], {}),  # no kind is asked for
        ([CHEAP, C("category", "is_not", label="mugs"), C("rating", "at_least", low=1)], {
            CHEAP: C("price", "cheap", high=400),  # nothing of it is cheap among all
        }),
        # Nothing is all of it: the cheapest of what costs so much, and the best rated of these
        ([CHEAP, GOOD, C("price", "at_least", low=400)], {
            CHEAP: C("price", "cheap", high=400), GOOD: C("rating", "expensive", low=1),
        }),
        ([FRIDGES, MUGS, CHEAP], {}),  # nothing is both
        ([FRIDGES, C("price", "at_most", high=4)], {}),  # a limit is what it is
    ],
)  # fmt: skip
def test_what_is_cheap_for_its_kind(shop, constraints, instead):
    assert relative(shop, constraints, np.ones(len(shop), dtype=bool)) == instead


def test_only_what_may_be_recommended_counts(shop):
    allowed = np.ones(len(shop), dtype=bool)
    allowed[9] = False  # the cheapest fridge
    assert relative(shop, [FRIDGES, CHEAP], allowed) == {CHEAP: C("price", "cheap", high=400)}
    allowed[9:14] = False
    assert relative(shop, [FRIDGES, CHEAP], allowed) == {}


@pytest.mark.parametrize(
    ("sentence", "note"),
    [
        (
            "cheap fridges",
            "“cheap” means “for at most 400” among these.",
        ),
        ("便宜的冰箱", "“便宜的”就这些而言是“价格在400以内的”。"),
    ],
)
def test_the_answer_says_what_it_means(shop, sentence, note):
    kinds = Labels.of([[], *[["refrigerators"] if "fridges" in one else one for one in KINDS]])
    goods = Catalogue(shop.tokens, shop.titles, {"category": kinds}, shop.numbers, shop.roles)
    answer = untrained(goods).recommend(sentence)
    assert {item.attributes["price"] for item in answer.items} == {300, 400}
    assert answer.notes == (note,)
    assert answer.understood.constraints[0].high == 400


def test_a_conversation_goes_on_with_the_kind(shop):
    talk = untrained(shop).conversation()
    talk.say("fridges")
    answer = talk.say("cheap ones")
    assert {item.attributes["price"] for item in answer.items} == {300, 400}
    # The next sentence is again about the whole catalogue.
    assert {item.attributes["price"] for item in talk.say("mugs instead").items} <= {1, 2, 3, 4}


def test_what_is_new_for_its_kind(shop):
    years = np.array([np.nan, *range(2020, 2012, -1), 2000, 2004, 2001, 2002, 2003])
    roles = {**shop.roles, "year": Role.parse("year", {"column": "year", "recent": 3})}
    goods = Catalogue(shop.tokens, shop.titles, shop.labels, {"year": years}, roles)
    new, allowed = C("year", "recent", low=2017), np.ones(len(shop), dtype=bool)
    assert relative(goods, [MUGS, new], allowed) == {}  # there are new ones
    assert relative(goods, [FRIDGES, new], allowed) == {new: C("year", "recent", low=2001)}
