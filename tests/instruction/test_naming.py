"""Behind a word that says a role, any of its labels is meant."""

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

TAGS = ["rock", "love", "wake up", "death", "metal", "death metal", "1990", "女声", "请"]


@pytest.fixture(scope="module")
def decoder(languages):
    # So many others that none of the tags is common enough to be meant by chance.
    cells = [[], TAGS, *([f"tag {n}"] for n in range(5000))]
    ids = [str(item) for item in range(len(cells))]
    return InstructionDecoder(Catalogue(ids, ids, {"tags": Labels.of(cells)}), languages)


@pytest.mark.parametrize(
    ("sentence", "tags"),
    [
        ("artists tagged love, please", ["love"]),
        ("artists tagged with wake up", ["wake up"]),
        ("something tagged death metal", ["death metal"]),
        ("something tagged 1990", ["1990"]),
        ("标签是女声的音乐", ["女声"]),
        ("标签为 女声 的音乐", ["女声"]),
    ],
)
def test_a_rare_or_ordinary_label_is_meant_where_its_role_is_said(decoder, sentence, tags):
    assert decoder.decode(sentence).constraints == tuple(C("tags", "is", label=t) for t in tags)


def test_so_is_what_is_joined_to_it(decoder):
    either = C("tags", "is_any", label=("love", "wake up"))
    assert decoder.decode("artists tagged love or wake up").constraints == (either,)


def test_what_stands_behind_it_is_read_as_elsewhere(decoder):
    read = decoder.decode("something tagged rock love")
    assert [one.label for one in read.constraints] == ["rock"]
    assert read.rest == "love"


@pytest.mark.parametrize(
    "sentence", ["some wake up artists", "no wake up films", "推荐一些wake up音乐"]
)
def test_so_is_one_of_several_words_before_what_the_items_are_called(decoder, sentence):
    assert "wake up" in [one for c in decoder.decode(sentence).constraints for one in c.labels]


@pytest.mark.parametrize("sentence", ["I love music", "wake up with music", "a tag", "tagged"])
def test_elsewhere_it_is_a_word(decoder, sentence):
    assert decoder.decode(sentence).constraints == ()


def test_under_a_no_it_is_excluded(decoder):
    excluded = (C("tags", "is_not", label="love"),)
    assert decoder.decode("nothing tagged love").constraints == excluded


def test_a_label_that_ends_inside_a_number_is_none(languages):
    catalogue = Catalogue(
        ["", "a"], ["", "A"], {"tags": Labels.of([[], ["from"]])}, {"year": [float("nan"), 1990]}
    )
    read = InstructionDecoder(catalogue, languages).decode("tagged from 1990")
    assert [one.role for one in read.constraints] == ["year"]
