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

    Attributes:
        row: The request of each, int64 [n].
        node: Its tree node, int64 [n].
        score: The log-likelihood so far, float [n].
        hidden: The decoder's state there, float [n, d_model].
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
        self.normalization = normalization
        self.scoring_batch_size = scoring_batch_size

    def loss(
        self, instruction: torch.Tensor, items: torch.Tensor, counted: torch.Tensor
    ) -> torch.Tensor:
        """Mean negative log-likelihood of the items counted, each given those before it.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History and target in order, int64 [batch, n], padded on the right with 0.
            counted: Which of the items count, bool [batch, n]; padding never does.

        Returns:
            The loss, a scalar; 0 if nothing counts.
        """
        tree = self.identifiers
        tokens, nodes, position = tree.spell(items)  # each [batch, n_tokens]
        inputs = F.pad(tokens[:, :-1], (1, 0), value=self.backbone.start_id)
        states = self.backbone.encode(instruction)
        hidden, _ = self.backbone.decode(inputs, states, instruction.ne(self.backbone.pad_id))
        scored = (nodes > 0) & counted.gather(1, position)
        if self.normalization == "tree":
            scored &= tree.n_children[tree.parent[nodes]] > 1  # an only child is certain
        nodes = nodes[scored]
        logits = self._logits(hidden[scored], tree.parent[nodes])
        loss = F.cross_entropy(logits, self._column[nodes], reduction="sum")
        return loss / (counted & (items > 0)).sum().clamp(min=1)

    @torch.no_grad()
    def score(self, instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Log-likelihood of every item as the next one.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History, int64 [batch, n], padded on the right with 0; n may be 0.

        Returns:
            Float [batch, n_items]; the padding item has minus infinity.
        """
        chunks = zip(
            instruction.split(self.scoring_batch_size),
            items.split(self.scoring_batch_size),
            strict=True,
        )
        return torch.cat([self._score(*chunk) for chunk in chunks])

    def _score(self, instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        tree = self.identifiers
        states = self.backbone.encode(instruction)
        mask = instruction.ne(self.backbone.pad_id)
        tokens, nodes, _ = tree.spell(items)
        inputs = F.pad(tokens, (1, 0), value=self.backbone.start_id)
        last = (nodes > 0).sum(1)
        scores = states.new_full((len(items), len(tree.length)), -torch.inf, dtype=torch.float32)
        if tree.depth == 1:
            hidden, _ = self.backbone.decode(inputs, states, mask)
            here = torch.arange(len(items), device=items.device)
            root = torch.zeros_like(last)
            log_probs = self._logits(hidden[here, last], root).log_softmax(-1)
            scores[:, tree.item[1:]] = log_probs[:, self._column[1:]]
            return scores
        # Below the first level keys and values are reused, and they must not hold padding:
        # requests are taken together with those of equal length.
        for length in last.unique().tolist():
            rows = torch.nonzero(last == length).squeeze(1)
            hidden, cache = self.backbone.decode(
                inputs[rows, : length + 1], states[rows], mask[rows], use_cache=True
            )
            start = _Branch(
                row=rows,
                node=torch.zeros_like(rows),
                score=torch.zeros(len(rows), device=items.device),
                hidden=hidden[:, -1],
            )
            self._descend(start, cache, states, mask, scores)
        return scores

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
        tree = self.identifiers
        place, node, score = self._children_scored(branch)
        row = branch.row[place]
        item = (tree.certain_item if self.normalization == "tree" else tree.item)[node]
        done = item >= 0
        scores[row[done], item[done]] = score[done]
        if done.all():
            return
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

    def _children_scored(self, branch: _Branch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """All children of a branch's nodes: the place of their parent in the branch, their own
        numbers, and their log-likelihoods, each [n_children]."""
        place, node = self._children(branch.node)
        log_probs = self._logits(branch.hidden, branch.node).log_softmax(-1)
        return place, node, branch.score[place] + log_probs[place, self._column[node]]

    def _children(self, nodes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """All children of some nodes: the place of their parent among ``nodes``, and their own
        numbers, both int64 [n_children]."""
        tree = self.identifiers
        counts = tree.n_children[nodes]
        place = torch.arange(len(nodes), device=nodes.device).repeat_interleave(counts)
        nth = torch.arange(len(place), device=nodes.device) - (counts.cumsum(0) - counts)[place]
        return place, tree.first_child[nodes][place] + nth

    @property
    def _column(self) -> torch.Tensor:
        """The column of each node in :meth:`_logits`, int64 [n_nodes]."""
        tree = self.identifiers
        return tree.column if self.normalization == "tree" else tree.token

    def _logits(self, hidden: torch.Tensor, nodes: torch.Tensor) -> torch.Tensor:
        """Logits of what may follow each node, float [n, n_columns], for states there [n, d].

        Under ``vocabulary`` that is every token; under ``tree`` the tree's own tokens, where
        those that lead to no child have minus infinity.
        """
        tree = self.identifiers
        if self.normalization == "vocabulary":
            return self.backbone.logits(hidden, slice(0, tree.vocab_size))
        logits = self.backbone.logits(hidden, tree.tokens)
        if tree.depth == 1:
            return logits
        distinct, row = nodes.unique(return_inverse=True)
        place, child = self._children(distinct)
        closed = logits.new_ones(len(distinct), logits.shape[1], dtype=torch.bool)
        closed[place, tree.column[child]] = False
        return logits.masked_fill(closed[row], -torch.inf)
