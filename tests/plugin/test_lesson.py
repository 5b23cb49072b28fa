"""What a training row teaches: where its instruction stands, and what it asks for there."""

from __future__ import annotations

import random

import numpy as np
import pytest
from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.instruction.preference import count, holds
from recbole_instructrec.plugin.lesson import LessonMaker

ITEMS = np.arange(1, 8)  # six of a history, and the target


def maker(options, scenario, seed=0, **changes):
    quiet = {"context_share": 0.0, "chatter_share": 0.0}
    given = options(scenario_weights={scenario: 1}, **{**quiet, **changes})
    config = Config(model="InstructRec", dataset="shop", config_dict=given)
    train = create_dataset(config).build()[0]
    return LessonMaker(train, config, random.Random(seed))


def rows(made):
    """Real rows of the training part: items, user and the target's place."""
    data = made.dataset
    found = data[np.arange(len(data))]
    for row, length in enumerate(found["item_length"].tolist()):
        history = found["item_id_list"][row, :length].tolist()
        items = np.array([*history, int(found["item_id"][row])])
        yield items, int(found["user_id"][row]), data.places(found)[row]


def test_a_history_in_the_decoder_is_not_named_and_every_position_counts(options):
    lesson = maker(options, "implicit-none-matching").make(ITEMS, 1, 6)
    assert lesson.instruction.preference.kind == "none"
    assert lesson.first == 0
    assert lesson.counted.all()


def test_without_a_preference_nothing_is_left_of_the_history(options):
    lesson = maker(options, "none-none-matching").make(ITEMS, 1, 6)
    assert lesson.first == 6
    assert lesson.counted.tolist() == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("scenario", "changes", "stranger"),
    [
        ("implicit-none-matching", {}, True),
        ("implicit-specific-matching", {"chatter_share": 1.0}, True),
        ("none-vague-matching", {}, True),
        ("explicit-none-matching", {}, False),
        ("implicit-none-reranking", {}, False),
        ("implicit-none-matching", {"history_in": "instruction"}, False),
    ],
)
def test_a_stranger_is_somebody_of_whom_the_instruction_says_nothing(
    options, scenario, changes, stranger
):
    assert maker(options, scenario, **changes).make(ITEMS, 1, 6).stranger == stranger


@pytest.mark.parametrize("seed", range(5))
def test_a_description_replaces_what_it_describes(options, seed):
    made = maker(options, "explicit-none-matching", seed)
    catalogue = made.dataset.catalogue
    described = 0
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        before = items[: lesson.first].tolist()
        for claim in lesson.instruction.preference.claims:
            assert holds(claim.amount, *count(catalogue, before, claim.constraints))
            described += 1
        assert not lesson.counted[: lesson.first].any()
        assert lesson.counted[lesson.first :].all()
    assert described > 3


@pytest.mark.parametrize("source", ["target", "history"])
@pytest.mark.parametrize("scenario", ["implicit-specific-matching", "implicit-vague-matching"])
def test_something_that_was_chosen_is_what_the_intention_asks_for(options, scenario, source):
    made = maker(options, scenario, intention_source=source)
    wanted = 0
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        demands = lesson.instruction.intention.demands
        if not demands:
            assert lesson.demanded is None
            continue
        assert (lesson.demanded == made.dataset.catalogue.mask(demands)).all()
        assert (lesson.counted & lesson.demanded[items]).any()
        if source == "target":
            assert lesson.counted.all()
        wanted += 1
    assert wanted > 15


def test_an_intention_from_the_history_stands_only_after_its_source(options):
    made, wanted = maker(options, "implicit-specific-matching", intention_source="history"), 0
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        if lesson.instruction.intention:
            assert not lesson.counted[0]
            wanted += 1
    assert wanted > 15


