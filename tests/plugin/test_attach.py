"""Everything of RecBole's that InstructRec is reached through, one test each."""

from __future__ import annotations

import copy
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.quick_start import load_data_and_model, objective_function, run, run_recbole
from recbole.trainer import HyperTuning
from recbole.utils import InputType, ModelType, get_model, get_trainer
from recbole.utils.case_study import full_sort_scores, full_sort_topk

from recbole_instructrec.plugin.attach import attach
from recbole_instructrec.plugin.dataset import InstructRecDataset
from recbole_instructrec.plugin.model import InstructRec
from recbole_instructrec.plugin.trainer import InstructRecTrainer
from recbole_instructrec.plugin.transform import InstructionTransform

METRICS = {"recall@10", "mrr@10", "ndcg@10", "hit@10", "precision@10"}


def config_of(options, **kwargs):
    return Config(model="InstructRec", dataset="shop", config_dict=options, **kwargs)


def test_run_recbole_on_ml_100k():
    """The stock quick start on RecBole's own dataset, one epoch, nothing but the model's name."""
    result = run_recbole(
        model="InstructRec", dataset="ml-100k", config_dict={"epochs": 1, "show_progress": False}
    )
    assert set(result["test_result"]) == METRICS
    assert 0.005 < result["test_result"]["ndcg@10"] < 1  # a random order gives 0.0027


def test_run(options):
    result = run(model="InstructRec", dataset="shop", config_dict=options())
    assert set(result["best_valid_result"]) == METRICS


def test_run_in_two_processes(options):
    """RecBole's own distributed path; the children attach the model by themselves."""
    given = options(epochs=1, train_batch_size=8)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    result = run(model="InstructRec", dataset="shop", config_dict=given, nproc=2, port=port)
    assert set(result["test_result"]) == METRICS


def test_get_model():
    assert get_model("InstructRec") is InstructRec
    assert InstructRec.type is ModelType.SEQUENTIAL
    assert InstructRec.input_type is InputType.POINTWISE
    assert get_model("SASRec").__name__ == "SASRec"


@pytest.mark.parametrize(
    ("name", "closest"), [("InstructRek", "InstructRec"), ("SASRecc", "SASRec")]
)
def test_an_unknown_model_names_the_closest(options, name, closest):
    with pytest.raises(ValueError, match=f"there is no model '{name}'; the closest are {closest}"):
        Config(model=name, dataset="shop", config_dict=options())


def test_get_trainer():
    assert get_trainer(ModelType.SEQUENTIAL, "InstructRec") is InstructRecTrainer
    assert get_trainer(ModelType.SEQUENTIAL, "SASRec").__name__ == "Trainer"


def test_create_dataset(options):
    dataset = create_dataset(config_of(options()))
    assert type(dataset) is InstructRecDataset
    assert len(dataset.catalogue) == dataset.item_num == 13


def test_data_preparation(options):
    config = config_of(options())
    train, valid, test = data_preparation(config, create_dataset(config))
    assert [loader._dataset.part for loader in (train, valid, test)] == ["train", "valid", "test"]
    assert {"instruction", "counted", "demanded", "unasked", "item_id_list"} <= set(
        next(iter(train)).columns
    )


def test_the_transform_instruction(options):
    from recbole.data.dataloader import abstract_dataloader
    from recbole.data.transform import construct_transform
    from recbole.quick_start import quick_start

    config = config_of(options())
    for module in (abstract_dataloader, quick_start):
        assert module.construct_transform is construct_transform
    assert type(construct_transform(config)) is InstructionTransform
    config["transform"] = "mask_itemseq"
    config["mask_ratio"] = 0.2
    assert type(construct_transform(config)).__name__ == "MaskItemSequence"


class TestConfig:
    def test_property_files_are_found(self, options):
        config = config_of(options())
        assert config["transform"] == "instruction"
        assert config["item_identifier"] == "token"

    def test_the_datasets_file_is_found(self):
        config = Config(model="InstructRec", dataset="ml-100k")
        assert config["item_roles"]["title"] == "movie_title"
        assert config["normalize_all"] is True  # RecBole's own ml-100k.yaml still holds

    def test_precedence(self, options, monkeypatch):
        """Command line over dictionary over file over ours over RecBole's."""
        Path("own.yaml").write_text("learning_rate: 0.3\nn_heads: 4\ndropout_prob: 0.4\n")
        given = {**options(), "n_heads": 8, "dropout_prob": 0.5}
        monkeypatch.setattr(sys, "argv", ["run", "--dropout_prob=0.6"])
        config = config_of(given, config_file_list=["own.yaml"])
        assert config["learning_rate"] == 0.3
        assert config["n_heads"] == 8
        assert config["dropout_prob"] == 0.6
        assert config["valid_metric"] == "NDCG@10"
        assert config["learner"] == "adam"

    def test_a_dataset_needs_one_file_of_the_users_own(self, options):
        given = options(properties_path="mine")
        roles = {name: given.pop(name) for name in ("item_roles", "item_noun", "load_col")}
        Path("mine/dataset").mkdir(parents=True)
        Path("mine/dataset/shop.yaml").write_text(json.dumps(roles))
        assert create_dataset(config_of(given)).catalogue.titles[1] == "Red Running Shoes"

    def test_another_models_configuration_is_what_it_was(self):
        code = (
            "import json, sys; sys.argv = ['x']\n"
            "{}from recbole.config import Config\n"
            "given = dict(train_neg_sample_args=None)\n"
            "print(json.dumps([Config(model, 'ml-100k', config_dict=given).final_config_dict\n"
            "                  for model in ('SASRec', 'BPR', 'ItemKNN')], default=str))"
        )
        # Without the plugin RecBole cannot be imported everywhere: the repairs alone are kept.
        stub = (
            "import importlib.util\n"
            f"spec = importlib.util.spec_from_file_location('compat', {compat_file()!r})\n"
            "compat = importlib.util.module_from_spec(spec); spec.loader.exec_module(compat)\n"
            "compat.before_import()\n"
        )
        before, after = (
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", code.format(first)],
                capture_output=True, text=True, check=True,
            ).stdout.splitlines()[-1]
            for first in (stub, "import recbole_instructrec\n")
        )  # fmt: skip
        before, after = json.loads(before), json.loads(after)
        assert [config["model"] for config in before] == ["SASRec", "BPR", "ItemKNN"]
        assert before == after

    def test_an_unknown_option_quotes_itself_and_the_closest(self, options):
        message = r"no option 'hiden_size' \(given as 32\).*hidden_size"
        with pytest.raises(ValueError, match=message):
            config_of(options(hiden_size=32))


