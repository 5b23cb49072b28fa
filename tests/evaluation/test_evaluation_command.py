"""``instructrec evaluate`` as a person types it, on models that have learnt the circle."""

from __future__ import annotations

import json

import pytest

from recbole_instructrec import cli


def test_the_whole_report(checkpoint, baseline, capsys):
    arguments = ["evaluate", str(checkpoint), "--output=found", f"--baseline={baseline}",
                 "--users=20", "--topk=[10]"]  # fmt: skip
    assert cli.main(arguments) == 0
    printed = capsys.readouterr().out
    with open("found/evaluation.md", encoding="utf-8") as file:
        assert printed.endswith(file.read())
    with open("found/evaluation.json", encoding="utf-8") as file:
        found = json.load(file)
    assert list(found) == [
        "protocol", "scenarios", "verdicts", "intentions", "swap", "misled", "paraphrases",
        "small_talk", "served",
    ]  # fmt: skip
    assert found["protocol"]["users"].startswith("20 of 30, ")
    assert len(found["scenarios"]) == 36
    by_ranking = {
        row["ranking"]: row for row in found["intentions"] if row["intention"] == "specific, 1"
    }
    assert by_ranking["as served"]["satisfaction@10"] == 1
    assert by_ranking["uninstructed"]["NDCG@10"] > 0.9
    assert by_ranking["GRU4Rec, filtered"]["satisfaction@10"] == 1
    (served,) = found["served"]
    # "Under 50" leaves out what costs 50, as it was meant.
    assert served["read as meant"] == served["with demands"] > 0
    assert served["out of catalogue"] == served["repeated"] == served["already known"] == 0


def test_one_part_alone_needs_no_dataset(checkpoint, capsys):
    arguments = ["evaluate", str(checkpoint), "--parts", "following", "--users=5", "--json"]
    assert cli.main([*arguments, "--data_path=gone"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "scenarios" not in found
    assert {row["ranking"] for row in found["intentions"]} == {
        "as served", "encoder alone", "uninstructed", "uninstructed, filtered",
    }  # fmt: skip


def test_a_users_own_options(checkpoint, tmp_path, capsys):
    own = tmp_path / "own" / "evaluation"
    own.mkdir(parents=True)
    options = {"users": None, "seed": 1, "topk": 3, "batch_size": 4, "sources": ["target"],
               "n_constraints": [1], "similarity_weights": [1]}  # fmt: skip
    (own / "following.yaml").write_text(json.dumps(options))
    arguments = ["evaluate", str(checkpoint), "--parts", "following", "--json"]
    assert cli.main([*arguments, f"--properties_path={tmp_path / 'own'}"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {row["drawn from"] for row in found["intentions"]} == {"target"}
    assert "NDCG@3" in found["intentions"][0]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--parts", "speed"], "parts has 'speed'; choose among scenarios, following"),
        (["--parts", "following", "--users=0"], "users is 0; give a whole number of at least 1"),
        (["--evl_batch_size=7"], "there is no option 'evl_batch_size' (given as 7); did you mean"),
        (["--parts", "following", "--topkk=3"], "there is no option 'topkk' (given as 3)"),
        (["--data_path=gone"], "the dataset shop is not in "),
        (["--parts", "following", "--baseline=none.pth"], "checkpoint none.pth does not exist"),
    ],
)
def test_mistakes_are_told(checkpoint, capsys, flags, message):
    assert cli.main(["evaluate", str(checkpoint), *flags]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": ["guess"]}, "sources has 'guess'; choose among target, history"),
        ({"topk": 0}, "topk is 0, batch_size 256"),
    ],
)
def test_options_that_cannot_be(change, message):
    from recbole_instructrec.evaluation.measures import read_options

    with pytest.raises(ValueError, match=message):
        read_options(change)
