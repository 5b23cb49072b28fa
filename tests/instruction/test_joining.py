"""Alternatives and corrections that more than a word joins."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

CARS = [
    # fuel, body, make, gearbox, country
    ("Petrol", "SUV", "Ford", "Manual", "USA"),
    ("Diesel", "Estate", "BMW", "Automatic", "Germany"),
    ("Hybrid", "SUV", "Audi", "Automatic", "Germany"),
    ("Petrol", "Coupe", "Nike", "Manual", "UK"),
    ("Hybrid", "Estate", "Ford", "Manual", "USA"),
]
THEMES = [["Animals", "Food"], ["Friendship", "Food"], ["Animals", "Friendship"], ["Humour"], []]
PARTS = [["sea view", "garden"], ["lake view"], ["hot tub"], ["garden", "lake view"], []]
YEARS = [2010, 2012, 2015, 2018, 2020]


@pytest.fixture(scope="module")
def decoder(languages):
    columns = ("fuel", "category", "make", "gearbox", "country")
    labels = {
        role: Labels.of([[], *([label] for label in cells)])
        for role, cells in zip(columns, zip(*CARS, strict=True), strict=True)
    }
    labels |= {"themes": Labels.of([[], *THEMES]), "features": Labels.of([[], *PARTS])}
    numbers = {"year": np.array([np.nan, *YEARS]), "mileage": np.array([np.nan, 1, 2, 3, 4, 5])}
    roles = {
        "mileage": Role.parse("mileage", {"column": "mileage", "kind": "number"}),
        "year": Role.parse("year", "year"),
    }
    tokens = ["", *"abcde"]
    titles = ["", "Puma", "Touring", "Q5 Tub", "Air", "Maverick"]
    catalogue = Catalogue(tokens, titles, labels, numbers, roles)
    return InstructionDecoder(catalogue, languages, {"en": "cars", "zh": "汽车"})


def is_(role, label):
    return C(role, "is", label=label)


def no(role, label):
    return C(role, "is_not", label=label)


def any_of(role, *labels):
    return C(role, "is_any", label=labels)


def mileage(relation, **limits):
    return C("mileage", relation, **limits)


@pytest.mark.parametrize(
    ("sentence", "constraints", "rest"),
    [
        # A preposition said again
        ("from Germany or from the UK", [any_of("country", "Germany", "UK")], ""),
        ("by Ford or by BMW", [any_of("make", "Ford", "BMW")], ""),
        ("from Germany and from the UK", [any_of("country", "Germany", "UK")], ""),
        ("not from Germany or from the UK", [no("country", "Germany"), no("country", "UK")], ""),
        ("with a garden or with a hot tub", [any_of("features", "garden", "hot tub")], ""),
        ("with a garden and with a lake view", [
            is_("features", "garden"), is_("features", "lake view"),
        ], ""),
        ("no diesel and from Germany", [no("fuel", "Diesel"), is_("country", "Germany")], ""),
        # One noun of several
        ("a sea or lake view", [any_of("features", "sea view", "lake view")], ""),
        ("a sea view, not a lake view", [is_("features", "sea view"), no("features", "lake view")],
         ""),
        ("a nice or lake view", [is_("features", "lake view")], ""),
        # Corrections
        ("a coupe, sorry, an estate", [is_("category", "Estate")], ""),
        ("petrol - no wait - diesel", [is_("fuel", "Diesel")], ""),
        ("petrol or rather diesel", [is_("fuel", "Diesel")], ""),
        ("petrol, no, diesel", [is_("fuel", "Diesel")], ""),
        ("a petrol coupe. Actually an estate", [is_("fuel", "Petrol"), is_("category", "Estate")],
         ""),
        ("a diesel that is actually an estate", [is_("fuel", "Diesel"), is_("category", "Estate")],
         ""),
        ("not diesel, I mean petrol", [no("fuel", "Diesel"), is_("fuel", "Petrol")], ""),
        ("柴油，不对，混合动力", [is_("fuel", "Hybrid")], ""),
        # Alternatives that come later
        ("petrol, but diesel is ok too", [any_of("fuel", "Petrol", "Diesel")], ""),
        ("petrol; diesel would also do", [any_of("fuel", "Petrol", "Diesel")], ""),
        ("petrol, though a hybrid would be fine", [any_of("fuel", "Petrol", "Hybrid")], ""),
        ("hybrid if possible, otherwise petrol", [any_of("fuel", "Hybrid", "Petrol")], ""),
        ("no diesel, but a hybrid is ok", [no("fuel", "Diesel"), is_("fuel", "Hybrid")], ""),
        ("petrol, but an estate is ok", [is_("fuel", "Petrol"), is_("category", "Estate")], ""),
        # What excludes
        ("any fuel but diesel", [no("fuel", "Diesel")], ""),
        ("any make but Ford", [no("make", "Ford")], ""),
        ("everything besides diesel", [no("fuel", "Diesel")], ""),
        ("barring diesel", [no("fuel", "Diesel")], ""),
        ("diesel is not an option", [no("fuel", "Diesel")], ""),
        ("diesel? Never.", [no("fuel", "Diesel")], ""),
        ("what diesels are out there", [is_("fuel", "Diesel")], ""),
        ("any SUV but with a garden", [is_("category", "SUV"), is_("features", "garden")], ""),
        ("I can't drive manual", [no("gearbox", "Manual")], ""),
        # Whatever
        ("with or without a garden", [], ""),
        ("an estate, automatic or not", [is_("category", "Estate")], ""),
        ("a garden or no garden", [], ""),
        ("petrol or not too old", [is_("fuel", "Petrol"), C.beyond("year", "above", 2012)], ""),
        ("an SUV unless it's a diesel", [is_("category", "SUV")], "unless it's a diesel"),
        ("high mileage is fine, an estate", [is_("category", "Estate")], ""),
        ("something with high mileage", [mileage("expensive", low=4)], ""),
        # What somebody has
        ("I have a Ford, want something else", [no("make", "Ford")], ""),
        ("a Ford or something else", [is_("make", "Ford")], ""),
        ("I have a Ford, want another one", [is_("make", "Ford")], "one"),
        ("sold my Audi, now I want a BMW", [is_("make", "BMW")], ""),
        # Countries in capitals, and names of several spellings
        ("a US coupe", [is_("country", "USA"), is_("category", "Coupe")], ""),
        ("UK or US cars", [any_of("country", "UK", "USA")], ""),
        ("give us coupes", [is_("category", "Coupe")], ""),
        ("by Ford or in the UK", [C.any_of([is_("make", "Ford"), is_("country", "UK")])], ""),
        ("from the US", [is_("country", "USA")], ""),
        ("humorous or humor", [is_("themes", "Humour")], ""),
        # Of what an item has several of
        ("animals, friendship or food", [any_of("themes", "Animals", "Friendship", "Food")], ""),
        # The last word of a name
        ("a tub, petrol", [is_("features", "hot tub"), is_("fuel", "Petrol")], ""),
        ("a view, petrol", [is_("fuel", "Petrol")], "view"),
        ("a garden-free car", [no("features", "garden")], ""),
        ("a garden, free of diesel", [is_("features", "garden"), no("fuel", "Diesel")], ""),
        # Pairs
        ("a hybrid SUV or a diesel estate", [
            any_of("fuel", "Hybrid", "Diesel"), any_of("category", "SUV", "Estate"),
            C.any_of([is_("fuel", "Hybrid"), is_("category", "Estate")]),
            C.any_of([is_("category", "SUV"), is_("fuel", "Diesel")]),
        ], ""),
        # Either beside what else is asked for
        ("animals and food from the UK", [
            is_("themes", "Animals"), is_("themes", "Food"), is_("country", "UK"),
        ], ""),
        ("a garden and a lake view from the UK", [
            is_("features", "garden"), is_("features", "lake view"), is_("country", "UK"),
        ], ""),
        ("animals and friendship from the USA", [
            any_of("themes", "Animals", "Friendship"), is_("country", "USA"),
        ], ""),
    ],
)  # fmt: skip
def test_what_is_understood(decoder, sentence, constraints, rest):
    understood = decoder.decode(sentence)
    assert (list(understood.constraints), understood.rest) == (constraints, rest)