def compat_file() -> str:
    from recbole_instructrec.plugin import compat

    return compat.__file__


def test_objective_function(options):
    result = objective_function(
        config_dict={"model": "InstructRec", "dataset": "shop", **options()}, saved=True
    )
    assert result["model"] == "InstructRec"
    assert set(result["test_result"]) == METRICS


def test_hyper_tuning(options):
    def objective(config_dict, config_file_list, saved=False):
        given = {"model": "InstructRec", "dataset": "shop", **options(epochs=1), **config_dict}
        return objective_function(config_dict=given, config_file_list=config_file_list, saved=saved)

    tuning = HyperTuning(
        objective_function=objective,
        algo="exhaustive",
        params_dict={"choice": {"learning_rate": [0.1, 0.001]}},
        max_evals=2,
    )
    tuning.run()
    assert set(tuning.params2result) == {"learning_rate:0.1", "learning_rate:0.001"}


def test_load_data_and_model(checkpoint):
    config, model, dataset, *loaders = load_data_and_model(str(checkpoint))
    assert config["model"] == "InstructRec"
    assert len(loaders) == 3
    saved = torch.load(checkpoint, weights_only=True)["state_dict"]
    assert all(torch.equal(weight, saved[name]) for name, weight in model.state_dict().items())


def test_case_study(checkpoint):
    _, model, dataset, _, _, test = load_data_and_model(str(checkpoint))
    users = dataset.token2id("user_id", ["u0", "u1"])
    scores = full_sort_scores(users, model, test)
    best_scores, best_items = full_sort_topk(users, model, test, k=1)
    assert scores.shape == (2, dataset.item_num)
    assert torch.isneginf(scores[:, 0]).all()
    # u0 has walked from item 1 to 4 before the test item 5, u1 from 2 to 6 before 7.
    assert dataset.id2token("item_id", best_items.squeeze(1)).tolist() == ["i5", "i7"]
    assert torch.equal(best_scores.squeeze(1), scores.max(1).values)


@pytest.mark.parametrize("mode", ["full", "uni100"])
def test_evaluation_modes(options, mode):
    split = {"split": {"LS": "valid_and_test"}, "order": "TO", "mode": mode}
    result = run_recbole(model="InstructRec", dataset="shop", config_dict=options(eval_args=split))
    assert set(result["test_result"]) == METRICS


def test_save_dataset(options):
    saved = create_dataset(config_of(options(save_dataset=True)))
    again = create_dataset(config_of(options()))
    other = create_dataset(config_of(options(item_roles={"title": "name"})))
    assert str(again.catalogue.state()) == str(saved.catalogue.state())  # NaN differs from NaN
    assert again.config["save_dataset"] is True  # the saved one, not one that was made anew
    assert other.catalogue.numbers == {}  # a changed role is not served from the cache


def test_save_dataloaders(options):
    run_recbole(model="InstructRec", dataset="shop", config_dict=options(save_dataloaders=True))
    assert Path("saved/shop-for-InstructRec-dataloader.pth").is_file()
    # RecBole takes the generators off the loaders it saves: those loaded again have theirs.
    loaded = [
        run_recbole(model="InstructRec", dataset="shop", config_dict=options()) for _ in range(2)
    ]
    assert loaded[0]["test_result"] == loaded[1]["test_result"]


def test_resume_checkpoint(checkpoint, options):
    config = config_of(options(epochs=61))
    loaders = data_preparation(config, create_dataset(config))
    model = get_model("InstructRec")(config, loaders[0]._dataset)
    trainer = get_trainer(config["MODEL_TYPE"], "InstructRec")(config, model)
    trainer.resume_checkpoint(checkpoint)
    assert 1 <= trainer.start_epoch <= 60
    assert trainer.best_valid_score > 0.9


def test_attaching_twice_changes_nothing():
    held = copy.copy(Config.__dict__["_load_internal_config_dict"])
    attach()
    assert Config.__dict__["_load_internal_config_dict"] is held
