"""Descriptions of a taste: true against the catalogue's base rates, and worth saying."""

import random

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.preference import PreferenceDrawer, count, holds
from recbole_instructrec.instruction.structure import AMOUNTS, Claim
from recbole_instructrec.instruction.structure import Constraint as C

COMEDY, HORROR = C("genre", "is", label="comedy"), C("genre", "is", label="horror")


@pytest.fixture(scope="module")
def films() -> Catalogue:
    """Items 1 to 100: a third each is comedy, horror and western; the years run from 1951 to
    2000, so that items of every genre are in every decade."""
    genres = ["", *(["comedy", "horror", "western"][n % 3] for n in range(100))]
    return Catalogue(
        [str(n) for n in range(101)],
        [f"Film {n}" for n in range(101)],
        labels={"genre": Labels.of([[genre] if genre else [] for genre in genres])},
        numbers={"year": [np.nan, *(1951 + n // 2 for n in range(100))]},
        roles={"year": Role("year", "y", "number", recent=2, classic=30)},
    )


@pytest.mark.parametrize(
    ("chosen", "known", "usual", "amounts"),
    [
        (9, 10, 0.3, ["mostly"]),
        (5, 10, 0.5, []),  # half, but so is the catalogue
        (4, 10, 0.3, ["often"]),
        (2, 20, 0.05, ["sometimes"]),
        (1, 20, 0.05, []),  # once is no habit
        (2, 20, 0.5, ["hardly"]),
        (2, 20, 0.1, ["sometimes"]),
        (0, 20, 0.2, ["never"]),
        (0, 20, 0.1, []),  # two were to be expected: that may be chance
        (3, 3, 0.1, []),  # too few to say anything
        (0, 0, 0.5, []),
    ],
)
def test_what_an_amount_means(chosen, known, usual, amounts):
    assert [one for one in AMOUNTS if holds(one, chosen, known, usual)] == amounts


def test_counting(films):
    assert count(films, [1, 4, 7, 2], [COMEDY]) == (3, 4, 0.34)
    assert count(films, [1, 4, 100], [COMEDY, C("year", "decade", low=1951, high=1960)]) == (
        2, 3, 0.07,
    )  # fmt: skip


def test_what_is_not_known_is_not_counted():
    cells = [[], ["a"], ["b"], [], []]
    catalogue = Catalogue(list("01234"), list("01234"), labels={"tags": Labels.of(cells)})
    assert count(catalogue, [1, 3, 4], [C("tags", "is", label="a")]) == (1, 1, 0.5)


def test_a_lover_of_comedies_who_avoids_horror(films):
    comedies = [1 + 3 * n for n in range(15)]
    drawer = PreferenceDrawer(films)
    said = set()
    for seed in range(50):
        said.update(drawer.draw(comedies, random.Random(seed)).claims)
    assert Claim("mostly", (COMEDY,)) in said
    assert Claim("never", (HORROR,)) in said
    assert Claim("never", (COMEDY,)) not in said
    assert any(len(claim.constraints) == 2 for claim in said)  # comedies of a time


def test_every_claim_holds_of_random_histories(films):
    drawer, choice = PreferenceDrawer(films), random.Random(0)
    checked = 0
    for _ in range(2000):
        history = choice.choices(range(1, 101), k=choice.randint(1, 25))
        for claim in drawer.draw(history, choice).claims:
            assert holds(claim.amount, *count(films, history, claim.constraints))
            checked += 1
    assert checked > 2000


def test_what_is_liked_comes_first_and_the_most_frequent_before_the_rest(films):
    drawer, choice = PreferenceDrawer(films), random.Random(1)
    for _ in range(300):
        history = choice.choices(range(1, 101), k=20)
        amounts = [AMOUNTS.index(one.amount) for one in drawer.draw(history, choice).claims]
        assert amounts == sorted(amounts)


def test_a_short_history_says_nothing(films):
    assert not PreferenceDrawer(films).draw([1, 4, 7], random.Random(0)).claims


def test_without_attributes_there_is_nothing_to_say():
    bare = Catalogue(["", "a"], ["", "A"])
    assert not PreferenceDrawer(bare)
    assert not PreferenceDrawer(bare).draw([1] * 9, random.Random(0)).claims


def test_prices_and_popularity_describe_a_taste(languages):
    shop = Catalogue(
        [str(n) for n in range(41)],
        [""] * 41,
        numbers={"price": [np.nan, *range(1, 41)]},
        popularity=[0] * 31 + [9] * 10,
    )
    drawer = PreferenceDrawer(shop)
    said = {
        languages["en"].description(drawer.draw([1, 2, 3, 4, 5, 6], random.Random(seed)), "gifts")
        for seed in range(20)
    }
    assert said == {"mostly gifts for at most 10.75"}
