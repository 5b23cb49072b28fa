"""Drawn intentions: true, worth saying, free of contradictions, and fast."""

import random
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recbole_instructrec.catalogue import FEWEST_DESCRIBED, Catalogue, Labels, Role
from recbole_instructrec.instruction import intention as module
from recbole_instructrec.instruction.intention import IntentionDrawer
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Instruction, Intention
from recbole_instructrec.instruction.writer import InstructionWriter

NUMBERS = st.one_of(
    st.just(float("nan")), st.integers(-5, 5).map(float), st.floats(0, 1e9), st.floats(-1e-9, 1e-9)
)
CELLS = st.lists(st.sampled_from(["a", "b", "c", "Sci-Fi", "{x}", "恐怖"]), max_size=4)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Items with labels in two roles and numbers in two, any of them missing."""
    n_items = draw(st.integers(2, 9))

    def column(cell: st.SearchStrategy) -> list:
        return draw(st.lists(cell, min_size=n_items, max_size=n_items))

    tokens = [str(item) for item in range(n_items)]
    year = st.one_of(st.just(float("nan")), st.integers(1900, 2020).map(float))
    return Catalogue(
        tokens,
        tokens,
        labels={role: Labels.of(column(CELLS)) for role in ("category", "tags")},
        numbers={"year": column(year), "price": column(NUMBERS)},
        roles={"year": Role("year", "year", "number", recent=2, classic=30)},
    )


@settings(max_examples=150, deadline=None)
@given(catalogues(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_an_intention_is_true_of_its_item(catalogue, max_constraints, choice):
    drawer = IntentionDrawer(catalogue, max_constraints)
    for item in range(1, len(catalogue)):
        constraints = drawer.draw(item, choice).constraints
        known = [value for value in catalogue.attributes(item).values() if value not in ([], None)]
        assert bool(constraints) == bool(known)
        assert len(constraints) <= max_constraints
        assert catalogue.mask(constraints)[item]
        named = [(one.role, label) for one in constraints for label in one.labels]
        assert len(set(named)) == len(named)  # nothing repeated, nothing also excluded
        ranges = [one.role for one in constraints if not one.labels]
        assert len(set(ranges)) == len(ranges)


@pytest.fixture(scope="module")
def many() -> Catalogue:
    """2,000 items: few labels are common and most are rare; years and prices lie askew."""
    generator = np.random.default_rng(0)
    rank = generator.zipf(1.3, (2001, 6)) % 3000
    price = generator.lognormal(3, 1, 2001).round(2)
    return Catalogue(
        tokens=[""] * 2001,
        titles=[f"Item {item}" for item in range(2001)],
        labels={"tags": Labels.of([[], *([f"tag {n}" for n in row] for row in rank[1:])])},
        numbers={"year": 2000 - generator.geometric(0.1, 2001), "price": price},
        roles={"year": Role("year", "y", "number", recent=2, classic=25)},
        popularity=generator.zipf(1.5, 2001),
    )


@pytest.fixture(scope="module")
def drawn(many) -> list[tuple[int, C]]:
    drawer, choice = IntentionDrawer(many, max_constraints=1), random.Random(0)
    items = [choice.randrange(1, len(many)) for _ in range(5000)]
    return [(item, drawer.draw(item, choice).constraints[0]) for item in items]


def test_every_relation_is_drawn(drawn):
    assert {constraint.relation for _, constraint in drawn} == {
        "is", "is_any", "is_not", "at_least", "at_most", "above", "below", "between", "decade",
        "recent", "classic", "popular",
    }  # fmt: skip


def test_a_range_narrows_the_catalogue_down(many, drawn):
    ranges = {constraint for _, constraint in drawn if not constraint.labels}
    shares = [many.mask([constraint])[1:].mean() for constraint in ranges]
    assert max(shares) <= module.WIDEST_RANGE
    assert len(ranges) > 50


def test_the_limits_of_a_range_are_round(many, drawn):
    for _, constraint in drawn:
        if constraint.relation in ("above", "below"):
            continue  # just beyond a round limit
        for limit in (constraint.low, constraint.high):
            if limit is not None and constraint.role == "price":
                assert limit == float(f"{limit:.2g}")
            elif limit is not None:
                assert limit.is_integer()


def test_a_limit_that_is_left_out_is_worded_as_the_limit(languages):
    above = C.beyond("year", "above", 1990)
    assert languages["en"].phrase(Intention((above,)), "films") == "films released after 1990"
    years = Catalogue(["", "a", "b"], ["", "A", "B"], numbers={"year": [np.nan, 1990, 1991]})
    assert years.mask([above]).tolist() == [False, False, True]
    assert years.mask([C.beyond("year", "below", 1991)]).tolist() == [False, True, False]


def test_only_years_come_in_decades(many):
    drawer, choice = IntentionDrawer(many, 1), random.Random(0)
    drawn = {drawer.draw(item, choice).constraints[0] for item in range(1, 2001)}
    assert {one.role for one in drawn if one.relation == "decade"} == {"year"}


def test_popular_is_only_said_of_what_is(many, drawn):
    popular = many.extreme("popularity", "popular")
    said = [item for item, constraint in drawn if constraint.role == "popularity"]
    assert said
    assert all(many.popularity[item] >= popular.low for item in said)


def test_an_excluded_label_is_one_that_others_carry(many, drawn):
    excluded = [constraint for _, constraint in drawn if constraint.relation == "is_not"]
    frequency = [many.labels["tags"].mask(constraint.label).sum() for constraint in excluded]
    assert min(frequency) >= module.RAREST_EXCLUDED * 2000
    assert len({constraint.label for constraint in excluded}) > 10


def test_a_demanded_label_is_rare_only_where_the_item_has_no_other(many, drawn):
    labels = many.labels["tags"]
    for item, constraint in drawn:
        if constraint.relation == "is":
            frequency = {label: labels.mask(label).sum() for label in labels.of_item(item)}
            if frequency[constraint.label] < FEWEST_DESCRIBED:
                assert max(frequency.values()) < module.RAREST_DEMANDED


def test_what_everybody_has_is_still_true_but_says_little():
    """Where nothing better can be said of an item, its own number is."""
    same = Catalogue(["", "a", "b"], ["", "A", "B"], numbers={"price": [np.nan, 3, 3]})
    constraints = IntentionDrawer(same).draw(1, random.Random(0)).constraints
    assert constraints == (C("price", "between", low=3, high=3),)


def test_the_seed_decides(many):
    drawer = IntentionDrawer(many)

    def some(seed: int) -> list:
        choice = random.Random(seed)
        return [drawer.draw(item, choice) for item in range(1, 50)]

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_drawing_and_wording_take_well_below_100_microseconds(many, languages):
    drawer, writer = IntentionDrawer(many), InstructionWriter(many, languages)
    choice = random.Random(0)
    seconds = []
    for _ in range(5):
        started = time.process_time()
        for item in range(1, 501):
            writer.write(Instruction("en", intention=drawer.draw(item, choice)), choice)
        seconds.append((time.process_time() - started) / 500)
    assert min(seconds) < 300e-6  # 50e-6 where nothing else runs


def test_few_demands_are_about_a_role_that_few_items_have():
    genres = [[], *[["drama"], ["comedy"]] * 20]
    actors = [[], ["Ann", "Solo"], ["Ann"], *[[]] * 38]
    names = list(map(str, range(41)))
    labels = {"category": Labels.of(genres), "actor": Labels.of(actors)}
    drawer = IntentionDrawer(Catalogue(names, names, labels), max_constraints=1)
    choice = random.Random(0)
    demanded = Counter(
        constraint.labels
        for _ in range(500)
        for constraint in drawer.draw(1, choice).constraints
        if constraint.relation == "is"
    )
    assert demanded["drama",] > 5 * demanded["Ann",] > 0  # two items of forty have an actor
    assert demanded["Solo",] == 0  # who names one item, and does not describe it


def test_what_names_an_item_is_demanded_where_nothing_else_can_be():
    names = list("012")
    drawer = IntentionDrawer(Catalogue(names, names, {"actor": Labels.of([[], ["Solo"], []])}))
    (constraint,) = drawer.draw(1, random.Random(0)).constraints
    assert constraint == C("actor", "is", label="Solo")
