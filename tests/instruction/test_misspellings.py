"""Words that are nearly names."""

import pytest

from recbole_instructrec.instruction.misspellings import Misspelling, Misspellings

NAMES = ["comedy", "comedies", "science fiction", "thriller", "war", "documentary"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("commedy", "comedy"),  # a letter too many
        ("comdies", "comedies"),  # one missing
        ("thirller", "thriller"),  # two that changed places
        ("documentery", "documentary"),  # another one
        ("dokumentery", "documentary"),  # and a second one, of eleven
        ("science ficton", "science fiction"),
    ],
)
def test_a_word_that_is_nearly_a_name(said, name):
    assert Misspellings(NAMES).find(said) == [Misspelling(said, name)]
    assert Misspellings(NAMES).find(f"old, {said} from home") == [Misspelling(said, name)]


@pytest.mark.parametrize("said", ["remedy", "wor", "comics", "fiction", "comedy", "科幻", ""])
def test_other_words_are_none(said):
    assert Misspellings(NAMES).find(said) == []
    assert Misspellings([]).find(said) == []
