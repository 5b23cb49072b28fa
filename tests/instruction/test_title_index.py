"""Titles as people write them."""

import time

import numpy as np
import pytest
from films import film_catalogue

from recbole_instructrec.instruction.title_index import Known, TitleIndex


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    films = film_catalogue()
    return TitleIndex(films.titles, films.numbers["year"], films.popularity, joiners=["and"])


@pytest.mark.parametrize(
    ("said", "items", "doubtful"),
    [
        ("Fargo", (3,), False),
        ("fargo (1996)", (3,), False),
        ("Fargo (1995)", (3,), False),  # one year off
        ("Fargo (1931)", (3,), True),
        ("The Godfather", (4,), False),
        ("Godfather", (4,), False),
        ("Godfather, The (1972)", (4,), False),
        ("Dumb and Dumber", (2,), False),
        ("dumb and dumbr", (2,), True),
        ("The Shawshank Redemtion", (9,), True),
        ("se7en", (12,), False),
        ("Il Postino", (13,), False),
        ("The Postman", (13,), False),
        ("Titanic", (8, 7), True),  # the one chosen more often, and its namesake
        ("Titanic (1953)", (7,), False),
        ("Star Wars", (10,), True),  # its sequel is not of the same name
        ("Star Wars 5", (11,), False),
        ("Star Wars IV", (10,), False),
        ("大话西游", (20,), False),
    ],
)
def test_links(index, said, items, doubtful):
    link = index.link(said)
    assert (link.items, link.doubtful) == (items, doubtful)


@pytest.mark.parametrize("said", ["Casablanca", "", "(1996)", "to", "Toy Soldiers Part II"])
def test_what_is_like_nothing_is_linked_to_nothing(index, said):
    assert index.link(said) is None


def test_titles_in_a_script_without_spaces_are_found_by_their_beginning():
    titles = ["", "海底捞火锅 朝阳店", "海底捞火锅 海淀店", "海王"]
    index = TitleIndex(titles, popularity=[0, 1, 2, 3])
    assert index.begun("海底捞").items == (2, 1)
    assert index.begun("海底捞").doubtful
    assert index.begun("海") is None  # too short
    assert index.begun("大董烤鸭") is None


def test_what_stands_behind_several_titles_in_parentheses_is_a_name_of_none():
    index = TitleIndex(["", "Halo (PS4)", "Racer (PS4)", "Postman, The (Il Postino)"])
    assert index.link("Halo").items == (1,)
    assert index.link("Il Postino").items == (3,)
    assert index.named("PS4") is None


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("Harry Potter", 1),
        ("harry poter", 1),
        ("Dark Souls", 2),
        ("The Witcher", 3),
        ("the wicher 3", 3),
        ("Beauty", None),  # of one word too ordinary
        ("Souls", None),
    ],
)
def test_a_title_is_known_by_what_it_begins_with(said, item):
    titles = ["Harry Potter and the Chamber", "Dark Souls III", "The Witcher 3: Wild Hunt"]
    link = TitleIndex(["", *titles, "Beauty and the Beast"]).link(said)
    assert (link and link.items) == (item and (item,))
    assert link is None or link.doubtful
def test_parts_of_a_series_begin_alike():
    titles = [
        "Alien", "Aliens", "Alien: Resurrection", "Alien Nation", "Rocky", "Rocky II",
        "Rocky Horror Show, The", "Indy and the Ark", "Indy and the Grail", "Godfather, The",
        "Godfather: Part II, The",
    ]  # fmt: skip
    index = TitleIndex(["", *titles], joiners=["and"])

    def parts(*names: str) -> list[str]:
        named = index.named(names[0])
        link = index.series_of(names, named.items[0] if named else 0)
        return [titles[item - 1] for item in link.items] if link else []

    assert parts("alien", "aliens") == ["Alien", "Aliens", "Alien: Resurrection"]
    assert parts("rocky") == ["Rocky", "Rocky II"]
    assert parts("the godfather") == ["Godfather, The", "Godfather: Part II, The"]
    assert parts("indy") == ["Indy and the Ark", "Indy and the Grail"]
    assert parts("alien nation") == []


def test_only_an_exact_title_is_a_name(index):
    assert index.named("the godfather").items == (4,)
    assert index.named("the godfathr") is None


