"""What is said of an item in every language, word for word."""

import numpy as np

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.item_text import item_texts


def test_title_labels_and_years_are_said_in_every_language(languages):
    catalogue = Catalogue(
        ["[PAD]", "a", "b", "c"],
        ["", "Heat", "异形", ""],
        {"category": Labels.of([[], ["Comedy", "Drama"], ["Sci-Fi"], []])},
        {"year": np.array([np.nan, 1995, np.nan, 2003]), "price": np.array([np.nan, 5, 6, 7.5])},
        {"year": Role("year", "release_year", "number", recent=3)},
    )
    assert item_texts(catalogue, [languages["en"], languages["zh"]]) == [
        "",
        "Heat comedy 喜剧 drama 剧情 1995 from the 1990s 1990年代的",
        "异形 science fiction 科幻",
        "2003 from the 2000s 2000年代的",
    ]


def test_names_and_descriptions_can_be_left_out(languages):
    actors = Labels.of([[], ["Ann", "Solo"], ["Ann"]])
    genres = Labels.of([[], ["Noir"], ["Drama"]])
    catalogue = Catalogue(
        list("0ab"), ["", "Heat", "Dust"], {"actor": actors, "category": genres},
        texts={"plot": ["", "A chase.", ""]},
    )  # fmt: skip
    given = catalogue, [languages["en"]]
    assert item_texts(*given)[1] == "Heat Ann Solo Noir A chase."
    assert item_texts(*given, whole=False)[1] == "Heat Ann Noir"
