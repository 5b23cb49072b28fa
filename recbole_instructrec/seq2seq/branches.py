"""Many continuations of one answer: what came before the branching is kept once, for all.

The decoder runs as it stands in transformers; only two of its official extension points are used,
an attention function and a cache layer. A branch's keys and values are those of the instruction or
of the history, which all branches share, followed by those of its own path. Attention to the
shared ones is one matrix product for all branches, and nothing is copied.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    AttentionInterface,
    AttentionMaskInterface,
    DynamicCache,
    EncoderDecoderCache,
)
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

ATTENTION = "instructrec_branches"


@dataclass(frozen=True)
class _Branched:
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


class _BranchedLayer(DynamicLayer):
    """One layer's cache. Positions added to it belong to each branch alone."""

    def __init__(self, layer: DynamicLayer) -> None:
        super().__init__()
        self.keys, self.values = _Branched(layer.keys[0]), _Branched(layer.values[0])
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[_Branched, _Branched]:
        self.keys = _added(self.keys, key_states)
        self.values = _added(self.values, value_states)
        return self.keys, self.values

    def get_seq_length(self) -> int:
        return self.keys.shape[-2]


def _added(branched: _Branched, states: torch.Tensor) -> _Branched:
    own = states if branched.own is None else torch.cat([branched.own, states], 2)
    return _Branched(branched.shared, own)


def branch(cache: EncoderDecoderCache) -> EncoderDecoderCache:
    """A cache of one request, batch size 1, as one that any number of branches go on from."""
    return EncoderDecoderCache(
        _with_layers(cache.self_attention_cache, _BranchedLayer),
        _with_layers(cache.cross_attention_cache, _BranchedLayer),
    )


def gather(picked: Sequence[tuple[EncoderDecoderCache, torch.Tensor]]) -> EncoderDecoderCache:
    """A cache with some branches of some caches of the same request and length.

    Args:
        picked: Branched caches, each with the places of its branches, int64 [n], in the order in
            which they are to stand; the originals stay as they are.
    """
    layers = zip(*(cache.self_attention_cache.layers for cache, _ in picked), strict=True)
    places = [place for _, place in picked]

    def one(own_of_each: Iterable[_Branched]) -> _Branched:
        each = list(own_of_each)
        if each[0].own is None:
            return each[0]
        own = [branched.own[place] for branched, place in zip(each, places, strict=True)]
        return _Branched(each[0].shared, own[0] if len(own) == 1 else torch.cat(own))

    def joined(layer: _BranchedLayer) -> _BranchedLayer:
        layer, each = copy.copy(layer), next(layers)
        layer.keys = one(other.keys for other in each)
        layer.values = one(other.values for other in each)
        return layer

    first, _ = picked[0]
    return EncoderDecoderCache(
        _with_layers(first.self_attention_cache, joined), first.cross_attention_cache
    )


def _with_layers(cache: DynamicCache, make: Callable[[DynamicLayer], DynamicLayer]) -> DynamicCache:
    cache = copy.copy(cache)
    cache.layers = [make(layer) for layer in cache.layers]
    return cache


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor | _Branched,
    value: torch.Tensor | _Branched,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    position_bias: torch.Tensor | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention as transformers calls it: its own, unless keys and values are branched.

    Branches attend to everything: nothing they share is padding, and one's own path is past.

    Args:
        query: Float [n, heads, n_queries, d]; n_queries is 1 for branches.
        position_bias: Added to the products, float [1, heads, n_queries, n_keys].

    Returns:
        Float [n, n_queries, heads, d], and None for the weights.
    """
    if not isinstance(key, _Branched):
        return sdpa_attention_forward(
            module, query, key, value, attention_mask,
            scaling=scaling, position_bias=position_bias, **kwargs,
        )  # fmt: skip
    query = query[:, :, 0] * (query.shape[-1] ** -0.5 if scaling is None else scaling)
    products = query.transpose(0, 1) @ key.shared.mT  # [heads, n, n_shared]
    n_shared = products.shape[-1]
    if key.own is not None:
        own = (key.own @ query[..., None]).squeeze(-1)  # [n, heads, n_own]
        products = torch.cat([products, own.transpose(0, 1)], -1)
    if position_bias is not None:
        products = products + position_bias[0]  # [heads, 1, n_keys]
    weights = products.softmax(-1).to(value.shared.dtype)
    result = (weights[..., :n_shared] @ value.shared).transpose(0, 1)  # [n, heads, d]
    if value.own is not None:
        own = weights[..., n_shared:].transpose(0, 1)  # [n, heads, n_own]
        result = result + (own[:, :, None] @ value.own).squeeze(2)
    return result[:, None], None


AttentionInterface.register(ATTENTION, attend)
AttentionMaskInterface.register(ATTENTION, sdpa_mask)
