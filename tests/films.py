"""A few films, with what makes titles hard: articles, years, remakes, ordinary words."""

from __future__ import annotations

import numpy as np

from recbole_instructrec.catalogue import Catalogue, Labels, Role

FILMS = [  # title, genres, year, how often it was chosen
    ("Toy Story", ["Animation", "Comedy"], 1995, 90),
    ("Dumb & Dumber", ["Comedy"], 1994, 40),
    ("Fargo", ["Crime", "Thriller"], 1996, 70),
    ("Godfather, The", ["Crime", "Drama"], 1972, 80),
    ("Heat", ["Action", "Crime"], 1995, 50),
    ("Speed", ["Action"], 1994, 60),
    ("Titanic", ["Drama"], 1953, 3),
    ("Titanic", ["Drama", "Romance"], 1997, 85),
    ("Shawshank Redemption, The", ["Drama"], 1994, 75),
    ("Star Wars: Episode IV - A New Hope", ["Sci-Fi"], 1977, 99),
    ("Star Wars: Episode V - The Empire Strikes Back", ["Sci-Fi"], 1980, 88),
    ("Seven (Se7en)", ["Crime", "Horror"], 1995, 45),
    ("Postino, Il (The Postman)", ["Romance"], 1994, 20),
    ("Love Story", ["Romance"], 1970, 5),
    ("Western", ["Comedy"], 1997, 1),
    ("Dog Days", ["Drama"], 1998, 4),
    ("My Dog Skip", ["Children's"], 1999, 6),
    ("Chicago Blues", [], np.nan, 0),
    ("Friday", ["Comedy"], 1995, 9),
    ("大话西游", ["Comedy", "Romance"], 1995, 30),
]


def film_catalogue() -> Catalogue:
    titles, genres, years, chosen = zip(*FILMS, strict=True)
    return Catalogue(
        tokens=["[PAD]", *(f"f{item}" for item in range(1, len(FILMS) + 1))],
        titles=["", *titles],
        labels={"category": Labels.of([[], *genres])},
        numbers={"year": np.array([np.nan, *years], dtype=float)},
        roles={
            "title": Role.parse("title", "name"),
            "category": Role.parse("category", "genre"),
            "year": Role.parse("year", {"column": "year", "recent": 2, "classic": 25}),
        },
        popularity=[0, *chosen],
    )
