"""Vague intentions: true of their item, and they never name what they stand for."""

import random

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.concepts import Concepts
from recbole_instructrec.instruction.situation import Situation, SituationDrawer
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Intention
from recbole_instructrec.instruction.truth import named


def drawer(catalogue, *entries, words=None, called=None):
    situations = [Situation.parse(entry) for entry in entries]
    words = words or [()] * len(catalogue)
    return SituationDrawer(catalogue, situations, "films", words, called or {}, Concepts([]))


def test_a_situation_stands_for_any_of_its_labels_that_there_are(catalogue):
    kids = {"texts": ["{noun} for the little ones"], "labels": ["children's", "cartoons"]}
    drawn = drawer(catalogue, kids).draw(5, random.Random(0))
    assert drawn == Intention(
        text="films for the little ones",
        meaning=(C("category", "is_any", label=("Children's",)),),
        whole=True,
    )
    assert not drawer(catalogue, kids).draw(1, random.Random(0))  # Moon Base is not for children


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({"relation": "recent"}, {1, 5}),
        ({"relation": "classic"}, {4, 6, 7}),
        ({"relation": "popular"}, set()),  # nobody has chosen anything here
        ({"role": "price", "lower": 0.25}, {2, 4}),
        ({"role": "price", "upper": 0.25}, {1, 8}),
        ({"role": "weight", "upper": 0.25}, set()),
    ],
)
def test_situations_about_numbers(catalogue, entry, fits):
    one = drawer(catalogue, {"texts": ["x"], **entry})
    drawn = {item for item in range(1, len(catalogue)) if one.draw(item, random.Random(0))}
    assert drawn == fits


def test_a_price_that_is_the_same_everywhere_is_neither_low_nor_high():
    same = Catalogue(["", "a", "b"], ["", "A", "B"], numbers={"price": [np.nan, 3, 3]})
    assert not drawer(same, {"texts": ["x"], "role": "price", "lower": 0.25}).meanings


def test_words_of_a_description_stand_for_what_holds_them():
    catalogue = Catalogue(
        ["", "a", "b"], ["", "A", "B"], texts={"plot": ["", "A dog and a ghost.", ""]}
    )
    told = {"texts": ["{noun} with {words}"], "words": 2}
    one = drawer(catalogue, told, words=[[], ["dog", "ghost"], []])
    drawn = {one.draw(1, random.Random(seed)) for seed in range(20)}
    assert {intention.text: intention.meaning for intention in drawn} == {
        f"films with {words}": (C("topic", "about", label=(words,)),)
        for words in ("dog", "ghost", "dog ghost")
    }
    named = drawer(catalogue, told, words=[[], ["dog", "ghost"], []], called={"dog": ["狗"]})
    drawn = {named.draw(1, random.Random(seed)) for seed in range(20)}
    assert {"films with 狗", "films with 狗 ghost", "films with ghost"} == {d.text for d in drawn}
    assert {one.meaning for one in drawn if "狗" in one.text} >= {
        (C("topic", "about", label=("dog",)),)
    }
    assert one
    assert one.tell(1, random.Random(0)).text.startswith("films with ")
    assert not one.tell(2, random.Random(0))
    assert not one.draw(1, random.Random(0), told=False)
    assert not one.draw(2, random.Random(0))  # of B nothing is told
    assert not drawer(catalogue, told)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"texts": ["x"], "words": 2, "labels": ["a"]}, "`relation`, `words`, or `role`"),
        ({"texts": ["with {words}"], "labels": ["a"]}, "words"),
    ],
)
def test_a_mistaken_situation_says_what_to_write(entry, complaint):
    with pytest.raises(ValueError, match=complaint):
        Situation.parse(entry)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_no_shipped_situation_names_a_label_it_stands_for(languages, code):
    language = languages[code]
    for situation in language.situations:
        for text in situation.texts:
            assert not named(text, [situation.labels], language), text


def test_naming_is_seen_in_words_and_in_writing_without_spaces(languages):
    assert named("a Comedy for us", [("comedy",)], languages["en"]) == {"comedy"}
    assert named("sci-fi, please", [("Sci-Fi",)], languages["en"]) == {"sci fi"}
    assert named("warm films", [("war",)], languages["en"]) == set()
    assert named("轻松的喜剧片", [("comedy",)], languages["zh"]) == {"喜剧"}
