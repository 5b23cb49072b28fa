"""Answers as lines, and a conversation typed line by line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from films import film_catalogue
from untrained import untrained

from recbole_instructrec.terminal import converse, one_json, table, typed


@pytest.fixture(scope="module")
def recommender():
    return untrained(film_catalogue(), {"en": "films", "zh": "电影"})


def test_a_table(recommender):
    answer = recommender.recommend("science fiction, like Fargo", reasons=True, k=2)
    lines = table(answer).splitlines()
    assert lines[0] == "Recommend science fiction films."
    assert lines[1].startswith("  1. Star Wars: Episode ")
    assert lines[2].startswith("       Fits: science fiction.")
    assert lines[3].startswith("  2. Star Wars: Episode ")


def test_a_table_leaves_descriptions_out(recommender):
    item = recommender.recommend("comedies", k=1).items[0]
    described = replace(item, attributes={"year": 1994, "description": "Two friends travel."})
    answer = replace(recommender.recommend("comedies", k=1), items=(described,))
    assert "[1994]" in table(answer)


def test_an_item_without_a_title_goes_by_its_id(recommender):
    answer = recommender.recommend("comedies", k=1)
    nameless = replace(answer.items[0], title="", item_id="i7")
    assert table(replace(answer, items=(nameless,))).splitlines()[1].startswith("  1. i7  [")


def test_a_table_without_items_says_what_to_relax(recommender):
    lines = table(recommender.recommend("comedies from 1977")).splitlines()
    assert lines[1] == "  * There are no comedy films from 1977."
    assert lines[2].startswith("  ~ Without “comedy”: 1, first of all Star Wars: Episode IV")
    assert lines[3] == (
        "  ~ With “from 1977 to 1994” in place of “from 1977”: 1, first of all Dumb & "
        "Dumber."
    )


def test_one_json(recommender):
    answer = recommender.recommend("喜剧", k=1)
    assert json.loads(one_json(answer)) == json.loads(json.dumps(answer.to_dict()))


def test_a_mistake_is_told_and_the_conversation_goes_on(recommender):
    said = ["comedies", "x" * 3000, "older ones"]
    told = list(converse(recommender.conversation(k=1), said))
    assert told[1] == "  * the instruction has 3000 characters; the limit is 2000: shorten it"
    assert told[2].startswith("Recommend comedy films from ")


def test_typed_lines_end_with_the_input(monkeypatch):
    lines = iter(["one", " ", "two"])

    def read(prompt: str) -> str:
        assert prompt == "> "
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    assert list(typed()) == ["one", "two"]
