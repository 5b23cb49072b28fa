"""RecBole's own models train, are saved, reloaded and tested on ml-100k, in every environment."""

from pathlib import Path

import pytest
from recbole.quick_start import run_recbole

# Users with few interactions only and short histories: an epoch takes seconds.
SMALL = {
    "epochs": 1,
    "user_inter_num_interval": "[20,40]",
    "MAX_ITEM_LIST_LENGTH": 10,
    "train_batch_size": 512,
    "use_gpu": False,
    "show_progress": False,
    "state": "WARNING",
}
SEQUENTIAL = {"train_neg_sample_args": None, "n_layers": 1, "hidden_size": 32, "inner_size": 32}
METRICS = {"recall@10", "mrr@10", "ndcg@10", "hit@10", "precision@10"}


def result_of(model, **options):
    result = run_recbole(model=model, dataset="ml-100k", config_dict={**SMALL, **options})
    return result["test_result"]


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("BPR", {}),
        ("LightGCN", {}),
        ("GRU4Rec", SEQUENTIAL),
        ("SASRec", SEQUENTIAL),
        ("BERT4Rec", SEQUENTIAL),
    ],
)
def test_a_model_that_learns_is_reloaded_and_tested(model, options):
    result = result_of(model, **options)
    assert set(result) == METRICS
    assert 0 <= result["ndcg@10"] <= result["hit@10"] <= 1
    assert len(list(Path("saved").glob(f"{model}-*.pth"))) == 1


@pytest.mark.parametrize(
    ("model", "options", "ndcg"),
    [
        ("EASE", {}, 0.2358),
        # Of all neighbours: which of equally near ones are the nearest depends on numpy's sort.
        ("ItemKNN", {"k": 500}, 0.2327),
    ],
)
def test_a_model_in_closed_form_gives_the_same_result_everywhere(model, options, ndcg):
    result = result_of(model, **options)
    assert set(result) == METRICS
    assert result["ndcg@10"] == pytest.approx(ndcg, abs=1e-4)
