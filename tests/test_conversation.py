"""A conversation over a few films; the scores are anybody's, what is demanded is not."""

from __future__ import annotations

import numpy as np
import pytest
from films import FILMS, film_catalogue
from untrained import untrained

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.knowledge import Knowledge

YEARS = dict(zip([f"f{n}" for n in range(1, len(FILMS) + 1)], [f[2] for f in FILMS], strict=True))
GENRES = {f"f{n}": set(film[1]) for n, film in enumerate(FILMS, 1)}


@pytest.fixture(scope="module")
def recommender():
    return untrained(film_catalogue(), {"en": "films", "zh": "电影"}, {"ann": [1, 3]})


def ids(answer):
    return [item.item_id for item in answer.items]


def test_follow_ups_refine(recommender):
    talk = recommender.conversation(k=4)
    first = talk.say("some comedies")
    assert all("Comedy" in GENRES[token] for token in ids(first))
    middle = np.median([YEARS[token] for token in ids(first)])
    older = talk.say("older ones")
    assert ids(older)
    assert all("Comedy" in GENRES[token] and YEARS[token] < middle for token in ids(older))
    dramas = talk.say("what about dramas instead")
    assert all("Drama" in GENRES[token] and YEARS[token] < middle for token in ids(dramas))
    assert [one.label for one in talk.understood.constraints if one.label] == ["Drama"]


def test_one_of_those_shown_is_liked_and_not_shown_again(recommender):
    talk = recommender.conversation(k=3)
    second = ids(talk.say("films"))[1]
    again = talk.say("more like the second one")
    assert [one.item_id for one in again.understood.liked] == [second]
    assert second not in ids(again)


def test_others_are_those_not_shown_yet(recommender):
    talk = recommender.conversation(k=5)
    shown = ids(talk.say("films from the 90s"))
    for sentence in ("something else", "more"):
        more = ids(talk.say(sentence))
        assert more
        assert not set(more) & set(shown)
        shown += more


@pytest.mark.parametrize("lifts", ["no year limit", "remove the year restriction"])
def test_a_limit_is_given_up(recommender, lifts):
    talk = recommender.conversation(k=4)
    talk.say("comedies from the 80s")
    talk.say(lifts)
    assert [one.label for one in talk.understood.constraints] == ["Comedy"]


def test_what_is_said_with_no_takes_the_place_of_what_was_said(recommender):
    talk = recommender.conversation(k=4)
    talk.say("comedies")
    talk.say("no, dramas")
    assert [one.label for one in talk.understood.constraints] == ["Drama"]
    talk.say("no dramas")
    assert [one.relation for one in talk.understood.constraints] == ["is_not"]


@pytest.mark.parametrize("thanks", ["thanks", "perfect, thank you", "谢谢"])
def test_what_is_shown_stays_where_nothing_is_asked_for(recommender, thanks):
    talk = recommender.conversation(k=3)
    first = ids(talk.say("films from the 90s"))
    second = ids(talk.say("something else"))
    again = talk.say(thanks)
    assert set(ids(again)) == set(second) != set(first)
    assert again.notes == ()


@pytest.mark.parametrize(
    "sentence", ["no comedies", "I've seen the first one", "three of them", "without 90s horror"]
)
def test_what_was_rejected_does_not_come_back_before_a_new_request(recommender, sentence):
    talk = recommender.conversation(k=4)
    first = ids(talk.say("films from the 90s"))
    talk.say("something else")
    refined = ids(talk.say(sentence))
    assert refined
    assert set(first).isdisjoint(refined)
    assert not set(first).isdisjoint(ids(talk.say("recommend films from the 90s")))


@pytest.mark.parametrize(
    ("asked", "rejected"),
    [
        ("films", "I've already seen that. Anything else?"),
        ("films", "I don't like any of these"),
        ("films", "hmm, none of those appeal to me"),
        ("films", "Seen it."),
        ("电影", "这些我都不喜欢"),
    ],
)
def test_what_will_not_do_is_followed_by_others(recommender, asked, rejected):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say(asked))
    others = talk.say(rejected)
    assert others.items
    assert set(shown).isdisjoint(ids(others))
    assert others.notes == ()


def test_asked_why_it_explains_what_was_shown_last(recommender):
    talk = recommender.conversation(user="ann", k=3)
    talk.say("comedies")
    second = ids(talk.say("something else"))
    for why in ("why?", "why the second one?", "Why did you recommend the first one?"):
        told = talk.say(why)
        assert ids(told) == second
        assert all(item.reasons for item in told.items)
    assert talk.understood.liked == ()


