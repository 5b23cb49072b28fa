"""T5's decoder over the nodes of a prefix tree, any number of nodes in one pass.

transformers decodes one token of each sequence at a time, and every sequence has keys and values of
its own. Here a pass takes nodes of any depth, of several requests, parents and their children
together, because a node finds its predecessors by their rows in :class:`.states.States`. The
instruction and the history are attended to by all nodes of a request in one matrix product. Weights
are read from the modules of transformers as they stand.
"""

from __future__ import annotations

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
    """What all nodes of a request attend to in one layer.

    Attributes:
        history_keys: Float [n_requests, heads, n_history, d].
        history_values: Likewise.
        keys: Of the instruction, float [n_requests, heads, n_instruction, d].
        values: Likewise.
    """

    history_keys: torch.Tensor
    history_values: torch.Tensor
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
        hidden, cache = self.backbone.decode(tokens, states, mask, use_cache=True)
        here = torch.arange(len(tokens), device=tokens.device)
        seen = None
        if not mask.all():
            seen = hidden.new_zeros(mask.shape).masked_fill(~mask, -torch.inf)[:, None, None]
        layers = [
            _Shared(past.keys, past.values, read.keys, read.values)
            for past, read in zip(
                cache.self_attention_cache.layers, cache.cross_attention_cache.layers, strict=True
            )
        ]
        return T5Requests(
            hidden[here, n_tokens - 1], n_tokens, seen, layers,
            *self._biases(n_tokens, tokens.shape[1], max_depth, layers[0].keys.dtype),
        )  # fmt: skip

    def _biases(
        self, n_read: torch.Tensor, n_history: int, max_depth: int, dtype: torch.dtype
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """``past_bias`` and ``own_bias`` of :class:`T5Requests`."""
        attention = self.backbone.model.get_decoder().block[0].layer[0].SelfAttention
        of_distance = attention.compute_bias(n_history + max_depth, 1)[0, :, :, 0].to(dtype)
        of_distance = F.pad(of_distance, (1, 0), value=-torch.inf)  # [heads, 1 + distance]
        steps = torch.arange(max_depth, device=n_read.device)
        place = torch.arange(n_history, device=n_read.device)
        distance = n_read[:, None, None] + steps[:, None] - place
        distance = distance.masked_fill((place >= n_read[:, None])[:, None], -1)
        past = of_distance[:, 1 + distance].transpose(0, 1).contiguous()
        return past, of_distance[:, : 1 + max_depth]

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
        decoder = self.backbone.model.get_decoder()
        x = self.backbone.embed(tokens)
        for layer, (block, shared) in enumerate(zip(decoder.block, requests.layers, strict=True)):
            attention, cross, feed_forward = block.layer
            module, normed = attention.SelfAttention, _norm(x, attention.layer_norm)
            heads = shared.keys.shape[1], -1
            added = (one(normed).view(len(rows), *heads) for one in (module.k, module.v))
            states.write(layer, rows, *added)
            own = (one.transpose(1, 2) for one in states.read(layer, seen))
            past = shared.history_keys, shared.history_values
            keys, values = (torch.cat(both, 2) for both in zip(past, own, strict=True))
            x = x + _attend(module, normed, keys, values, bias)
            module, normed = cross.EncDecAttention, _norm(x, cross.layer_norm)
            x = x + _attend(module, normed, shared.keys, shared.values, requests.seen)
            x = x + feed_forward.DenseReluDense(_norm(x, feed_forward.layer_norm))
        return _norm(x, decoder.final_layer_norm) * self.backbone.scale


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
    query = module.q(x).unflatten(-1, (keys.shape[1], -1)).transpose(1, 2)
    mixed = F.scaled_dot_product_attention(query, keys, values, attn_mask=bias, scale=1.0)
    return module.o(mixed.transpose(1, 2).flatten(2))


def _norm(x: torch.Tensor, module: nn.Module) -> torch.Tensor:
    return F.rms_norm(x, x.shape[-1:], module.weight, module.variance_epsilon)
