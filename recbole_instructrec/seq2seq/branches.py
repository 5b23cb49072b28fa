"""Any encoder-decoder of transformers over the nodes of a prefix tree.

The decoder runs as it stands in transformers, with a cache layer of our own. A node's keys and
values are those of the instruction or of the history, which all nodes of a request share, followed
by those of its own path; :mod:`.attention` knows how to attend to them. One pass takes nodes of one
request and one depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache, EncoderDecoderCache
from transformers.cache_utils import DynamicLayer

from recbole_instructrec.seq2seq.attention import Branched
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.states import States


class _BranchedLayer(DynamicLayer):
    """One layer's cache. Positions added to it belong to each branch alone."""

    def __init__(self, keys: Branched, values: Branched) -> None:
        super().__init__()
        self.keys, self.values = keys, values
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


@dataclass
class BranchingRequests:
    """Requests that were read up to where the next item begins.

    Attributes:
        hidden: The decoder's states there, float [n_requests, d_model].
        n_read: Number of decoder positions read, int64 [n_requests].
        states: Encoder states of each request without padding, float [1, n_instruction, d_model].
        caches: What the decoder has kept of each.
    """

    hidden: torch.Tensor
    n_read: torch.Tensor
    states: list[torch.Tensor]
    caches: list[EncoderDecoderCache]

    def select(self, which: torch.Tensor) -> BranchingRequests:
        """Some of the requests, by their places, int64 [n]."""
        places = which.tolist()
        return BranchingRequests(
            self.hidden[which], self.n_read[which],
            [self.states[i] for i in places], [self.caches[i] for i in places],
        )  # fmt: skip


class BranchingDecoder:
    """Decodes tree nodes by the model's own forward pass.

    Args:
        backbone: Any.
    """

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone

    def read(self, ids: torch.Tensor) -> torch.Tensor:
        """Encoder states, as :meth:`.Backbone.encode` computes them."""
        return self.backbone.encode(ids)

    def begin(
        self,
        states: torch.Tensor,
        mask: torch.Tensor,
        tokens: torch.Tensor,
        n_tokens: torch.Tensor,
        max_depth: int,
    ) -> BranchingRequests:
        """Reads what comes before the tree; arguments as of :meth:`.t5.T5TreeDecoder.begin`."""
        # A cache has one length, and a position may have an embedding: no request pads another.
        of_each = [one[seen][None] for one, seen in zip(states, mask, strict=True)]
        hidden, caches = [], []
        for one, ids, n in zip(of_each, tokens, n_tokens.tolist(), strict=True):
            last, cache = self.backbone.decode(ids[None, :n], one, use_cache=True)
            hidden.append(last[0, -1])
            caches.append(cache)
        return BranchingRequests(torch.stack(hidden), n_tokens, of_each, caches)

    def step(
        self, requests: BranchingRequests, tokens: torch.Tensor, rows: np.ndarray, states: States
    ) -> torch.Tensor:
        """Decodes nodes of each request; arguments as of :meth:`.t5.T5TreeDecoder.step`."""
        result = requests.hidden.new_zeros(*tokens.shape, requests.hidden.shape[-1])
        depth = states.depth[rows]
        for one in range(len(rows)):
            # From the root downwards, so that a node's parent may be decoded in the same step.
            for level in np.unique(depth[one][depth[one] > 0]):
                place = np.flatnonzero(depth[one] == level)
                path = states.path(rows[one, place])
                cache = self._cache(requests.caches[one], path[:, :-1], states)
                hidden, cache = self.backbone.decode(
                    tokens[one, place][:, None], requests.states[one], cache=cache, use_cache=True
                )
                result[one, place] = hidden[:, 0]
                kept = torch.from_numpy(path[:, -1]).to(tokens.device)
                for layer, added in enumerate(cache.self_attention_cache.layers):
                    states.write(layer, kept, added.keys.own[:, :, -1], added.values.own[:, :, -1])
        return result

    def _cache(
        self, begun: EncoderDecoderCache, path: np.ndarray, states: States
    ) -> EncoderDecoderCache:
        """The cache of nodes that stand below these paths, int64 [n, depth above]."""
        n, n_above = path.shape
        above = torch.from_numpy(path.ravel())
        past, read = DynamicCache(), DynamicCache()
        past.layers, read.layers = [], []
        for layer, (of_past, of_read) in enumerate(
            zip(begun.self_attention_cache.layers, begun.cross_attention_cache.layers, strict=True)
        ):
            own = (None, None)
            if n_above:
                kept = states.read(layer, above.to(of_past.keys.device))
                own = (one.unflatten(0, (n, n_above)).transpose(1, 2) for one in kept)
            shared = of_past.keys[0], of_past.values[0]
            past.layers.append(_BranchedLayer(*map(Branched, shared, own)))
            shared = of_read.keys[0], of_read.values[0]
            read.layers.append(_BranchedLayer(*map(Branched, shared)))
        return EncoderDecoderCache(past, read)
