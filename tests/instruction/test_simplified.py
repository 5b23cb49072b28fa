"""Traditional characters: each becomes one simplified one, and all else stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbole_instructrec.instruction.simplified import simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推薦幾部九十年代的喜劇，不要愛情片", "推荐几部九十年代的喜剧，不要爱情片"),
        ("價格在100元以內的運動鞋", "价格在100元以内的运动鞋"),
        ("《大話西遊》", "《大话西游》"),
        ("推荐一些科幻电影", "推荐一些科幻电影"),
        ("films like Amélie", "films like Amélie"),
        ("", ""),
    ],
)
def test_each_character_is_simplified(text, expected):
    assert simplified(text) == expected


@given(st.text())
def test_every_character_stays_in_its_place(text):
    changed = simplified(text)
    assert len(changed) == len(text)
    assert simplified(changed) == changed
