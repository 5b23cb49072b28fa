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
        history_keys: Float [n_requests, heads, d, n_history].
        history_values: Float [n_requests, heads, n_history, d].
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
    """

    hidden: torch.Tensor
    n_read: torch.Tensor
    seen: torch.Tensor | None
    layers: list[_Shared]

    def select(self, which: torch.Tensor) -> T5Requests:
        """Some of the requests, by their places, int64 [n]."""
        layers = [_Shared(*(one[which] for one in vars(layer).values())) for layer in self.layers]
        seen = None if self.seen is None else self.seen[which]
        return T5Requests(self.hidden[which], self.n_read[which], seen, layers)


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

    @property
    def _blocks(self) -> nn.ModuleList:
        return self.backbone.model.get_decoder().block

    def begin(
        self, states: torch.Tensor, mask: torch.Tensor, tokens: torch.Tensor, n_tokens: torch.Tensor
    ) -> T5Requests:
        """Reads what comes before the tree.

        Args:
            states: Encoder states, float [n_requests, n_instruction, d_model].
            mask: Which of them are tokens, bool [n_requests, n_instruction].
            tokens: The start token and the history, int64 [n_requests, n_history], padded on the
                right.
            n_tokens: How many of them there are, int64 [n_requests], at least 1.
        """
        hidden, cache = self.backbone.decode(tokens, states, mask, use_cache=True)
        here = torch.arange(len(tokens), device=tokens.device)
        seen = None
        if not mask.all():
            seen = hidden.new_zeros(mask.shape).masked_fill(~mask, -torch.inf)[:, None, None]
        layers = [
            _Shared(past.keys.mT.contiguous(), past.values, read.keys, read.values)
            for past, read in zip(
                cache.self_attention_cache.layers, cache.cross_attention_cache.layers, strict=True
            )
        ]
        return T5Requests(hidden[here, n_tokens - 1], n_tokens, seen, layers)

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
        path = states.path(rows)
        depth = torch.from_numpy(states.depth[rows]).to(device)
        n_own = path.shape[-1]
        path = torch.from_numpy(path).to(device).view(-1)
        rows = torch.from_numpy(rows).to(device).view(-1)
        past_bias, own_bias = self._biases(requests, depth, n_own)
        x = self.backbone.embed(tokens)
        for layer, (block, shared) in enumerate(zip(self._blocks, requests.layers, strict=True)):
            attention, cross, feed_forward = block.layer
            x = x + self._self_attention(
                attention.SelfAttention, _norm(x, attention.layer_norm), shared,
                past_bias, own_bias, layer, rows, path, states,
            )  # fmt: skip
            x = x + self._cross_attention(
                cross.EncDecAttention, _norm(x, cross.layer_norm), shared, requests.seen
            )
            x = x + feed_forward.DenseReluDense(_norm(x, feed_forward.layer_norm))
        return _norm(x, self.backbone.model.get_decoder().final_layer_norm) * self.backbone.scale

    def _biases(
        self, requests: T5Requests, depth: torch.Tensor, n_own: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What is added to products with the history, float [n_requests * heads, n, n_history],
        and with the path, float [n_requests, n, n_own, heads]; minus infinity where nothing is."""
        attention = self._blocks[0].layer[0].SelfAttention
        n_requests, n = depth.shape
        n_history = requests.layers[0].history_values.shape[2]
        of_distance = attention.compute_bias(n_history + n_own + 1, 1)[0, :, :, 0]  # [heads, n]
        heads = len(of_distance)
        of_distance = of_distance.to(requests.layers[0].keys.dtype)
        place = torch.arange(n_history, device=depth.device)
        steps = torch.arange(n_own, device=depth.device)
        # A table for each request and depth, whose rows are then picked.
        distance = requests.n_read[:, None, None] + steps[:, None] - place  # [requests, own, past]
        past = of_distance[:, distance.clamp(min=0)].transpose(0, 1)
        unread = place >= requests.n_read[:, None]
        past = past.masked_fill(unread[:, None, None], -torch.inf).contiguous()
        at = (depth - 1).clamp(min=0)
        first = torch.arange(n_requests * heads, device=depth.device).view(n_requests, heads, 1)
        row = (first * n_own + at[:, None]).view(-1)
        past = past.view(-1, n_history).index_select(0, row).view(n_requests * heads, n, n_history)
        distance = steps[:, None] - steps  # [depth - 1, own]
        own = of_distance.T[distance.clamp(min=0)]
        own = own.masked_fill((distance < 0)[..., None], -torch.inf)
        return past, own[at]

    def _self_attention(
        self,
        module: nn.Module,
        x: torch.Tensor,
        shared: _Shared,
        past_bias: torch.Tensor,
        own_bias: torch.Tensor,
        layer: int,
        rows: torch.Tensor,
        path: torch.Tensor,
        states: States,
    ) -> torch.Tensor:
        n_requests, n, _ = x.shape
        heads, d = shared.keys.shape[1], shared.keys.shape[3]
        query = module.q(x).view(n_requests, n, heads, d)
        states.write(layer, rows, module.k(x).view(-1, heads, d), module.v(x).view(-1, heads, d))
        keys, values = states.read(layer, path)
        keys, values = (one.view(n_requests, n, -1, heads, d) for one in (keys, values))
        own = (query[:, :, None] * keys).sum(-1) + own_bias  # [n_requests, n, n_own, heads]
        together = query.transpose(1, 2).reshape(-1, n, d)
        history_keys = shared.history_keys.flatten(0, 1)
        past = torch.baddbmm(past_bias, together, history_keys)
        n_history = past.shape[-1]
        past = past.view(n_requests, heads, n, n_history)
        weights = torch.cat([past, own.permute(0, 3, 1, 2)], -1).float().softmax(-1).to(keys.dtype)
        mixed = weights[..., :n_history] @ shared.history_values  # [n_requests, heads, n, d]
        of_own = weights[..., n_history:].permute(0, 2, 3, 1)[..., None]
        mixed = mixed.transpose(1, 2) + (of_own * values).sum(2)
        return module.o(mixed.reshape(n_requests, n, -1))

    def _cross_attention(
        self, module: nn.Module, x: torch.Tensor, shared: _Shared, seen: torch.Tensor | None
    ) -> torch.Tensor:
        n_requests, n, _ = x.shape
        heads, d = shared.keys.shape[1], shared.keys.shape[3]
        query = module.q(x).view(n_requests, n, heads, d).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(
            query, shared.keys, shared.values, attn_mask=seen, scale=1.0
        )
        return module.o(mixed.transpose(1, 2).reshape(n_requests, n, -1))


def _norm(x: torch.Tensor, module: nn.Module) -> torch.Tensor:
    return F.rms_norm(x, x.shape[-1:], module.weight, module.variance_epsilon)
