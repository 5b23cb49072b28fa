"""Exports: the same bytes whatever the workers, true, and without anything held out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shop import SPLIT, write_split_shop

from recbole_instructrec import cli
from recbole_instructrec.export.command import open_source, weights
from recbole_instructrec.export.run import export, phrases
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.scenario import GRID
from recbole_instructrec.instruction.truth import problems


@pytest.fixture(scope="module")
def source(options):
    return open_source("shop", ["en", "zh"], weights(None), given=options(), context_share=0.5)


@pytest.fixture(scope="module")
def films():
    return open_source("ml-100k", ["en", "zh"], weights(None), context_share=0.3)


def test_the_same_bytes_whatever_the_workers(source):
    for name, workers in (("none", 0), ("two", 2), ("three", 3)):
        export(source, name, limit=450, workers=workers)
    assert Path("none").read_bytes() == Path("two").read_bytes() == Path("three").read_bytes()
    assert len(Path("none").read_text(encoding="utf-8").splitlines()) == 450
    assert not list(Path().glob("*.part"))


def test_another_seed_gives_other_examples(options):
    texts = []
    for seed in (1, 1, 2):
        one = open_source("shop", ["en"], {"none-vague-query": 1}, seed=seed, given=options())
        texts.append([one.sentence(number) for number in range(20)])
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


@pytest.mark.parametrize("number", range(0, 4000, 1000))
def test_thousands_of_exported_claims_about_ml_100k_are_true(films, number):
    catalogue = films.composer.catalogue
    for n in range(number, number + 1000):
        example, user, facts = films.example(n)
        language = films.writer.language(example.instruction.language)
        assert not problems(example, catalogue, films.chosen[user], facts, language)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_what_is_read_out_of_exported_sentences_is_true_of_their_answers(code):
    """The other way round: each wish about ml-100k is read as a person's own would be."""
    source = open_source("ml-100k", [code], {"none-specific-matching": 1})
    decoder = InstructionDecoder(source.composer.catalogue, source.writer.languages)
    read = 0
    for number in range(1500):
        example, _, _ = source.example(number)
        constraints = decoder.decode(source.sentence(number).input, code).constraints
        assert source.composer.satisfies(example.target, constraints), source.sentence(number)
        read += len(constraints)
    assert read > 1500


@pytest.mark.parametrize("split", ["valid", "test"])
def test_another_split_asks_for_what_was_held_out(options, split):
    held_out = open_source("shop", ["en"], {"implicit-none-matching": 1}, split, given=options())
    train = open_source("shop", ["en"], {"implicit-none-matching": 1}, given=options())
    assert len(held_out) == 30
    known = set(_targets(train))
    assert not known & set(_targets(held_out))


def _targets(source):
    for number in range(len(source)):
        example, user, _ = source.example(number)
        yield user, example.target


def test_no_validation_or_test_target_is_in_training_text(films):
    """Of each person, the last two films appear nowhere in what is said about that person."""
    held_out = {}
    for user, place in zip(films._users.tolist(), films._places.tolist(), strict=True):
        held_out[user] = max(held_out.get(user, 0), place)
    for n in range(3000):
        example, user, _ = films.example(n)
        last = held_out[user]
        unseen = set(films._items[last + 1 : last + 3].tolist())
        assert len(unseen) == 2
        named = {
            *example.known, example.target, *example.answer.items,
            *example.instruction.task.candidates, *example.instruction.preference.history,
        }  # fmt: skip
        assert not unseen & named


def test_no_held_out_template_is_exported(source):
    held_out = {
        one.text
        for language in source.writer.languages.values()
        for one in language.templates
        if one.held_out
    }
    used = {source.sentence(number).template for number in range(1500)}
    assert not used & held_out
    assert len(used) > 80


def test_every_scenario_that_is_asked_for_comes(source):
    asked = {scenario.name for mixture in source.mixtures.values() for scenario in mixture.weights}
    assert {source.sentence(number).scenario for number in range(1500)} == asked
    assert len(asked) == len(GRID)


def test_rows_in_files_of_their_own_are_refused(options, tmp_path):
    given = options(data_path=str(write_split_shop(tmp_path)), **SPLIT)
    with pytest.raises(ValueError, match=r"benchmark_filename is \['train', .*\], and examples"):
        open_source("shop", ["en"], weights(None), given=given)


def test_phrases_are_each_named_once(source):
    found = phrases(source, 300, workers=2)
    assert len(found) == len(set(found))
    assert found == phrases(source, 300)
    assert {one.kind for one in found} == {"intention", "preference"}


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("seq2seq", ["input", "output"]),
        ("alpaca", ["instruction", "input", "output"]),
        ("chat", ["messages"]),
    ],
)
def test_formats(source, form, keys):
    export(source, "data.jsonl", form, limit=5)
    for text in Path("data.jsonl").read_text(encoding="utf-8").splitlines():
        assert list(json.loads(text)) == [*keys, "scenario", "language"]
    if form == "chat":
        roles = [one["role"] for one in json.loads(text)["messages"]]
        assert roles == ["user", "assistant"]


def test_the_command_closes_with_a_table(shop, options, capsys):
    flags = [f"--{name}={value}" for name, value in options().items() if name != "item_noun"]
    arguments = ["instructions", "--dataset=shop", "--output=out/x.jsonl", "--limit=40",
                 "--language", "en", "--weights", "implicit-none-matching=3",
                 "none-specific-query=1", "--seed=7"]  # fmt: skip
    assert cli.main([*arguments, *flags]) == 0
    assert len(Path("out/x.jsonl").read_text(encoding="utf-8").splitlines()) == 40
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["|", "scenario", "|", "en", "|"]
    assert any(line.startswith("| all ") and "40" in line for line in lines)
    assert any("distinct 2-grams" in line for line in lines)
    assert any("Write a request to which {candidates} is the answer." in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format=csv"], "the format is 'csv'; choose one of seq2seq, alpaca, chat"),
        (["--split=all"], "the split is 'all'; choose one of train, valid, test"),
        (["--limit=0"], "the limit is 0; write at least one example"),
        (["--weights", "implicit=1"], "there is no scenario 'implicit'"),
        (["--weights", "implicit-none-matching"], "is not of the form <scenario>=<weight>"),
        (["--language", "fr"], "there is no language 'fr'"),
    ],
)
def test_a_mistake_is_told(shop, options, capsys, arguments, message):
    flags = [f"--{name}={value}" for name, value in options().items() if name != "item_noun"]
    assert cli.main(["instructions", "--dataset=shop", "--output=x", *arguments, *flags]) == 2
    assert message in capsys.readouterr().err
