"""Dropout that draws one random byte for an element, where torch draws a number.

On a processor torch's own dropout is a quarter of a training step of a small Transformer, nearly
all of it spent on drawing.
"""

from __future__ import annotations

import torch
from torch import nn

LEVELS = 256


def dropout(x: torch.Tensor, p: float) -> torch.Tensor:
    """Zeroes elements with a probability, and scales the others so that the mean stays.

    Args:
        x: Float, any shape.
        p: From 0 to below 1; what is used is the nearest multiple of 1/256.
    """
    threshold = round(p * LEVELS)
    if not threshold:
        return x
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64, device=x.device)
    words.random_(torch.iinfo(torch.int64).min, None)
    random = words.view(torch.uint8)[: x.numel()].view(x.shape)
    # Compared right into numbers: out of a bool tensor they would be made one by one.
    kept = torch.ge(random, threshold, out=torch.empty(x.shape, dtype=x.dtype, device=x.device))
    return x * kept.mul_(LEVELS / (LEVELS - threshold))


class Dropout(nn.Module):
    """:func:`dropout` in place of ``nn.Dropout``.

    Args:
        p: Probability of an element to be zeroed.

    Raises:
        ValueError: If nothing would be left.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        if not 0 <= round(p * LEVELS) < LEVELS:
            raise ValueError(f"the dropout probability is {p}; give a number from 0 to below 1")
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return dropout(x, self.p) if self.training else x

    def extra_repr(self) -> str:
        return f"p={self.p}"


def replace_dropout(module: nn.Module) -> None:
    """Puts :class:`Dropout` in the place of every ``nn.Dropout`` inside a module."""
    for parent in list(module.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.Dropout):
                setattr(parent, name, Dropout(child.p).train(child.training))