@pytest.mark.parametrize(
    ("asked", "why"),
    [("科幻片", "为什么推荐第二部？"), ("科幻片", "第二部为什么推荐"), ("科幻片", "为啥推荐这部")],
)
def test_asked_why_one_of_them_it_likes_none(recommender, asked, why):
    talk = recommender.conversation(user="ann", k=3)
    shown = ids(talk.say(asked))
    told = talk.say(why)
    assert ids(told) == shown
    assert told.understood.liked == ()
    assert all(item.reasons for item in told.items)


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("films", "which of these is the scariest?"),
        ("films", "What is the second one about?"),
        ("电影", "第二部是什么类型的？"),
        ("电影", "第二部怎么样"),
    ],
)
def test_what_one_of_them_is_like_is_not_answered_and_nothing_changes(
    recommender, asked, question
):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say(asked))
    answer = talk.say(question)
    assert ids(answer) == shown
    assert len(answer.notes) == 1
    assert answer.understood.constraints == answer.understood.liked == ()


def test_a_comparison_gives_way_to_what_nothing_shown_is(recommender):
    talk = recommender.conversation(k=3)
    talk.say("crime films")
    talk.say("older ones")
    answer = talk.say("horror")
    assert answer.notes[0].startswith("Nothing is both")
    assert [one.label for one in answer.understood.constraints] == ["Crime", "Horror"]


def test_but_not_to_what_is_excluded(recommender):
    talk = recommender.conversation(k=3)
    talk.say("crime films")
    talk.say("older ones")
    answer = talk.say("no dramas")  # The Godfather is the only one
    assert not answer.items
    assert answer.relaxations


def test_it_answers_in_the_language_that_is_asked_for(recommender):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say("comedies"))
    answer = talk.say("In Chinese please")
    assert answer.instruction == "推荐一些喜剧电影。"
    assert set(ids(answer)) == set(shown)
    assert talk.say("no romance").instruction == "推荐一些喜剧电影，不要爱情。"
    assert talk.say("说英文").instruction.startswith("Recommend comedy films")


def test_where_all_have_been_shown_there_are_no_others(recommender):
    talk = recommender.conversation(k=10)
    shown = talk.say("horror films")
    more = talk.say("five more")
    assert shown.items
    assert not more.items
    assert more.notes[0].startswith("There are no other horror films")


@pytest.mark.parametrize(
    ("first", "then", "label", "note"),
    [
        ("horror films", "science fiction", "Sci-Fi", "Nothing is both"),
        ("恐怖片", "科幻片", "Sci-Fi", "没有两样都占的"),
    ],
)
def test_what_cannot_be_both_takes_the_place_of_what_was_asked_for(
    recommender, first, then, label, note
):
    talk = recommender.conversation(k=3)
    talk.say(first)
    answer = talk.say(then)
    assert [one.label for one in answer.understood.constraints] == [label]
    assert all(label in GENRES[token] for token in ids(answer))
    assert answer.notes[0].startswith(note)


@pytest.mark.parametrize(("asked", "why"), [("comedies", "why?"), ("喜剧", "为什么？")])
def test_asked_why_it_gives_reasons_for_what_was_shown(recommender, asked, why):
    talk = recommender.conversation(user="ann", k=3)
    shown = talk.say(asked)
    assert all(item.reasons is None for item in shown.items)
    told = talk.say(why)
    assert ids(told) == ids(shown)
    assert told.notes == ()
    assert all(item.reasons.constraints for item in told.items)


def test_what_is_not_understood_is_told_and_changes_no_demand(recommender):
    talk = recommender.conversation(k=3)
    talk.say("comedies")
    answer = talk.say("without Jim Carrey films")
    assert answer.notes == ("Not understood as a demand, only read along: “without jim carrey”.",)
    assert [one.label for one in answer.understood.constraints] == ["Comedy"]
    assert talk.say("from the 90s").notes == ()  # told once


def test_in_chinese(recommender):
    talk = recommender.conversation(user="ann", k=3)
    first = talk.say("推荐一些犯罪片")
    assert {"f1", "f3"}.isdisjoint(ids(first))
    older = talk.say("老一点的")
    assert older.instruction.endswith("以前的犯罪电影。")
    assert talk.say("换成喜剧").instruction.endswith("以前的喜剧电影。")
    again = talk.say("重新开始")
    assert again.notes == ("之前说的都不算了，重新开始。",)
    assert again.understood.constraints == ()


def test_a_new_request_keeps_only_titles(recommender):
    talk = recommender.conversation(k=3)
    talk.say("comedies from the 90s, I hated Titanic (1997)")
    answer = talk.say("recommend some dramas")
    assert [one.label for one in answer.understood.constraints] == ["Drama"]
    assert [one.item_id for one in answer.understood.disliked] == ["f8"]


