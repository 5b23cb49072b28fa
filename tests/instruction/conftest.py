"""A catalogue small enough to know by heart, and the shipped languages."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.language import Language, load_languages

NAN = float("nan")
ITEMS = [  # title, genres, tags, year, price; the padding item stands first
    ("", [], [], NAN, NAN),
    ("Moon Base", ["Sci-Fi", "Action"], ["clever"], 2000, 8.0),
    ("Two Weddings", ["Comedy", "Romance"], ["love"], 1985, 2.5),
    ("The Cellar", ["Horror", "Thriller"], [], 1994, 3.5),
    ("Trenches", ["War", "Drama"], ["it"], 1958, 1.0),
    ("Pony School", ["Children's", "Animation"], ["new wave"], 1999, 5.0),
    ("Dust", ["Western"], ["clever", "80s"], 1969, 4.0),
    ("The Long Night", ["Film-Noir", "Crime"], ["mellow"], 1948, NAN),
    ("Unknown", [], [], NAN, 20.0),
]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    titles, genres, tags, years, prices = zip(*ITEMS, strict=True)
    return Catalogue(
        tokens=["[PAD]", *(f"i{item}" for item in range(1, len(ITEMS)))],
        titles=titles,
        labels={"category": Labels.of(genres), "tags": Labels.of(tags)},
        numbers={"year": np.array(years), "price": np.array(prices)},
        roles={
            "title": Role.parse("title", "name"),
            "category": Role.parse("category", "genre"),
            "tags": Role.parse("tags", {"column": "tags", "separator": ","}),
            "year": Role.parse("year", {"column": "year", "recent": 2, "classic": 25}),
            "price": Role.parse("price", "price"),
        },
    )


@pytest.fixture(scope="session")
def languages() -> dict[str, Language]:
    return load_languages(("en", "zh"))
