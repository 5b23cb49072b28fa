"""A checkpoint answers sentences: what is demanded holds, and the scores are the model's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from recbole.quick_start import load_data_and_model

from recbole_instructrec import Recommender
from recbole_instructrec.instruction.structure import Instruction


@pytest.fixture(scope="module")
def recommender(checkpoint):
    return Recommender.load(checkpoint)


def titles(answer):
    return [item.title for item in answer.items]


def test_a_user_gets_what_comes_next(recommender):
    """u0 has walked from item 1 to item 5."""
    answer = recommender.recommend("recommend something", user="u0", k=1)
    assert [item.item_id for item in answer.items] == ["i6"]


def test_a_history_of_somebody_else_by_title_or_id(recommender):
    by_title = recommender.recommend("anything", history=["robot kit", "Robot Dog"], k=1)
    by_id = recommender.recommend("anything", history=["i6", "i7"], k=1)
    assert by_title.items == by_id.items
    assert titles(by_title) == ["Ghost Lamp"]


def test_nothing_of_the_history_comes_back(recommender):
    answer = recommender.recommend("anything", user="u0", k=100)
    assert sorted(item.item_id for item in answer.items) == sorted(f"i{n}" for n in range(6, 13))


def test_without_a_user_the_whole_catalogue_is_ranked_by_probability(recommender):
    answer = recommender.recommend("anything", k=100)
    assert len(answer.items) == 12
    assert [item.probability for item in answer.items] == sorted(
        (item.probability for item in answer.items), reverse=True
    )
    assert sum(item.probability for item in answer.items) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("shoes under 15", {"Red Running Shoes"}),
        ("shoes", {"Red Running Shoes", "Blue Running Shoes"}),
        ("toys, no horror", {"Robot Kit", "Robot Dog"}),
        ("scary things", {"Ghost Lamp", "Ghost Mask"}),
        ("things from 1992 to 1993", {"Tea Pot", "Tea Cup"}),
        ("recent garden things", {"Garden Chair", "Garden Table"}),
        ("推荐一些价格在3元以内的东西", {"Tea Cup"}),
        ("恐怖", {"Ghost Lamp", "Ghost Mask"}),
    ],
)
def test_what_is_demanded_holds_for_everything_returned(recommender, sentence, expected):
    assert set(titles(recommender.recommend(sentence, k=12))) == expected


def test_a_missing_attribute_satisfies_nothing(recommender):
    for sentence in ("things under 1000", "things from 1900 to 2100", "things, no horror"):
        assert "Garden" not in titles(recommender.recommend(sentence, k=12))


def test_when_nothing_satisfies_nothing_is_returned(recommender):
    assert recommender.recommend("shoes from 1999").items == ()


def test_several_sentences_are_answered_as_each_alone(recommender):
    sentences = ["recent garden things", "恐怖", "anything", "shoes under 15"]
    together = recommender.recommend(sentences, user="u3", k=4)
    for sentence, answer in zip(sentences, together, strict=True):
        alone = recommender.recommend(sentence, user="u3", k=4)
        assert titles(answer) == titles(alone)
        for one, other in zip(answer.items, alone.items, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-5)


def test_each_sentence_may_have_its_own_user_or_history(recommender):
    together = recommender.recommend(["anything", "toys"], user=["u0", None], k=2)
    assert titles(together[0]) == titles(recommender.recommend("anything", user="u0", k=2))
    assert titles(together[1]) == titles(recommender.recommend("toys", k=2))
    histories = [["Robot Kit"], ["Tea Cup", "Ghost Lamp"]]
    together = recommender.recommend(["anything", "anything"], history=histories, k=3)
    for answer, history in zip(together, histories, strict=True):
        assert titles(answer) == titles(recommender.recommend("anything", history=history, k=3))


def test_a_title_in_the_sentence_is_history(recommender):
    named = recommender.recommend("something like Robot Dog", history=["Robot Kit"], k=3)
    given = recommender.recommend("something", history=["Robot Kit", "Robot Dog"], k=3)
    assert named.items == given.items
    assert named.understood.liked[0].item_id == "i7"


def test_a_title_that_is_only_known_is_history_too(recommender):
    known = recommender.recommend("I've seen Robot Dog", history=["Robot Kit"], k=3)
    given = recommender.recommend("something", history=["Robot Kit", "Robot Dog"], k=3)
    assert known.items == given.items
    assert known.understood.seen[0].item_id == "i7"


def test_a_disliked_title_is_neither_history_nor_recommended(recommender):
    answer = recommender.recommend('I hated "Ghost Lamp"', history=["Robot Dog"], k=100)
    plain = recommender.recommend("anything", history=["Robot Dog"], k=100)
    assert "Ghost Lamp" not in titles(answer)
    assert set(titles(plain)) - set(titles(answer)) == {"Ghost Lamp"}


def test_the_sentence_says_how_many_unless_the_caller_does(recommender):
    assert len(recommender.recommend("three things").items) == 3
    assert len(recommender.recommend("three things", k=2).items) == 2
    assert len(recommender.recommend("things").items) == 10


def test_what_is_doubtful_unknown_or_left_over_is_told(recommender):
    sentence = 'shiny things like "Robot Kitt" and "Zeppelin"'
    assert recommender.recommend(sentence).notes == (
        "“Robot Kitt” was taken for Robot Kit.",
        "Nothing in the catalogue is called “Zeppelin”.",
        "Not understood as a demand, only read along: “shiny, zeppelin”.",
    )
    assert recommender.recommend("gardn things").notes == (
        "Not understood as a demand, only read along: “gardn”.",
        "If “gardn” was meant to be “garden”, say so.",
    )
    assert recommender.recommend("闪亮的东西").notes == (
        "没能理解成具体要求，只作为文字参考：“闪亮”。",
    )


def test_when_nothing_satisfies_it_says_what_to_relax(recommender):
    answer = recommender.recommend("shoes from 1999")
    assert answer.notes == ("There are no shoes things from 1999.",)
    shoes, widened, year = answer.relaxations
    assert (shoes.count, shoes.title) == (1, "Garden Chair")
    assert shoes.text == "Without “shoes”: 1, first of all Garden Chair."
    assert (widened.instead.low, widened.instead.high, widened.count) == (1991, 1999, 1)
    assert year.count == 2
    assert recommender.recommend("1999年的恐怖").relaxations[0].text == (
        "把“1999年的”放宽为“1998到1999年的”：有1个，首选《Ghost Mask》。"
    )


def test_reasons_are_measured_by_taking_history_away(recommender):
    history = ["Red Running Shoes", "Tea Cup", "Robot Kit"]
    answer = recommender.recommend("scary things", history=history, k=2, reasons=True)
    for item in answer.items:
        for influence in item.reasons.history:
            shorter = [title for title in history if title != influence.title]
            without = recommender.recommend("scary things", history=shorter, k=12)
            (score,) = [one.score for one in without.items if one.item_id == item.item_id]
            assert item.score - score == pytest.approx(influence.effect, abs=1e-4)
            assert influence.effect > 0
        effects = [influence.effect for influence in item.reasons.history]
        assert effects == sorted(effects, reverse=True)
        assert [one.label for one in item.reasons.constraints] == ["horror"]
        assert item.reasons.text.startswith("Fits: horror.")
    # The circle: the robot leads to the ghosts.
    assert answer.items[0].reasons.history[0].title == "Robot Kit"


def test_reasons_cost_nothing_unless_asked_for(recommender, monkeypatch):
    monkeypatch.setattr(recommender, "_influences", None)
    assert recommender.recommend("anything", user="u0").items[0].reasons is None
    with pytest.raises(TypeError):
        recommender.recommend("anything", user="u0", reasons=True)


def test_without_history_the_reason_is_what_was_asked_for(recommender):
    (item,) = recommender.recommend("恐怖", k=1, reasons=True).items
    assert item.reasons.history == ()
    assert item.reasons.text == "符合：恐怖。"


def test_plain_data_holds_a_limit_as_it_was_said(recommender):
    answer = recommender.recommend("toys under 60").to_dict()
    (_, limit) = answer["understood"]["constraints"]
    assert (limit["relation"], limit["low"], limit["high"]) == ("below", None, 60)


def test_no_sentence_gets_no_answer(recommender):
    assert recommender.recommend([]) == []


def test_scores_are_those_of_recboles_evaluation(recommender, checkpoint):
    """One path: the sentence of the evaluation gives the scores of the evaluation."""
    _, model, dataset, _, _, test = load_data_and_model(str(checkpoint))
    batch = next(iter(test))[0]
    scores = model.full_sort_predict(batch)
    row = batch["user_id"].tolist().index(dataset.token2id("user_id", "u4"))
    history = recommender.histories.of_users["u4"][:-1]
    sentence = recommender.writer.write(Instruction("en"))
    again = recommender.scores([sentence], [history])
    torch.testing.assert_close(scores[row], again[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sentence": ""}, "the instruction is empty"),
        ({"sentence": "\x00 \n"}, "the instruction is empty"),
        ({"sentence": "x" * 100_000}, "has 100000 characters; the limit is"),
        ({"user": "nobody"}, "there is no user 'nobody' in this checkpoint"),
        ({"history": ["Red Runing Shoes"]}, "the closest are 'Red Running Shoes'"),
        ({"user": "u1", "history": ["i1"]}, "give a user or a history, not both"),
        ({"k": 0}, "k is 0; ask for at least one item"),
        ({"k": -1}, "k is -1; ask for at least one item"),
        ({"k": 1.5}, "k is 1.5; ask for at least one item, with a whole number"),
        ({"k": "5"}, "k is '5'; ask for at least one item, with a whole number"),
        ({"sentence": None}, "the instruction is None; give text, or a list of texts"),
        ({"sentence": ["a", 5]}, "the instruction is 5; give text"),
        ({"user": 1.0}, "user is 1.0; give the dataset's own id of a user, as text"),
        ({"history": "i1"}, "history is 'i1'; give a list of item ids or titles"),
        ({"history": ["i1", None]}, "history holds None; give item ids or titles, as text"),
        ({"history": ["x" * 100_000]}, r"there is no item with the id or title 'x{199}\.\.\.$"),
        ({"sentence": ["a", "b"], "user": ["u1"]}, "there are 1 users for 2 sentences; give one"),
        ({"sentence": ["a"], "history": [["i1"], []]}, "there are 2 histories for 1 sentences"),
    ],
)
def test_a_mistake_is_told(recommender, arguments, message):
    with pytest.raises(ValueError, match=message):
        recommender.recommend(**{"sentence": "anything", **arguments})


def test_more_items_than_there_are_gives_all_there_are(recommender):
    answer = recommender.recommend("things", k=10**9)
    assert len(answer.items) == len(recommender.catalogue) - 1


def test_a_device_that_is_not_there_is_told(checkpoint):
    with pytest.raises(ValueError, match="device is 'gpu7', on which nothing can be computed"):
        Recommender.load(checkpoint, device="gpu7")


def test_a_device_may_have_a_number(checkpoint):
    assert Recommender.load(checkpoint, device="cpu:0").recommend("toys", k=1).items


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no checkpoint"):
        Recommender.load(tmp_path / "none.pth")


@pytest.mark.parametrize("kept", [0, 10, 1000, 20_000])
def test_a_truncated_file_is_told(checkpoint, tmp_path, kept):
    short = tmp_path / "short.pth"
    short.write_bytes(checkpoint.read_bytes()[:kept])
    with pytest.raises(ValueError, match="is not a whole InstructRec checkpoint"):
        Recommender.load(short)


def test_another_models_checkpoint_is_told(tmp_path):
    torch.save({"state_dict": {}, "other_parameter": {}}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="is no checkpoint of InstructRec, but of another model"):
        Recommender.load(tmp_path / "other.pth")


def test_a_checkpoint_with_other_objects_is_another_models(tmp_path):
    torch.save({"config": Path("x"), "state_dict": {}}, tmp_path / "SASRec.pth")
    with pytest.raises(ValueError, match="is no checkpoint of InstructRec, but of another model"):
        Recommender.load(tmp_path / "SASRec.pth")


def test_a_pickle_that_runs_code_is_not_loaded(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save(Evil(), tmp_path / "evil.pth")
    with pytest.raises(ValueError, match="is no checkpoint of InstructRec"):
        Recommender.load(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


def test_a_new_process_answers_the_same(recommender, checkpoint):
    code = (
        "import sys, json; from recbole_instructrec import Recommender\n"
        "answer = Recommender.load(sys.argv[1]).recommend('toys under 60', user='u0', k=3)\n"
        "print(json.dumps(answer.to_dict()))"
    )
    output = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(checkpoint)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    here = recommender.recommend("toys under 60", user="u0", k=3).to_dict()
    there = json.loads(output.splitlines()[-1])
    assert [item["title"] for item in there["items"]] == [i["title"] for i in here["items"]]
    assert there["items"][0]["score"] == pytest.approx(here["items"][0]["score"], abs=1e-5)
