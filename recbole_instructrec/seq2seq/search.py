"""Exact top-k items of a request by best-first search over the prefix tree."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from transformers import EncoderDecoderCache

from recbole_instructrec.seq2seq.branches import gather
from recbole_instructrec.seq2seq.scoring import Branches, Scorer

# Nodes of one depth that are decoded together: more waste work on nodes that a better item would
# have ruled out, fewer waste calls.
OPENED_AT_ONCE = 32


@dataclass(frozen=True)
class TopK:
    """The best items, with the proof that there are no better ones.

    Attributes:
        items: Items, best first, int64 [at most k].
        scores: Their log-likelihoods, float32 [at most k].
        best_unopened: The largest log-likelihood of a node that was seen and not opened, minus
            infinity if there is none. No item below it can have a larger one, and every item that
            was not found is below one: where it is not above the last of ``scores``, the answer
            is proven.
        n_opened: Number of nodes that the decoder was asked about, the root included.
    """

    items: torch.Tensor
    scores: torch.Tensor
    best_unopened: float
    n_opened: int


@dataclass
class _Frontier:
    """Nodes of one depth that are seen and not opened.

    Attributes:
        node: The nodes, int64 [n].
        score: Their log-likelihoods, float [n].
        parent: Which of ``opened`` each hangs on, int64 [n].
        place: Its parent's place there, int64 [n].
        opened: Caches of the depth above.
        ruled_out: The largest log-likelihood of a node that was dropped.
    """

    node: torch.Tensor
    score: torch.Tensor
    parent: torch.Tensor
    place: torch.Tensor
    opened: list[EncoderDecoderCache] = field(default_factory=list)
    ruled_out: float = -torch.inf

    @classmethod
    def empty(cls, branches: Branches) -> _Frontier:
        none = branches.node[:0]
        return cls(none, branches.score[:0], none, none)

    def add(
        self, branches: Branches, node: torch.Tensor, score: torch.Tensor, place: torch.Tensor
    ) -> None:
        """Children of branches, with their parents' places among them."""
        parent = torch.full_like(place, len(self.opened))
        self.opened.append(branches.cache)
        self._set(
            torch.cat([self.node, node]), torch.cat([self.score, score]),
            torch.cat([self.parent, parent]), torch.cat([self.place, place]),
        )  # fmt: skip

    def keep_above(self, bound: float) -> None:
        """Drops nodes below which no item can be better than ``bound``."""
        above = self.score > bound
        if not above.all():
            self.ruled_out = max(self.ruled_out, float(self.score[~above].max()))
            self._keep(above)

    def pop(self, n: int) -> _Frontier:
        """Takes out the n best."""
        best = self.score.topk(min(n, len(self.score))).indices
        left = torch.ones_like(self.node, dtype=torch.bool)
        left[best] = False
        taken = _Frontier(*(one[best] for one in self._columns), self.opened)
        self._keep(left)
        return taken

    def split(self, first: torch.Tensor) -> tuple[_Frontier, _Frontier]:
        """Those of a mask, bool [n], and the others."""
        return tuple(
            _Frontier(*(one[which] for one in self._columns), self.opened)
            for which in (first, ~first)
        )

    def open(self) -> tuple[EncoderDecoderCache, torch.Tensor, torch.Tensor]:
        """The cache of the nodes' parents, and nodes and log-likelihoods in its order."""
        node, score, parent, place = (one[self.parent.argsort()] for one in self._columns)
        cache = gather(
            [(self.opened[one], place[parent == one]) for one in parent.unique().tolist()]
        )
        return cache, node, score

    @property
    def best(self) -> float:
        return float(self.score.max()) if len(self.score) else -torch.inf

    @property
    def _columns(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.node, self.score, self.parent, self.place

    def _keep(self, which: torch.Tensor) -> None:
        self._set(*(one[which] for one in self._columns))

    def _set(self, *columns: torch.Tensor) -> None:
        self.node, self.score, self.parent, self.place = columns


@torch.no_grad()
def top_k(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    k: int,
    allowed: torch.Tensor | None = None,
) -> TopK:
    """The k best items for one request, exactly.

    Log-likelihoods only fall along a path, so a node's own is a bound for all items below it.
    Nodes are opened best first, until none is left above the k-th item found.

    Args:
        scorer: The model.
        instruction: Token ids, int64 [n_instruction].
        items: History, int64 [n], padded on the right with 0; n may be 0.
        k: Number of items, at least 1.
        allowed: Which items may be returned, bool [n_items]; None for all.
    """
    tree = scorer.identifiers
    reachable = None if allowed is None else _reachable(scorer, allowed)
    branches: Branches | None = scorer.begin(instruction, items)
    states = branches.states
    frontiers: list[_Frontier] = []
    best = _Best(k, branches)
    depth, n_opened = 0, 1
    while True:
        if branches is not None:
            place, node, score = scorer.expand(branches)
            if reachable is not None:
                inside = reachable[tree.first_leaf[node] + tree.n_leaves[node]]
                kept = inside > reachable[tree.first_leaf[node]]
                place, node, score = place[kept], node[kept], score[kept]
            item = scorer.known_item[node]
            known = item >= 0
            best.add(item[known], score[known])
            if depth == len(frontiers):
                frontiers.append(_Frontier.empty(branches))
            frontiers[depth].add(branches, node[~known], score[~known], place[~known])
        for frontier in frontiers:
            frontier.keep_above(best.bound)
        depth, frontier = max(enumerate(frontiers), key=lambda one: one[1].best)
        if not len(frontier.node):
            best_unopened = max(one.ruled_out for one in frontiers)
            return TopK(best.items, best.scores, best_unopened, n_opened)
        depth += 1
        popped = frontier.pop(OPENED_AT_ONCE)
        # Where one item is left, the rest of its identifier takes one pass and not one a token.
        single, several = popped.split(tree.n_leaves[popped.node] == 1)
        if len(single.node):
            cache, node, score = single.open()
            item = tree.certain_item[node]
            score, n_decoded = scorer.finish(cache, states, item, depth, score)
            best.add(item, score)
            n_opened += n_decoded
        branches = None
        if len(several.node):
            cache, node, score = several.open()
            branches = scorer.follow(cache, states, node, score)
            n_opened += len(node)


class _Best:
    """The k best items found so far.

    Attributes:
        items: Best first, int64 [at most k].
        scores: Their log-likelihoods, float32 [at most k].
    """

    def __init__(self, k: int, branches: Branches) -> None:
        self.k = k
        self.items, self.scores = branches.node[:0], branches.score[:0].float()

    def add(self, items: torch.Tensor, scores: torch.Tensor) -> None:
        items, scores = torch.cat([self.items, items]), torch.cat([self.scores, scores.float()])
        self.scores, best = scores.topk(min(self.k, len(scores)))
        self.items = items[best]

    @property
    def bound(self) -> float:
        """What a better item has to exceed."""
        return float(self.scores[-1]) if len(self.scores) == self.k else -torch.inf


def _reachable(scorer: Scorer, allowed: torch.Tensor) -> torch.Tensor:
    """How many allowed items stand to the left of each leaf, int64 [n_leaves + 1]."""
    count = allowed[scorer.identifiers.leaf_items].cumsum(0)
    return torch.cat([count.new_zeros(1), count])
