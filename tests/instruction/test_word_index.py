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


@pytest.mark.parametrize(
    ("phrase", "stands"),
    [
        ("rock and roll", True),
        ("roll and rock", False),  # in this order
        ("rock and ro", False),  # whole words
        ("爱与和平", True),  # in a script without spaces a word may begin and end anywhere
        ("和平与爱", False),
        ("t恤与鞋", True),
        ("恤与鞋", True),
        ("c++", True),  # also where it ends with a sign
    ],
)
def test_a_phrase_stands_in_a_title_as_it_is(phrase, stands):
    titles = ["", "Rock and Roll Songs", "论爱与和平的书", "红色T恤与鞋子", "Learning C++"]
    assert WordIndex(titles).has(phrase) == stands


@pytest.mark.parametrize(
    ("phrase", "begins"),
    [("红色运动", True), ("运动", True), ("色运动鞋", False), ("动鞋", False), ("动", True)],
)
def test_a_word_begins_behind_a_space_or_behind_different_characters(phrase, begins):
    assert WordIndex(["", "红色运动鞋", "新款 运动T恤", "活动"]).begins(phrase) == begins


def test_what_recurs_are_words_of_five_titles():
    five = ["red mug 1", "red cup 1", "red hat 1", "red bag 1", "red pen 1"]
    assert WordIndex(five).recurring == 5 / 10  # numbers do not count
    assert WordIndex(five[:4]).recurring == 0
    assert WordIndex([]).recurring == 0


def test_in_a_script_without_spaces_two_characters_are_a_word():
    index = WordIndex(["红鞋子", "蓝鞋子", "绿鞋子", "黑鞋子", "白鞋子"])
    assert index.recurring == 5 / 10
