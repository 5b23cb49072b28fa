"""The grid, its names and weights."""

import random
from collections import Counter

import pytest

from recbole_instructrec.instruction.scenario import GRID, Mixture, Scenario


def test_the_grid_has_every_combination_that_makes_sense():
    tasks = Counter(scenario.task for scenario in GRID.values())
    assert tasks == {
        "matching": 9, "pointwise": 9, "pairwise": 9, "reranking": 9,
        "query": 2, "taste": 1, "related": 2, "reasoning": 3,
    }  # fmt: skip


def test_a_name_says_the_three_axes():
    scenario = Scenario.parse("explicit-vague-pairwise")
    assert scenario == Scenario("explicit", "vague", "pairwise")
    assert scenario.name == "explicit-vague-pairwise"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            {"implicit-none": 1},
            "no scenario 'implicit-none'; write <preference>-<intention>-<task>",
        ),
        ({"implicit-none-query": 1}, "query only with none and vague or specific"),
        ({"none-none-matching": -1}, "weight of none-none-matching is -1; give a number of at"),
        ({"none-none-matching": "much"}, "is 'much'; give a number"),
        ({"none-none-matching": float("nan")}, "is nan; give a number"),
        ({"none-none-matching": 0}, "no scenario has a weight above 0"),
        ({}, "no scenario has a weight above 0; give one to some of none-none-matching"),
    ],
)
def test_weights_that_cannot_be(weights, message):
    with pytest.raises(ValueError, match=message):
        Mixture(weights)


def test_scenarios_are_drawn_by_their_weights():
    mixture = Mixture({"none-none-matching": 3, "explicit-none-matching": 1, "none-vague-query": 0})
    choice = random.Random(0)
    drawn = Counter(mixture.draw(choice).preference for _ in range(4000))
    assert set(drawn) == {"none", "explicit"}
    assert 2850 < drawn["none"] < 3150


def test_what_is_dropped_is_never_drawn():
    mixture = Mixture({"none-none-matching": 1, "none-vague-matching": 9})
    left = mixture.without({Scenario("none", "vague", "matching")})
    assert left.draw(random.Random(0)) == Scenario("none", "none", "matching")
    with pytest.raises(ValueError, match="no scenario has a weight above 0"):
        left.without(set(left.weights))
