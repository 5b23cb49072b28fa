"""Training that is killed and goes on is the training that was not."""

from __future__ import annotations

import csv

import pytest
import torch

from recbole_instructrec.benchmark.training import BEST, CURVE, RUNNING, SECONDS, prepare, train

MODELS = {
    "BPR": {},
    "GRU4Rec": {
        "num_layers": 1, "dropout_prob": 0.3, "embedding_size": 16, "hidden_size": 16,
        "MAX_ITEM_LIST_LENGTH": 8,
    },
    "SASRec": {"hidden_size": 16, "inner_size": 16, "n_layers": 1},
    # RecBole's loss of a batch in which nothing is masked is no number.
    "BERT4Rec": {
        "hidden_size": 16, "inner_size": 16, "n_layers": 1, "mask_ratio": 0.6,
        "train_batch_size": 64,
    },
    "InstructRec": {"dropout_prob": 0.2},
}  # fmt: skip


class Killed(BaseException):
    """Not an Exception: nothing may catch it."""


def kill_in_epoch(training, epoch):
    whole = training.trainer._train_epoch

    def train_epoch(data, number, **kwargs):
        if number == epoch:
            next(iter(data))  # in the middle of it
            torch.rand(10)
            raise Killed
        return whole(data, number, **kwargs)

    training.trainer._train_epoch = train_epoch


def curve(training):
    return [
        {name: value for name, value in epoch.items() if name not in SECONDS}
        for epoch in training.epochs
    ]


def run(model, given, folder, kill=None, **changes):
    folder.mkdir(exist_ok=True)
    options = given(model, epochs=4, **MODELS.get(model, {}), **changes)
    training = prepare(model, "shop", options, folder)
    if kill is not None:
        kill_in_epoch(training, kill)
        with pytest.raises(Killed):
            train(training, folder)
    else:
        train(training, folder)
    return training


@pytest.mark.parametrize("model", MODELS)
def test_a_killed_training_goes_on_as_if_it_had_not_been_killed(model, given, tmp_path):
    whole = run(model, given, tmp_path / "whole")
    run(model, given, tmp_path / "killed", kill=2)
    resumed = run(model, given, tmp_path / "killed")
    assert curve(resumed) == curve(whole)
    assert len(resumed.epochs) == 4
    for file, key in ((BEST, "state_dict"), (RUNNING, "model")):
        one, other = (
            torch.load(tmp_path / name / file, weights_only=False) for name in ("whole", "killed")
        )
        assert one["epoch"] == other["epoch"]
        for name, weight in one[key].items():
            assert torch.equal(weight, other[key][name]), name


def test_early_stopping_counts_on_after_a_kill(given, tmp_path):
    changes = {"stopping_step": 1}
    folder = tmp_path / "stops"
    run("BPR", given, folder, kill=2, **changes)
    state = torch.load(folder / RUNNING, weights_only=True)
    state["cur_step"], state["best_valid_score"] = 1, 2.0  # nothing can be better
    torch.save(state, folder / RUNNING)
    stopped = run("BPR", given, folder, **changes)
    assert len(stopped.epochs) == 3
    assert stopped.stopped_early
    again = run("BPR", given, folder, **changes)  # is done, and trains no more
    assert curve(again) == curve(stopped)
    assert again.stopped_early


def test_what_ran_out_of_epochs_has_not_stopped_early(given, tmp_path):
    assert not run("BPR", given, tmp_path).stopped_early


def test_a_model_in_closed_form_is_done_after_one_epoch(given, tmp_path):
    training = run("ItemKNN", given, tmp_path)
    assert training.stopped_early
    assert len(training.epochs) == 1
    assert training.building["clock"] > 0
    assert not list(tmp_path.glob("*.pth"))


def test_the_curve_is_a_table_of_epochs(given, tmp_path):
    training = run("BPR", given, tmp_path)
    rows = list(csv.DictReader((tmp_path / CURVE).open()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]
    assert {"train_loss", "valid_ndcg@10", *SECONDS} <= set(rows[0])
    assert float(rows[3]["train_loss"]) == training.epochs[3]["train_loss"]
    assert training.peak_memory > 50e6


def test_other_numbers_change_nothing_but_the_numbers(given, tmp_path):
    options = given("Pop")
    own = prepare("Pop", "shop", options, tmp_path).train_data._dataset
    other = prepare("Pop", "shop", options, tmp_path, renumbered=True).train_data._dataset
    assert own.field2id_token["user_id"].tolist() != other.field2id_token["user_id"].tolist()
    assert own.field2id_token["item_id"].tolist() != other.field2id_token["item_id"].tolist()

    def pairs(dataset):
        return {
            tuple(dataset.field2id_token[field][number] for field, number in zip(
                ("user_id", "item_id"), pair, strict=True))
            for pair in zip(*(dataset.inter_feat[field].tolist()
                              for field in ("user_id", "item_id")), strict=True)
        }  # fmt: skip

    assert pairs(own) == pairs(other)
