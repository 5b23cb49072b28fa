"""What a report computes from ranks and learning curves."""

from __future__ import annotations

import numpy as np

from recbole_instructrec.benchmark import report


def run(model, *scores, building=1.0):
    """A run whose epochs take ten seconds each."""
    epochs = [{"train_s": 10.0, "valid_ndcg@10": score} for score in scores]
    return {"model": model, "epochs": epochs, "building_s": {"clock": building}}


def test_the_time_until_the_references_best_score_is_reached():
    runs = [run("SASRec", 0.1, 0.3, 0.2), run("InstructRec", 0.3), run("BPR", 0.1, 0.2)]
    told = report._with_time_to_reference(runs, "SASRec", "NDCG@10")
    assert [one["s_to_reference"] for one in told] == [21.0, 11.0, None]


def test_of_several_seeds_of_the_reference_the_mean_of_their_best_counts():
    runs = [run("SASRec", 0.1, 0.4), run("SASRec", 0.2), run("BPR", 0.1, 0.25, 0.31)]
    told = report._with_time_to_reference(runs, "SASRec", "NDCG@10")
    assert [one["s_to_reference"] for one in told] == [21.0, None, 31.0]


def test_without_the_reference_there_is_no_such_time():
    (told,) = report._with_time_to_reference([run("BPR", 0.1)], "SASRec", "NDCG@10")
    assert told["s_to_reference"] is None


def test_our_model_is_no_baseline():
    means = {"Pop": np.array([0.1, 0.3]), "BPR": np.array([0.2, np.nan]), "Ours": np.ones(2)}
    assert report._best_baseline(means, "Ours") in ("Pop", "BPR")
    assert report._best_baseline({"Ours": np.ones(2)}, "Ours") is None


def test_users_are_grouped_by_quantiles_and_equals_stay_together():
    of_user = np.array([1, 1, 1, 1, 1, 2, 3, 4, 5, 6])
    means = {"Pop": np.arange(10.0)}
    groups = report._by_group(means, of_user)
    assert [(group["from"], group["to"], group["n_users"]) for group in groups] == [
        (1, 1, 5), (2, 3, 2), (4, 6, 3),
    ]  # fmt: skip
    assert groups[1]["mean"] == {"Pop": 5.5}


def test_users_who_are_all_alike_are_one_group():
    (group,) = report._by_group({"Pop": np.ones(3)}, np.array([4, 4, 4]))
    assert (group["from"], group["to"], group["n_users"]) == (4, 4, 3)


def test_over_seeds_there_is_a_mean_and_a_spread():
    told = report._over_seeds([np.array([0.1, np.nan]), np.array([0.3, np.nan])])
    assert told == {"mean": 0.2, "std": np.std([0.1, 0.3], ddof=1), "n_seeds": 2}
    assert report._over_seeds([np.array([0.5])])["std"] == 0
