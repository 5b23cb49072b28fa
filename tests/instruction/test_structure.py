"""Constraints: what makes one complete."""

import pytest

from recbole_instructrec.instruction.structure import Constraint, Intention


@pytest.mark.parametrize(
    ("relation", "content", "complaint"),
    [
        ("is", {}, "category 'is' cannot be a constraint: give `label`"),
        ("is_not", {"label": ("a", "b")}, "give `label`, a tuple of them for is_any"),
        ("is_any", {"label": "a"}, "give `label`, a tuple of them for is_any"),
        ("is_any", {"label": ()}, "give `label`, a tuple of them for is_any"),
        ("between", {}, "give `low` or `high`"),
        ("not_together", {}, "give two `parts` or more, and no role"),
        ("outside", {"low": 5}, "give `low` or `high`, both of them for outside"),
        (
            "like",
            {"label": "a"},
            "give a relation among is, is_any, is_not, about, not_about, .*, not_together",
        ),
    ],
)
def test_an_incomplete_constraint_is_refused(relation, content, complaint):
    with pytest.raises(ValueError, match=complaint):
        Constraint("category", relation, **content)


def test_the_labels_of_a_constraint():
    assert Constraint("category", "is", label="a").labels == ("a",)
    assert Constraint("category", "is_any", label=("a", "b")).labels == ("a", "b")
    assert Constraint("year", "at_least", low=0).labels == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Constraint("price", "at_least", low=5), Constraint.beyond("price", "below", 5)),
        (Constraint("price", "at_most", high=5), Constraint.beyond("price", "above", 5)),
    ],
)
def test_the_opposite_of_a_limit_takes_the_number_the_other_way(one, other):
    assert one.opposite == other
    assert other.opposite == one


def test_the_opposite_of_a_range_with_two_ends_is_outside_of_it():
    decade = Constraint("year", "decade", low=1990, high=1999)
    assert decade.opposite == Constraint("year", "outside", low=1990, high=1999)
    assert decade.opposite.opposite == Constraint("year", "between", low=1990, high=1999)
    assert Constraint("category", "is", label="a").opposite is None


def test_what_must_not_hold_together_is_about_the_roles_of_its_parts():
    comedy, decade = Constraint("category", "is", label="a"), Constraint("year", "decade", low=1990)
    both = Constraint.not_together([comedy, decade])
    assert both.roles == {"category", "year"}
    assert decade.roles == {"year"}
    assert [one.is_range for one in (comedy, decade, both)] == [False, True, False]
    with pytest.raises(ValueError, match="give two `parts` or more"):
        Constraint.not_together([comedy])


def test_an_intention_is_true_where_it_says_something():
    assert not Intention()
    assert Intention(text="set in space")
    assert Intention((Constraint("year", "at_least", low=0),))
