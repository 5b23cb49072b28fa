"""The command line, as a person types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from recbole_instructrec import cli
from recbole_instructrec.checkpoint import read


def test_recommend_prints_titles(checkpoint, capsys):
    assert cli.main(["recommend", str(checkpoint), "scary things", "--user=u0", "--topk=2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Recommend horror things."
    assert [line[:15] for line in lines[1:]] in (
        ["  1. Ghost Lamp", "  2. Ghost Mask"], ["  1. Ghost Mask", "  2. Ghost Lamp"],
    )  # fmt: skip


def test_recommend_prints_one_json_object(checkpoint, capsys):
    arguments = ["recommend", str(checkpoint), "恐怖", "--history", "Robot Kit", "--json"]
    assert cli.main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"instruction", "read", "understood", "items", "notes", "relaxations"}
    assert answer["understood"]["language"] == "zh"
    assert set(answer["items"][0]) == {
        "item_id", "title", "score", "probability", "attributes", "known", "reasons",
    }  # fmt: skip
    assert {item["item_id"] for item in answer["items"]} == {"i8", "i9"}


def test_recommend_without_a_sentence_is_a_conversation(checkpoint, capsys, monkeypatch):
    lines = iter(["garden things", "older ones", "x" * 3000])
    monkeypatch.setattr("builtins.input", lambda _: next(lines, None) or _end_of_input())
    assert cli.main(["recommend", str(checkpoint), "--user=u0", "--topk=1", "--reasons"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Recommend garden things."
    assert told[2].startswith("       Fits: garden. Of what was chosen before, this speaks for")
    assert told[3].startswith("Recommend garden things from 19")
    assert told[-1] == "  * the instruction has 3000 characters; the limit is 2000: shorten it"


def _end_of_input():
    raise EOFError


def test_run_takes_recboles_flags(shop, options, capsys):
    given = options()
    flags = [f"--{name}={value}" for name, value in given.items() if name != "item_noun"]
    assert cli.main(["run", "--dataset=shop", *flags, "--epochs=1"]) == 2  # epochs twice
    flags = [flag for flag in flags if not flag.startswith("--epochs=")]
    assert cli.main(["run", "--dataset=shop", *flags, "--epochs=1"]) == 0


def test_run_takes_files_of_options_below_its_flags(options):
    Path("small.yaml").write_text(yaml.safe_dump(options(epochs=7)), encoding="utf-8")
    flags = ["--config_files=small.yaml", "--epochs=1", "--checkpoint_dir=saved"]
    assert cli.main(["run", "--dataset=shop", *flags]) == 0
    (checkpoint,) = Path("saved").glob("*.pth")
    config = read(checkpoint)["config"]
    assert (config["hidden_size"], config["epochs"]) == (16, 1)


def test_run_takes_the_number_of_processes(shop, monkeypatch):
    given = {}
    monkeypatch.setattr("recbole.quick_start.run", lambda *names, **named: given.update(named))
    flags = [f"--data_path={shop}", "--nproc=2", "--port=5679"]
    assert cli.main(["run", "--dataset=shop", *flags]) == 0
    assert (given["nproc"], given["port"]) == (2, 5679)
    assert given["config_dict"] == {"data_path": str(shop)}


def test_demo_trains_and_answers_three_sentences(capsys):
    assert cli.main(["demo", "--folder=trained", "--epochs=1", "--show_progress=False"]) == 0
    lines = capsys.readouterr().out.splitlines()
    chinese = lines.index("推荐一些最近上映的科幻电影")
    answers = lines[chinese + 1 : chinese + 6]
    assert all(line.startswith("    ") and line[-6:-2] == "(199" for line in answers)
    assert lines[-1].startswith("Ask more: instructrec recommend trained/InstructRec-")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recommend", "none.pth", "x"], "there is no checkpoint none.pth"),
        (["run", "--dataset=nowhere"], "Neither [dataset/nowhere] exists"),
        (["run", "--dataset=ml-100k", "--model=SASRek"], "there is no model 'SASRek'"),
        (["run", "--dataset=ml-100k", "--hiden_size=3"], "there is no option 'hiden_size'"),
        (["run", "--dataset=ml-100k", "epochs=3"], "'epochs=3' is not of the form --key=value"),
        (["run", "--dataset=x", "--config_files=a.yaml"], "config_files names 'a.yaml', and there"),
        (["run", "--dataset=x", "--nproc=0"], "nproc is 0; give a whole number of at least 1"),
        (["run", "--dataset=ml-100k", "--nproc=2", "--ephocs=3"], "there is no option 'ephocs'"),
        (["evaluate", "a.pth", "--nproc=2"], "--nproc=2 is for `instructrec run` alone; leave it"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(arguments, message, capsys):
    assert cli.main(arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("instructrec: ")
    assert message in error
    assert sys.argv[1:] == []  # what RecBole would read next


def test_what_the_system_refuses_is_a_mistake_and_what_the_software_does_is_none(
    monkeypatch, capsys
):
    def failing(error):
        def command(*_):
            raise error

        monkeypatch.setattr(cli, "recommend", command)

    failing(PermissionError(13, "Permission denied", "there/x.pth"))
    assert cli.main(["recommend", "x.pth"]) == 2
    assert capsys.readouterr().err == "instructrec: [Errno 13] Permission denied: 'there/x.pth'\n"
    failing(KeyError("zh"))
    with pytest.raises(KeyError):
        cli.main(["recommend", "x.pth"])


def test_an_unknown_command_is_refused():
    with pytest.raises(SystemExit) as stopped:
        cli.main(["recommand"])
    assert stopped.value.code == 2
