"""Rewriting an export: once asked is never asked again, and only what is true is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from server import completion, endpoint

from recbole_instructrec import cli
from recbole_instructrec.teacher.cache import Cache

ARGUMENTS = ["instructions", "--dataset=shop", "--output=x.jsonl", "--limit=60", "--language",
             "en", "--weights", "none-vague-matching=1", "none-specific-matching=1",
             "--teacher_model=m"]  # fmt: skip


@pytest.fixture
def export(shop, options):
    """Runs the command against an endpoint; gives back the exit status."""
    flags = [f"--{name}={value}" for name, value in options().items() if name != "item_noun"]

    def run(server, *more):
        return cli.main([*ARGUMENTS, f"--teacher={server.url}", *more, *flags])

    return run


def reworded(_, prompt):
    """Says wishes with other words, and names an attribute in every situation."""
    phrase = prompt.rsplit(": ", 1)[1]
    situation = "mood or situation" in prompt
    return completion("horror" if situation else f'"some {phrase}."')


def inputs():
    lines = Path("x.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["input"] for line in lines]


def test_only_what_says_the_same_is_kept_and_nothing_is_asked_twice(export, capsys):
    with endpoint(reworded) as server:
        assert export(server) == 0
        first, told = inputs(), capsys.readouterr().out.splitlines()[-1]
        asked = len(server.prompts)
        assert asked == len(set(server.prompts))
        assert export(server, "--workers=2") == 0
        assert len(server.prompts) == asked
    assert inputs() == first
    assert sum("some " in text for text in first) > 15
    assert not any("horror" in text and "some " not in text for text in first)
    kept, dropped = told.split("; ")
    assert kept.endswith("phrases in the teacher's words")
    assert dropped.endswith("dropped: it names an attribute")


def test_a_dry_run_counts_and_asks_nothing(export, capsys):
    with endpoint(reworded) as server:
        assert export(server, "--dry_run") == 0
        assert not server.prompts
    told = capsys.readouterr().out
    assert "phrases, 0 of them answered before" in told
    assert "to ask: about" in told
    assert not Path("x.jsonl").exists()


def test_a_run_that_stopped_goes_on(export, capsys):
    """The first server gives up after ten answers; the second one is asked for the others only."""

    def tired(number, prompt):
        return reworded(number, prompt) if number < 10 else (401, "{}")

    with endpoint(tired) as server:
        assert export(server) == 2
        assert "run again: what it has answered before is kept" in capsys.readouterr().err
        assert not Path("x.jsonl").exists()
    kept = len(Cache("x.jsonl.teacher"))
    assert kept >= 8
    with endpoint(reworded) as server:
        assert export(server) == 0
        assert len(server.prompts) + kept == len(Cache("x.jsonl.teacher"))


def test_garbage_leaves_the_phrases_as_they_are(export, capsys):
    def half(number, prompt):
        return (200, "<html>") if number % 2 else reworded(number, prompt)

    with endpoint(half) as server:
        assert export(server) == 0
    assert "dropped: no answer" in capsys.readouterr().out
    assert len(inputs()) == 60
