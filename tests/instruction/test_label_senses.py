"""Labels are worded so that they are read, and an intention is what its words are read as."""

from __future__ import annotations

import random

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction.composer import Composer
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Instruction, Intention
from recbole_instructrec.instruction.writer import InstructionWriter

# "love" is too ordinary a word to be meant wherever it stands, and "kora" too rare.
COMMON = ["rock", "love", "female vocalist", "female vocalists", "british", "british artists"]
EITHER = ("female vocalist", "female vocalists")


@pytest.fixture(scope="module")
def writer(languages):
    cells = [[], [*COMMON, "kora"], *([f"tag {n}", *COMMON] for n in range(1100))]
    ids = [str(item) for item in range(len(cells))]
    catalogue = Catalogue(ids, ids, {"tags": Labels.of(cells)})
    return InstructionWriter(catalogue, languages, {"en": "artists", "zh": "艺人"})


def tag(label, relation="is"):
    return C("tags", relation, label=label)


@pytest.mark.parametrize(
    ("code", "constraint", "words"),
    [
        ("en", tag("rock"), "rock artists"),
        ("en", tag("love"), "artists tagged love"),
        ("en", tag("kora"), "artists tagged kora"),
        ("en", tag(("kora", "rock"), "is_any"), "artists tagged kora or rock"),
        ("en", tag("love", "is_not"), "artists, nothing tagged love"),
        ("en", tag("british artists"), "artists tagged british artists"),
        ("zh", tag("rock"), "摇滚艺人"),
        ("zh", tag("kora"), "标签是kora的艺人"),
        ("zh", tag("kora", "is_not"), "艺人，不要标签是kora的"),
    ],
)
def test_a_label_whose_name_does_not_mean_it_is_said_to_be_one(writer, code, constraint, words):
    assert writer.intention(Intention((constraint,)), writer.language(code)) == words


@pytest.mark.parametrize(
    ("constraint", "read", "words"),
    [
        (tag("rock"), [tag("rock")], "摇滚艺人"),
        (tag(EITHER[0]), [tag(EITHER, "is_any")], "女声的艺人"),
        (
            tag(("rock", EITHER[1]), "is_any"),
            [tag(("rock", *EITHER), "is_any")],
            "摇滚或女声的艺人",
        ),
        (tag(EITHER[1], "is_not"), [tag(one, "is_not") for one in EITHER], "艺人，不要女声"),
    ],
)
def test_labels_that_share_a_name_are_meant_alike(writer, constraint, read, words):
    intention = writer.read(Intention((constraint,)), "zh")
    assert list(intention.constraints) == read
    assert writer.intention(intention, writer.language("zh")) == words


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("relation", ["is", "is_not"])
@pytest.mark.parametrize("label", [*COMMON, "kora"])
def test_what_is_written_is_read_back(writer, code, relation, label):
    decoder = InstructionDecoder(writer.catalogue, writer.languages)
    intention = writer.read(Intention((tag(label, relation),)), code)
    for seed in range(8):
        said = writer.write(Instruction(code, intention=intention), random.Random(seed))
        assert set(decoder.decode(said).constraints) == set(intention.constraints)


def test_an_intention_drawn_is_true_as_it_is_read(languages):
    cells = [[], [EITHER[0], "rock"], [EITHER[1], "pop"], ["rock", "pop"]]
    ids = [str(item) for item in range(len(cells))]
    catalogue = Catalogue(ids, ids, {"tags": Labels.of(cells)})
    composer = Composer(InstructionWriter(catalogue, languages))
    excluded = set()
    for seed in range(200):
        item = 1 + seed % 3
        intention = composer.intention("specific", item, "zh", random.Random(seed))
        assert composer.satisfies(item, intention.constraints)
        if tag(EITHER[0], "is_not") in intention.constraints:
            excluded.add(item)
    assert excluded == {3}  # the others have one of the two
