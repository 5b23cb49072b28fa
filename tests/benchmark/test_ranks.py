"""Exact ranks: RecBole's own metrics follow from them, for every kind of model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from recbole.evaluator import Collector, Evaluator

from recbole_instructrec.benchmark import metrics, protocol, ranks, split
from recbole_instructrec.benchmark.settings import BASELINES
from recbole_instructrec.benchmark.training import prepare, train

PROTOCOLS = [protocol.parse(name) for name in ("full", "unseen", "uni1")]
SMALL = {"hidden_size": 16, "inner_size": 16, "n_layers": 1}


def ranked(model, dataset, options, split_options, folder):
    """A trained model and its ranks, and those that RecBole's evaluator finds."""
    training = prepare(model, dataset, options, folder)
    train(training, folder)
    tests = split.read(dataset, split_options)
    drawn = protocol.negatives(PROTOCOLS, tests, 0, {})
    found = ranks.rank(training.trainer, training.test_data, tests, PROTOCOLS, drawn)
    # RecBole rounds.
    training.config["metric_decimal_place"], training.config["topk"] = 12, [1, 5, 10]
    training.trainer.evaluator = Evaluator(training.config)
    training.trainer.eval_collector = Collector(training.config)
    result = training.trainer.evaluate(training.test_data, load_best_model=False)
    return training, tests, drawn, found, result


@pytest.mark.parametrize(
    ("model", "changes"),
    [("BPR", {}), ("GRU4Rec", {"num_layers": 1}), ("SASRec", SMALL), ("InstructRec", {})],
)
def test_under_full_the_metrics_are_recboles(model, changes, given, tmp_path):
    """Weights are random enough for scores to have no ties."""
    options = given(model, epochs=1, **changes)
    _, _, _, found, result = ranked(model, "shop", options, given(BASELINES), tmp_path)
    for name, expected in result.items():
        metric, _, k = name.partition("@")
        metric = {"mrr": "MRR", "ndcg": "NDCG"}.get(metric, metric.capitalize())
        own = metrics.per_user(found["full"], f"{metric}@{k}").mean()
        assert own == pytest.approx(expected, abs=1e-6), name


def test_under_full_the_metrics_are_recboles_on_ml_100k(settings, tmp_path):
    own = {"epochs": 1, "show_progress": False, "seed": 2020}
    options = {**settings.options("BPR", "ml-100k"), **own}
    _, tests, _, found, result = ranked("BPR", "ml-100k", options, options, tmp_path)
    assert len(tests.users) == 943
    for name in ("NDCG@10", "MRR@10", "Hit@5", "Recall@1"):
        own = metrics.per_user(found["full"], name).mean()
        assert own == pytest.approx(result[name.lower()], abs=1e-6)


def test_ties_are_counted_fairly_where_recbole_takes_any_order(settings, tmp_path):
    own = {"show_progress": False, "seed": 2020}
    options = {**settings.options("Pop", "ml-100k"), **own}
    _, _, _, found, result = ranked("Pop", "ml-100k", options, options, tmp_path)
    above, tied = found["full"].above, found["full"].tied
    assert tied.max() > 20  # films that were chosen once
    none = np.zeros_like(tied)
    worst = metrics.per_user(ranks.Ranks(above + tied, none), "NDCG@10").mean()
    best = metrics.per_user(ranks.Ranks(above, none), "NDCG@10").mean()
    assert worst < result["ndcg@10"] < best
    assert worst < metrics.per_user(found["full"], "NDCG@10").mean() < best


def test_every_protocol_is_what_sorting_gives(given, tmp_path):
    options = given("GRU4Rec", epochs=1, num_layers=1), given(BASELINES)
    training, tests, drawn, found, _ = ranked("GRU4Rec", "shop", *options, tmp_path)
    dataset = training.test_data._dataset
    number = [dataset.token2id("item_id", item) for item in tests.items]
    users = dataset.field2id_token["user_id"]
    for rows, *_ in training.test_data:
        scores = training.trainer.model.full_sort_predict(rows).detach().numpy()
        for user, of_user in zip(rows["user_id"].tolist(), scores, strict=True):
            place = tests.place_of_user[users[user]]
            of_item, target = of_user[number], tests.targets[place]
            unseen = np.setdiff1d(np.arange(len(tests.items)), tests.seen[place])
            for name, among in (
                ("full", np.arange(len(tests.items))),
                ("unseen", unseen),
                ("uni1", drawn["uni1"][place]),
            ):
                expected = (of_item[among] > of_item[target]).sum()
                assert found[name].above[place] == expected, name


def test_general_and_sequential_models_differ_under_full_alone(given, tmp_path):
    """RecBole has a general model leave out what was chosen before."""
    _, _, _, found, _ = ranked("BPR", "shop", given("BPR", epochs=1), given(BASELINES), tmp_path)
    assert (found["full"].above == found["unseen"].above).all()


def test_users_without_candidates_are_left_out(given, tmp_path):
    training = prepare("Pop", "shop", given("Pop"), tmp_path)
    train(training, tmp_path)
    tests = split.read("shop", given(BASELINES))
    hard = [protocol.parse("hard1")]
    free = np.setdiff1d(np.arange(12), np.append(tests.seen[0], tests.targets[0]))
    drawn = protocol.negatives(hard, tests, 0, {0: free})
    found = ranks.rank(training.trainer, training.test_data, tests, hard, drawn)["hard1"]
    assert found.above[0] in (0, 1)
    assert (found.above[1:] == protocol.ABSENT).all()
    with pytest.raises(ValueError, match="names too few for anybody"):
        drawn = protocol.negatives(hard, tests, 0, {})
        ranks.rank(training.trainer, training.test_data, tests, hard, drawn)


def test_scores_that_are_no_numbers_are_refused(given, tmp_path):
    training = prepare("BPR", "shop", given("BPR", epochs=1), tmp_path)
    with torch.no_grad():
        training.trainer.model.item_embedding.weight[3] = torch.nan
    tests = split.read("shop", given(BASELINES))
    with pytest.raises(ValueError, match="BPR gives scores that are no numbers"):
        ranks.rank(training.trainer, training.test_data, tests, PROTOCOLS[:1], {})


def test_another_test_part_than_the_splits_is_refused(given, tmp_path):
    training = prepare("BPR", "shop", given("BPR"), tmp_path)
    fewer = split.read("shop", given(BASELINES, user_inter_num_interval="[7,inf)"))
    with pytest.raises(ValueError, match="test part is not that of the split; give every model"):
        ranks.rank(training.trainer, training.test_data, fewer, PROTOCOLS[:1], {})
