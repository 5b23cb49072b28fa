"""A model of RecBole's beside ours: its scores by our numbers of the items."""

from __future__ import annotations

import sys

import pytest
import torch

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.checkpoint import read
from recbole_instructrec.evaluation.baseline import Baseline
from recbole_instructrec.evaluation.cases import Case


@pytest.fixture(scope="module")
def catalogue(checkpoint):
    return Catalogue.from_state(read(checkpoint)["other_parameter"]["catalogue"])


def item(catalogue, number):
    return catalogue.item_of_token[f"i{number}"]


def test_the_baseline_knows_the_circle(baseline, catalogue):
    model = Baseline.load(baseline, catalogue, "shop")
    assert model.name == "GRU4Rec"
    history = tuple(item(catalogue, n) for n in (3, 4, 5))
    scores = model.scores([Case("u0", history, 1), Case("u1", history[:2], 1)])
    assert scores.argmax(1).tolist() == [item(catalogue, 6), item(catalogue, 5)]
    assert scores[:, 0].tolist() == [-torch.inf] * 2
    assert scores.logsumexp(1) == pytest.approx(torch.zeros(2), abs=1e-5)


def test_an_item_that_it_does_not_know(baseline, catalogue):
    tokens, titles = [*catalogue.tokens, "new"], [*catalogue.titles, "Novelty"]
    model = Baseline.load(baseline, Catalogue(tokens, titles), "shop")
    new = len(tokens) - 1
    known = tuple(item(catalogue, n) for n in (3, 4, 5))
    scores = model.scores([Case("u0", (*known[:1], new, *known[1:]), 1), Case("u0", (new,), 1)])
    assert scores.argmax(1)[0] == item(catalogue, 6)
    assert scores[:, new].tolist() == [-torch.inf] * 2


def test_what_is_no_baseline(baseline, checkpoint, catalogue, options, tmp_path, monkeypatch):
    from recbole.quick_start import run_recbole

    with pytest.raises(FileNotFoundError, match="checkpoint none.pth does not exist"):
        Baseline.load("none.pth", catalogue, "shop")
    with pytest.raises(ValueError, match="was trained on shop; give one trained on ml-1m"):
        Baseline.load(baseline, catalogue, "ml-1m")
    with pytest.raises(ValueError, match="a checkpoint of InstructRec; give one of another"):
        Baseline.load(checkpoint, catalogue, "shop")
    with pytest.raises(FileNotFoundError, match="with --data_path"):
        Baseline.load(baseline, catalogue, "shop", tmp_path)
    monkeypatch.setattr(sys, "argv", ["test"])
    given = {name: options()[name] for name in ("data_path", "show_progress", "state", "epochs")}
    run_recbole(model="BPR", dataset="shop", config_dict=given)
    with pytest.raises(ValueError, match="a checkpoint of BPR; give one of another sequential"):
        Baseline.load(next((tmp_path / "saved").glob("BPR-*.pth")), catalogue, "shop")
