"""The attention function against transformers' own, inside whole models."""

from __future__ import annotations

import pytest
import torch
from tiny_models import FAMILIES

from recbole_instructrec.seq2seq.attention import ATTENTION

ANSWER = torch.tensor([[1, 10, 11, 9], [1, 3, 4, 5]])
INSTRUCTIONS = {
    "padding": torch.tensor([[5, 6, 7, 1], [8, 1, 0, 0]]),
    "no padding": torch.tensor([[5, 6, 7, 1], [8, 9, 2, 1]]),
}
# Too small a probability to drop anything, so that the way with dropout can be compared.
NEGLIGIBLE = 1e-4


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("instruction", INSTRUCTIONS)
@pytest.mark.parametrize("training", [False, True], ids=["without dropout", "with dropout"])
def test_states_are_those_of_transformers_own_attention(family, instruction, training):
    model = FAMILIES[family](12).model
    for module in model.modules():
        for name in ("dropout", "p"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, NEGLIGIBLE if name == "dropout" else 0.0)
    given = {
        "input_ids": INSTRUCTIONS[instruction],
        "attention_mask": INSTRUCTIONS[instruction].ne(0),
        "decoder_input_ids": ANSWER,
    }
    assert model.config._attn_implementation == ATTENTION
    torch.manual_seed(0)
    ours = model.train(training)(**given).logits
    model.set_attn_implementation("eager")

    torch.testing.assert_close(
        ours, model.eval()(**given).logits, rtol=0, atol=2e-3 * training + 1e-5
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_dropout_reaches_the_attention(family):
    backbone = FAMILIES[family](12)
    for module in backbone.model.modules():
        for name in ("dropout", "p"):
            if isinstance(getattr(module, name, None), float):
                attention = type(module).__name__.endswith("Attention")
                setattr(module, name, 0.5 if attention and name == "dropout" else 0.0)
    backbone.train()
    instruction = INSTRUCTIONS["padding"]
    states = [backbone.encode(instruction) for _ in range(2)]

    assert not torch.allclose(*states)
