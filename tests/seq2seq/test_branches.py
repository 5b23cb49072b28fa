"""Branches of one answer against the same answers decoded from the start, each by itself."""

from __future__ import annotations

import pytest
import torch
from tiny_models import FAMILIES

from recbole_instructrec.seq2seq.branches import branch, gather

INSTRUCTION = torch.tensor([[5, 6, 7, 1]])
HISTORY = [1, 10, 11]
# Three ways to go on, two of which begin alike.
WAYS = torch.tensor([[3, 4], [3, 9], [8, 2]])


@pytest.fixture(params=FAMILIES)
def backbone(request):
    return FAMILIES[request.param](12)


@pytest.fixture
def one_by_one(backbone):
    """The decoder's states at both steps of each way, float [3, 2, d_model]."""
    answers = torch.cat([torch.tensor([HISTORY] * 3), WAYS], 1)
    states = backbone.encode(INSTRUCTION).expand(3, -1, -1)
    return backbone.decode(answers, states)[0][:, len(HISTORY) :]


@pytest.fixture
def begun(backbone):
    """The encoder's states, and the history as a cache to branch off from."""
    states = backbone.encode(INSTRUCTION)
    _, cache = backbone.decode(torch.tensor([HISTORY]), states, use_cache=True)
    return states, branch(cache)


def step(backbone, begun, tokens, *picked):
    cache = gather([(cache, torch.tensor(places)) for cache, places in picked])
    return backbone.decode(torch.tensor(tokens)[:, None], begun[0], cache=cache, use_cache=True)


def test_branches_give_what_each_gives_from_the_start(backbone, begun, one_by_one):
    first, cache = step(backbone, begun, [3, 8], (begun[1], [0, 0]))
    second, deeper = step(backbone, begun, [2, 4, 9], (cache, [1, 0, 0]))

    torch.testing.assert_close(first[:, 0], one_by_one[[0, 2], 0])
    torch.testing.assert_close(second[:, 0], one_by_one[[2, 0, 1], 1])
    lengths = [one.get_seq_length() for one in (begun[1], cache, deeper)]
    assert lengths == [3, 4, 5]  # none has grown behind its own back


def test_branches_decoded_apart_go_on_together(backbone, begun, one_by_one):
    _, three = step(backbone, begun, [3], (begun[1], [0]))
    _, eight = step(backbone, begun, [8], (begun[1], [0]))
    second, _ = step(backbone, begun, [2, 9, 4], (eight, [0]), (three, [0, 0]))

    torch.testing.assert_close(second[:, 0], one_by_one[[2, 1, 0], 1])


def test_what_is_shared_is_kept_once(backbone, begun):
    _, cache = step(backbone, begun, [3, 8, 9, 2], (begun[1], [0] * 4))
    _, before = begun

    for kind in ("self_attention_cache", "cross_attention_cache"):
        for layer, shared in zip(getattr(cache, kind).layers, getattr(before, kind).layers,
                                 strict=True):  # fmt: skip
            assert layer.keys.shared is shared.keys.shared
            assert layer.values.shared is shared.values.shared
