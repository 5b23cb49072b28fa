"""The labels in a column's cells, however they are written."""

from __future__ import annotations

import pytest
from recbole.utils import FeatureType

from recbole_instructrec.plugin.label_cells import read_labels

TOKEN, TOKENS = FeatureType.TOKEN, FeatureType.TOKEN_SEQ


def read(*cells: str, separator: str | None = None, kind: FeatureType = TOKENS) -> list[list[str]]:
    """As RecBole gives the cells: a sequence is cut at spaces."""
    return read_labels([c.split() if kind is TOKENS else [c] for c in cells], separator, kind)


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["Comedy Drama", "War"], [["Comedy", "Drama"], ["War"]]),  # RecBole's own
        (["hip hop, rock", "jazz"], [["hip hop", "rock"], ["jazz"]]),
        (["动作、喜剧", "爱情"], [["动作", "喜剧"], ["爱情"]]),
        (["Sci-Fi|Film Noir", "War"], [["Sci-Fi", "Film Noir"], ["War"]]),
        (["喜剧 / 爱情", "剧情"], [["喜剧", "爱情"], ["剧情"]]),
        (["[Board Games, Co-op]", "[Chess]"], [["Board Games", "Co-op"], ["Chess"]]),
    ],
)
def test_a_separator_that_many_cells_have_is_seen(cells, labels):
    assert read(*cells) == labels


def test_a_comma_that_hardly_any_cell_has_is_part_of_a_name():
    cells = ["War", "Drama", "Comedy", "Horror", "Western", "Rock, Paper"]
    assert read(*cells)[-1] == ["Rock,", "Paper"]


@pytest.mark.parametrize("separator", [None, ","])
def test_a_list_as_python_shows_it_is_read_as_one(separator):
    """Amazon's categories have commas in their names."""
    cells = ["'Books', 'Mystery, Thriller & Suspense'", "['Books']", '["Children\'s Books"]']
    assert read(*cells, separator=separator) == [
        ["Books", "Mystery, Thriller & Suspense"], ["Books"], ["Children's Books"],
    ]  # fmt: skip


def test_brackets_in_names_are_left():
    """And only those around a whole list go."""
    cells = ["rock (live), (What's the Story)", "[rock, jazz (live)]", "[1] first"]
    assert read(*cells, separator=",") == [
        ["rock (live)", "(What's the Story)"], ["rock", "jazz (live)"], ["[1] first"],
    ]  # fmt: skip


def test_a_cell_can_be_one_label():
    assert read("Stephen King", "", separator="") == [["Stephen King"], [""]]


def test_a_token_with_a_comma_is_one_name():
    assert read("Portland, OR", "Salem, OR", kind=TOKEN) == [["Portland, OR"], ["Salem, OR"]]
    assert read("Drama|War", "War", kind=TOKEN) == [["Drama", "War"], ["War"]]


def test_characters_of_html_are_read():
    assert read("Food &amp; Wine, Pets", "Art", separator=",") == [["Food & Wine", "Pets"], ["Art"]]
