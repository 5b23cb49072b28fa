"""Words that ask for nothing stand beside what is wanted, and are never what items are called."""

from __future__ import annotations

import random

import pytest

from recbole_instructrec.instruction.chatter import Chatter
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.writer import InstructionWriter

COMEDY = Constraint("category", "is", label="Comedy")
KIDS = Intention(text="films for kids", meaning=(COMEDY,), whole=True)
TEMPLATES = [{"text": "Recommend {intention}."}]


def chatter(catalogue, pieces=("q",), **content):
    language = Language("xx", {"templates": TEMPLATES, **content})
    return Chatter(InstructionWriter(catalogue, {"xx": language}), pieces)


def beside(chatter, intention, seed):
    """The intention with other words, which take no template."""
    made, template = chatter.put_in(intention, "xx", random.Random(seed))
    assert template is None
    return made


@pytest.mark.parametrize("seed", range(5))
def test_what_is_wanted_stays_whole_and_first_or_last(catalogue, seed):
    made = beside(chatter(catalogue, small_talk=["rain"]), KIDS, seed)
    said = made.text.split(", ")
    assert KIDS.text in (said[0], said[-1])
    others = " ".join(one for one in said if one != KIDS.text).split()
    assert 1 <= len(others) <= 10
    assert all(word == "rain" or set(word) == {"q"} for word in others)
    assert made.meaning == ()


def test_where_nothing_is_wanted_nothing_else_is_said(catalogue):
    said = beside(chatter(catalogue), Intention(), 0).text
    assert set(said) <= {"q", " "}


def test_small_talk_that_items_are_called_is_none(catalogue):
    # Moon Base, Dust and the label Comedy are of the catalogue; a moon alone is nothing of it.
    talk = ["the moon base", "dust", "a comedy", "the moon", "rain"]
    made = chatter(catalogue, small_talk=talk)
    said = " ".join(beside(made, Intention(), seed).text for seed in range(50))
    assert set(said.split()) - {"q"} >= {"the", "moon", "rain"}
    assert {"base", "dust", "comedy"}.isdisjoint(said.split())


def test_where_words_are_not_apart_what_is_part_of_a_title_is_none(catalogue):
    made = chatter(catalogue, small_talk=["oon", "下雨"], word_separator="")
    said = "".join(beside(made, Intention(), seed).text for seed in range(50))
    assert "下雨" in said
    assert "oon" not in said


def test_attributes_stand_alone_or_among_such_words(catalogue):
    wanted = Intention((COMEDY,))
    made = chatter(catalogue, pieces=["q", "{", "}"])
    sides = set()
    for seed in range(50):
        intention, template = made.put_in(wanted, "xx", random.Random(seed))
        assert intention == wanted
        before, after = template.text.split("{intention}")
        assert set(before + after) <= set("q{} ")
        assert template.text.format(intention="comedies")
        sides.add((bool(before), bool(after)))
    assert sides == {(a, b) for a in (True, False) for b in (True, False)}
