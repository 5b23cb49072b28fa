"""Checkpoints: safe, whole, and resumed where they stopped."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.quick_start import load_data_and_model
from recbole.utils import get_model, get_trainer, init_seed


def trainer_of(config_dict):
    config = Config(model="InstructRec", dataset="shop", config_dict=config_dict)
    init_seed(config["seed"], config["reproducibility"])
    loaders = data_preparation(config, create_dataset(config))
    model = get_model("InstructRec")(config, loaders[0]._dataset)
    return get_trainer(config["MODEL_TYPE"], "InstructRec")(config, model), loaders


def test_a_checkpoint_loads_as_weights_only(checkpoint):
    content = torch.load(checkpoint, weights_only=True)
    assert set(content["other_parameter"]) == {
        "options", "backbone", "tokenizer", "identifiers", "writer", "knowledge", "catalogue",
        "histories",
    }  # fmt: skip
    assert content["other_parameter"]["catalogue"]["titles"][1] == "Red Running Shoes"
    assert isinstance(content["best_valid_score"], float)


def test_no_half_file_is_left_when_saving_fails(options, monkeypatch):
    trainer, _ = trainer_of(options())
    trainer.saved_model_file = "whole.pth"
    trainer._save_checkpoint(0, verbose=False)
    before = torch.load("whole.pth", weights_only=True)

    def fails(state, path, **kwargs):
        with open(path, "wb") as file:
            file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", fails)
    with pytest.raises(OSError, match="disk full"):
        trainer._save_checkpoint(1, verbose=False)
    assert torch.load("whole.pth", weights_only=True)["epoch"] == before["epoch"] == 0


def test_numbers_of_a_hyperparameter_search_are_saved_as_pythons(options):
    trainer, _ = trainer_of(options(learning_rate=np.float64(0.01)))
    trainer.saved_model_file = "searched.pth"
    trainer._save_checkpoint(0, verbose=False)
    content = torch.load("searched.pth", weights_only=True)
    assert type(content["config"]["learning_rate"]) is float


def test_training_resumes_at_the_next_epoch(options):
    first, loaders = trainer_of(options(epochs=2))
    first.fit(loaders[0], loaders[1], verbose=False)
    second, loaders = trainer_of(options(epochs=3))
    second.resume_checkpoint(first.saved_model_file)
    assert second.start_epoch in (1, 2)
    for name, weight in first.model.state_dict().items():
        if second.start_epoch == 2:
            assert torch.equal(weight, second.model.state_dict()[name])
    second.fit(loaders[0], loaders[1], verbose=False)
    assert set(second.train_loss_dict) == set(range(second.start_epoch, 3))


def test_load_data_and_model_scores_as_before(checkpoint):
    config, model, dataset, _, _, test = load_data_and_model(str(checkpoint))
    trainer = get_trainer(config["MODEL_TYPE"], "InstructRec")(config, model)
    assert trainer.evaluate(test, load_best_model=False)["mrr@10"] > 0.95


def test_the_checkpoints_tokenizer_wins_over_a_newly_trained_one(options, checkpoint):
    trainer, _ = trainer_of(options(tokenizer_vocab_size=300))
    model = trainer.model
    state = torch.load(checkpoint, weights_only=True)["other_parameter"]
    assert model.other_parameter()["tokenizer"] != state["tokenizer"]
    model.load_other_parameter(state)
    assert model.other_parameter()["tokenizer"] == state["tokenizer"]


def test_the_checkpoints_prefix_tree_wins_over_a_newly_built_one(options):
    """Codes of another branching are those that the weights were not trained with."""
    first, second = (
        trainer_of(options(item_identifier="code", code_branching=n))[0].model for n in (2, 3)
    )
    state = first.other_parameter()
    assert second.other_parameter()["identifiers"]["seal"] != state["identifiers"]["seal"]
    second.load_other_parameter(state)
    assert second.other_parameter()["identifiers"]["seal"] == state["identifiers"]["seal"]
    assert second.scorer.identifiers.token.equal(first.scorer.identifiers.token)


def test_a_prefix_tree_over_other_titles_is_refused(options):
    model = trainer_of(options(item_identifier="title"))[0].model
    state = model.other_parameter()
    model.load_other_parameter(state)
    model._shared.dataset.catalogue.titles[1] = "Another"
    with pytest.raises(ValueError, match="saved prefix tree over item_identifier 'title'"):
        model.load_other_parameter(state)


def test_a_checkpoint_about_other_items_is_refused(options, checkpoint):
    trainer, _ = trainer_of(options(item_inter_num_interval="[13,inf)"))
    state = torch.load(checkpoint, weights_only=True)["other_parameter"]
    state["catalogue"]["tokens"] = [*state["catalogue"]["tokens"], "one more"]
    with pytest.raises(ValueError, match="another catalogue than shop"):
        trainer.model.load_other_parameter(state)


def test_a_copied_model_shares_its_dataset(options):
    """RecBole copies the model to count its FLOPs; the catalogue must not be copied with it."""
    trainer, _ = trainer_of(options())
    twin = copy.deepcopy(trainer.model)
    assert twin._shared is trainer.model._shared
    assert next(twin.parameters()) is not next(trainer.model.parameters())
