"""What items are about, where something is written about them besides their titles."""

from __future__ import annotations

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.corpus import tokenizer_corpus
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.item_text import item_texts
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.structure import Instruction, Intention
from recbole_instructrec.instruction.writer import InstructionWriter

FILMS = [  # title, genres, plot
    ("Moon Base", ["Sci-Fi"], "Two robots and their maker are left behind on the moon."),
    ("The Cellar", ["Horror"], "A guy who has lost his memory finds dinosaurs in the cellar."),
    ("Robots at Noon", ["Western"], ""),
    ("深海", ["Sci-Fi"], "一个机器人在海底醒来。"),
    ("Bare", ["Comedy"], ""),  # of which nothing is known, nor that there are no robots
]
ROBOTS = ("robots", "机器人")


@pytest.fixture(scope="module")
def films() -> Catalogue:
    titles, genres, plots = zip(("", [], ""), *FILMS, strict=True)
    roles = {
        "title": Role.parse("title", "name"),
        "category": Role.parse("category", "genre"),
        "description": Role.parse("description", "plot"),
    }
    labels = {"category": Labels.of(genres)}
    return Catalogue(
        ["[PAD]", *"abcde"], titles, labels, roles=roles, texts={"description": plots}
    )  # fmt: skip


@pytest.fixture(scope="module")
def decoder(films, languages) -> InstructionDecoder:
    return InstructionDecoder(films, languages)


@pytest.mark.parametrize(
    ("sentence", "relation", "phrases", "rest", "items"),
    [
        ("a film about robots", "about", ROBOTS, "", [1, 3, 4]),
        ("nothing about robots", "not_about", ROBOTS, "", [2]),
        ("films that aren't about robots", "not_about", ROBOTS, "", [2]),
        ("films about robots or dinosaurs", "about", (*ROBOTS, "dinosaurs"), "", [1, 2, 3, 4]),
        ("about robots, a cellar or moons", "about", (*ROBOTS, "cellar", "moon"), "", range(1, 5)),
        ("about a dinosaur who lost his memory", "about", ("dinosaurs",), "lost his memory", [2]),
        ("films about robots, weird ones", "about", ROBOTS, "weird", [1, 3, 4]),
        ("films set on the moon", "about", ("moon",), "", [1]),
        ("发生在海底的电影", "about", ("海底",), "", [4]),
        ("关于机器人的电影", "about", ("机器人", "robots"), "", [1, 3, 4]),
        ("不要关于海底的电影", "not_about", ("海底",), "", [1, 2]),
    ],
)
def test_topics_stand_in_titles_and_descriptions(
    films, decoder, sentence, relation, phrases, rest, items
):
    read = decoder.decode(sentence)
    assert read.constraints == (C("topic", relation, label=phrases),)
    assert read.rest == rest
    assert films.mask(read.constraints).nonzero()[0].tolist() == list(items)


def test_of_what_is_about_either_of_two_things_no_one_alone_is_demanded(decoder):
    read = decoder.decode("something about love or robots")
    assert (read.constraints, read.rest) == ((), "about love or robots")


def test_what_is_about_two_things_is_about_both(films, decoder):
    for sentence in ("films about robots and the moon", "films about a robot and a moon"):
        read = decoder.decode(sentence)
        assert [one.labels for one in read.constraints] == [ROBOTS, ("moon",)]
    assert films.mask(read.constraints).nonzero()[0].tolist() == [1]


def test_what_a_text_joins_by_and_is_one_thing(languages):
    """战争与和平 stands so within a text, where no space shows that words begin and end."""
    texts = {"description": ["", "托尔斯泰论战争与和平的思想", "战争史", "和平年代"]}
    books = Catalogue(["[PAD]", "a", "b", "c"], ["", "甲", "乙", "丙"], texts=texts)
    decoder = InstructionDecoder(books, languages, nouns={"zh": "书"})
    one_thing = C("topic", "about", label=("战争与和平",))
    assert decoder.decode("关于战争与和平的书").constraints == (one_thing,)


def test_a_kind_of_thing_stands_in_the_title_alone(languages):
    titles = ["", "Running Shoes", "Spray", "Mug"]
    texts = ["", "For everybody.", "Keeps running shoes dry.", "Holds tea."]
    goods = Catalogue(list("pabc"), titles, texts={"description": texts})
    decoder = InstructionDecoder(goods, languages)
    for sentence, items in [("running shoes", [1]), ("something about running shoes", [1, 2])]:
        constraints = decoder.decode(sentence).constraints
        assert goods.mask(constraints).nonzero()[0].tolist() == items


@pytest.mark.parametrize(
    ("relation", "en", "zh"),
    [
        ("about", "science fiction films about robots", "关于“机器人”的科幻电影"),
        ("not_about", "science fiction films, not about robots", "科幻电影，不要关于“机器人”的"),
    ],
)
def test_topics_are_said_and_read_again(films, languages, decoder, relation, en, zh):
    constraints = (C("category", "is", label="Sci-Fi"), C("topic", relation, label=ROBOTS))
    writer = InstructionWriter(films, languages, {"en": "films", "zh": "电影"})
    for code, said in (("en", en), ("zh", zh)):
        text = writer.write(Instruction(code, intention=Intention(constraints)))
        assert said in text
        read = decoder.decode(text).constraints
        # Each language names it first as it calls it itself.
        assert {(one.relation, frozenset(one.labels)) for one in read} == {
            (one.relation, frozenset(one.labels)) for one in constraints
        }


def test_descriptions_are_words_of_the_item_and_of_the_tokenizer(films, languages):
    assert item_texts(films, [languages["en"]])[1] == (
        "Moon Base science fiction Two robots and their maker are left behind on the moon."
    )
    assert FILMS[1][2] in set(tokenizer_corpus(InstructionWriter(films, languages)))
