"""Persons whose items something is to be like: "books like Stephen King"."""

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

BOOKS = [
    ("Foundation", "Isaac Asimov", "Science Fiction", 5),
    ("Solaris", "Stanislaw Lem", "Science Fiction", 9),
    ("It", "Stephen King", "Horror", 3),
    ("Carrie", "Stephen King", "Horror", 4),
]


@pytest.fixture(scope="module")
def decoder(languages) -> InstructionDecoder:
    titles, authors, kinds, chosen = zip(*BOOKS, strict=True)
    labels = {"author": authors, "category": kinds, "brand": ["Ace", "Ace", "Signet", "Signet"]}
    books = Catalogue(
        ["", *(f"b{item}" for item in range(1, 5))],
        ["", *titles],
        {role: Labels.of([[], *([one] for one in own)]) for role, own in labels.items()},
        {},
        {"title": Role.parse("title", "title"), "category": Role.parse("category", "genre")},
        popularity=[0, *chosen],
    )
    return InstructionDecoder(books, languages, {"en": "books", "zh": "书"})


@pytest.mark.parametrize(
    ("sentence", "likened", "constraints"),
    [
        ("books like Stephen King", ["Stephen King"], []),
        ("like stephen king", ["Stephen King"], []),
        ("something like King", ["Stephen King"], []),
        ("similar to Asimov", ["Isaac Asimov"], []),
        ("in the style of Lem or Asimov", ["Stanislaw Lem", "Isaac Asimov"], []),
        (
            "horror similar to Lem, no Stephen King",
            ["Stanislaw Lem"],
            [C("category", "is", label="Horror"), C("author", "is_not", label="Stephen King")],
        ),
        ("像Stephen King那样的书", ["Stephen King"], []),
        ("Stephen King的书", [], [C("author", "is", label="Stephen King")]),
        # Who is liked, where others are asked for
        ("I like Stephen King, what should I read next?", ["Stephen King"], []),
        ("I love Lem and Asimov, what else?", ["Stanislaw Lem", "Isaac Asimov"], []),
        (
            "I don't like Stephen King, what else is there?",
            [],
            [C("author", "is_not", label="Stephen King")],
        ),
        ("books by Stephen King, what else", [], [C("author", "is", label="Stephen King")]),
        # What is wanted of the person, or is not
        ("I like Stephen King", [], [C("author", "is", label="Stephen King")]),
        ("I would like Stephen King", [], [C("author", "is", label="Stephen King")]),
        ("books by Stephen King", [], [C("author", "is", label="Stephen King")]),
        # Neither a kind nor a brand is somebody
        ("something like horror", [], [C("category", "is", label="Horror")]),
        ("something like Signet", [], [C("brand", "is", label="Signet")]),
    ],
)
def test_whom_something_is_to_be_like_is_not_demanded(decoder, sentence, likened, constraints):
    understood = decoder.decode(sentence)
    assert [one.said for one in understood.likened] == likened
    assert (list(understood.constraints), understood.rest) == (constraints, "")


def test_who_it_is_to_be_unlike_stands_for_nothing(decoder):
    understood = decoder.decode("not similar to Stephen King")
    assert not understood.likened
    assert not understood.constraints
    assert understood.rest == "not similar to stephen king"


def test_the_persons_items_stand_for_it_the_most_chosen_first(decoder):
    (king,) = decoder.decode("something like Stephen King").likened
    assert [one.title for one in king.titles] == ["Carrie", "It"]
