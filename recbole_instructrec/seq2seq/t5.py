"""T5's decoder over the nodes of a prefix tree, any number of nodes in one pass, and its encoder.

transformers decodes one token of each sequence at a time, and every sequence has keys and values of
its own. Here a pass takes nodes of any depth, of several requests, parents and their children
together, because a node finds its predecessors by their rows in :class:`.states.States`. The
instruction and the history are attended to by all nodes of a request in one matrix product. The
weights are those of transformers' modules, looked up once: on a processor, finding them again for
each small product would take as long as some of the products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.states import States

# Their decoders have the same modules.
MODEL_TYPES = ("t5", "mt5")


@dataclass
class _Shared:
    """What is attended to in one layer.

    Attributes:
        past_keys: Of the history, and of nodes, float [n_requests, heads, n_past, d].
        past_values: Likewise.
        keys: Of the instruction, float [n_requests, heads, n_instruction, d].
        values: Likewise.
    """

    past_keys: torch.Tensor
    past_values: torch.Tensor
    keys: torch.Tensor
    values: torch.Tensor


@dataclass
class T5Requests:
    """Requests that were read up to where the next item begins.

    Attributes:
        hidden: The decoder's states there, float [n_requests, d_model].
        n_read: Number of decoder positions read, int64 [n_requests].
        seen: What is added to a product with a position of the instruction, 0 or minus infinity,
            float [n_requests, 1, 1, n_instruction]; None where nothing is padding.
        layers: What nodes attend to in each layer.
        past_bias: What is added to products with the history by a node of each depth from 1 on,
            float [n_requests, heads, max_depth, n_history]; minus infinity for padding.
        own_bias: What is added to products with nodes so many tokens above, from 0 on, preceded by
            minus infinity, float [heads, 1 + max_depth].
    """

    hidden: torch.Tensor
    n_read: torch.Tensor
    seen: torch.Tensor | None
    layers: list[_Shared]
    past_bias: torch.Tensor
    own_bias: torch.Tensor

    def select(self, which: torch.Tensor) -> T5Requests:
        """Some of the requests, by their places, int64 [n]."""
        layers = [_Shared(*(one[which] for one in vars(layer).values())) for layer in self.layers]
        seen = None if self.seen is None else self.seen[which]
        return T5Requests(
            self.hidden[which], self.n_read[which], seen, layers, self.past_bias[which],
            self.own_bias,
        )  # fmt: skip

    def bias(self, depth: torch.Tensor, distance: torch.Tensor) -> torch.Tensor:
        """What is added to a node's products with the history and with other nodes.

        Args:
            depth: Tokens from the root to each node, int64 [n_requests, n]; 0 for none.
            distance: Tokens from each of the others to it, int64 [n_requests, n, n_others]; -1
                where it is not on its path.

        Returns:
            Float [n_requests, heads, n, n_history + n_others].
        """
        n_requests, heads, max_depth, n_history = self.past_bias.shape
        first = torch.arange(n_requests * heads, device=depth.device).view(n_requests, heads, 1)
        row = first * max_depth + (depth - 1).clamp(min=0)[:, None]
        past = self.past_bias.view(-1, n_history).index_select(0, row.view(-1))
        others = self.own_bias.index_select(1, 1 + distance.view(-1))
        others = others.view(heads, *distance.shape).transpose(0, 1)
        return torch.cat([past.view(n_requests, heads, -1, n_history), others], -1)


class _PositionBias:
    """What is added to a product of two positions, by the distance between them.

    transformers finds the bucket of a distance anew for every pair; here it is kept.

    Args:
        attention: The layer that has the biases.
    """

    def __init__(self, attention: nn.Module) -> None:
        self._weight = attention.relative_attention_bias.weight  # [n_buckets, heads]
        self._bucket_of = partial(
            attention._relative_position_bucket,
            bidirectional=not attention.is_decoder,
            num_buckets=attention.relative_attention_num_buckets,
            max_distance=attention.relative_attention_max_distance,
        )
        self._farthest = -1
        self._buckets = torch.empty(0)

    def __call__(self, first: int, last: int) -> torch.Tensor:
        """For keys from ``first`` to before ``last`` tokens behind the query, negative where they
        are before it, float [heads, last - first]."""
        farthest = max(-first, last)
        if farthest > self._farthest:
            self._farthest = 2 * farthest
            self._buckets = self._bucket_of(torch.arange(-self._farthest, self._farthest))
        buckets = self._buckets[first + self._farthest : last + self._farthest]
        return self._weight[buckets.to(self._weight.device)].T

    def square(self, n: int) -> torch.Tensor:
        """For n positions and one another, float [1, heads, n, n]."""
        return self(1 - n, n).unfold(1, n, 1).flip(1)[None]


@dataclass(frozen=True)
class _Norm:
    """A layer norm's weights."""

    weight: torch.Tensor
    epsilon: float

    @classmethod
    def of(cls, module: nn.Module) -> _Norm:
        return cls(module.weight, module.variance_epsilon)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


