"""What is promised of every answer, whatever was asked: tried on sentences nobody chose."""

from __future__ import annotations

import itertools
import re

import pytest
import torch
from films import film_catalogue
from hypothesis import given, settings
from hypothesis import strategies as st
from untrained import untrained

from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.recommender import Recommender, Request

FILMS = film_catalogue()
DEMANDS = [
    "comedies", "no crime", "drama or romance", "comedies and dramas", "from the 90s",
    "before 1980", "recent", "old", "popular", "no romance", "films about dogs", "不要犯罪片",
    "90年代的", "喜剧", "热门的", "科幻",
]  # fmt: skip
TITLES = [
    "like Fargo", "I hated Titanic", "I've seen Toy Story", "similar to the godfather",
    'not "Heat"', "喜欢《大话西游》", "不喜欢《Speed》", "like Star Wars",
]  # fmt: skip
SENTENCES = st.lists(st.sampled_from(DEMANDS + TITLES), min_size=1, max_size=4).map("; ".join)
HISTORIES = st.lists(st.integers(1, len(FILMS) - 1), unique=True, max_size=8)


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return untrained(FILMS, {"en": "films", "zh": "电影"})


def value_holds(constraint: Constraint, item: int) -> bool:
    """What a constraint claims, worked out from the item's own attributes."""
    if constraint.relation in ("about", "not_about"):
        words = " ".join(re.findall(r"\w+", FILMS.titles[item].lower()))
        holds = any(f" {label} " in f" {words} " for label in constraint.labels)
        return holds == (constraint.relation == "about")
    if constraint.role == "popularity":
        value = int(FILMS.popularity[item])
    else:
        value = FILMS.attributes(item)[constraint.role]
    if value is None or value == []:
        return False  # what is missing satisfies nothing
    if constraint.labels:
        carries = any(label in value for label in constraint.labels)
        return carries != (constraint.relation == "is_not")
    low = constraint.low if constraint.low is not None else value
    high = constraint.high if constraint.high is not None else value
    return low <= value <= high


@settings(max_examples=150, deadline=None)
@given(SENTENCES, HISTORIES, st.integers(1, 30))
def test_an_answer_keeps_its_promises(recommender, sentence, history, k):
    names = [FILMS.tokens[item] for item in history]
    answer = recommender.recommend(sentence, history=names, k=k)
    understood = answer.understood
    ids = [item.item_id for item in answer.items]
    items = [FILMS.item_of_token[token] for token in ids]  # nothing outside the catalogue
    assert len(set(ids)) == len(ids) <= k
    named = {token for title in understood.named for token in title.item_ids}
    assert set(ids).isdisjoint({*names, *named})
    for constraint, item in itertools.product(understood.constraints, items):
        assert value_holds(constraint, item), (constraint, FILMS.titles[item])

    # Exact within the constraints: exactly the best of all that may be recommended.
    past = recommender._past(Request(understood, understood, tuple(history)))
    text = recommender.tokenizer.encode([answer.read])
    (scores,) = recommender.scorer.score(text, torch.tensor([past[-6:]], dtype=torch.int64))
    eligible = [
        item
        for item in range(1, len(FILMS))
        if FILMS.tokens[item] not in {*names, *named}
        and all(value_holds(one, item) for one in understood.constraints)
    ]
    best = sorted(eligible, key=lambda item: -float(scores[item]))[:k]
    assert items == best
    assert bool(answer.items) == bool(eligible)
    assert [item.score for item in answer.items] == pytest.approx(scores[best].tolist(), abs=1e-5)
    banned = {*names, *named}
    assert bool(answer.relaxations) == (not eligible and len(banned) < len(FILMS) - 1)
    for relaxation in answer.relaxations:
        left = set(understood.constraints) - set(relaxation.constraints)
        left |= {relaxation.instead} if relaxation.instead else set()
        fitting = [
            token
            for token in FILMS.tokens[1:]
            if token not in banned
            and all(value_holds(one, FILMS.item_of_token[token]) for one in left)
        ]
        assert relaxation.count == len(fitting)
        assert relaxation.item_id in fitting


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCES, min_size=2, max_size=5))
def test_a_conversation_keeps_them_too(recommender, sentences):
    conversation = recommender.conversation(k=5)
    for sentence in sentences:
        answer = conversation.say(sentence)
        understood = answer.understood
        ids = [item.item_id for item in answer.items]
        assert len(set(ids)) == len(ids) <= 5
        assert set(ids).isdisjoint(token for one in understood.named for token in one.item_ids)
        for constraint, token in itertools.product(understood.constraints, ids):
            assert value_holds(constraint, FILMS.item_of_token[token])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered_or_refused(recommender, sentence):
    try:
        answer = recommender.recommend(sentence, k=3)
    except ValueError as error:
        assert "the instruction is empty" in str(error)
    else:
        assert len(answer.items) <= 3
