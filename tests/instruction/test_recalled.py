"""Items that are told by what they are about."""

import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

NEWS = ["Coffee lowers risk of heart disease", "Coffee prices rise", "Tesla recalls cars"]


@pytest.fixture(scope="module")
def decoder(languages) -> InstructionDecoder:
    news = Catalogue(
        ["", "n1", "n2", "n3"],
        ["", *NEWS],
        {"category": Labels.of([[], ["health"], ["business"], ["business"]])},
        {},
        {"title": Role.parse("title", "title"), "category": Role.parse("category", "topic")},
        popularity=[0, 1, 5, 3],
    )
    return InstructionDecoder(news, languages, {"en": "articles", "zh": "文章"})


@pytest.mark.parametrize(
    ("sentence", "liked", "seen", "doubtful"),
    [
        ("I liked the article about coffee and heart disease", ["n1"], [], False),
        ("more like the article about tesla, please", ["n3"], [], False),
        ("I read that article about coffee, no health", [], ["n2"], True),
    ],
)
def test_what_somebody_liked_or_read_is_an_item_and_no_demand(
    decoder, sentence, liked, seen, doubtful
):
    understood = decoder.decode(sentence)
    assert [one.item_id for one in understood.liked] == liked
    assert [one.item_id for one in understood.seen] == seen
    assert bool(understood.doubtful) == doubtful
    assert all(one.relation == "is_not" for one in understood.constraints)
    assert not understood.rest


@pytest.mark.parametrize(
    "sentence", ["I'd like an article about coffee", "the article about coffee", "about coffee"]
)
def test_what_is_asked_for_is_a_demand(decoder, sentence):
    understood = decoder.decode(sentence)
    assert understood.constraints == (C("title", "about", label=("coffee",)),)
    assert not understood.named
