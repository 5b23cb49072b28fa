"""Where nobody chooses an item again, none of the history is an answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model
from shop import write_shop

from recbole_instructrec.seq2seq.training_loss import training_loss

# u0 walks from item 1 to 5, and in the second dataset begins again at 1.
WALK = [f"u{user}\ti{1 + (user + step) % 12}\t{step}" for user in range(12) for step in range(5)]
HEADER = "user_id:token\titem_id:token\ttimestamp:float"


def built(options, **changes):
    config = Config(model="InstructRec", dataset="shop", config_dict=options(**changes))
    loaders = data_preparation(config, create_dataset(config))
    return get_model("InstructRec")(config, loaders[0]._dataset).eval(), loaders


def test_scores_of_the_whole_history_are_minus_infinity(options):
    """However short the history that the decoder reads."""
    model, (_, _, test) = built(options, MAX_ITEM_LIST_LENGTH=2)
    batch = next(iter(test))[0]
    scores = model.full_sort_predict(batch)
    data = test._dataset
    for row, user in enumerate(batch["user_id"]):
        last = data.inter_feat["sequence_end"][row]
        before = data.sequence[:last][data._sequence_users[:last] == user]
        assert (scores[row, before] == -torch.inf).all()
        assert np.isfinite(scores[row, batch["item_id"][row]].item())
        assert (scores[row, 1:] == -torch.inf).sum() == len(set(before.tolist()))
    torch.testing.assert_close(scores.exp().sum(1), torch.ones(len(scores)))


@pytest.mark.parametrize(
    ("lines", "option", "expected"),
    [
        (WALK, "auto", False),
        ([*WALK, "u0\ti1\t0.5"], "auto", True),
        (WALK, True, True),
        ([*WALK, "u0\ti1\t0.5"], False, False),
    ],
)
def test_training_or_the_option_says_whether_anybody_does(
    options, tmp_path, lines, option, expected
):
    write_shop(tmp_path, inter=[HEADER, *lines])
    model, (train, _, test) = built(options, data_path=str(tmp_path), repeats=option)
    assert train._dataset.repeats is expected
    assert model.other_parameter()["options"]["repeats"] is expected
    closed = (model.full_sort_predict(next(iter(test))[0])[:, 1:] == -torch.inf).any()
    assert closed == (not expected)


def test_what_was_chosen_before_is_no_answer_in_training(options):
    model, (train, _, _) = built(options)
    scorer, batch = model.scorer, next(iter(train))
    items = torch.tensor([[1, 2, 3, 4]])
    ids = batch["instruction"][:1]
    anything = torch.ones(1, 13, dtype=torch.bool)
    expected = [-scorer.score(ids, items[:, :n])[0, items[0, n]] for n in range(4)]
    loss = training_loss(scorer, ids, items, items > 0, anything, ids)
    torch.testing.assert_close(loss, torch.stack(expected).mean())
    assert (scorer.score(ids, items)[0, items[0]] == -torch.inf).all()


def test_of_an_answer_that_cannot_be_nothing_is_learned(options):
    """Item 1 is asked for and taken, and then, still asked for, cannot be the answer."""
    model, (train, _, _) = built(options)
    scorer, ids = model.scorer, next(iter(train))["instruction"][:1]
    items, demanded = torch.tensor([[1, 2]]), torch.zeros(1, 13, dtype=torch.bool)
    demanded[0, 1] = True
    loss = training_loss(scorer, ids, items, items > 0, demanded, ids)
    torch.testing.assert_close(loss, -scorer.score(ids, items[:, :0])[0, 1])


def test_an_item_chosen_again_against_the_option_teaches_nothing(options):
    model, (train, _, _) = built(options, repeats=False)
    scorer, ids = model.scorer, next(iter(train))["instruction"][:1]
    items, anything = torch.tensor([[1, 2, 1]]), torch.ones(1, 13, dtype=torch.bool)
    expected = [-scorer.score(ids, items[:, :n])[0, items[0, n]] for n in range(2)]
    loss = training_loss(scorer, ids, items, items > 0, anything, ids)
    torch.testing.assert_close(loss, sum(expected) / 3)