@pytest.mark.parametrize(
    ("sentence", "labels", "high"),
    [
        ("recommend older ones", ["Comedy"], 1994),
        ("recommend older dramas", ["Drama"], 1974),
        ("recommend a drama older than Fargo", ["Drama"], 1995),
        ("I have an hour, recommend a drama", ["Drama"], None),
        ("recommend popular films, not too old", [], None),
        ("推荐一部比《Fargo》更老的剧情片", ["Drama"], 1995),
    ],
)
def test_a_request_that_says_what_kind_of_thing_is_a_new_one(recommender, sentence, labels, high):
    talk = recommender.conversation(k=50)
    talk.say("comedies")
    talk.say(sentence)
    constraints = talk.understood.constraints
    assert [one.label for one in constraints if one.label] == labels
    assert [one.high for one in constraints if one.high] == [high] * (high is not None)


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [("any year", ["category"]), ("of any genre", ["year"]), ("年代不限", ["category"])],
)
def test_what_was_demanded_can_be_given_up(recommender, sentence, roles):
    talk = recommender.conversation(k=3)
    talk.say("comedies from the 90s")
    answer = talk.say(sentence)
    assert [one.role for one in answer.understood.constraints] == roles


@pytest.mark.parametrize(
    ("first", "then", "constraints"),
    [
        ("不要恐怖片", "恐怖片也可以", []),  # which need not be one
        ("no horror", "horror is fine", []),
        ("comedies", "horror is fine too",
         [Constraint("category", "is_any", label=("Comedy", "Horror"))]),
        ("喜剧", "恐怖片也行", [Constraint("category", "is_any", label=("Comedy", "Horror"))]),
    ],
)
def test_what_will_do_as_well(recommender, first, then, constraints):
    conversation = recommender.conversation()
    conversation.say(first)
    assert list(conversation.say(then).understood.constraints) == constraints


def test_what_was_excluded_together_can_be_given_up_and_asked_for(recommender):
    talk = recommender.conversation(k=20)
    talk.say("no comedies from the 90s")
    assert not [token for token in ids(talk.say("comedies")) if 1990 <= YEARS[token] < 2000]
    assert all(1990 <= YEARS[token] < 2000 for token in ids(talk.say("comedies from the 90s")))
    talk.say("start over, no comedies from the 90s")
    assert not talk.say("any year").understood.constraints


def test_a_mistake_leaves_the_conversation_as_it_was(recommender):
    talk = recommender.conversation(k=3)
    talk.say("comedies")
    understood, shown = talk.understood, talk.shown
    with pytest.raises(ValueError, match="the instruction is empty"):
        talk.say("  ")
    assert (talk.understood, talk.shown) == (understood, shown)


def test_the_number_asked_for_holds_on(recommender):
    talk = recommender.conversation()
    assert len(talk.say("three films").items) == 3
    assert len(talk.say("from the 90s").items) == 3


def titles(talk, attitude):
    return [one.item_id for one in getattr(talk.understood, attitude)]


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("I meant the 1953 one", "f7"),
        ("yes, the one from 1997", "f8"),
        ("the old one", "f7"),
        ("the 1953 version", "f7"),
        ("the romance, I mean", "f8"),
    ],
)
def test_which_of_two_of_a_name_is_meant(recommender, sentence, meant):
    talk = recommender.conversation(k=3)
    first = talk.say("I loved Titanic")
    assert first.notes == ("“Titanic” was taken for Titanic (1997), not Titanic (1953).",)
    talk.say(sentence)
    assert titles(talk, "liked") == [meant]
    assert talk.understood.constraints == ()


def test_a_demand_does_not_settle_which_is_meant(recommender):
    talk = recommender.conversation(k=3)
    talk.say("I loved Titanic")
    talk.say("a film from 1997")
    assert [one.role for one in talk.understood.constraints] == ["year"]


def test_a_part_of_a_series_is_meant(recommender):
    talk = recommender.conversation(k=3)
    talk.say("films like Star Wars")
    talk.say("The Empire Strikes Back, I mean")
    assert titles(talk, "liked") == ["f11"]


@pytest.mark.parametrize("sentence", ["ok, maybe Fargo", "Fargo is fine after all"])
def test_an_unwanted_title_may_come_back(recommender, sentence):
    talk = recommender.conversation(k=3)
    talk.say("crime films")
    talk.say("not Fargo")
    assert titles(talk, "disliked") == ["f3"]
    answer = talk.say(sentence)
    assert titles(talk, "disliked") == titles(talk, "liked") == titles(talk, "seen") == []
    assert "f3" in ids(answer)


@pytest.mark.parametrize(
    "question",
    ["is it funny?", "is the second one sad?", "the second one, is it scary?", "are they old?"],
)
def test_a_question_about_what_is_shown_demands_nothing(recommender, question):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say("crime films"))
    answer = talk.say(question)
    assert ids(answer) == shown
    assert len(answer.notes) == 1
    talk.say("is it possible to get comedies?")
    assert talk.understood.constraints[-1].label == "Comedy"