@pytest.mark.parametrize("form", ["pairwise", "reranking"])
def test_candidates_are_the_target_and_what_the_person_never_chose(options, form):
    made, about = maker(options, f"implicit-none-{form}", n_candidates=3), set()
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        candidates = lesson.instruction.task.candidates
        if not candidates:  # of twelve items eleven are chosen, and no other was found
            assert lesson.instruction.task.form == "matching"
            continue
        assert items[lesson.last] in candidates
        others = set(candidates) - {int(items[lesson.last])}
        assert not others & made.dataset.chosen[user]
        assert lesson.counted.tolist() == [False] * lesson.last + [True]
        about.add(len(items) - 1 - lesson.last)
    assert about >= {0, 1, 2}  # not only the last item of a list


def test_in_the_papers_form_the_history_is_named_or_described(options):
    named = maker(options, "implicit-none-matching", history_in="instruction").make(ITEMS, 1, 6)
    assert named.instruction.preference.history == tuple(range(1, 7))
    assert named.counted.tolist() == [False] * 6 + [True]
    made = maker(options, "explicit-none-matching", history_in="instruction")
    kinds = {made.make(*row).instruction.preference.kind for row in rows(made)}
    assert kinds == {"explicit", "implicit"}  # some histories are too short to describe


def test_facts_are_told_of_the_positions_where_they_hold(options, tmp_path):
    """A person's rows lie in two seasons; only those of the season that is told count."""
    day = 86_400
    lines = ["user_id:token\titem_id:token\ttimestamp:float"]
    for user in range(6):
        for step in range(10):
            month = 15 + 180 * (step // 5)  # January, then July
            lines.append(f"u{user}\ti{1 + step}\t{(month + step) * day}")
    (tmp_path / "shop").mkdir()
    from shop import write_shop

    write_shop(tmp_path, inter=lines)
    users = "\n".join(["user_id:token\tsex:token", *(f"u{n}\tF" for n in range(6))])
    (tmp_path / "shop" / "shop.user").write_text(users + "\n", encoding="utf-8")
    load = {**options()["load_col"], "user": ["user_id", "sex"]}
    made = maker(
        options, "implicit-none-matching", data_path=str(tmp_path), load_col=load,
        user_roles={"gender": "sex"}, moments={"zone": "UTC", "facts": ["season"]},
        MAX_ITEM_LIST_LENGTH=10,
    )  # fmt: skip
    made.context_share = 1.0
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        assert lesson.instruction.context["gender"] == "F"
        season = lesson.instruction.context["season"]
        winter = np.arange(len(items)) < 5
        assert (lesson.counted == (winter if season == "winter" else ~winter)).all()


@pytest.mark.parametrize("scenario", ["implicit-none-matching", "implicit-vague-matching"])
def test_chatter_says_more_and_asks_for_the_same(options, scenario):
    quiet = maker(options, scenario, chatter_share=0.0).make(ITEMS, 1, 6)
    lesson = maker(options, scenario, chatter_share=1.0).make(ITEMS, 1, 6)
    assert quiet.instruction.intention.text in lesson.instruction.intention.text
    assert len(quiet.instruction.intention.text) < len(lesson.instruction.intention.text)
    if quiet.demanded is not None:
        assert lesson.demanded.tolist() == quiet.demanded.tolist()


def test_chatter_stands_around_attributes_in_place_of_a_template(options):
    lesson = maker(options, "implicit-specific-matching", chatter_share=1.0).make(ITEMS, 1, 6)
    assert lesson.instruction.intention.constraints
    assert not lesson.instruction.intention.text
    assert lesson.template.parts == {"intention"}


def test_a_description_of_the_person_is_not_talked_over(options):
    made = maker(options, "explicit-specific-matching", chatter_share=1.0)
    described = [made.make(items, user, place) for items, user, place in rows(made)]
    described = [one for one in described if one.instruction.preference.claims]
    assert described
    assert all(one.template is None for one in described if one.instruction.intention.constraints)


def test_whether_an_item_suits_is_asked_of_the_target_and_of_others(options):
    made = maker(options, "implicit-none-pointwise")
    answers = set()
    for items, user, place in rows(made):
        lesson = made.make(items, user, place)
        if lesson.yes is None:  # nothing else to ask about
            continue
        (item,) = lesson.instruction.task.candidates
        assert lesson.yes == (item == items[lesson.last])
        assert lesson.yes or item not in made.dataset.chosen[user]
        answers.add(lesson.yes)
    assert answers == {True, False}
