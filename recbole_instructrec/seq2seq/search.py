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

    def pop(self, n: int) -> tuple[EncoderDecoderCache, torch.Tensor, torch.Tensor]:
        """Takes out the n best: their parents' cache, their nodes and their log-likelihoods."""
        best = self.score.topk(min(n, len(self.score))).indices
        best = best[self.parent[best].argsort(stable=True)]
        node, score, parent, place = (one[best] for one in self._columns)
        cache = gather(
            [(self.opened[one], place[parent == one]) for one in parent.unique().tolist()]
        )
        left = torch.ones_like(self.node, dtype=torch.bool)
        left[best] = False
        self._keep(left)
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
    branches = scorer.begin(instruction, items)
    frontiers: list[_Frontier] = []
    found = branches.node[:0]
    scores = branches.score[:0].float()
    depth, n_opened = 0, 1
    while True:
        place, node, score = scorer.expand(branches)
        if reachable is not None:
            inside = reachable[tree.first_leaf[node] + tree.n_leaves[node]]
            kept = inside > reachable[tree.first_leaf[node]]
            place, node, score = place[kept], node[kept], score[kept]
        item = scorer.known_item[node]
        known = item >= 0
        found, scores = torch.cat([found, item[known]]), torch.cat([scores, score[known].float()])
        scores, best = scores.topk(min(k, len(scores)))
        found = found[best]
        bound = float(scores[-1]) if len(scores) == k else -torch.inf
        if depth == len(frontiers):
            frontiers.append(_Frontier.empty(branches))
        frontiers[depth].add(branches, node[~known], score[~known], place[~known])
        for frontier in frontiers:
            frontier.keep_above(bound)
        depth, frontier = max(enumerate(frontiers), key=lambda one: one[1].best)
        if not len(frontier.node):
            best_unopened = max(one.ruled_out for one in frontiers)
            return TopK(found, scores, best_unopened, n_opened)
        cache, node, score = frontier.pop(OPENED_AT_ONCE)
        branches = scorer.follow(cache, branches.states, node, score)
        depth += 1
        n_opened += len(node)


def _reachable(scorer: Scorer, allowed: torch.Tensor) -> torch.Tensor:
    """How many allowed items stand to the left of each leaf, int64 [n_leaves + 1]."""
    count = allowed[scorer.identifiers.leaf_items].cumsum(0)
    return torch.cat([count.new_zeros(1), count])