@pytest.mark.parametrize("seen", ["seen those", "all seen", "I know them", "another please"])
def test_what_is_known_is_not_shown_again(recommender, seen):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say("films"))
    assert not {*shown} & {*ids(talk.say(seen))}


def test_what_was_said_last_is_undone(recommender):
    talk = recommender.conversation(k=3)
    shown = ids(talk.say("comedies"))
    talk.say("dramas")
    assert ids(talk.say("go back")) == shown
    talk.say("dramas")
    talk.say("back to comedies")
    assert [one.label for one in talk.understood.constraints] == ["Comedy"]


@pytest.fixture(scope="module")
def knowing():
    directors = {
        "Ethan Coen": ["Fargo (1996)"], "Ann Mann": ["Heat (1995)", "Speed (1994)"],
    }  # fmt: skip
    knowledge = Knowledge({"labels": {"director": directors}})
    return untrained(film_catalogue(), {"en": "films", "zh": "电影"}, knowledge=knowledge)


@pytest.mark.parametrize(
    ("sentences", "constraints"),
    [
        (["I liked Heat", "anything else by him?"], [("is", "Ann Mann")]),
        (["I liked Heat", "same director please"], [("is", "Ann Mann")]),
        (["films by Ann Mann", "without him"], [("is_not", "Ann Mann")]),
        (["no Ann Mann", "ok she's fine"], []),
        (["films by Ann Mann", "more by that director"], [("is", "Ann Mann")]),
        (["I liked Heat", "a film to watch with her"], []),
        (["喜欢《Heat》", "同一个导演的"], [("is", "Ann Mann")]),
    ],
)
def test_who_is_meant_by_he(knowing, sentences, constraints):
    talk = knowing.conversation(k=3)
    for sentence in sentences:
        talk.say(sentence)
    assert [(one.relation, one.label) for one in talk.understood.constraints] == constraints


@pytest.mark.parametrize(
    ("sentence", "relation"),
    [
        ("films by the director of Heat", "is"),
        ("by the same director as Heat", "is"),
        ("nothing by the guy who directed Heat", "is_not"),
    ],
)
def test_whoever_made_a_title_is_asked_for(knowing, sentence, relation):
    understood = knowing.recommend(sentence).understood
    assert [(one.relation, one.label) for one in understood.constraints] == [(relation, "Ann Mann")]
    assert understood.rest == ""
    assert [one.title for one in understood.seen] == ["Heat"]


@pytest.fixture(scope="module")
def shoes():
    """A shop in which a brand is known of some things, and stands in the titles of all."""
    rows = [
        ("耐克篮球鞋 黑色", "耐克", "篮球鞋", 900), ("阿迪篮球鞋 白色", "", "篮球鞋", 800),
        ("李宁篮球鞋 白色", "李宁", "篮球鞋", 500), ("李宁篮球鞋 红色", "李宁", "篮球鞋", 450),
        ("耐克跑步鞋 黑色 透气", "耐克", "跑步鞋", 700),
        ("耐克跑步鞋 白色 透气", "耐克", "跑步鞋", 600),
        ("李宁跑步鞋 红色", "李宁", "跑步鞋", 200),
    ]  # fmt: skip
    titles, brands, kinds, prices = zip(*rows, strict=True)
    catalogue = Catalogue(
        ["", *(f"i{n}" for n in range(len(rows)))],
        ["", *titles],
        {
            "brand": Labels.of([[], *([one] if one else [] for one in brands)]),
            "category": Labels.of([[], *([one] for one in kinds)]),
        },
        {"price": np.array([np.nan, *prices])},
        {"title": Role.parse("title", "title"), "price": Role.parse("price", "price")},
    )
    return untrained(catalogue, {"zh": "商品"})


@pytest.mark.parametrize(
    ("sentences", "titles"),
    [
        # What is asked for instead takes the place of the last text, and of a brand beside which
        # there is nothing
        (["黑色的篮球鞋", "还是白色的吧"], ["李宁篮球鞋 白色", "阿迪篮球鞋 白色"]),
        (["透气的跑步鞋", "黑色的", "还是白色吧"], ["耐克跑步鞋 白色 透气"]),
        (["耐克的篮球鞋", "阿迪的呢"], ["阿迪篮球鞋 白色"]),
        (["耐克的篮球鞋", "阿迪的呢", "换成李宁的"], ["李宁篮球鞋 白色", "李宁篮球鞋 红色"]),
        # Cheaper than what there is not
        (["300以内的篮球鞋", "再便宜点"], []),
        (["300以内的篮球鞋", "再便宜点", "460也可以"], ["李宁篮球鞋 红色"]),
    ],
)
def test_what_is_asked_for_instead_in_a_shop(shoes, sentences, titles):
    talk = shoes.conversation(k=9)
    answers = [talk.say(one) for one in sentences]
    assert sorted(item.title for item in answers[-1].items) == titles
