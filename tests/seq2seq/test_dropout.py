"""Dropout, in numbers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from recbole_instructrec.seq2seq.dropout import Dropout, dropout, replace_dropout


@pytest.mark.parametrize("p", [0.1, 0.2, 0.5, 0.9])
def test_the_share_dropped_is_p_and_the_mean_stays(p):
    torch.manual_seed(0)
    kept = dropout(torch.ones(1000, 1001), p)

    assert (kept == 0).float().mean().item() == pytest.approx(p, abs=0.003)
    assert kept.mean().item() == pytest.approx(1, abs=0.005)
    assert len(kept.unique()) == 2


def test_neighbours_are_dropped_independently():
    torch.manual_seed(0)
    zero = (dropout(torch.ones(1_000_000), 0.2) == 0).double()

    for distance in range(1, 17):
        both = (zero[distance:] * zero[:-distance]).mean().item()
        assert both == pytest.approx(0.2**2, abs=0.002), distance


def test_gradients_pass_where_values_do():
    x = torch.ones(1000, requires_grad=True)
    kept = dropout(x, 0.3)
    kept.sum().backward()

    torch.testing.assert_close(x.grad, kept.detach())


def test_the_seed_decides():
    torch.manual_seed(1)
    first = dropout(torch.ones(99), 0.5)
    torch.manual_seed(1)
    torch.testing.assert_close(dropout(torch.ones(99), 0.5), first)


def test_modules_are_replaced_and_drop_in_training_only():
    model = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Dropout(0.5)), nn.Dropout(0.2))
    replace_dropout(model)

    assert [module.p for module in model.modules() if isinstance(module, Dropout)] == [0.5, 0.2]
    assert not any(isinstance(module, nn.Dropout) for module in model.modules())
    x = torch.ones(10, 4)
    assert (model(x) == 0).any()
    torch.testing.assert_close(model.eval()(x), model[0](x))


def test_what_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="probability is 1.0; give a number from 0 to below 1"):
        Dropout(1.0)
