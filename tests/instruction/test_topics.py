"""Topics and kinds of things that are no attribute but stand in titles."""

from __future__ import annotations

import numpy as np
import pytest
from films import film_catalogue

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C

GOODS = [
    "RED MUG", "BLUE MUG WITH SPOTS", "MUGS, SET OF 4", "KITCHEN LAMP", "LAMP SHADE RED",
    "红色运动鞋", "运动鞋 NIKE", "皮鞋", "无线耳机", "人工智能导论", "WHEN IT RAINS: AN UMBRELLA",
]  # fmt: skip


@pytest.fixture(scope="module")
def goods() -> Catalogue:
    """A shop without categories."""
    tokens = ["[PAD]", *(f"g{item}" for item in range(1, len(GOODS) + 1))]
    prices = np.array([np.nan, 3, 4, 9, 20, 12, 99, 300, 80, 150, 40, 8])
    roles = {"title": Role.parse("title", "t"), "price": Role.parse("price", "p")}
    return Catalogue(tokens, ["", *GOODS], numbers={"price": prices}, roles=roles)


@pytest.fixture(scope="module")
def shop(goods, languages) -> InstructionDecoder:
    return InstructionDecoder(goods, languages)


@pytest.fixture(scope="module")
def films(languages) -> InstructionDecoder:
    return InstructionDecoder(film_catalogue(), languages)


MUGS = ("mugs", "mug")


@pytest.mark.parametrize(
    ("sentence", "topics", "rest"),
    [
        ("red mugs under 5", [("about", ("red mug",))], ""),
        ("recommend some mugs", [("about", MUGS)], ""),
        ("I need a mug for my mother", [("about", ("mug", "mugs"))], "mother"),
        ("shiny kitchen lamp", [("about", ("kitchen lamp",))], "shiny"),
        ("mugs please", [("about", MUGS)], ""),
        ("red ones", [("about", ("red", "红色"))], ""),  # whatever it is called
        ("mugs and lamps", [("about", (*MUGS, "lamp"))], ""),  # either will do
        ("mug or lamp", [("about", ("mug", "mugs", "lamp"))], ""),
        ("no mugs", [("not_about", MUGS)], ""),
        ("a gift, no lamps", [("not_about", ("lamp",))], ""),
        ("推荐一些价格在100元以内的运动鞋", [("about", ("运动鞋",))], ""),
        ("我想买一双运动鞋", [("about", ("运动鞋",))], ""),
        ("不要红色的", [("not_about", ("红色", "red"))], ""),
        ("绿色运动鞋", [("about", ("运动鞋",))], "绿色"),
        ("推荐一些关于人工智能的文章", [("about", ("人工智能",))], ""),
        # Also beside a word for things in general, and of several adjectives one thing
        ("red gifts", [("about", ("red", "红色"))], ""),
        ("gifts except mugs", [("not_about", MUGS)], ""),
        ("除了杯子以外的礼物", [("not_about", ("mug", "mugs"))], ""),
        ("blue or red mugs", [("about", ("blue mug", "red mug"))], ""),
        ("mugs for children", [("about", MUGS)], "children"),
        ("mugs with spots", [("about", MUGS), ("about", ("spots",))], ""),
        ("something with spots", [("about", ("spots",))], ""),
        ("lamps that aren't red", [("about", ("lamp",)), ("not_about", ("red", "红色"))], ""),
        ("mugs that cost more than 5", [("about", MUGS)], ""),
        ("a set of mugs", [("about", MUGS)], ""),
        ("mugs without spots", [("about", MUGS), ("not_about", ("spots",))], ""),
        ("mugs, red or blue", [("about", MUGS), ("about", ("red", "红色", "blue"))], ""),
        ("mugs, lamps or umbrellas", [("about", (*MUGS, "lamp", "umbrella"))], ""),
        ("nothing over a fiver", [], ""),
        ("20% off lamps", [("about", ("lamp",))], "20, off"),
        ("a mug and a lamp", [("about", ("mug", "mugs", "lamp"))], ""),
        ("红色的杯子", [("about", ("red mug",))], ""),
        ("红色或者蓝色的杯子", [("about", ("red mug", "blue mug"))], ""),
        ("红色的杯子五镑以下", [("about", ("red mug",))], ""),
        ("有运动鞋吗", [("about", ("运动鞋",))], ""),
        ("蓝色的杯子有哪些", [("about", ("blue mug",))], ""),
        # No title holds it, or it is no kind of thing
        ("unicorn statues", [], "unicorn statues"),
        ("推荐一些关于历史的文章", [], "关于历史"),
        ("gifts for the kitchen", [], "kitchen"),
        ("something red", [], "red"),
        ("I love it when it rains", [], "when it rains"),
        ("my lamp is broken again", [], "lamp is broken again"),
    ],
)
def test_kinds_of_things_in_a_shop_without_categories(shop, sentence, topics, rest):
    understood = shop.decode(sentence)
    labelled = [one for one in understood.constraints if one.labels]
    assert labelled == [C("title", relation, label=forms) for relation, forms in topics]
    assert understood.rest == rest


@pytest.mark.parametrize(
    ("sentence", "forms", "count"),
    [
        ("3 mugs", MUGS, 3),
        ("3 mug rack", ("3 mug rack",), None),
        ("a set of 4 mugs", MUGS, None),
    ],
)
def test_a_number_counts_things_unless_titles_or_a_set_have_it(languages, sentence, forms, count):
    tokens = ["[PAD]", "g1", "g2", "g3"]
    titles = ["", "3 MUG RACK", "RED MUGS", "BLUE MUG"]
    goods = Catalogue(tokens, titles, roles={"title": Role.parse("title", "t")})
    understood = InstructionDecoder(goods, languages).decode(sentence)
    assert understood.constraints == (C("title", "about", label=forms),)
    assert understood.count == count


