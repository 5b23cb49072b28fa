"""Tree nodes against the same answers decoded from the start, each by itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny_models import FAMILIES, tiny_mt5, tiny_t5

from recbole_instructrec.seq2seq.branches import BranchingDecoder
from recbole_instructrec.seq2seq.states import States
from recbole_instructrec.seq2seq.t5 import T5TreeDecoder

PAD = 0
INSTRUCTIONS = {
    "padding": torch.tensor([[5, 6, 7, 1], [8, 1, PAD, PAD]]),
    "no padding": torch.tensor([[5, 6, 7, 1], [8, 9, 2, 1]]),
}
HISTORIES = [[1, 10, 11], [1]]
# Each request's ways to go on, some of which begin alike.
WAYS = [[[3, 4, 2], [3, 9, 9], [8, 2, 4]], [[3, 9, 9], [4, 4, 4], [4, 4, 2]]]
DECODERS = {
    "T5": (T5TreeDecoder, tiny_t5),
    "mT5, gated and not tied": (T5TreeDecoder, tiny_mt5),
    "T5 by itself": (BranchingDecoder, tiny_t5),
    "BART": (BranchingDecoder, FAMILIES["BART"]),
}


@pytest.fixture(params=DECODERS)
def decoder(request):
    kind, family = DECODERS[request.param]
    return kind(family(12))


@pytest.fixture(params=INSTRUCTIONS)
def instruction(request):
    return INSTRUCTIONS[request.param]


def begun(decoder, instruction):
    tokens = torch.tensor([HISTORIES[0], HISTORIES[1] + [PAD, PAD]])
    states = decoder.backbone.encode(instruction)
    return decoder.begin(states, instruction.ne(PAD), tokens, torch.tensor([3, 1]), 3)


def one_by_one(decoder, instruction) -> list[list[torch.Tensor]]:
    """The decoder's states along each way of each request, float [1 + 3, d_model]."""
    result = []
    for ids, history, ways in zip(instruction, HISTORIES, WAYS, strict=True):
        states = decoder.backbone.encode(ids[ids != PAD][None])
        answers = [torch.tensor([history + way]) for way in ways]
        hidden = [decoder.backbone.decode(one, states)[0][0] for one in answers]
        result.append([one[len(history) - 1 :] for one in hidden])
    return result


def close(a, b):
    torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def test_an_instruction_is_read_as_transformers_reads_it(decoder, instruction):
    states, expected = decoder.read(instruction), decoder.backbone.encode(instruction)
    tokens = instruction.ne(PAD)
    close(states[tokens], expected[tokens])


def test_what_was_read_ends_where_the_history_does(decoder, instruction):
    requests, expected = begun(decoder, instruction), one_by_one(decoder, instruction)

    close(requests.hidden, torch.stack([ways[0][0] for ways in expected]))
    assert requests.n_read.tolist() == [3, 1]


def test_level_by_level_is_from_the_start(decoder, instruction):
    requests, expected = begun(decoder, instruction), one_by_one(decoder, instruction)
    states, above = States(), np.zeros((2, 3), dtype=np.int64)
    for depth in (1, 2, 3):
        rows = states.add(above, np.full((2, 3), depth))
        tokens = torch.tensor(WAYS)[:, :, depth - 1]
        hidden = decoder.step(requests, tokens, rows, states)

        close(hidden, torch.stack([torch.stack([way[depth] for way in one]) for one in expected]))
        above = rows


def test_nodes_of_all_depths_are_decoded_in_one_pass(decoder, instruction):
    """Request 0 decodes 3, 4, 2 and then 9 below 3; request 1 only 3, 9."""
    requests, expected = begun(decoder, instruction), one_by_one(decoder, instruction)
    states = States()
    rows = states.add(np.array([0, 1, 2, 1, 0, 5]), np.array([1, 2, 3, 2, 1, 2]))
    grid = np.array([rows[:4], [*rows[4:], 0, 0]])
    tokens = torch.tensor([[3, 4, 2, 9], [3, 9, 0, 0]])
    hidden = decoder.step(requests, tokens, grid, states)

    (first, second, _), (other, _, _) = expected
    close(hidden[0], torch.stack([first[1], first[2], first[3], second[2]]))
    close(hidden[1, :2], torch.stack([other[1], other[2]]))


def test_requests_go_on_without_the_others(decoder, instruction):
    requests, expected = begun(decoder, instruction), one_by_one(decoder, instruction)
    states = States()
    rows = states.add(np.zeros((2, 1), dtype=np.int64), np.ones((2, 1), dtype=np.int64))
    decoder.step(requests, torch.tensor([[3], [4]]), rows, states)
    rows = states.keep(rows[1:])
    rows = states.add(rows, np.full((1, 1), 2))
    hidden = decoder.step(requests.select(torch.tensor([1])), torch.tensor([[4]]), rows, states)

    close(hidden[0, 0], expected[1][1][2])


def test_a_t5_that_scales_its_output_is_scaled():
    decoder = T5TreeDecoder(tiny_t5(12))
    requests, expected = begun(decoder, INSTRUCTIONS["padding"]), None
    decoder.backbone.scale = 0.25
    states = States()
    rows = states.add(np.zeros((2, 1), dtype=np.int64), np.ones((2, 1), dtype=np.int64))
    hidden = decoder.step(requests, torch.tensor([[3], [4]]), rows, states)
    expected = one_by_one(decoder, INSTRUCTIONS["padding"])

    close(hidden[:, 0], torch.stack([expected[0][0][1], expected[1][1][1]]))
