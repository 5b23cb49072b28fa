"""Scenarios that a dataset cannot give are left out, and a language comes by a file alone."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest
import yaml
from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.export.command import open_source
from recbole_instructrec.instruction.scenario import GRID, Mixture
from recbole_instructrec.instruction.truth import problems
from recbole_instructrec.plugin.mixture import worded


def train_part(config_dict):
    config = Config(model="InstructRec", dataset="shop", config_dict=config_dict)
    return create_dataset(config).build()[0]


def test_what_lacks_is_told_once(options, caplog):
    caplog.set_level(logging.WARNING)
    weights = {"implicit-none-matching": 1, "implicit-vague-matching": 1}
    roles = {"title": "name"}
    given = options(scenario_weights=weights, item_roles=roles, languages=["en"])
    train = train_part(given)
    assert {one.name for one in train.mixtures["en"].weights} == set(weights)  # popular items
    train.catalogue.popularity[:] = 0
    del vars(train)["composer"], vars(train)["mixtures"]
    for _ in range(3):
        assert [one.name for one in train.mixtures["en"].weights] == ["implicit-none-matching"]
    told = [one.getMessage() for one in caplog.records if "implicit-vague" in one.getMessage()]
    assert told == [
        "no implicit-vague-matching in en: no attribute for a situation in instructions/en.yaml"
    ]


def test_nothing_left_to_train_on_is_a_mistake(options):
    Path("properties/instructions").mkdir(parents=True)
    small = {"templates": [{"text": "Des {noun}."}]}
    Path("properties/instructions/fr.yaml").write_text(yaml.safe_dump(small), encoding="utf-8")
    given = options(languages=["fr"], scenario_weights={"implicit-none-pairwise": 1})
    with pytest.raises(ValueError, match="scenario_weights leaves nothing to train on in fr"):
        train_part(given)


def test_a_history_in_the_decoder_needs_no_template_for_it():
    assert worded(GRID["implicit-vague-matching"], True) == GRID["none-vague-matching"]
    assert worded(GRID["implicit-vague-matching"], False) == GRID["implicit-vague-matching"]
    assert worded(GRID["explicit-vague-matching"], True) == GRID["explicit-vague-matching"]


FRENCH = """
name: Français
noun: articles
or_separator: " ou "
templates:
  - {text: "Recommande des {noun}."}
  - {text: "Recommande {intention}."}
  - {text: "Après {history}, quels {noun} ?"}
  - {text: "Cette personne a choisi {preference}. Que lui proposer ?"}
  - {text: "Lequel : {candidates} ?", task: pairwise}
  - {text: "Quelle demande pour {candidates} ?", task: query}
answers: {items: "{items}", query: "Je voudrais {intention}."}
wording:
  any_number:
    at_least: [{after: "avec {role} d'au moins {low}"}]
    at_most: [{after: "avec {role} d'au plus {high}"}]
    above: [{after: "avec {role} de plus de {low}"}]
    below: [{after: "avec {role} de moins de {high}"}]
    between: [{after: "avec {role} entre {low} et {high}"}]
    popular: [{after: "populaires"}]
  any_label:
    is: [{after: "de {role} {label}"}]
    is_not: [{after: "sans {label}"}]
amounts:
  mostly: ["surtout {items}"]
  often: ["souvent {items}"]
  sometimes: ["parfois {items}"]
  hardly: ["presque pas {items}"]
  never: ["jamais {items}"]
situations:
  - {texts: ["de quoi courir"], labels: [shoes]}
"""


def test_roles_never_seen_before_in_a_language_added_by_a_file(options):
    """Colours and weights are no roles that any shipped file knows."""
    Path("properties/instructions").mkdir(parents=True)
    Path("properties/instructions/fr.yaml").write_text(FRENCH, encoding="utf-8")
    roles = {
        "title": "name",
        "colour": {"column": "kind", "kind": "labels"},
        "weight": {"column": "cost", "kind": "number"},
    }
    names = ["implicit-none-matching", "none-specific-matching", "none-vague-matching",
             "explicit-none-matching", "implicit-none-pairwise", "none-specific-query",
             "none-none-pairwise"]  # fmt: skip
    source = open_source("shop", ["fr"], dict.fromkeys(names, 1), given=options(item_roles=roles))
    language = source.writer.language("fr")
    texts = set()
    for number in range(400):
        example, user, facts = source.example(number)
        catalogue = source.composer.catalogue
        assert not problems(example, catalogue, source.chosen[user], facts, language)
        texts.add(source.sentence(number).input)
    assert (
        source.mixtures["fr"].weights.keys()
        == Mixture(
            # There is a template for two candidates without a history, and none with one.
            dict.fromkeys(set(names) - {"implicit-none-pairwise"}, 1)
        ).weights.keys()
    )
    for words in ("Recommande articles de colour", "avec weight d'au moins", "de quoi courir",
                  "surtout articles", "Lequel : ", "Quelle demande pour Robot Kit ?"):  # fmt: skip
        assert any(words in text for text in texts), words
    choice = random.Random(0)
    assert source.writer.write(source.example(0)[0].instruction, choice)