@pytest.mark.parametrize(
    ("sentence", "topics", "rest"),
    [
        ("a movie about dogs", [("about", ("dog",))], ""),
        ("no movies about dogs", [("not_about", ("dog",))], ""),
        ("films about love", [], "about love"),  # too common to mean a title
        ("films about time travel", [], "about time travel"),
        # Where there are categories a single word is no kind of thing.
        ("recommend some dogs", [], "dogs"),
        ("I need a redemption", [], "redemption"),
        ("star wars from the 90s", [("about", ("star wars",))], ""),
        ("recommend some dog days", [], "dog days"),  # one title only
    ],
)
def test_topics_where_there_are_categories(films, sentence, topics, rest):
    understood = films.decode(sentence)
    labelled = [one for one in understood.constraints if one.labels]
    assert labelled == [C("title", one, label=forms) for one, forms in topics]
    assert understood.rest == rest


SHOES = [
    ("运动鞋 男款", "鞋"), ("红色运动鞋", "鞋"), ("皮鞋", "鞋"), ("Nike Running Shoes", "Shoes"),
    ("Blue Running Shoes", "Shoes"), ("Leather Shoes", "Shoes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        ("推荐一些鞋", [1, 2, 3]),
        ("推荐一些运动鞋", [1, 2, 4, 5]),  # whatever they are called
        ("推荐一些鞋店", [1, 2, 3, 4, 5, 6]),  # a part of a word is no label
        ("shoes", [4, 5, 6]),
        ("some running shoes", [1, 2, 4, 5]),
        ("Nike running shoes", [4]),
        ("no running shoes", [3, 6]),
    ],
)
def test_a_kind_within_a_category(languages, sentence, items):
    titles, kinds = zip(*SHOES, strict=True)
    brands = [["Nike"] if "Nike" in title else ["Other"] for title in titles]
    categories = Labels.of([[], *([kind] for kind in kinds)])
    shop = Catalogue(
        ["", *titles], ["", *titles], {"category": categories, "brand": Labels.of([[], *brands])}
    )  # fmt: skip
    wanted = InstructionDecoder(shop, languages).decode(sentence).constraints
    assert shop.mask(wanted).nonzero()[0].tolist() == items


def test_what_is_demanded_of_the_title_is_a_constraint(goods, shop):
    wanted = shop.decode("推荐一些价格在100元以内的运动鞋").constraints
    assert goods.mask(wanted).nonzero()[0].tolist() == [6]
    unwanted = shop.decode("nothing over 10, no mugs").constraints
    assert goods.mask(unwanted).nonzero()[0].tolist() == [11]


# What a Chinese shop calls its goods: two words before or behind the thing.
CHINESE = [
    f"{brand} {first}{thing} {second}"
    for brand in ("李宁", "安踏")
    for thing in ("跑步鞋", "篮球鞋", "羽绒服")
    for first, second in (("红色", "防水"), ("男款", "轻便"), ("女款", "红色"))
]
ALL = set(range(len(CHINESE)))


def of(*words: str) -> set[int]:
    """The goods with all of some words in their titles."""
    return {n for n, title in enumerate(CHINESE) if all(word in title for word in words)}


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize(
    ("sentence", "goods", "rest"),
    [
        ("红色跑步鞋", of("红色", "跑步鞋"), ""),
        ("防水的羽绒服", of("防水", "羽绒服"), ""),
        ("红色防水的羽绒服", of("红色", "防水", "羽绒服"), ""),
        ("男款或者女款的篮球鞋", of("男款", "篮球鞋") | of("女款", "篮球鞋"), ""),
        ("李宁或安踏的跑步鞋", of("跑步鞋"), ""),
        ("李宁的跑步鞋", of("李宁", "跑步鞋"), ""),
        ("跑步鞋，不要李宁", of("安踏", "跑步鞋"), ""),
        ("推荐几款轻便的鞋", of("轻便", "鞋"), ""),
        ("绿色跑步鞋", of("跑步鞋"), "绿色"),
        ("running shoes", of("跑步鞋"), ""),
        ("red basketball shoes", of("红色", "篮球鞋"), ""),
    ],
)
def test_what_describes_a_thing_stands_anywhere_in_a_chinese_title(
    languages, labelled, sentence, goods, rest
):
    brands = [[title.split()[0]] for title in CHINESE]
    labels = {"brand": Labels.of([[], *brands])} if labelled else {}
    shop = Catalogue(["", *map(str, ALL)], ["", *CHINESE], labels)
    understood = InstructionDecoder(shop, languages).decode(sentence)
    found = set(shop.mask(understood.constraints).nonzero()[0] - 1)
    assert (found, understood.rest) == (goods, rest)


@pytest.mark.parametrize(
    ("sentence", "goods"),
    [
        ("防水的鞋", of("防水", "鞋")),
        ("红色又轻便的鞋", set()),
        ("红色或轻便的鞋", of("红色", "鞋") | of("轻便", "鞋")),
        ("送给学生的鞋", of("鞋")),
    ],
)
def test_what_describes_a_label_stands_in_titles(languages, sentence, goods):
    kinds = [["鞋" if "鞋" in title else "服装"] for title in CHINESE]
    shop = Catalogue(["", *map(str, ALL)], ["", *CHINESE], {"category": Labels.of([[], *kinds])})
    wanted = InstructionDecoder(shop, languages).decode(sentence).constraints
    assert set(shop.mask(wanted).nonzero()[0] - 1) == goods
