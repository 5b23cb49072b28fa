"""Attention in the places where transformers' own does too much.

transformers calls an attention function by the name in a model's configuration; this one attends to
what many branches share in one matrix product, and draws its dropout faster. All else is left to
torch's scaled dot product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from recbole_instructrec.seq2seq.dropout import dropout as drop

ATTENTION = "instructrec"


@dataclass(frozen=True)
class Branched:
    """Keys, or values, of n branches.

    Attributes:
        shared: Those that all branches have, float [heads, n_shared, d].
        own: Those of each branch alone, float [n, heads, n_own, d], or None.
    """

    shared: torch.Tensor
    own: torch.Tensor | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """As of a tensor of one branch; transformers asks for the number of positions."""
        heads, n, d = self.shared.shape
        return heads, n if self.own is None else n + self.own.shape[2], d


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor | Branched,
    value: torch.Tensor | Branched,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    position_bias: torch.Tensor | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention as transformers calls it.

    Args:
        query: Float [n, heads, n_queries, d].
        attention_mask: What is seen, bool or to be added, [n, 1, n_queries, n_keys]; None for all,
            or for what is past where the module is causal. Branches see all that they share, for
            nothing of it is padding, and what is past of their own.
        position_bias: Added to the products, float [1, heads, n_queries, n_keys].

    Returns:
        Float [n, n_queries, heads, d], and None for the weights.
    """
    if scaling is None:
        scaling = query.shape[-1] ** -0.5
    if isinstance(key, Branched):
        return _to_branches(query * scaling, key, value, position_bias), None
    if dropout:
        bias = _bias(module, query, key, attention_mask, position_bias)
        products = (query if scaling == 1.0 else query * scaling) @ key.mT
        weights = (products if bias is None else products + bias).softmax(-1)
        return (drop(weights, dropout) @ value).transpose(1, 2), None
    return sdpa_attention_forward(
        module, query, key, value, attention_mask,
        scaling=scaling, position_bias=position_bias, **kwargs,
    )  # fmt: skip


def _bias(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    mask: torch.Tensor | None,
    bias: torch.Tensor | None,
) -> torch.Tensor | None:
    """What is added to the products, minus infinity where nothing is seen."""
    n_queries, n_keys = query.shape[2], key.shape[2]
    if mask is None and n_queries > 1 and getattr(module, "is_causal", True):
        mask = torch.ones(n_queries, n_keys, dtype=torch.bool, device=query.device).tril()
    if mask is None:
        return bias
    if mask.dtype == torch.bool:
        least = torch.finfo(query.dtype).min
        mask = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, least)
    return mask if bias is None else mask + bias


def _to_branches(
    query: torch.Tensor, key: Branched, value: Branched, bias: torch.Tensor | None
) -> torch.Tensor:
    n, heads, n_queries, d = query.shape
    together = query.transpose(0, 1).reshape(heads, n * n_queries, d)
    products = (together @ key.shared.mT).view(heads, n, n_queries, -1)
    n_shared = products.shape[-1]
    if key.own is not None:
        own = query @ key.own.mT  # [n, heads, n_queries, n_own]
        if n_queries > 1:
            later = torch.ones(own.shape[2:], dtype=torch.bool, device=own.device)
            own = own.masked_fill(later.triu(own.shape[-1] - n_queries + 1), -torch.inf)
        products = torch.cat([products, own.transpose(0, 1)], -1)
    if bias is not None:
        products = products + bias[0][:, None]  # [heads, 1, n_queries, n_keys]
    weights = products.softmax(-1).to(value.shared.dtype)
    shared = weights[..., :n_shared].reshape(heads, n * n_queries, n_shared)
    result = (shared @ value.shared).view(heads, n, n_queries, d).transpose(0, 1)
    if value.own is not None:
        result = result + weights[..., n_shared:].transpose(0, 1) @ value.own
    return result.transpose(1, 2)  # [n, n_queries, heads, d]


AttentionInterface.register(ATTENTION, attend)
AttentionMaskInterface.register(ATTENTION, sdpa_mask)
