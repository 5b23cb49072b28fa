"""Which titles hold the words of a phrase."""

import pytest

from recbole_instructrec.instruction.word_index import WordIndex

TITLES = ["", "RED MUG", "Mug, red-dotted", "Mugshot", "红色运动鞋 Nike", "运动T恤", "鞋子动运"]


@pytest.mark.parametrize(
    ("phrase", "items"),
    [
        ("mug", [1, 2]),
        ("red mug", [1, 2]),  # in any order
        ("Red-Dotted", [2]),
        ("mugs", []),
        ("运动", [4, 5]),
        ("运动鞋", [4]),  # together, not character by character
        ("nike 运动鞋", [4]),
        ("nike运动鞋", [4]),
        ("t恤", [5]),
        ("", []),
        ("!?", []),
    ],
)
def test_every_word_has_to_stand_in_the_title(phrase, items):
    index = WordIndex(TITLES)
    assert index.holding(phrase) == items
    assert (phrase in index) == bool(items)