def test_a_year_in_the_title_tells_apart_where_there_is_no_other():
    index = TitleIndex(["", "Sabrina (1954)", "Sabrina (1995)"])
    assert index.link("Sabrina (1954)").items == (1,)
    assert index.link("sabrina 1954") is None
    assert index.link("Sabrina").items == (1, 2)


def test_a_hundred_thousand_titles_are_searched_at_once():
    choice = np.random.default_rng(0)
    words = np.array([f"word{n}" for n in range(3000)])
    titles = ["", *(" ".join(row) for row in words[choice.integers(3000, size=(100_000, 4))])]
    index = TitleIndex(titles)
    said = titles[77_777].replace("word", "wrd", 1)
    started = time.process_time()
    assert index.similar(said).items == (77_777,)
    assert time.process_time() - started < 1  # 0.02 s


def test_titles_are_found_by_their_names_in_other_languages():
    titles = ["", "Titanic (1953)", "Titanic (1997)", "Matrix, The (1999)", "Seven (Se7en) (1995)"]
    elsewhere = [
        ("泰坦尼克号", ["Titanic (1997)"]),
        ("黑客帝国", ["The Matrix (1999)"]),
        ("七宗罪", ["Seven (2001)", "Seven (1995)"]),
        ("盗梦空间", ["Inception (2010)"]),  # the catalogue has it not
    ]
    index = TitleIndex(titles).with_known(elsewhere=elsewhere)
    found = [index.link(name) for name, _ in elsewhere]
    assert [link and link.items for link in found] == [(2,), (3,), (4,), None]
    assert not any(link.doubtful for link in found if link)


def test_signs_and_words_for_them_make_no_other_title():
    titles = ["", "Who Framed Roger Rabbit? (1988)", "Withnail and I (1987)", "M*A*S*H (1970)"]
    index = TitleIndex(titles, joiners=["and"])
    said = ["Who Framed Roger Rabbit (1988)", "Withnail & I (1987)", "M*A*S*H", "Withnail (1987)"]
    found = map(index.named, said)
    assert [link and link.items for link in found] == [(1,), (2,), (3,), None]


KNOWN = {
    "Inception (2010)": Known(("Sci-Fi",), ("Heat (1995)", "The Matrix (1999)", "Fargo (1996)")),
    "Fargo (2014)": Known(("Crime",)),  # the series
    "Fargo (1996)": Known(("Comedy",)),  # is here
    "The Godfather: Part II (1974)": Known(("Crime",)),
    "Heat 2 (2026)": Known(("Action",)),
    "Halloween (1978)": Known(("Horror",)),
    "Halloween (2018)": Known(("Horror", "Thriller")),
}


@pytest.fixture(scope="module")
def knowing() -> TitleIndex:
    films = film_catalogue()
    elsewhere = [("盗梦空间", ["Inception (2010)"])]
    return TitleIndex.of(films).with_known(KNOWN, elsewhere)


@pytest.mark.parametrize(
    ("said", "items", "kinds", "alike"),
    [
        ("Inception", (), ("Sci-Fi",), (5, 3)),
        ("Inception (2010)", (), ("Sci-Fi",), (5, 3)),
        ("Inceptoin", (), ("Sci-Fi",), (5, 3)),
        ("盗梦空间", (), ("Sci-Fi",), (5, 3)),
        ("Fargo", (3,), (), ()),
        ("Fargo (2014)", (), ("Crime",), ()),
        # A sequel stands for what it follows.
        ("The Godfather: Part II", (4,), (), ()),
        ("Heat 2", (5,), (), ()),
        ("Halloween", (), ("Horror",), ()),
        ("Halloween (2018)", (), ("Horror", "Thriller"), ()),
    ],
)
def test_what_is_known_of_titles_that_no_item_has(knowing, said, items, kinds, alike):
    link = knowing.link(said)
    assert (link.items, link.kinds, link.alike) == (items, kinds, alike)


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("The Godfather II", 2),
        ("Godfather 2", 2),
        ("the godfather part 2", 2),
        ("Godfather 1", 1),
        ("Alien 3", 4),
        ("Alien 1", None),  # of which there is no second part
        ("Star Trek 4", 6),
        ("Star Trek II", None),
    ],
)
def test_parts_of_series_by_their_numbers(said, item):
    titles = [
        "", "Godfather, The", "Godfather: Part II, The", "Alien", "Alien³",
        "Star Trek III: The Search for Spock", "Star Trek IV: The Voyage Home",
    ]  # fmt: skip
    link = TitleIndex(titles).link(said)
    assert (link and link.items[0]) == item
