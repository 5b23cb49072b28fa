"""The sentences that the project started from, each on a small dataset with those roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from untrained import untrained

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.recommender import Recommender


def made(
    items: Sequence[tuple[str, list[str] | None, float | None]],
    labels: str | None = None,
    number: str | None = None,
    popularity: Sequence[int] | None = None,
    nouns: dict[str, str] | None = None,
    **roles: Any,
) -> Recommender:
    """A recommender over items of a title, labels of one role, and a number of another."""
    titles, carried, numbers = zip(*items, strict=True)
    catalogue = Catalogue(
        tokens=["[PAD]", *titles],
        titles=["", *titles],
        labels={labels: Labels.of([[], *carried])} if labels else None,
        numbers={number: np.array([np.nan, *numbers], dtype=float)} if number else None,
        roles={name: Role.parse(name, value) for name, value in {"title": "t", **roles}.items()},
        popularity=[0, *popularity] if popularity else None,
    )
    return untrained(catalogue, nouns)


def titles(answer) -> set[str]:
    return {item.title for item in answer.items}


@pytest.fixture(scope="module")
def films() -> Recommender:
    return made(
        [
            ("Star Road", ["Sci-Fi"], 2001), ("Moon Base", ["Sci-Fi", "Action"], 1999),
            ("Old Rocket", ["Sci-Fi"], 1960), ("New Wedding", ["Comedy"], 2001),
            ("Undated Robot", ["Sci-Fi"], None), ("New Nothing", [], 2000),
        ],
        labels="category", number="year", nouns={"zh": "电影"},
        category="c", year={"column": "y", "recent": 2},
    )  # fmt: skip


@pytest.fixture(scope="module")
def goods() -> Recommender:
    return made(
        [
            ("红色运动鞋", None, 99), ("运动鞋 男款", None, 100), ("专业运动鞋", None, 399),
            ("皮鞋", None, 80), ("运动手表", None, 60), ("儿童运动鞋", None, None),
        ],
        number="price", nouns={"zh": "商品"}, price="p",
    )  # fmt: skip


@pytest.fixture(scope="module")
def artists() -> Recommender:
    items = [
        ("Pop Star", ["pop"], None), ("Known Rocker", ["rock"], None),
        ("Quiet Pop", ["pop", "chillout"], None), ("Slow Piano", ["chillout", "piano"], None),
        *((f"Band {n}", ["rock"], None) for n in range(16)),
    ]  # fmt: skip
    chosen = [100, 90, 1, 2, *([3] * 16)]
    return made(items, labels="tags", popularity=chosen, nouns={"zh": "音乐"}, tags="t")


@pytest.fixture(scope="module")
def articles() -> Recommender:
    return made(
        [
            ("人工智能简史", None, None), ("什么是人工智能", None, None),
            ("智能手机评测", None, None), ("人工湖的故事", None, None),
        ],
        nouns={"zh": "文章"},
    )  # fmt: skip


def test_recent_science_fiction(films):
    answer = films.recommend("推荐一些最近上映的科幻电影")
    assert answer.instruction == "推荐一些最近的科幻电影。"
    assert titles(answer) == {"Star Road", "Moon Base"}
    assert answer.notes == ()


def test_running_shoes_for_less_than_a_hundred(goods):
    answer = goods.recommend("推荐一些价格在100元以内的运动鞋")
    assert titles(answer) == {"红色运动鞋", "运动鞋 男款"}
    assert answer.notes == ()


def test_cheaper_running_shoes(goods):
    talk = goods.conversation()
    talk.say("推荐一些价格在100元以内的运动鞋")
    assert titles(talk.say("再便宜一点")) == {"红色运动鞋"}


def test_popular_pop_music(artists):
    """流行 says both: popular, and the genre."""
    answer = artists.recommend("推荐一些最近流行的流行音乐")
    assert titles(answer) == {"Pop Star"}
    assert titles(artists.recommend("推荐一些流行音乐")) == {"Pop Star", "Quiet Pop"}
    assert titles(artists.recommend("推荐一些热门的音乐")) == {"Pop Star", "Known Rocker"}


def test_music_for_a_mood_named_afterwards(artists):
    talk = artists.conversation()
    first = talk.say("推荐一些适合我心情的音乐")
    assert first.notes == ("没能理解成具体要求，只作为文字参考：“心情”。",)
    assert len(first.items) == 10
    assert titles(talk.say("放松一点的")) == {"Quiet Pop", "Slow Piano"}


def test_articles_about_a_topic(articles):
    answer = articles.recommend("推荐一些关于人工智能的文章")
    assert titles(answer) == {"人工智能简史", "什么是人工智能"}
    assert answer.notes == ()


def test_a_topic_that_no_title_has_is_told(articles):
    answer = articles.recommend("推荐一些关于历史的文章")
    assert len(answer.items) == 4
    assert answer.notes == ("没能理解成具体要求，只作为文字参考：“关于历史”。",)
