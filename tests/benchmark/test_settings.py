"""The shipped settings, and those of a user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from recbole.config import Config

from recbole_instructrec.benchmark.settings import BASELINES, Settings

MODELS = ("Pop", "ItemKNN", "EASE", "BPR", "LightGCN", "FPMC", "GRU4Rec", "SASRec", "BERT4Rec",
          "SASRecF", "InstructRec")  # fmt: skip
DATASETS = ("ml-100k", "ml-1m", "Games", "online-retail", "lastfm-tag", "another")


@pytest.mark.parametrize("model", MODELS)
def test_recbole_takes_the_options_of_every_model(model, settings):
    for dataset in DATASETS:
        config = Config(model=model, dataset=dataset, config_dict=settings.options(model, dataset))
        assert config["eval_args"]["split"] == {"LS": "valid_and_test"}
        assert config["valid_metric"] == "NDCG@10"


def test_a_datasets_options_stand_above_those_of_all(settings):
    assert settings.options("GRU4Rec", "ml-1m")["num_layers"] == 2
    assert "num_layers" not in settings.options("GRU4Rec", "Games")
    assert settings.options("SASRec", "Games")["MAX_ITEM_LIST_LENGTH"] == 20


def test_our_model_has_its_own_defaults_and_the_benchmarks_split(settings):
    assert settings.options("InstructRec", "Games") == settings.protocol["options"]
    assert settings.options(BASELINES, "Games")["stopping_step"] == 10


def test_a_model_that_draws_nothing_needs_one_seed(settings):
    assert settings.seeds("EASE", [1, 2, 3]) == [1]
    assert settings.seeds("SASRec", [1, 2, 3]) == [1, 2, 3]


def test_a_folder_of_ones_own_is_looked_at_first(settings):
    Path("mine/benchmark").mkdir(parents=True)
    Path("mine/benchmark/models.yaml").write_text("BPR: {all: {learning_rate: 0.5}}")
    own = Settings.read("mine")
    assert own.options("BPR", "shop")["learning_rate"] == 0.5
    assert own.protocol == settings.protocol
