"""Exact scores of every item: the log-likelihood of its identifier over the prefix tree."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from transformers import EncoderDecoderCache

from recbole_instructrec.seq2seq.backbone import Backbone, select
from recbole_instructrec.seq2seq.identifier import Identifiers

NORMALIZATIONS = ("tree", "vocabulary")


@dataclass
class _Branch:
    """Decoder positions that stand at tree nodes, row by row.

    ``row`` is the request of each, ``node`` its tree node, ``score`` the log-likelihood so
    far, ``hidden`` the decoder's state there.
    """

    row: torch.Tensor
    node: torch.Tensor
    score: torch.Tensor
    hidden: torch.Tensor


class Scorer(nn.Module):
    """Trains identifiers as continuations of a history, and scores all of them exactly.

    A request is an instruction, read by the encoder, and a history, which the decoder
    continues: its items' identifiers are the beginning of the answer.

    Args:
        backbone: The encoder-decoder.
        identifiers: How items are written in tokens.
        normalization: ``tree`` is a softmax over the children of each node, so that the
            catalogue's probabilities sum to one. ``vocabulary`` is the model's own softmax over
            all tokens, the likelihood of arXiv 2305.07001, equation 2.
        scoring_batch_size: Decoder positions scored at once; bounds the memory.

    Raises:
        ValueError: If the normalization is unknown.
    """

    def __init__(
        self,
        backbone: Backbone,
        identifiers: Identifiers,
        normalization: str = "tree",
        scoring_batch_size: int = 256,
    ) -> None:
        super().__init__()
        if normalization not in NORMALIZATIONS:
            raise ValueError(
                f"score_normalization is {normalization!r}; "
                f"choose one of {', '.join(NORMALIZATIONS)}"
            )
        self.backbone = backbone
        self.identifiers = identifiers
        self.tree = identifiers.tree
        self.normalization = normalization
        self.scoring_batch_size = scoring_batch_size

    def loss(
        self, instruction: torch.Tensor, items: torch.Tensor, counted: torch.Tensor
    ) -> torch.Tensor:
        """Mean negative log-likelihood of the items counted, each given those before it.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History and target in order, int64 [batch, n], padded on the right with 0.
            counted: Which of the items count, bool [batch, n].

        Returns:
            The loss, a scalar.
        """
        tokens, nodes, position = self.identifiers.spell(items)  # each [batch, n_tokens]
        inputs = F.pad(tokens[:, :-1], (1, 0), value=self.backbone.start_id)
        states = self.backbone.encode(instruction)
        mask = instruction.ne(self.backbone.pad_id)
        hidden, _ = self.backbone.decode(inputs, states, mask)
        scored = (nodes > 0) & counted.gather(1, position)
        nodes = nodes[scored]
        log_probs = self._step(hidden[scored], self.identifiers.parent[nodes], nodes)
        return -log_probs.sum() / counted.sum().clamp(min=1)

    @torch.no_grad()
    def score(
        self, instruction: torch.Tensor, items: torch.Tensor
    ) -> torch.Tensor:
        """Log-likelihood of every item as the next one.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History, int64 [batch, n], padded on the right with 0; n may be 0.

        Returns:
            Float [batch, n_items]; the padding item has minus infinity.
        """
        chunks = torch.arange(len(items), device=items.device).split(self.scoring_batch_size)
        return torch.cat([self._score(instruction[rows], items[rows]) for rows in chunks])

    def _score(self, instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        n_items = len(self.identifiers.length)
        scores = torch.full((len(items), n_items), -torch.inf, device=items.device)
        states = self.backbone.encode(instruction)
        mask = instruction.ne(self.backbone.pad_id)
        tokens, lengths = self._prefix(items)
        if self.tree.depth == 1:
            hidden, _ = self.backbone.decode(tokens, states, mask)
            hidden = hidden[torch.arange(len(items)), lengths - 1]
            scores[:, 1:] = self._children(hidden)[:, self.identifiers.path[1:, 0] - 1]
            return scores
        # Below the first level keys and values are reused, and they must not hold padding:
        # requests are taken together with those of equal length.
        for length in lengths.unique().tolist():
            rows = torch.nonzero(lengths == length).squeeze(1)
            hidden, cache = self.backbone.decode(
                tokens[rows, :length], states[rows], mask[rows], use_cache=True
            )
            branch = _Branch(
                row=rows,
                node=torch.zeros_like(rows),
                score=torch.zeros(len(rows), device=items.device),
                hidden=hidden[:, -1],
            )
            self._descend(branch, cache, states, mask, scores)
        return scores

    def _prefix(self, items: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Start token and history as tokens, int64 [batch, n_tokens], and their lengths."""
        start = torch.full(
            (len(items), 1), self.backbone.start_id, dtype=torch.int64, device=items.device
        )
        if items.shape[1] == 0:
            return start, torch.ones(len(items), dtype=torch.int64, device=items.device)
        tokens, nodes, _ = self.identifiers.spell(items)
        return torch.cat([start, tokens], 1), 1 + (nodes > 0).sum(1)

    def _children(self, hidden: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of the root's children, float [n, n_children], for states [n, d]."""
        tokens = self.identifiers.token[self.tree.children(0)]
        if self.normalization == "tree":
            return self.backbone.logits(hidden, tokens).log_softmax(-1)
        return self._all_tokens(hidden).log_softmax(-1)[:, tokens]

    def _all_tokens(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.backbone.logits(hidden, slice(0, self.identifiers.vocab_size))

    def _log_probs(self, hidden: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of all tokens, float [n, vocab_size], for states [n, d]."""
        logits = self._all_tokens(hidden)
        if self.normalization == "tree":
            logits = logits.masked_fill(~allowed, -torch.inf)
        return logits.log_softmax(-1)

    def _step(
        self, hidden: torch.Tensor, parents: torch.Tensor, nodes: torch.Tensor
    ) -> torch.Tensor:
        """Log-probability of each node given its parent, float [n], for states [n, d]."""
        if self.tree.depth == 1:
            return self._children(hidden).gather(1, nodes[:, None] - 1).squeeze(1)
        log_probs = self._log_probs(hidden, self._allowed(parents)[0])
        return log_probs.gather(1, self.identifiers.token[nodes][:, None]).squeeze(1)

    def _allowed(self, nodes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The children of some nodes.

        Returns:
            Which tokens lead from each node to a child, bool [n, vocab_size]; then for all
            children together the place of their parent among ``nodes`` and their own numbers.
        """
        tree = self.identifiers
        counts = tree.n_children[nodes]
        place = torch.arange(len(nodes), device=nodes.device).repeat_interleave(counts)
        nth = torch.arange(len(place), device=nodes.device) - (counts.cumsum(0) - counts)[place]
        children = tree.first_child[nodes][place] + nth
        shape = (len(nodes), tree.vocab_size)
        allowed = torch.zeros(shape, dtype=torch.bool, device=nodes.device)
        allowed[place, tree.token[children]] = True
        return allowed, place, children

    def _descend(
        self,
        branch: _Branch,
        cache: EncoderDecoderCache,
        states: torch.Tensor,
        mask: torch.Tensor,
        scores: torch.Tensor,
    ) -> None:
        """Writes the scores of everything below a branch into ``scores``, depth first.

        Each node is decoded once for each request. Where the rest of an identifier is certain
        (one child all the way down, under ``tree``), nothing is left to decode.
        """
        allowed, place, node = self._allowed(branch.node)
        log_probs = self._log_probs(branch.hidden, allowed)
        score = branch.score[place] + log_probs[place, self.identifiers.token[node]]
        row = branch.row[place]
        tree = self.identifiers
        item = (tree.certain_item if self.normalization == "tree" else tree.item)[node]
        done = item >= 0
        scores[row[done], item[done]] = score[done]
        for chunk in torch.nonzero(~done).squeeze(1).split(self.scoring_batch_size):
            hidden, deeper = self.backbone.decode(
                tree.token[node[chunk]][:, None],
                states[row[chunk]],
                mask[row[chunk]],
                cache=select(cache, place[chunk]),
                use_cache=True,
            )
            below = _Branch(row[chunk], node[chunk], score[chunk], hidden[:, -1])
            self._descend(below, deeper, states, mask, scores)
