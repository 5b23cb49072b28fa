"""Which devices compute in bfloat16 themselves."""

from __future__ import annotations

import pytest
import torch

from recbole_instructrec.seq2seq.precision import has_bfloat16

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("capabilities", "has"),
    [
        ({"avx512_f": True, "avx512_bf16": False, "amx_bf16": False}, False),
        ({"avx512_f": True, "avx512_bf16": True, "amx_bf16": False}, True),
        ({"avx512_bf16": False, "amx_bf16": True}, True),
        ({"neon": True, "bf16": True}, True),
        ({}, False),
    ],
)
def test_a_processor_says_what_it_can(monkeypatch, capabilities, has):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)

    assert has_bfloat16(CPU) is has


def test_an_older_torch_does_not_say(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)

    assert has_bfloat16(CPU) is False


def test_another_device_has_none():
    assert has_bfloat16(torch.device("meta")) is False
