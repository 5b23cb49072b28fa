"""Options: what is refused, and what the error says."""

from __future__ import annotations

import pytest
import yaml
from recbole.config import Config

from recbole_instructrec import property_files
from recbole_instructrec.plugin import options as checks

DEFAULTS = yaml.safe_load(property_files.find("model", "InstructRec").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("history_in", "encoder", "history_in is 'encoder'; choose one of decoder, instruction"),
        ("item_identifier", "name", "item_identifier is 'name'; choose one of token, title, code"),
        ("bfloat16", "yes", "bfloat16 is 'yes'; choose one of True, False, auto"),
        ("code_branching", 1, "code_branching is 1; give a whole number of at least 2"),
        ("score_normalization", "sum", "'sum'; choose one of tree, vocabulary"),
        ("eval_intention", "some", "'some'; choose one of none, vague, specific"),
        ("hidden_size", 0, "hidden_size is 0; give a whole number of at least 1"),
        ("position_buckets", 0, "position_buckets is 0; give a whole number of at least 4"),
        ("position_max_distance", 16, "position_max_distance is 16, and half of the 32 position_"),
        ("n_heads", 3, "hidden_size 16 is not a multiple of n_heads 3"),
        ("eval_preference", "some", "'some'; choose one of none, implicit, explicit"),
        ("eval_templates", "new", "'new'; choose one of first, seen, held_out"),
        ("eval_language", "fr", "eval_language is 'fr'; choose one of en, zh"),
        ("intention_source", "user", "'user'; choose one of target, history"),
        ("context_share", 1.5, "context_share is 1.5; give a number from 0 to 1"),
        ("learning_rate", "x", "learning_rate is 'x'; give a number above 0"),
        ("average_decay", 1, "average_decay is 1, and nothing would be learned; give a"),
        ("scenario_weights", 0.5, "scenario_weights is 0.5; give scenarios with weights"),
        ("scenario_weights", {"a-b-c": 1}, "there is no scenario 'a-b-c'; write <preference>-"),
        ("scenario_weights", {"implicit-none-taste": 1}, "answered in words and not by an item"),
        ("user_roles", [1], r"user_roles is \[1\]; give names of facts, each with a column"),
        ("user_roles", {"age": 3}, r"user_roles\['age'\] is 3; give a column of the .user file"),
        ("moments", {"zone": "UTC"}, "moments is {'zone': 'UTC'}; give `zone`"),
        ("moments", {"zone": "UTC", "facts": ["hour"]}, "the fact 'hour'; choose among season"),
        ("moments", {"zone": "UTC", "facts": "season"}, "moments is {.*}; give `zone`"),
        ("moments", {"zone": "Nowhere/X", "facts": ["season"]}, "the zone 'Nowhere/X', which is"),
        ("languages", "en", "languages is 'en'; give a list of codes"),
        ("languages", "[en]", r"languages is '\[en\]'; give a list of codes, .* as a flag \"--lan"),
        ("knowledge", "[films]", r"knowledge is '\[films\]'; give auto, or a list of names"),
        ("item_noun", "books", "item_noun is 'books'; give what the items are called by language"),
        ("item_units", {"price": "{number}"}, "item_units is .*; give by role"),
        ("item_units", {"price": {"en": "pounds"}}, r"\['price'\]\['en'\] is 'pounds', which does"),
        ("languages", ["en", "xx"], "there is no language 'xx'"),
        ("valid_metric", "NDCG@7", "valid_metric is 'NDCG@7', which is not computed"),
        ("valid_metric", "NDCG@ten", "valid_metric is 'NDCG@ten', which is not computed"),
        ("valid_metric", "AUC", "valid_metric is 'AUC', which is not computed"),
    ],
)
def test_a_value_that_cannot_be(options, option, value, message):
    from recbole.data import create_dataset

    with pytest.raises(ValueError, match=message):
        config = Config(model="InstructRec", dataset="shop", config_dict=options(**{option: value}))
        create_dataset(config).tokenizer  # noqa: B018  languages are read here


def test_every_option_is_explained_on_its_line():
    text = property_files.find("model", "InstructRec").read_text(encoding="utf-8")
    own = text.split("# RecBole's options")[0]
    for line in own.splitlines():
        if line and not line.startswith(("#", " ")):  # ' ' begins an entry of a dict
            assert "# (" in line, f"{line!r} lacks a type and a meaning"


def test_every_checked_option_has_a_default():
    named = set(checks.CHOICES) | set(checks.AT_LEAST_ONE) - {"MAX_ITEM_LIST_LENGTH"}
    assert named <= set(DEFAULTS)


def test_flags_of_another_program_are_not_checked(options, monkeypatch):
    monkeypatch.setattr("sys.argv", ["pytest", "--cov=package"])
    assert Config(model="InstructRec", dataset="shop", config_dict=options())["epochs"] == 2
