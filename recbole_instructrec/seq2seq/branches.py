"""Many continuations of one answer: what came before the branching is kept once, for all.

The decoder runs as it stands in transformers, with a cache layer of our own. A branch's keys and
values are those of the instruction or of the history, which all branches share, followed by those
of its own path; :mod:`.attention` knows how to attend to them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from transformers import DynamicCache, EncoderDecoderCache
from transformers.cache_utils import DynamicLayer

from recbole_instructrec.seq2seq.attention import Branched


class _BranchedLayer(DynamicLayer):
    """One layer's cache. Positions added to it belong to each branch alone."""

    def __init__(self, layer: DynamicLayer) -> None:
        super().__init__()
        self.keys, self.values = Branched(layer.keys[0]), Branched(layer.values[0])
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Branched, Branched]:
        self.keys = _added(self.keys, key_states)
        self.values = _added(self.values, value_states)
        return self.keys, self.values

    def get_seq_length(self) -> int:
        return self.keys.shape[-2]


def _added(branched: Branched, states: torch.Tensor) -> Branched:
    own = states if branched.own is None else torch.cat([branched.own, states], 2)
    return Branched(branched.shared, own)


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

    def one(own_of_each: Iterable[Branched]) -> Branched:
        each = list(own_of_each)
        if each[0].own is None:
            return each[0]
        own = [branched.own[place] for branched, place in zip(each, places, strict=True)]
        return Branched(each[0].shared, own[0] if len(own) == 1 else torch.cat(own))

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
