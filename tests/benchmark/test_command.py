"""``instructrec benchmark`` as a person types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from recbole_instructrec import cli
from recbole_instructrec.benchmark import part
from recbole_instructrec.benchmark.command import plan
from recbole_instructrec.benchmark.metrics import per_user

QUICK = ["--epochs=2", "--show_progress=False", "--train_batch_size=16"]


def command(shop, *more, models="Pop,BPR"):
    return ["benchmark", "--dataset=shop", f"--models={models}", "--output=out",
            f"--data_path={shop}", *QUICK, *more]  # fmt: skip


@pytest.fixture
def planned(shop, settings, monkeypatch):
    """The parts of a command that is not run."""

    def of(*arguments, **given):
        parser = cli._parser()
        options, _ = parser.parse_known_args(command(shop, *arguments))
        return plan(options, settings, {"data_path": str(shop), **given})

    return of


@pytest.fixture(scope="module")
def finished(shop, tmp_path_factory):
    """The folder of a benchmark of two models, and what the command said."""
    folder = tmp_path_factory.mktemp("benchmark")
    lines = [f"u{n}\t" + " ".join(f"i{item}" for item in range(1, 13)) for n in range(25)]
    (folder / "candidates").write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        more = ("--seeds=1,2", "--protocols=full,uni1,hard1", "--candidates=candidates")
        assert cli.main(command(shop, *more)) == 0
    return folder / "out"


def test_every_part_has_a_folder_of_its_own(finished):
    names = sorted(path.name.rsplit("-", 1)[0] for path in (finished / "parts").iterdir())
    assert names == ["BPR-1", "BPR-2", "Pop-1"]
    for folder in (finished / "parts").iterdir():
        files = {path.name for path in folder.iterdir()}
        assert files >= {"part.json", "curve.csv", "log", "ranks.npz", "result.json"}
        assert ({"best.pth", "running.pth"} <= files) == folder.name.startswith("BPR")
        assert "epoch 0 training" in (folder / "log").read_text()


def test_the_report_tells_protocol_data_versions_seeds_and_costs(finished):
    report = json.loads((finished / "benchmark.json").read_text())
    assert report["dataset"] == "shop"
    assert len(report["data_sha256"]) == len(report["candidates_sha256"]) == 64
    assert report["versions"].keys() >= {"recbole", "torch", "recbole_instructrec", "python"}
    assert [one["name"] for one in report["protocols"]] == ["full", "uni1", "hard1"]
    full, uni, hard = report["protocols"]
    assert full["n_users"] == uni["n_users"] == 30
    assert hard["n_users"] == 25
    assert full["metrics"]["BPR"]["NDCG@10"]["n_seeds"] == 2
    assert full["best_baseline"] in ("Pop", "BPR")
    (against,) = full["against_best_baseline"].values()
    assert 0 < against["p"] <= 1
    assert against["difference"] <= 0
    run = report["runs"][1]
    assert (run["model"], run["seed"], run["n_epochs"]) == ("BPR", 1, 2)
    assert not run["stopped_early"]
    assert run["options"]["epochs"] == 2
    assert "data_path" not in run["options"]
    for name in ("training_s", "training_cpu_s", "evaluation_s", "peak_memory", "n_parameters"):
        assert run[name] > 0


def test_the_figures_are_those_of_the_ranks(finished):
    report = json.loads((finished / "benchmark.json").read_text())
    (folder,) = (finished / "parts").glob("BPR-2-*")
    with np.load(folder / "ranks.npz") as file:
        ranks = part.ranks.Ranks(file["full/above"], file["full/tied"])
        assert file["users"].tolist() == sorted(f"u{n}" for n in range(30))
        assert file["history_lengths"].tolist() == [4 + int(u[1:]) % 7 for u in file["users"]]
    expected = per_user(ranks, "MRR@5").mean()
    run = next(run for run in report["runs"] if (run["model"], run["seed"]) == ("BPR", 2))
    assert run["metrics"]["full"]["MRR@5"] == expected
    rows = list(csv.DictReader((finished / "benchmark.csv").open()))
    assert len(rows) == 3 * 3
    row = next(row for row in rows if (row["model"], row["seed"], row["protocol"]) ==
               ("BPR", "2", "full"))  # fmt: skip
    assert float(row["MRR@5"]) == expected


def test_groups_of_users_are_all_users(finished):
    for one in json.loads((finished / "benchmark.json").read_text())["protocols"]:
        for groups in one["groups"].values():
            assert sum(group["n_users"] for group in groups) == 30


def test_tables_and_plots(finished):
    text = (finished / "benchmark.md").read_text()
    assert text.startswith("# shop, leave-one-out in time order\n\n## full\n\nFull ranking as Rec")
    assert "| BPR † |" in text.replace("  ", "")
    assert "nobody beats it" in text
    plots = {path.name for path in finished.glob("*.svg")}
    assert plots == {"quality_and_time.svg", "learning_curves.svg", "by_history_length.svg",
                     "by_popularity.svg"}  # fmt: skip
    assert "BPR" in (finished / "learning_curves.svg").read_text()


def test_finished_parts_are_kept_and_other_protocols_need_no_training(
    finished, shop, capsys, monkeypatch
):
    monkeypatch.chdir(finished.parent)
    more = ("--seeds=1,2", "--protocols=full,uni1,hard1", "--candidates=candidates")
    assert cli.main(command(shop, *more)) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in told[:3]] == [
        "[1/3] Pop-1: kept", "[2/3] BPR-1: kept", "[3/3] BPR-2: kept",
    ]  # fmt: skip
    (folder,) = (finished / "parts").glob("BPR-1-*")
    before = (folder / "curve.csv").stat().st_mtime_ns
    assert cli.main(command(shop, "--seeds=1", "--protocols=unseen")) == 0
    assert (folder / "curve.csv").stat().st_mtime_ns == before
    assert json.loads((folder / "result.json").read_text())["measured"]["protocols"] == ["unseen"]


def test_other_settings_make_another_part_and_say_so(planned):
    before = planned()[1]
    before.folder.mkdir(parents=True)
    content = {"trained": before.trained, "measured": before.measured}
    (before.folder / "part.json").write_text(json.dumps(content))
    assert before.changed() == []
    after = planned(learning_rate=0.5)[1]
    assert after.folder != before.folder
    assert after.changed() == ["parameters.learning_rate"]
    assert planned("--protocols=unseen")[1].folder == before.folder
    assert planned(show_progress=False)[1].folder == before.folder


def test_our_model_is_computed_anew_when_its_code_changes(planned, monkeypatch):
    before = planned("--models=Pop,InstructRec")
    monkeypatch.setattr("recbole_instructrec.benchmark.machine.code", lambda: "changed")
    after = planned("--models=Pop,InstructRec")
    assert before[0].folder == after[0].folder
    assert before[1].folder != after[1].folder


def test_two_processes_are_not_at_one_part(planned):
    one = planned()[0]
    one.folder.mkdir(parents=True)
    with part.FileLock(one.folder / "lock"):
        with pytest.raises(BlockingIOError, match="another process is computing out/parts"):
            part.run(one)


def test_candidates_add_a_protocol_about_them(planned):
    Path("file").write_text("u1\ti1\n")
    assert planned("--candidates=file")[0].protocols == ("full", "unseen", "uni9", "hard9")
    assert planned("--candidates=file", "--protocols=hard3")[0].protocols == ("hard3",)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--models=Pop,SASRek"], "there is no model 'SASRek'; the closest are SASRec"),
        (["--models=,"], "--models is ','; give names, e.g. Pop,SASRec,InstructRec"),
        (["--dataset=nowhere"], "there is no dataset 'nowhere'"),
        (["--protocols=full,uni"], "there is no protocol 'uni'; choose among full, unseen"),
        (["--protocols=hard9"], "hard9 ranks candidates of a file; give one as --candidates=FILE"),
        (["--candidates=none"], "there is no file of candidates none; correct --candidates"),
        (["--seeds=a"], "--seeds is 'a'; give whole numbers"),
        (["--learning_rat=1"], "there is no option 'learning_rat'"),
        (["--benchmark_filename=['a']"], "would measure the models differently; the benchmark"),
        (["--valid_metric=MRR@10"], "would measure the models differently; the benchmark has its"),
    ],
)
def test_a_mistake_is_one_line(more, message, shop, capsys):
    assert cli.main([*command(shop), *more]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("instructrec: ")
    assert message in error


def test_unknown_candidates_are_told_before_anything_is_trained(shop, capsys):
    Path("file").write_text("u1\ti99\n")
    assert cli.main(command(shop, "--candidates=file", "--protocols=hard1")) == 2
    assert "file, line 1: the dataset has no item 'i99'" in capsys.readouterr().err
    assert not list(Path("out").rglob("*.pth"))
