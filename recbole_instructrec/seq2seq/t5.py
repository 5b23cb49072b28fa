"""T5's decoder over the nodes of a prefix tree, any number of nodes in one pass, and its encoder.

transformers decodes one token of each sequence at a time, and every sequence has keys and values of
its own. Here a pass takes nodes of any depth, of several requests, parents and their children
together, because a node finds its predecessors by their rows in :class:`.states.States`. The
instruction and the history are attended to by all nodes of a request in one matrix product. Weights
are read from the modules of transformers as they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


class T5TreeDecoder:
    """Decodes tree nodes with the weights of a T5.

    Args:
        backbone: One for which :meth:`knows` is true.
    """

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone

    @staticmethod
    def knows(backbone: Backbone) -> bool:
        """Whether the model's decoder is a T5's."""
        return backbone.model.config.model_type in MODEL_TYPES

    def read(self, ids: torch.Tensor) -> torch.Tensor:
        """Encoder states, as :meth:`.Backbone.encode` computes them."""
        encoder, heads = self.backbone.model.get_encoder(), self.backbone.size.heads
        bias = _toeplitz(encoder.block[0].layer[0].SelfAttention, ids.shape[1])
        mask = ids.ne(self.backbone.pad_id)
        if not mask.all():
            bias = bias.masked_fill(~mask[:, None, None], torch.finfo(bias.dtype).min)
        x = encoder.get_input_embeddings()(ids)
        for block in encoder.block:
            attention, feed_forward = block.layer
            module, normed = attention.SelfAttention, _norm(x, attention.layer_norm)
            keys, values = (_heads(one(normed), heads) for one in (module.k, module.v))
            x = x + _attend(module, normed, keys, values, bias)
            x = x + feed_forward.DenseReluDense(_norm(x, feed_forward.layer_norm))
        return _norm(x, encoder.final_layer_norm)

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
        heads, here = self.backbone.size.heads, torch.arange(len(tokens), device=tokens.device)
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
            module = self.backbone.model.get_decoder().block[layer].layer[1].EncDecAttention
            read = (_heads(one(states), heads) for one in (module.k, module.v))
            layers.append(_Shared(keys.transpose(1, 2), values.transpose(1, 2), *read))
            return layers[-1]

        hidden = self._pass(tokens, bias, seen, attended)
        last = hidden[here, n_tokens - 1]
        own_bias = of_distance[:, : 1 + max_depth]
        return T5Requests(last, n_tokens, seen, layers, past_bias, own_bias)

    def _of_distance(self, n: int) -> torch.Tensor:
        """What is added to a product with a position so many tokens before, from 0 on, preceded by
        minus infinity, float [heads, 1 + n]."""
        attention = self.backbone.model.get_decoder().block[0].layer[0].SelfAttention
        return F.pad(attention.compute_bias(n, 1)[0, :, :, 0], (1, 0), value=-torch.inf)

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
            states.write(layer, rows, keys.flatten(0, 1), values.flatten(0, 1))
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
    ) -> torch.Tensor:
        """The decoder's layers.

        Args:
            tokens: Int64 [n_requests, n].
            bias: What is added to products of self-attention.
            seen: What is added to those with the instruction; None for nothing.
            attended: Says what a layer attends to, given the number of the layer and the keys and
                values of these tokens, each float [n_requests, n, heads, d].

        Returns:
            The last states, float [n_requests, n, d_model].
        """
        decoder, heads = self.backbone.model.get_decoder(), self.backbone.size.heads
        x = self.backbone.embed(tokens)
        for layer, block in enumerate(decoder.block):
            attention, cross, feed_forward = block.layer
            module, normed = attention.SelfAttention, _norm(x, attention.layer_norm)
            new = (one(normed).unflatten(-1, (heads, -1)) for one in (module.k, module.v))
            shared = attended(layer, *new)
            x = x + _attend(module, normed, shared.past_keys, shared.past_values, bias)
            module, normed = cross.EncDecAttention, _norm(x, cross.layer_norm)
            x = x + _attend(module, normed, shared.keys, shared.values, seen)
            x = x + feed_forward.DenseReluDense(_norm(x, feed_forward.layer_norm))
        return _norm(x, decoder.final_layer_norm) * self.backbone.scale


def _heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """Float [n_requests, n, heads * d] as [n_requests, heads, n, d]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def _toeplitz(attention: nn.Module, n: int) -> torch.Tensor:
    """What is added to products of n positions of an encoder with one another, float
    [1, heads, n, n]; it depends on their distance only, which transformers goes through in pairs.
    """
    before = attention.compute_bias(n, 1)[0, :, :, 0].flip(1)  # from n - 1 positions before
    behind = attention.compute_bias(1, n)[0, :, 0, 1:]
    return torch.cat([before, behind], 1).unfold(1, n, 1).flip(1)[None]


def _past_bias(
    of_distance: torch.Tensor, n_read: torch.Tensor, place: torch.Tensor, max_depth: int
) -> torch.Tensor:
    """``past_bias`` of :class:`T5Requests`."""
    steps = torch.arange(max_depth, device=place.device)
    distance = n_read[:, None, None] + steps[:, None] - place
    distance = distance.masked_fill((place >= n_read[:, None])[:, None], -1)
    return of_distance[:, 1 + distance].transpose(0, 1).contiguous()


def _attend(
    module: nn.Module,
    x: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    bias: torch.Tensor | None,
) -> torch.Tensor:
    """An attention layer's output, float [n_requests, n, d_model], for its normalised input.

    Args:
        module: transformers' own layer.
        keys, values: Float [n_requests, heads, n_keys, d].
        bias: What is added to the products, float [n_requests, 1 or heads, 1 or n, n_keys].
    """
    query = _heads(module.q(x), keys.shape[1])
    mixed = F.scaled_dot_product_attention(query, keys, values, attn_mask=bias, scale=1.0)
    return module.o(mixed.transpose(1, 2).flatten(2))


def _norm(x: torch.Tensor, module: nn.Module) -> torch.Tensor:
    return F.rms_norm(x, x.shape[-1:], module.weight, module.variance_epsilon)
