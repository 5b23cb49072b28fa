"""How a budget of memory becomes numbers of requests and nodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recbole_instructrec.seq2seq.backbone import DecoderSize
from recbole_instructrec.seq2seq.memory import MOST_NODES, MOST_POSITIONS, Memory

SMALL = DecoderSize(n_layers=2, heads=2, inner=64, d_model=64, d_ff=256)
T5_BASE = DecoderSize(n_layers=12, heads=12, inner=768, d_model=768, d_ff=3072)
sizes = st.sampled_from([SMALL, T5_BASE])
tokens = st.integers(1, 2000)


def test_a_large_budget_is_not_used_up():
    memory = Memory(100_000, SMALL)

    assert memory.positions(200, 100, 0, 10_000) == (MOST_POSITIONS // MOST_NODES, MOST_NODES)
    assert memory.positions(200, 100, 0, 10) == (MOST_POSITIONS // 10, 10)


@given(sizes, st.integers(1, 4096), tokens, tokens, st.integers(0, 10**6), st.integers(1, 10**6))
def test_at_least_one_is_computed_and_never_more_than_is_useful(
    size, budget, n_instruction, n_read, n_logits, n_nodes
):
    memory = Memory(budget, size)
    requests, nodes = memory.positions(n_instruction, n_read, n_logits, n_nodes)

    assert 1 <= nodes <= min(n_nodes, MOST_NODES)
    assert 1 <= requests * nodes <= MOST_POSITIONS
    assert memory.requests(n_instruction, n_read, n_nodes) >= 1


@given(sizes, st.integers(1, 2048), tokens, tokens, st.integers(1, 10**6))
def test_more_memory_is_never_less_at_once(size, budget, n_instruction, n_read, n_kept):
    less, more = Memory(budget, size), Memory(2 * budget, size)

    assert less.requests(n_instruction, n_read, n_kept) <= more.requests(
        n_instruction, n_read, n_kept
    )
    assert (
        less.positions(n_instruction, n_read, 0, n_kept)[1]
        <= (more.positions(n_instruction, n_read, 0, n_kept)[1])
    )


def test_longer_requests_and_larger_catalogues_leave_room_for_fewer_requests():
    memory = Memory(64, SMALL)

    assert memory.requests(400, 100, 0) < memory.requests(200, 100, 0)
    assert memory.requests(200, 400, 0) < memory.requests(200, 100, 0)
    assert memory.requests(200, 100, 10**6) < memory.requests(200, 100, 0)


@pytest.mark.parametrize("budget", [0, -1])
def test_a_budget_has_to_be_positive(budget):
    with pytest.raises(ValueError, match=f"scoring_memory is {budget}; give the MiB"):
        Memory(budget, SMALL)
