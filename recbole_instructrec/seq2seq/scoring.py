"""Exact scores of every item: the log-likelihood of its identifier over the prefix tree."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize
from transformers import EncoderDecoderCache

from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.branches import branch, gather
from recbole_instructrec.seq2seq.identifier import Identifiers

NORMALIZATIONS = ("tree", "vocabulary")
# Two passes of the model over a batch are worth it where they leave this share of the tokens.
WORTH_SPLITTING = 0.8


@dataclass
class Branches:
    """Continuations of one request, each at a tree node, all at the same depth.

    Attributes:
        node: Tree nodes, int64 [n].
        score: Log-likelihoods so far, float [n].
        hidden: The decoder's states there, float [n, d_model].
        cache: Keys and values of what was decoded.
        states: Encoder states of the request, float [1, n_instruction, d_model].
    """

    node: torch.Tensor
    score: torch.Tensor
    hidden: torch.Tensor
    cache: EncoderDecoderCache
    states: torch.Tensor


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
        chosen: Whether anybody has chosen each item in training, bool [n_items]; None for all.
            That training never answers with the others says nothing about them, so where items
            are one token each they take no part in its softmax.

    Raises:
        ValueError: If the normalization is unknown.
    """

    def __init__(
        self,
        backbone: Backbone,
        identifiers: Identifiers,
        normalization: str = "tree",
        scoring_batch_size: int = 1024,
        chosen: torch.Tensor | None = None,
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
        self.register_buffer("chosen", chosen, persistent=False)

    def loss(
        self,
        instruction: torch.Tensor,
        items: torch.Tensor,
        counted: torch.Tensor,
        demanded: torch.Tensor,
    ) -> torch.Tensor:
        """Negative log-likelihood of what is known of each answer, given the items before it.

        An instruction stands at the counted positions. Where the item chosen there is one of those
        demanded, it is what would have been answered, and its own likelihood counts. Where it is
        not, it was chosen without having been asked for; of the answer is known only that it is
        one of those demanded, and their common likelihood counts, as that of a censored
        observation does. Identifiers of several tokens do without the latter.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History and target in order, int64 [batch, n], padded on the right with 0.
            counted: At which of them the instruction stands, bool [batch, n]; at padding it
                never does.
            demanded: Which items each instruction asks for, bool [batch, n_items].

        Returns:
            The loss, a scalar, divided by the number of positions where the item chosen is
            demanded; 0 if nothing counts.
        """
        counted = counted & (items > 0)
        followed = counted & demanded.gather(1, items)
        if self.identifiers.depth > 1:
            counted = followed
        lengths = instruction.ne(self.backbone.pad_id).sum(1)
        with parametrize.cached():
            passes = [
                self._positions(
                    instruction[rows, : int(lengths[rows].max())], items[rows], counted[rows], rows
                )
                for rows in by_length(lengths)
            ]
            # One softmax for all: each has a gradient of the whole output embedding.
            hidden, nodes, row = (torch.cat(parts) for parts in zip(*passes, strict=True))
            logits = self._logits(hidden, self.identifiers.parent[nodes])
        if self.identifiers.depth == 1 and self.chosen is not None:
            logits = logits.masked_fill(self._columns_of(~self.chosen[None], logits), -torch.inf)
        own = logits.gather(1, self._column[nodes][:, None]).squeeze(1)
        if self.identifiers.depth == 1:
            own = self._observed(own, logits, nodes, demanded, row)
        loss = (logits.logsumexp(1) - own).sum()
        return loss / followed.sum().clamp(min=1)

    def _observed(
        self,
        own: torch.Tensor,
        logits: torch.Tensor,
        nodes: torch.Tensor,
        demanded: torch.Tensor,
        row: torch.Tensor,
    ) -> torch.Tensor:
        """Logits of what was observed, float [n]: of an item itself, or of all that are demanded
        in its place.

        Args:
            own: Logits of the items' own nodes, float [n].
            logits: Of everything that could follow, float [n, n_columns].
            nodes: The items' nodes, int64 [n].
            demanded: Which items each instruction asks for, bool [batch, n_items].
            row: The instruction of each, int64 [n].
        """
        tree = self.identifiers
        censored = (~demanded[row, tree.item[nodes]]).nonzero().squeeze(1)
        closed = self._columns_of(~demanded, logits, others=True)[row[censored]]
        among = logits[censored].masked_fill(closed, -torch.inf)
        return own.index_copy(0, censored, among.logsumexp(1))

    def _columns_of(
        self, items: torch.Tensor, logits: torch.Tensor, others: bool = False
    ) -> torch.Tensor:
        """What is so of items, bool [batch, n_items], as columns of logits [n, n_columns], where
        every identifier is one token; ``others`` of the columns of no item."""
        columns = items.new_full((len(items), logits.shape[1]), others)
        columns[:, self._column[1:]] = items[:, self.identifiers.item[1:]]
        return columns

    def _positions(
        self,
        instruction: torch.Tensor,
        items: torch.Tensor,
        counted: torch.Tensor,
        rows: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Decoder states where a token that counts is to follow, float [n, d_model], the nodes
        that these tokens lead to, int64 [n], and the numbers of their rows, int64 [n]."""
        tree = self.identifiers
        tokens, nodes, position = tree.spell(items)  # each [batch, n_tokens]
        inputs = F.pad(tokens[:, :-1], (1, 0), value=self.backbone.start_id)
        states = self.backbone.encode(instruction)
        hidden, _ = self.backbone.decode(inputs, states, instruction.ne(self.backbone.pad_id))
        scored = (nodes > 0) & counted.gather(1, position)
        if self.normalization == "tree":
            scored &= tree.n_children[tree.parent[nodes]] > 1  # an only child is certain
        return hidden[scored], nodes[scored], rows[scored.nonzero()[:, 0]]

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
        with parametrize.cached():
            return torch.cat([self._score(*chunk) for chunk in chunks])

    def _score(self, instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        states = self._encode(instruction)
        if self.identifiers.depth == 1:
            return self._score_level(instruction, states, items)
        scores = states.new_full(
            (len(items), len(self.identifiers.length)), -torch.inf, dtype=torch.float32
        )
        for row, scores_of_one in enumerate(scores):
            self._descend(self._begin(instruction[row], states[row], items[row]), scores_of_one)
        return scores

    def _encode(self, instruction: torch.Tensor) -> torch.Tensor:
        """Encoder states, float [batch, n_instruction, d_model]; equal instructions are read
        once."""
        distinct, which = instruction.unique(dim=0, return_inverse=True)
        return self.backbone.encode(distinct)[which]

    def _score_level(
        self, instruction: torch.Tensor, states: torch.Tensor, items: torch.Tensor
    ) -> torch.Tensor:
        """Scores where every identifier is one token, float [batch, n_items]."""
        tree = self.identifiers
        tokens, nodes, _ = tree.spell(items)
        inputs = F.pad(tokens, (1, 0), value=self.backbone.start_id)
        hidden, _ = self.backbone.decode(inputs, states, instruction.ne(self.backbone.pad_id))
        last = (nodes > 0).sum(1)
        here = torch.arange(len(items), device=items.device)
        root = torch.zeros_like(last)
        log_probs = self._logits(hidden[here, last], root).log_softmax(-1)
        scores = log_probs.new_full((len(items), len(tree.length)), -torch.inf)
        scores[:, tree.item[1:]] = log_probs[:, self._column[1:]]
        return scores

    def begin(self, instruction: torch.Tensor, items: torch.Tensor) -> Branches:
        """Reads one request: a single branch at the root.

        Args:
            instruction: Token ids, int64 [n_instruction].
            items: History, int64 [n], padded on the right with 0; n may be 0.
        """
        return self._begin(instruction, self.backbone.encode(instruction[None])[0], items)

    def _begin(
        self, instruction: torch.Tensor, states: torch.Tensor, items: torch.Tensor
    ) -> Branches:
        # Branches attend to all that they share, so padding has to go.
        states = states[instruction.ne(self.backbone.pad_id)][None]
        tokens, nodes, _ = self.identifiers.spell(items[None])
        inputs = F.pad(tokens[nodes > 0], (1, 0), value=self.backbone.start_id)
        hidden, cache = self.backbone.decode(inputs[None], states, use_cache=True)
        root = torch.zeros(1, dtype=torch.int64, device=items.device)
        return Branches(root, hidden.new_zeros(1), hidden[:, -1], branch(cache), states)

    def expand(self, branches: Branches) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """All children of some branches' nodes: the place of their parent among the branches,
        their own numbers, and their log-likelihoods, each [n_children]."""
        tree = self.identifiers
        place, node = self._children(branches.node)
        if self.normalization == "vocabulary":
            logits = self.backbone.logits(branches.hidden, slice(0, tree.vocab_size))
            log_probs = logits[place, tree.token[node]] - logits.logsumexp(1)[place]
        else:
            logits = self.backbone.logits_of(branches.hidden[place], tree.token[node])
            log_probs = _log_softmax(logits, place, len(branches.node))
        return place, node, branches.score[place] + log_probs

    def follow(
        self,
        cache: EncoderDecoderCache,
        states: torch.Tensor,
        node: torch.Tensor,
        score: torch.Tensor,
    ) -> Branches:
        """Decodes one step further.

        Args:
            cache: The branches' parents, one for each.
            states: Encoder states of the request, float [1, n_instruction, d_model].
            node: The branches' nodes, int64 [n].
            score: Their log-likelihoods, float [n].
        """
        hidden, cache = self.backbone.decode(
            self.identifiers.token[node][:, None], states, cache=cache, use_cache=True
        )
        return Branches(node, score, hidden[:, -1], cache, states)

    def finish(
        self,
        cache: EncoderDecoderCache,
        states: torch.Tensor,
        item: torch.Tensor,
        depth: int,
        score: torch.Tensor,
    ) -> tuple[torch.Tensor, int]:
        """Decodes the rest of some items' identifiers in one pass, under ``vocabulary``.

        Args:
            cache: The branches' parents, one for each.
            states: Encoder states of the request, float [1, n_instruction, d_model].
            item: The item at the end of each branch, int64 [n].
            depth: How many tokens of its identifier lead to the branch.
            score: The branches' log-likelihoods, float [n].

        Returns:
            The items' log-likelihoods, float [n], and the number of nodes decoded.
        """
        tokens, nodes, _ = self.identifiers.spell(item[:, None])
        follows = nodes[:, depth:] > 0
        hidden, _ = self.backbone.decode(
            tokens[:, depth - 1 : -1], states, cache=cache, use_cache=True
        )
        logits = self.backbone.logits(hidden[follows], slice(0, self.identifiers.vocab_size))
        following = tokens[:, depth:][follows][:, None]
        log_probs = logits.gather(1, following).squeeze(1) - logits.logsumexp(1)
        row = follows.nonzero()[:, 0]
        return score.index_add(0, row, log_probs), len(row)

    @property
    def known_item(self) -> torch.Tensor:
        """The item of each node below which nothing is left to decode, int64 [n_nodes]: of a
        leaf, and where the rest is certain (one child all the way down, under ``tree``). -1
        elsewhere."""
        tree = self.identifiers
        return tree.certain_item if self.normalization == "tree" else tree.item

    def _descend(self, branches: Branches, scores: torch.Tensor) -> None:
        """Writes the scores of everything below some branches into ``scores``, depth first,
        float [n_items]. Each node is decoded once."""
        place, node, score = self.expand(branches)
        item = self.known_item[node]
        done = item >= 0
        scores[item[done]] = score[done].float()
        if done.all():
            return
        for chunk in torch.nonzero(~done).squeeze(1).split(self.scoring_batch_size):
            cache = gather([(branches.cache, place[chunk])])
            self._descend(self.follow(cache, branches.states, node[chunk], score[chunk]), scores)

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


def by_length(lengths: torch.Tensor) -> list[torch.Tensor]:
    """The rows of a batch in two groups, short and long, where a few long instructions would
    otherwise pad all the others.

    Args:
        lengths: Number of tokens of each row, int64 [batch].

    Returns:
        Row numbers, int64 [n], of one or two groups.
    """
    lengths, order = lengths.sort()
    n_short = torch.arange(1, len(lengths), device=lengths.device)
    tokens = n_short * lengths[:-1] + (len(lengths) - n_short) * lengths[-1]
    if not len(tokens) or tokens.min() > WORTH_SPLITTING * len(lengths) * lengths[-1]:
        return [order]
    place = int(tokens.argmin()) + 1
    return [order[:place], order[place:]]


def _log_softmax(logits: torch.Tensor, group: torch.Tensor, n_groups: int) -> torch.Tensor:
    """Log-softmax within groups, float [n], of logits [n] and their groups, int64 [n]."""
    largest = logits.new_full((n_groups,), -torch.inf).scatter_reduce(0, group, logits, "amax")
    logits = logits - largest[group]
    return logits - logits.new_zeros(n_groups).index_add(0, group, logits.exp()).log()[group]
