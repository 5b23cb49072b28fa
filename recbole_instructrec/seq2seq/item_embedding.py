"""Gives the tokens that stand for items the meaning of their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn
from torch.nn.utils import parametrize

from recbole_instructrec.seq2seq.bags import Bags


class ItemEmbedding(nn.Module):
    """A parametrization of an embedding's weight: an item is an id and what is said of it.

    The embedding of an item's token is its own row plus the sum of the rows of its words, divided
    by the square root of their number. So an item that few have chosen shares what is learned of
    the others with its words, and the decoder finds in an item what the encoder reads in the
    instruction. An item that nobody has chosen is its words alone; so is, in each step of the
    training, a share of the others, from which is learned what words alone are worth.

    Args:
        words: Text tokens of each item, [n_items] of any number; the padding item's are empty.
        first: The padding item's own token; those of the items follow. All before it are text.
        chosen: Whether anybody has chosen each item in training, bool [n_items].
        dropout: Share of the items that are their words alone in a step of the training.
    """

    def __init__(
        self,
        words: Sequence[Sequence[int]],
        first: int,
        chosen: torch.Tensor,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.first = first
        self.dropout = dropout
        # Not saved: all follow from catalogue and tokenizer, which a checkpoint brings along.
        self.register_buffer("chosen", chosen, persistent=False)
        self.words = Bags(words, first)
        scale = self.words.sizes.rsqrt()[:, None]
        self.register_buffer("scale", scale, persistent=False)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The embedding in use, float [n_tokens, d_model], of the one that is trained."""
        text = weight[: self.first]
        said = self.words(text)  # [n_items, d_model]
        own, rest = weight[self.first :].split([len(said), len(weight) - self.first - len(said)])
        identified = self.chosen
        if self.training and self.dropout:
            identified = identified & (torch.rand(len(said), device=said.device) >= self.dropout)
        return torch.cat([text, own * identified[:, None] + self.scale * said, rest])


def describe(embeddings: Iterable[nn.Module], items: ItemEmbedding) -> None:
    """Lets the rows of items in some embeddings mean what their words say, too."""
    for module in embeddings:
        if parametrize.is_parametrized(module):
            module.parametrizations.weight[0] = items
        else:
            parametrize.register_parametrization(module, "weight", items)


@torch.no_grad()
def settle(embeddings: Iterable[nn.Module]) -> None:
    """Ends the training of embeddings that were described: what they mean is computed for good.

    Weights that several of them share stay shared.
    """
    described = list(filter(parametrize.is_parametrized, embeddings))
    settled = [module.eval().weight for module in described]
    for module, weight in zip(described, settled, strict=True):
        parametrize.remove_parametrizations(module, "weight", leave_parametrized=False)
        module.weight.copy_(weight)
