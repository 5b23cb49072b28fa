"""What the numbers of a role are called and counted in."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.language import Language, load_languages
from recbole_instructrec.instruction.role_words import RoleWords, told_apart
from recbole_instructrec.instruction.structure import Constraint


def test_a_role_that_is_not_listed_is_called_and_counted_by_its_own_name():
    assert RoleWords.of("floor_Area") == RoleWords(("floor area",), {"floor area": 1})


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("n_ingredients", "ingredients"),
        ("num_ratings", "ratings"),
        ("number_of_doors", "doors"),
        ("no_claims", "claims"),
        ("n", "n"),
        ("net_weight", "net weight"),
    ],
)
def test_a_column_that_counts_things_is_called_as_they_are(role, name):
    assert RoleWords.of(role).names == (name,)


def test_what_is_listed_comes_first_and_the_own_name_is_understood_as_well():
    words = RoleWords.parse("pages", {"names": ["length"]})
    assert words == RoleWords(("length", "pages"), {"pages": 1})


def test_a_unit_says_what_it_is_worth():
    words = RoleWords.parse("minutes", {"units": {"minutes": 1, "hours": 60}})
    assert words == RoleWords(("minutes",), {"minutes": 1, "hours": 60})
    assert words.written(" ") == "{number}"  # not "minutes of 30 minutes"


def test_a_number_is_written_with_the_first_unit():
    words = RoleWords.parse("minutes", {"names": ["time"], "units": {"min": 1, "hours": 60}})
    assert (words.written(" "), words.written("")) == ("{number} min", "{number}min")


def test_a_role_without_units_writes_bare_numbers():
    assert RoleWords.of("size").written(" ") == "{number}"


def test_the_unit_in_which_a_dataset_writes_its_numbers_is_understood():
    assert RoleWords.of("size").with_unit("{number} MB").units == {"mb": 1, "size": 1}
    assert RoleWords.of("size").with_unit("{number}").units == {"size": 1}
    assert RoleWords.of("size").with_unit(None).units == {"size": 1}


def test_units_are_known_in_other_forms():
    words = RoleWords(("length",), {"pages": 1, "hours": 60})
    inflected = words.inflected(lambda unit: [unit.removesuffix("s")])
    assert inflected.units == {"page": 1, "pages": 1, "hour": 60, "hours": 60}


def test_a_unit_is_worth_as_much_in_capitals():
    entry = {"names": ["Size"], "units": {"MB": 1, "GB": 1024}}
    content = load_languages(["en"])["en"].content
    language = Language("en", {**content, "roles": {"size": entry}})
    files = Catalogue(["", "a", "b"], ["", "A", "B"], numbers={"size": [np.nan, 5, 3000]})
    (limit,) = InstructionDecoder(files, {"en": language}).decode("up to 2 GB").constraints
    assert limit == Constraint("size", "at_most", high=2048)


def test_a_name_of_two_roles_is_of_the_one_that_is_called_so():
    stars = RoleWords(("grade", "rating", "stars"), {})
    words = told_apart({"stars": stars, "rating": RoleWords(("rated", "grade", "rating"), {})})
    assert words["stars"].names == ("grade", "stars")  # there it comes first
    assert words["rating"].names == ("rated", "rating")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (["pages"], "roles: pages is .* give a mapping with `names`, `units` or both"),
        ({"name": ["pages"]}, "give a mapping with `names`, `units` or both"),
        ({"names": []}, "has the names .*; give a list of words"),
        ({"names": "length"}, "has the names 'length'; give a list of words"),
        ({"units": ["page"]}, "has the units .*; give words, each with what it is worth"),
        ({"units": {"page": 0}}, "has the units"),
        ({"units": {" ": 1}}, "has the units"),
    ],
)
def test_a_broken_entry_is_quoted(entry, complaint):
    with pytest.raises(ValueError, match=complaint):
        Language("fr", {"templates": [{"text": "Go."}], "roles": {"pages": entry}})
