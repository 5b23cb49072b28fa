"""Evaluation by scenario: every cell once, and each with the instruction it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from recbole_instructrec import cli
from recbole_instructrec.evaluation.scenarios import evaluate, rows
from recbole_instructrec.evaluation.trained import Trained
from recbole_instructrec.evaluation.verdicts import verdicts
from recbole_instructrec.instruction.structure import INTENTIONS
from recbole_instructrec.property_files import find


@pytest.fixture(scope="module")
def cells(checkpoint):
    return evaluate(Trained.load(checkpoint))


def result(cells, *kind):
    (cell,) = [
        one for one in cells
        if (one.preference, one.intention, one.language, one.templates) == kind
    ]  # fmt: skip
    return cell.metrics["mrr@10"]


def shipped() -> dict[str, dict]:
    """The shipped languages' files, to be changed."""
    return {
        code: yaml.safe_load(find("instructions", code).read_text(encoding="utf-8"))
        for code in ("en", "zh")
    }


def write(content: dict[str, dict], folder: Path) -> None:
    """Writes languages' files where ``properties_path`` is the folder."""
    (folder / "instructions").mkdir()
    for code, one in content.items():
        text = yaml.safe_dump(one, allow_unicode=True, sort_keys=False)
        (folder / "instructions" / f"{code}.yaml").write_text(text, encoding="utf-8")


def test_every_cell_is_there_once(cells):
    kinds = {(one.preference, one.intention, one.language, one.templates) for one in cells}
    assert len(kinds) == len(cells) == 3 * 3 * 2 * 2
    assert all(0 <= value <= 1 for one in cells for value in one.metrics.values())


def test_a_known_history_says_what_comes_next(cells):
    """The model has learnt the circle: with the history it is sure, without it it cannot be."""
    for language in ("en", "zh"):
        assert result(cells, "implicit", "none", language, "seen") > 0.9
        assert result(cells, "none", "none", language, "seen") < 0.7


def test_yes_or_no_is_asked_where_it_was_trained(checkpoint):
    assert verdicts(Trained.load(checkpoint)) == []
    weights = {"implicit-none-pointwise": 1, "none-specific-pointwise": 1}
    found = verdicts(Trained.load(checkpoint, {"scenario_weights": weights}))
    assert [(one["scenario"], one["language"], one["templates"]) for one in found] == [
        (scenario, language, templates)
        for scenario in weights
        for language in ("en", "zh")
        for templates in ("seen", "held_out")
    ]
    assert all(0 <= one["accuracy"] <= 1 and 0 <= one["auc"] <= 1 for one in found)
    assert found[0]["asked"] > found[4]["asked"] > 0  # an item without attributes


def test_what_a_language_has_no_words_or_templates_for_is_left_out(checkpoint, tmp_path):
    """Chinese has no word for yes here, and English keeps no such template out of training."""
    content = shipped()
    del content["zh"]["answers"]["yes"]
    content["en"]["templates"] = [
        one for one in content["en"]["templates"]
        if one.get("task") != "pointwise" or not one.get("held_out")
    ]  # fmt: skip
    write(content, tmp_path)
    changed = {
        "properties_path": str(tmp_path),
        "scenario_weights": {"implicit-none-matching": 1, "implicit-none-pointwise": 1},
    }
    (row,) = verdicts(Trained.load(checkpoint, changed))
    assert (row["language"], row["templates"]) == ("en", "seen")


def test_a_cell_without_a_template_is_left_out_and_said(checkpoint, cells, tmp_path, caplog):
    """English keeps no template that describes a person out of training."""
    content = shipped()
    content["en"]["templates"] = [
        one for one in content["en"]["templates"]
        if not (one.get("held_out") and "{preference}" in one["text"])
    ]  # fmt: skip
    write(content, tmp_path)
    found = evaluate(Trained.load(checkpoint, {"properties_path": str(tmp_path)}))
    missing = [one for one in cells if one not in found]
    assert len(cells) - len(found) == len(INTENTIONS)
    assert {(one.preference, one.language, one.templates) for one in missing} == {
        ("explicit", "en", "held_out")
    }
    assert "the cell explicit, none, en, held_out is left out: instructions/en.yaml: no held-out " \
        "template" in caplog.text  # fmt: skip


def test_a_row_names_its_cell(cells):
    row = rows(cells)[0]
    assert list(row)[:4] == ["preference", "intention", "language", "templates"]
    assert row["mrr@10"] == cells[0].metrics["mrr@10"]


def test_the_command(checkpoint, capsys):
    arguments = ["evaluate", str(checkpoint), "--parts", "scenarios", "--json", "--topk=[1,10]"]
    assert cli.main(arguments) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["scenarios"]
    assert len(found) == 36
    assert {"hit@1", "hit@10"} <= set(found[0])


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "there is no checkpoint none.pth"), (b"x", "not a whole InstructRec checkpoint")],
)
def test_a_file_that_is_no_checkpoint(tmp_path, capsys, content, message):
    if content:
        (tmp_path / "none.pth").write_bytes(content)
    assert cli.main(["evaluate", "none.pth"]) == 2
    assert message in capsys.readouterr().err
