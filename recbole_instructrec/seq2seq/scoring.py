"""Exact scores of every item: the log-likelihood of its identifier over the prefix tree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.branches import BranchingDecoder, BranchingRequests
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding
from recbole_instructrec.seq2seq.matching import Matching
from recbole_instructrec.seq2seq.memory import Memory
from recbole_instructrec.seq2seq.states import States
from recbole_instructrec.seq2seq.t5 import T5Requests, T5TreeDecoder
from recbole_instructrec.seq2seq.tree import Traversal

NORMALIZATIONS = ("tree", "vocabulary")
# Logit of what cannot follow. Minus infinity, times a likelihood of 0, would be no number.
CLOSED = torch.finfo(torch.float32).min / 2
# Of what the number of logits is a multiple: rows of 64 bytes each. Where they begin between two of
# these, the product that they come from takes twice the time on a processor.
COLUMNS = 16
# Nodes whose logits of all tokens are computed together. They are many numbers, so with more of
# them a softmax waits for memory.
LOGITS_AT_ONCE = 128


class Scorer(nn.Module):
    """Scores all identifiers as continuations of a history, exactly.

    A request is an instruction, read by the encoder, and a history, which the decoder
    continues: its items' identifiers are the beginning of the answer.

    Args:
        backbone: The encoder-decoder.
        identifiers: How items are written in tokens.
        normalization: ``tree`` is a softmax over the children of each node, so that the
            catalogue's probabilities sum to one. ``vocabulary`` is the model's own softmax over
            all tokens, the likelihood of arXiv 2305.07001, equation 2.
        scoring_memory: MiB that scoring may take beyond the model and the scores themselves.
        chosen: Whether anybody has chosen each item in training, bool [n_items]; None for all.
            That training never answers with the others says nothing about them, so where items
            are one token each they take no part in its softmax.
        matching: What the instruction alone says of items, added to their logits; None for
            nothing, as has to be where they are not one token each.
        repeats: Whether anybody chooses an item again. Where items are one token each and nobody
            does, those of the history take no part in the softmax.

    Attributes:
        memory: The budget, which sets how much is computed at once.
        decoder: Decodes tree nodes.

    Raises:
        ValueError: If the normalization is unknown, or the budget is not positive.
    """

    def __init__(
        self,
        backbone: Backbone,
        identifiers: Identifiers,
        normalization: str = "tree",
        scoring_memory: int = 256,
        chosen: torch.Tensor | None = None,
        matching: Matching | None = None,
        repeats: bool = True,
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
        self.register_buffer("chosen", chosen, persistent=False)
        self.matching = matching
        self.repeats = repeats
        self.memory = Memory(scoring_memory, backbone.size)
        known = T5TreeDecoder.knows(backbone)
        self.decoder = T5TreeDecoder(backbone) if known else BranchingDecoder(backbone)

    def describe_items(self, items: ItemEmbedding) -> None:
        """Lets the tokens of items mean what their words say, too."""
        for part in self._with_items():
            part.describe_items(items)

    def settle_items(self) -> None:
        """Ends the training of items described: what their tokens mean is computed for good."""
        for part in self._with_items():
            part.settle_items()

    def resize(self, vocab_size: int) -> None:
        """Makes room for so many tokens."""
        for part in self._with_items():
            part.resize(vocab_size)

    def _with_items(self) -> list[Backbone | Matching]:
        return [self.backbone] if self.matching is None else [self.backbone, self.matching]

    def odds(
        self, instruction: torch.Tensor, items: torch.Tensor, answers: torch.Tensor
    ) -> torch.Tensor:
        """How much likelier one answer is than another one, of a request about an item.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History and the item in order, int64 [batch, n], padded on the right with 0.
            answers: The tokens of both answers, int64 [batch, 2].

        Returns:
            Log-odds of the first against the second, float32 [batch].
        """
        tokens, nodes, _ = self.identifiers.spell(items)
        inputs = F.pad(tokens, (1, 0), value=self.backbone.start_id)
        states = self.backbone.encode(instruction)
        hidden, _ = self.backbone.decode(inputs, states, instruction.ne(self.backbone.pad_id))
        last = hidden[torch.arange(len(items), device=items.device), (nodes > 0).sum(1)]
        with parametrize.cached():
            return self.backbone.logits_of(last, answers[:, 0]) - self.backbone.logits_of(
                last, answers[:, 1]
            )

    def close_seen(self, logits: torch.Tensor, items: torch.Tensor, n_seen: torch.Tensor) -> None:
        """Closes, in place, what nobody chooses again.

        Args:
            logits: Float32 [n, n_columns].
            items: What each has chosen, int64 [n, n_items].
            n_seen: How many of these come before, int64 [n].
        """
        if self.repeats or self.identifiers.depth > 1:
            return
        nth = torch.arange(items.shape[1], device=items.device)
        row, place = (nth < n_seen[:, None]).nonzero(as_tuple=True)
        column = self.column[self.identifiers.first_node[items[row, place]]]
        # Detached: where nothing is likely the gradient is 0 anyway, and need not be made so.
        logits.detach()[row, column] = CLOSED

    def matched(
        self, states: torch.Tensor, mask: torch.Tensor, instruction: torch.Tensor
    ) -> torch.Tensor:
        """What is added to logits, float32 [batch, n_columns] or [batch, 1]."""
        if self.matching is None:
            matched = states.new_zeros(len(states), 1, dtype=torch.float32)
        else:
            matched = self.matching(states, mask, instruction)[:, 1:]
        if self.normalization == "tree" and self.identifiers.depth == 1:
            n_tokens = len(self.identifiers.length) - 1
            return F.pad(matched.expand(-1, n_tokens), (0, -n_tokens % COLUMNS), value=CLOSED)
        if self.matching is None:
            return matched
        own = self.identifiers.tokens
        return F.pad(matched, (own.start, self.identifiers.vocab_size - own.stop))

    @torch.no_grad()
    def score(self, instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """Log-likelihood of every item as the next one.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History, int64 [batch, n], padded on the right with 0; n may be 0.

        Returns:
            Float [batch, n_items]; the padding item has minus infinity.
        """
        tree = self.identifiers
        scores = torch.full(
            (len(items), len(tree.length)), -torch.inf, dtype=torch.float32, device=items.device
        )
        n_tokens = instruction.shape[1], 1 + int(tree.length[items].sum(1).max())
        if tree.depth == 1:
            n_kept = 3 * tree.vocab_size + (self.matching.n_numbers if self.matching else 0)
            n, n_nodes = self.memory.requests(*n_tokens, n_kept), 0
        else:
            n_inner = len(self.traversal.nodes)
            n, n_nodes = self.memory.positions(*n_tokens, self._n_logits, n_inner)
            n = min(n, self.memory.requests(*n_tokens, n_inner))
        with parametrize.cached():
            for part in zip(instruction.split(n), items.split(n), scores.split(n), strict=True):
                self._score(*part, n_nodes)
        return scores

    @property
    def _n_logits(self) -> int:
        """Numbers that the logits of one node take, on average."""
        if self.normalization == "vocabulary":
            return 0  # LOGITS_AT_ONCE bounds them
        n_children = len(self.identifiers.tree) // (1 + len(self.traversal.nodes))
        return 2 * self.backbone.size.d_model * (1 + n_children)  # each a product of two vectors

    def _score(
        self, instruction: torch.Tensor, items: torch.Tensor, scores: torch.Tensor, n_nodes: int
    ) -> None:
        """Writes the scores of some requests, float32 [batch, n_tokens], decoding ``n_nodes`` of
        each at once."""
        if self.identifiers.depth == 1:
            self._score_tokens(instruction, items, scores)
            return
        requests = self.begin(instruction, items)
        log_probs = self.at_root(requests.hidden)
        children = 1 + np.arange(log_probs.shape[1])
        # Log-probabilities of nodes given their parents, by rank; they are added up at the end.
        steps = scores.new_zeros(len(items), 1 + len(self.traversal.nodes))
        self._note(children, log_probs, scores, steps)
        for nodes, hidden in self._descend(requests, n_nodes):
            _, children, log_probs = self.following(
                hidden.flatten(0, 1), np.tile(nodes, len(items))
            )
            log_probs = log_probs.view(len(items), -1)
            self._note(children[: log_probs.shape[1]], log_probs, scores, steps)
        self._add_up(scores, steps)

    def _score_tokens(
        self, instruction: torch.Tensor, items: torch.Tensor, scores: torch.Tensor
    ) -> None:
        """Writes the scores of some requests where every identifier is one token."""
        distinct, states, mask, which = self._read_once(instruction)
        hidden = self._begin(states[which], mask[which], items).hidden
        root = items.new_zeros(len(items))
        logits = self.logits(hidden, root) + self.matched(states, mask, distinct).index_select(
            0, which
        )
        self.close_seen(logits, items, (items > 0).sum(1))
        log_probs = logits.log_softmax(1).masked_fill(logits <= CLOSED, -torch.inf)
        scores[:, self.identifiers.item[1:]] = log_probs[:, self.column[1:]]

    def _note(
        self,
        children: np.ndarray,
        log_probs: torch.Tensor,
        scores: torch.Tensor,
        steps: torch.Tensor,
    ) -> None:
        """Writes log-probabilities of nodes to their items in ``scores`` or ranks in ``steps``.

        Args:
            children: The nodes, int64 [n].
            log_probs: Float [n_requests, n].
        """
        rank = self.traversal.rank[children]
        ends, inner = np.flatnonzero(rank < 0), np.flatnonzero(rank >= 0)
        scores[:, self.known_item[children[ends]]] = log_probs[:, ends]
        steps[:, rank[inner]] = log_probs[:, inner]

    def _add_up(self, scores: torch.Tensor, steps: torch.Tensor) -> None:
        """Log-probabilities of nodes and items given their parents to those given the root."""
        tree, traversal = self.identifiers.tree, self.traversal
        for depth in range(2, tree.depth):
            rank = 1 + np.flatnonzero(traversal.depth == depth)
            above = traversal.rank[tree.parent[traversal.nodes[rank - 1]]]
            steps[:, rank] += steps[:, above]
        above = traversal.rank[tree.parent[traversal.ends]]
        scores[:, self.known_item[traversal.ends]] += steps[:, above]

    def _descend(
        self, requests: T5Requests | BranchingRequests, size: int
    ) -> Iterator[tuple[np.ndarray, torch.Tensor]]:
        """Decodes every node of the traversal once, ``size`` of each request at a time.

        Yields:
            Nodes, int64 [n], and the decoder's states there, float [n_requests, n, d_model].
        """
        tree, traversal = self.identifiers.tree, self.traversal
        device, n_requests = requests.hidden.device, len(requests.hidden)
        states = States()
        above = np.zeros((n_requests, 1), dtype=np.int64)  # rows of the path to what comes next
        for start in range(0, len(traversal.nodes), size):
            nodes = traversal.nodes[start : start + size]
            depth = traversal.depth[start : start + size]
            # A parent is among these nodes or on the path to the first of them.
            place = traversal.rank[tree.parent[nodes]] - 1 - start
            new = len(states) + np.arange(n_requests * len(nodes)).reshape(n_requests, -1)
            parent = _rows(place, new, above, depth - 1)
            rows = states.add(parent, np.tile(depth, (n_requests, 1)))
            tokens = torch.from_numpy(tree.token[nodes]).to(device)
            yield nodes, self.decoder.step(requests, tokens.expand(n_requests, -1), rows, states)
            if start + size < len(traversal.nodes):
                path = tree.path_to(tree.parent[traversal.nodes[start + size]])
                place = traversal.rank[path] - 1 - start
                kept = states.keep(_rows(place, rows, above, 1 + np.arange(len(path))))
                above = np.pad(kept, ((0, 0), (1, 0)))

    def begin(
        self, instruction: torch.Tensor, items: torch.Tensor
    ) -> T5Requests | BranchingRequests:
        """Reads requests up to where the next item begins.

        Args:
            instruction: Token ids, int64 [batch, n_instruction].
            items: History, int64 [batch, n], padded on the right with 0; n may be 0.
        """
        _, states, mask, which = self._read_once(instruction)
        return self._begin(states[which], mask[which], items)

    def _read_once(self, instruction: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Reads equal instructions once: the distinct ones, int64 [n, n_instruction], their encoder
        states, float [n, n_instruction, d_model], which of them are tokens, bool [n,
        n_instruction], and which of the n each instruction is, int64 [batch]."""
        distinct, which = instruction.unique(dim=0, return_inverse=True)
        return distinct, self.decoder.read(distinct), distinct.ne(self.backbone.pad_id), which

    def _begin(
        self, states: torch.Tensor, mask: torch.Tensor, items: torch.Tensor
    ) -> T5Requests | BranchingRequests:
        tokens, nodes, _ = self.identifiers.spell(items)
        inputs = F.pad(tokens, (1, 0), value=self.backbone.start_id)
        n_tokens = 1 + (nodes > 0).sum(1)
        return self.decoder.begin(states, mask, inputs, n_tokens, self.identifiers.depth)

    def at_root(self, hidden: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of the root's children, float32 [n, n_children], for the decoder's
        states where the next item begins, float [n, d_model]."""
        tree = self.identifiers.tree
        tokens = tree.token[tree.children(0)]
        if tokens[-1] - tokens[0] + 1 == len(tokens):
            tokens = slice(int(tokens[0]), int(tokens[-1]) + 1)
        else:
            tokens = torch.from_numpy(tokens).to(hidden.device)
        if self.normalization == "tree":
            return self.backbone.logits(hidden, tokens).log_softmax(1)
        every = slice(0, self.identifiers.vocab_size)
        return self.backbone.logits(hidden, every).log_softmax(1)[:, tokens]

    def following(
        self, hidden: torch.Tensor, nodes: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, torch.Tensor]:
        """What may follow nodes, and how likely.

        Args:
            hidden: The decoder's states at the nodes, float [n, d_model].
            nodes: The nodes, int64 [n].

        Returns:
            All children of the nodes: the place of their parent among ``nodes`` and their own
            numbers, both int64 [n_children], and their log-probabilities given the parent,
            float32 [n_children].
        """
        tree = self.identifiers.tree
        place, children = tree.children_of(nodes)
        if not nodes.any():
            return place, children, self.at_root(hidden).flatten()
        tokens = torch.from_numpy(tree.token[children]).to(hidden.device)
        if self.normalization == "vocabulary":
            every = slice(0, self.identifiers.vocab_size)
            parts = []
            for first in range(0, len(nodes), LOGITS_AT_ONCE):
                some = slice(*np.searchsorted(place, [first, first + LOGITS_AT_ONCE]))
                logits = self.backbone.logits(hidden[first : first + LOGITS_AT_ONCE], every)
                parent = torch.from_numpy(place[some] - first).to(hidden.device)
                parts.append(logits.log_softmax(1)[parent, tokens[some]])
            return place, children, torch.cat(parts)
        parent = torch.from_numpy(place).to(hidden.device)
        logits = self.backbone.logits_of(hidden[parent], tokens)
        return place, children, _log_softmax(logits, parent, len(nodes))

    @property
    def traversal(self) -> Traversal:
        """The nodes to decode for the scores of all items."""
        tree = self.identifiers.tree
        return tree.undecided if self.normalization == "tree" else tree.inner

    @property
    def known_item(self) -> np.ndarray:
        """The item of each node below which nothing is left to decode, int64 [n_nodes]: of a
        leaf, and where the rest is certain (one child all the way down, under ``tree``). -1
        elsewhere."""
        tree = self.identifiers.tree
        return tree.certain_item if self.normalization == "tree" else tree.item

    def _children(self, nodes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """All children of some nodes: the place of their parent among ``nodes``, and their own
        numbers, both int64 [n_children]."""
        tree = self.identifiers
        counts = tree.n_children[nodes]
        place = torch.arange(len(nodes), device=nodes.device).repeat_interleave(counts)
        nth = torch.arange(len(place), device=nodes.device) - (counts.cumsum(0) - counts)[place]
        return place, tree.first_child[nodes][place] + nth

    @property
    def column(self) -> torch.Tensor:
        """The column of each node in :meth:`logits`, int64 [n_nodes]."""
        tree = self.identifiers
        return tree.column if self.normalization == "tree" else tree.token

    def logits(self, hidden: torch.Tensor, nodes: torch.Tensor) -> torch.Tensor:
        """Logits of what may follow each node, float [n, n_columns], for states there [n, d].

        Under ``vocabulary`` that is every token; under ``tree`` the tree's own tokens and a few
        columns of none, where what leads to no child has :data:`CLOSED`, or has it added by
        :meth:`matched` where items are one token each.
        """
        tree = self.identifiers
        if self.normalization == "vocabulary":
            return self.backbone.logits(hidden, slice(0, tree.vocab_size))
        logits = self.backbone.logits(hidden, tree.tokens, COLUMNS)
        if tree.depth == 1:
            return logits
        distinct, row = nodes.unique(return_inverse=True)
        place, child = self._children(distinct)
        closed = logits.new_ones(len(distinct), logits.shape[1], dtype=torch.bool)
        closed[place, tree.column[child]] = False
        return logits.masked_fill(closed[row], CLOSED)


def left_out(scores: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Log-likelihoods of items where some of them cannot be chosen.

    Args:
        scores: Log-likelihoods, float [batch, n_items].
        seen: What cannot be chosen, bool [batch, n_items]; less than everything.
    """
    return scores.masked_fill(seen, -torch.inf).log_softmax(1)


def _rows(place: np.ndarray, rows: np.ndarray, above: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Rows of nodes, int64 [n_requests, n], given their places among those that have ``rows``,
    int64 [n]; where negative, by their depth out of the path ``above``."""
    on_path = above[:, depth.clip(max=above.shape[1] - 1)]
    return np.where(place >= 0, rows[:, place.clip(min=0)], on_path)


def _log_softmax(logits: torch.Tensor, group: torch.Tensor, n_groups: int) -> torch.Tensor:
    """Log-softmax within groups, float [n], of logits [n] and their groups, int64 [n]."""
    largest = logits.new_full((n_groups,), -torch.inf).scatter_reduce(0, group, logits, "amax")
    logits = logits - largest[group]
    return logits - logits.new_zeros(n_groups).index_add(0, group, logits.exp()).log()[group]
