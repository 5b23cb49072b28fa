"""Sentences about what published datasets hold: a kind called as all items are, names of several
words, labels run together."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C


def decoder(languages, noun, titles, labels, numbers=None, columns=None) -> InstructionDecoder:
    """What reads sentences about some items; the padding item is put before them."""
    catalogue = Catalogue(
        ["", *(f"i{item}" for item in range(len(titles)))],
        ["", *titles],
        {role: Labels.of([[], *cells]) for role, cells in labels.items()},
        {role: np.array([np.nan, *cells]) for role, cells in (numbers or {}).items()},
        {
            role: Role.parse(role, {"column": column, "kind": "number"})
            for role, column in (columns or {}).items()
        },
    )
    return InstructionDecoder(catalogue, languages, {"en": noun})


@pytest.fixture(scope="module")
def hotels(languages):
    return decoder(
        languages,
        "hotels",
        ["Grand Plaza", "Park Central", "Royal Budget", "Hilton Palace"],
        {
            "category": [["hotel"], ["hostel"], ["hotel"], ["apartment"]],
            "city": [["Rome"], ["Nice"], ["Nice"], ["Las Vegas"]],
            "country": [["Italy"], ["France"], ["France"], ["United States"]],
            "amenities": [["bar", "pool"], ["bar"], ["spa"], ["pool"]],
        },
        {"stars": [4.5, 5, 3, 3.5], "price": [80, 30, 60, 200]},
    )


@pytest.mark.parametrize(
    ("sentence", "constraints"),
    [
        ("hotels in Rome", (C("city", "is", label="Rome"),)),
        ("a hotel or a hostel", (C("category", "is_any", label=("hotel", "hostel")),)),
        (
            "hotel, not hostel",
            (C("category", "is", label="hotel"), C("category", "is_not", label="hostel")),
        ),
        ("hotels, no hostels", (C("category", "is_not", label="hostel"),)),
        ("no hotels please", (C("category", "is_not", label="hotel"),)),
        ("hotel Rome hotels", (C("category", "is", label="hotel"), C("city", "is", label="Rome"))),
        ("the category hotel", (C("category", "is", label="hotel"),)),
    ],
)
def test_a_label_called_as_all_items_is_demanded_only_where_it_says_more(
    hotels, sentence, constraints
):
    assert hotels.decode(sentence).constraints == constraints


@pytest.mark.parametrize(
    ("sentence", "city"),
    [
        ("a nice hotel in Nice", C("city", "is", label="Nice")),
        ("In Rome or Nice please", C("city", "is_any", label=("Rome", "Nice"))),
        ("not in Nice", C("city", "is_not", label="Nice")),
        ("no Nice hotels", C("city", "is_not", label="Nice")),
    ],
)
def test_a_capital_behind_a_preposition_makes_a_name_of_an_ordinary_word(hotels, sentence, city):
    assert hotels.decode(sentence).constraints == (city,)
    assert hotels.decode("a nice hotel").constraints == ()


@pytest.fixture(scope="module")
def articles(languages):
    return decoder(
        languages,
        "articles",
        [
            "Tesla recalls cars in Dallas",
            "Police in Florida arrest a suspect",
            "A storm in Florida",
            "Eagles win",
            "Golf: a birdie",
        ],
        {
            "category": [["autos"], ["news"], ["weather"], ["sports"], ["sports"]],
            "tags": [["autos"], ["newscrime"], ["weather"], ["football_nfl"], ["golf"]],
        },
    )


def test_news_of_something_need_not_be_of_the_category_news(articles):
    assert articles.decode("Tesla news").constraints == (C("title", "about", label=("tesla",)),)
    assert articles.decode("the news").constraints == (C("category", "is", label="news"),)


@pytest.mark.parametrize(
    ("sentence", "low", "high"),
    [
        ("five star hotels", 5, 5),
        ("rated 5 stars", 5, 5),
        ("3 star hotels or better", 3, None),
        ("around 4 stars", 3.2, 4.8),
    ],
)
def test_of_a_scale_of_halves_the_number_said_is_meant(hotels, sentence, low, high):
    understood = hotels.decode(sentence)
    (stars,) = understood.constraints
    assert (stars.role, stars.low, stars.high, understood.rest) == ("stars", low, high, "")


def test_numbers_go_by_the_name_of_their_column_and_an_unknown_name_is_of_no_price(languages):
    titles = ["Dragon Quest", "Zombie Arena", "Ninja Wars"]
    numbers = {"score": [90, 60, 85], "price": [60, 5, 20]}
    games = decoder(
        languages, "games", titles, {}, numbers, {"score": "metascore", "price": "price"}
    )
    assert games.decode("metascore above 85").constraints == (C.beyond("score", "above", 85),)
    unread = games.decode("with a userscore above 50")
    assert unread.constraints == () and unread.rest == "userscore above 50"
    assert games.decode("drones under 20").constraints == (C.beyond("price", "below", 20),)


@pytest.fixture(scope="module")
def recipes(languages):
    titles = ["lasagna", "lasagna", "easy lasagna", "risotto", "pasta bake", "easy pasta salad"]
    labels = {"tags": [["pasta"], ["pasta"], ["pasta"], ["italian"], ["pasta"], ["pasta"]]}
    return decoder(languages, "recipes", [*titles] * 6, {"tags": labels["tags"] * 6})


@pytest.mark.parametrize("sentence", ["pasta, but not lasagna", "pasta, anything but lasagna"])
def test_what_is_excluded_in_lower_case_is_all_whose_titles_hold_it(recipes, sentence):
    understood = recipes.decode(sentence)
    assert understood.constraints[-1] == C("title", "not_about", label=("lasagna",))
    assert understood.disliked == ()


def test_what_is_excluded_from_titles_is_not_said_to_be_unknown(recipes):
    understood = recipes.decode("pasta, not Salad")
    assert understood.constraints[-1].relation == "not_about"
    assert understood.unknown == ()
    assert recipes.decode("not Zork").unknown == ("Zork",)


@pytest.mark.parametrize(
    ("sentence", "amenities"),
    [("with bars", ["bar"]), ("hotels with pools and a spa", ["pool", "spa"])],
)
def test_the_plural_of_a_short_part_is_the_part(hotels, sentence, amenities):
    constraints = hotels.decode(sentence).constraints
    assert constraints == tuple(C("amenities", "is", label=one) for one in amenities)


def test_a_singular_means_its_label_whatever_titles_say(languages):
    titles = ["Zombie Arena", "Dragon Arena", "Dragon Quest", "Zombie Quest"] * 6
    tags = [["Racing"], ["Zombies"], ["Zombies"], ["Racing"]] * 6
    games = decoder(languages, "games", titles, {"tags": tags})
    assert games.decode("zombie games").constraints == (C("tags", "is", label="Zombies"),)


@pytest.fixture(scope="module")
def books(languages):
    authors = ["George Orwell", "J. R. R. Tolkien", "Stephen King", "Terry Pratchett"]
    return decoder(
        languages,
        "books",
        ["1984", "The Hobbit", "Carrie", "Mort"],
        {
            "author": [[one] for one in authors],
            "publisher": [["Signet"], ["Allen & Unwin"], ["Doubleday"], ["Rockstar North"]],
        },
        {"year": [1990, 1937, 1974, 1984]},
    )


@pytest.mark.parametrize(
    "said", ["J.R.R. Tolkien", "JRR Tolkien", "J R R Tolkien", "j. r. r. tolkien"]
)
def test_initials_are_the_same_with_and_without_points_and_spaces(books, said):
    understood = books.decode(f"books by {said}")
    assert understood.constraints == (C("author", "is", label="J. R. R. Tolkien"),)
    assert understood.rest == ""


def test_a_number_by_somebody_is_a_title(books):
    understood = books.decode("1984 by George Orwell")
    assert [one.title for one in understood.liked] == ["1984"]
    assert understood.constraints == ()
    assert books.decode("from 1984 by Terry Pratchett").liked == ()


def test_a_firm_goes_by_what_only_its_name_begins_with(books):
    (by,) = books.decode("by Rockstar").constraints
    assert by == C("publisher", "is", label="Rockstar North")
    assert books.decode("by Stephen Hawking").constraints == ()


def test_a_place_goes_by_what_only_its_name_ends_with(hotels):
    assert hotels.decode("in Vegas").constraints == (C("city", "is", label="Las Vegas"),)


def test_a_name_behind_what_says_where_is_what_articles_tell_of(articles):
    (where,) = articles.decode("articles from Florida").constraints
    assert where == C("title", "about", label=("florida",))
    assert articles.decode("articles from Monday").constraints == ()


def test_what_is_like_a_title_of_ordinary_words_is_meant(languages):
    shows = decoder(languages, "shows", ["One Piece", "Two Weddings"], {"genre": [["Action"], []]})
    assert [one.title for one in shows.decode("something like one piece").liked] == ["One Piece"]
    assert shows.decode("I'd like one piece of it").liked == ()


def test_what_is_said_back_counts_nothing_twice(languages):
    english = languages["en"]
    assert english.demand(C("episodes", "between", low=12, high=13), "anime") == (
        "with number of episodes between 12 and 13"
    )
    assert english.demand(C("topic", "about", label=("china",)), "articles") == "about China"
