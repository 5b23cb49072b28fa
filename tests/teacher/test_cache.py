"""The cache: what was answered is on disk."""

from pathlib import Path

import pytest

from recbole_instructrec.teacher.cache import Cache, key_of


def test_what_was_put_is_there_in_the_next_run():
    Cache("folder/answers").put({"a": "one", "b": "两"})
    again = Cache("folder/answers")
    assert [again.get(key) for key in "abc"] == ["one", "两", None]
    assert len(again) == 2


def test_a_key_depends_on_everything():
    keys = {key_of(parts) for parts in (["m", "a"], ["m", "b"], ["n", "a"], ["ma", ""])}
    assert len(keys) == 4
    assert key_of(["m", "a"]) == key_of(["m", "a"])


def test_a_file_of_something_else_is_refused():
    Path("answers").write_text("not a database, but long enough to be looked at" * 9)
    with pytest.raises(ValueError, match="the cache answers cannot be read .*; remove it"):
        Cache("answers")


def test_a_folder_is_refused():
    Path("answers").mkdir()
    with pytest.raises(ValueError, match="the cache answers cannot be read .*; .* another file"):
        Cache("answers")
