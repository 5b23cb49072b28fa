"""Words that go with labels: what the encoder is told in their place."""

from __future__ import annotations

import pytest
from films import film_catalogue

from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction.associations import Association
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.followup import refined
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Constraint as C


@pytest.fixture(scope="module")
def decoder(languages) -> InstructionDecoder:
    return InstructionDecoder(film_catalogue(), languages, {"en": "films", "zh": "电影"})


def is_(label: str, relation: str = "is") -> C:
    return C("category", relation, label=label)


HORROR, SCIFI = is_("Horror"), is_("Sci-Fi")


@pytest.mark.parametrize(
    ("sentence", "demanded", "told", "text", "rest"),
    [
        ("something with zombies", [], [HORROR], "", "zombies"),
        ("a zombie movie", [], [HORROR], "", "zombie"),
        ("zombie comedies", [is_("Comedy")], [HORROR], "", "zombie"),
        ("no zombies", [], [is_("Horror", "is_not")], "", "no zombies"),
        (
            "zombies and robots",
            [],
            [C("category", "is_any", label=("Horror", "Sci-Fi"))],
            "",
            "zombies and robots",
        ),
        ("something in the future", [], [SCIFI], "", "future"),
        ("a shiny film with zombies", [], [HORROR], "shiny", "shiny film with zombies"),
        ("讲吸血鬼的电影", [], [HORROR], "", "讲吸血鬼"),
        ("不要僵尸", [], [is_("Horror", "is_not")], "", "不要僵尸"),
        # Of what is demanded or excluded already a word tells no more.
        ("horror and zombies", [HORROR], [], "zombies", "zombies"),
        ("no horror, but zombies", [is_("Horror", "is_not")], [], "zombies", "zombies"),
        ("films with outlaws", [], [], "films with outlaws", "outlaws"),  # there is no western
    ],
)
def test_a_word_is_told_to_the_encoder_as_a_label_and_demands_nothing(
    decoder, sentence, demanded, told, text, rest
):
    read = decoder.decode(sentence)
    assert list(read.constraints) == demanded
    assert list(read.wish.constraints) == told
    assert (read.wish.text, read.rest) == (text, rest)


def test_what_was_taken_for_what_is_said(decoder):
    assert decoder.decode("Vampires, or aliens").associated == (
        Association("vampires", ("Horror",)),
        Association("aliens", ("Sci-Fi",)),
    )
    assert decoder.decode("horror with vampires").associated == ()


def test_a_follow_up_takes_back_what_was_told(decoder):
    zombies = decoder.decode("something with zombies")
    both = refined(zombies, decoder.decode("and robots"), frozenset(), ", ")
    assert both.wish.constraints == (HORROR, SCIFI)
    without = refined(zombies, decoder.decode("no gore"), frozenset(), ", ")
    assert without.wish.constraints == (is_("Horror", "is_not"),)


def test_a_word_that_descriptions_tell_stays_as_it_is(languages):
    films = Catalogue(
        list("pab"), ["", "Dawn", "Dusk"], {"category": Labels.of([[], ["Horror"], ["Drama"]])},
        texts={"description": ["", "Zombies in a mall.", "A vampire's grief."]},
    )  # fmt: skip
    decoder = InstructionDecoder(films, languages)
    assert decoder.decode("something with zombies").wish.text == "something with zombies"
    assert decoder.decode("something with ghosts").wish.constraints == (is_("Horror"),)


def test_a_label_that_hardly_any_item_carries_is_not_told(languages):
    for rare, told in ((1, ()), (2, (is_("Horror"),))):
        kinds = [["Horror"]] * rare + [["Drama"]] * (150 - rare)
        films = Catalogue(
            list(map(str, range(151))), [""] * 151, {"category": Labels.of([[], *kinds])}
        )
        read = InstructionDecoder(films, languages).decode("with zombies")
        assert read.wish.constraints == told


def test_of_several_labels_either_will_do(languages):
    films = Catalogue(
        list("pab"), ["", "Dawn", "Dusk"], {"category": Labels.of([[], ["Action"], ["Thriller"]])}
    )
    told = InstructionDecoder(films, languages).decode("with spies").wish.constraints
    assert told == (C("category", "is_any", label=("Action", "Thriller")),)


@pytest.mark.parametrize(
    "entry",
    [{"labels": ["a"]}, {"labels": "a", "words": ["b"]}, {"labels": ["a"], "words": [1]}, "a"],
)
def test_a_mistaken_entry_says_what_to_write(entry):
    content = {"templates": [{"text": "{noun}"}], "associations": [entry]}
    with pytest.raises(ValueError, match="xx.yaml: associations holds .* `labels` and the `words`"):
        Language("xx", content)