@dataclass(frozen=True)
class _Attention:
    """An attention layer's weights.

    Attributes:
        norm: Of what comes in.
        query, key, value: Float [heads * d, d_model].
        out: Float [d_model, heads * d].
        heads: How many there are.
    """

    norm: _Norm
    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    out: torch.Tensor
    heads: int

    @classmethod
    def of(cls, norm: nn.Module, module: nn.Module) -> _Attention:
        weights = (one.weight for one in (module.q, module.k, module.v, module.o))
        return cls(_Norm.of(norm), *weights, module.n_heads)

    def read(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values, each float [n_requests, heads, n, d], of float [n_requests, n,
        d_model]."""
        key, value = (self._heads(F.linear(x, one)) for one in (self.key, self.value))
        return key, value

    def attend(
        self,
        x: torch.Tensor,
        keys: torch.Tensor,
        values: torch.Tensor,
        bias: torch.Tensor | None,
    ) -> torch.Tensor:
        """The layer's output, float [n_requests, n, d_model], for its normalised input.

        Args:
            keys, values: Float [n_requests, heads, n_keys, d].
            bias: What is added to the products, float [n_requests, 1 or heads, 1 or n, n_keys].
        """
        query = self._heads(F.linear(x, self.query))
        mixed = F.scaled_dot_product_attention(query, keys, values, attn_mask=bias, scale=1.0)
        return F.linear(mixed.transpose(1, 2).flatten(2), self.out)

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


@dataclass(frozen=True)
class _Layer:
    """A layer's weights.

    Attributes:
        own: Self-attention.
        cross: Attention to the instruction; None in an encoder.
        norm: Of what comes into the feed-forward layer.
        feed_forward: That layer, plain or gated.
    """

    own: _Attention
    cross: _Attention | None
    norm: _Norm
    feed_forward: nn.Module

    @classmethod
    def of(cls, block: nn.Module) -> _Layer:
        own, *cross, last = block.layer
        return cls(
            _Attention.of(own.layer_norm, own.SelfAttention),
            _Attention.of(cross[0].layer_norm, cross[0].EncDecAttention) if cross else None,
            _Norm.of(last.layer_norm),
            last.DenseReluDense,
        )


class T5TreeDecoder:
    """Decodes tree nodes with the weights of a T5.

    Args:
        backbone: One for which :meth:`knows` is true.
    """

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone
        encoder, decoder = backbone.model.get_encoder(), backbone.model.get_decoder()
        first = (stack.block[0].layer[0].SelfAttention for stack in (encoder, decoder))
        self._encoder_bias, self._decoder_bias = map(_PositionBias, first)
        self._encoder = [_Layer.of(block) for block in encoder.block]
        self._encoder_norm = _Norm.of(encoder.final_layer_norm)
        self._decoder = [_Layer.of(block) for block in decoder.block]
        self._decoder_norm = _Norm.of(decoder.final_layer_norm)

    @staticmethod
    def knows(backbone: Backbone) -> bool:
        """Whether the model's decoder is a T5's."""
        return backbone.model.config.model_type in MODEL_TYPES

    def read(self, ids: torch.Tensor) -> torch.Tensor:
        """Encoder states, as :meth:`.Backbone.encode` computes them."""
        bias = self._encoder_bias.square(ids.shape[1])
        mask = ids.ne(self.backbone.pad_id)
        if not mask.all():
            bias = bias.masked_fill(~mask[:, None, None], torch.finfo(bias.dtype).min)
        x = self.backbone.model.get_encoder().get_input_embeddings()(ids)
        for layer in self._encoder:
            normed = layer.own.norm(x)
            x = x + layer.own.attend(normed, *layer.own.read(normed), bias)
            x = x + layer.feed_forward(layer.norm(x))
        return self._encoder_norm(x)

    def begin(
        self,
        states: torch.Tensor,
        mask: torch.Tensor,
        tokens: torch.Tensor,
        n_tokens: torch.Tensor,
        max_depth: int,
    ) -> T5Requests:
        """Reads what comes before the tree.

        Args:
            states: Encoder states, float [n_requests, n_instruction, d_model].
            mask: Which of them are tokens, bool [n_requests, n_instruction].
            tokens: The start token and the history, int64 [n_requests, n_history], padded on the
                right.
            n_tokens: How many of them there are, int64 [n_requests], at least 1.
            max_depth: Tokens of the longest identifier.
        """
        place = torch.arange(tokens.shape[1], device=tokens.device)
        of_distance = self._of_distance(tokens.shape[1] + max_depth).to(states.dtype)
        past_bias = _past_bias(of_distance, n_tokens, place, max_depth)
        distance = (place[:, None] - place).clamp(min=-1)
        bias = of_distance[None, :, 1 + distance]
        seen = None
        if not mask.all():
            seen = states.new_zeros(mask.shape).masked_fill(~mask, -torch.inf)[:, None, None]
        layers = []

        def attended(layer: int, keys: torch.Tensor, values: torch.Tensor) -> _Shared:
            layers.append(_Shared(keys, values, *self._decoder[layer].cross.read(states)))
            return layers[-1]

        last = self._pass(tokens, bias, seen, attended, n_tokens - 1)[:, 0]
        own_bias = of_distance[:, : 1 + max_depth]
        return T5Requests(last, n_tokens, seen, layers, past_bias, own_bias)

    def _of_distance(self, n: int) -> torch.Tensor:
        """What is added to a product with a position so many tokens before, from 0 on, preceded by
        minus infinity, float [heads, 1 + n]."""
        return F.pad(self._decoder_bias(1 - n, 1).flip(1), (1, 0), value=-torch.inf)

    def step(
        self, requests: T5Requests, tokens: torch.Tensor, rows: np.ndarray, states: States
    ) -> torch.Tensor:
        """Decodes nodes of each request.

        Args:
            requests: What was read.
            tokens: The tokens that lead to the nodes, int64 [n_requests, n].
            rows: Their rows, int64 [n_requests, n]; 0 where a request has fewer nodes.
            states: Keys and values of the nodes above, to which those of these are added.

        Returns:
            The decoder's last states, float [n_requests, n, d_model].
        """
        device = tokens.device
        seen, distance = states.seen_from(rows)
        depth = torch.from_numpy(states.depth[rows]).to(device)
        bias = requests.bias(depth, torch.from_numpy(distance).to(device))
        seen = torch.from_numpy(seen).to(device)
        rows = torch.from_numpy(rows).to(device).view(-1)

        def attended(layer: int, keys: torch.Tensor, values: torch.Tensor) -> _Shared:
            new = (one.transpose(1, 2).flatten(0, 1) for one in (keys, values))
            states.write(layer, rows, *new)
            own = (one.transpose(1, 2) for one in states.read(layer, seen))
            shared = requests.layers[layer]
            past = shared.past_keys, shared.past_values
            both = (torch.cat(two, 2) for two in zip(past, own, strict=True))
            return _Shared(*both, shared.keys, shared.values)

        return self._pass(tokens, bias, requests.seen, attended)

    def _pass(
        self,
        tokens: torch.Tensor,
        bias: torch.Tensor,
        seen: torch.Tensor | None,
        attended: Callable[[int, torch.Tensor, torch.Tensor], _Shared],
        ends: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The decoder's layers.

        Args:
            tokens: Int64 [n_requests, n].
            bias: What is added to products of self-attention.
            seen: What is added to those with the instruction; None for nothing.
            attended: Says what a layer attends to, given the number of the layer and the keys and
                values of these tokens, each float [n_requests, heads, n, d].
            ends: The only token of each request whose last state is wanted, int64 [n_requests],
                where all attend to one another alike; None for every token.

        Returns:
            The last states, float [n_requests, n or 1, d_model].
        """
        x = self.backbone.embed(tokens)
        for number, layer in enumerate(self._decoder):
            normed = layer.own.norm(x)
            shared = attended(number, *layer.own.read(normed))
            if ends is not None and layer is self._decoder[-1]:
                # Nothing attends to what comes out of the last layer.
                each = torch.arange(len(ends), device=ends.device)
                x, normed = (one[each, ends][:, None] for one in (x, normed))
                bias = bias[0, :, ends].transpose(0, 1)[:, :, None]
            x = x + layer.own.attend(normed, shared.past_keys, shared.past_values, bias)
            normed = layer.cross.norm(x)
            x = x + layer.cross.attend(normed, shared.keys, shared.values, seen)
            x = x + layer.feed_forward(layer.norm(x))
        return self._decoder_norm(x) * self.backbone.scale


def _past_bias(
    of_distance: torch.Tensor, n_read: torch.Tensor, place: torch.Tensor, max_depth: int
) -> torch.Tensor:
    """``past_bias`` of :class:`T5Requests`."""
    steps = torch.arange(max_depth, device=place.device)
    distance = n_read[:, None, None] + steps[:, None] - place
    distance = distance.masked_fill((place >= n_read[:, None])[:, None], -1)
    return of_distance[:, 1 + distance].transpose(0, 1).contiguous()
