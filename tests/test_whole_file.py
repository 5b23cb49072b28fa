"""Files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from recbole_instructrec.whole_file import whole_file


def test_a_file_appears_when_it_is_whole():
    with whole_file("one.txt") as part:
        part.write_text("new")
        assert not Path("one.txt").exists()
    assert Path("one.txt").read_text() == "new"
    assert list(Path().iterdir()) == [Path("one.txt")]


def test_what_was_there_stays_where_writing_fails():
    Path("one.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt), whole_file("one.txt") as part:
        part.write_text("ne")
        raise KeyboardInterrupt
    assert Path("one.txt").read_text() == "old"
    assert list(Path().iterdir()) == [Path("one.txt")]


def test_a_folder_in_its_place_leaves_nothing_behind():
    Path("one").mkdir()
    with pytest.raises(IsADirectoryError), whole_file("one") as part:
        part.write_text("new")
    assert list(Path().iterdir()) == [Path("one")]
