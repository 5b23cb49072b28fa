"""Exact top-k items of requests by best-first search over the prefix tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.states import States, in_grid
from recbole_instructrec.seq2seq.tree import PrefixTree

# Best nodes of a request that are opened together: more waste work on nodes that a better item
# would have ruled out, fewer waste passes. As many as were opened before, between these two, so
# that a long search takes few passes and a short one wastes little; the fewest are so many, and
# some more for each item that is wanted.
FEWEST_OPENED_AT_ONCE = 20
OPENED_FOR_EACH_ITEM = 2
MOST_OPENED_AT_ONCE = 128
# What a token is expected to take from a log-likelihood besides its siblings' shares.
EXPECTED_LOSS = 0.1


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


def top_k(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    k: int,
    allowed: torch.Tensor | None = None,
) -> list[TopK]:
    """The k best items for each request of a batch, exactly.

    Log-likelihoods only fall along a path, so a node's own is a bound for all items below it.
    Nodes are opened best first, until none is left above the k-th item found.

    Args:
        scorer: The model.
        instruction: Token ids, int64 [batch, n_instruction].
        items: History, int64 [batch, n], padded on the right with 0; n may be 0.
        k: Number of items, at least 1.
        allowed: Which items may be returned, bool [batch, n_items]; None for all. Nodes without
            such an item below them are not opened.

    Raises:
        ValueError: If the scorer matches items, which has the scores of all at once.
    """
    if scorer.matching is not None:
        raise ValueError("a scorer that matches items has all scores at once; call score()")
    with torch.inference_mode():
        searches = _searched(scorer, instruction, items, k, allowed)
    return [search.result(items.device) for search in searches]


def _searched(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    k: int,
    allowed: torch.Tensor | None,
) -> list[_Search]:
    tree = scorer.identifiers.tree
    masks = [None] * len(items) if allowed is None else allowed.cpu().numpy()
    searches = [_Search(k, tree, scorer.known_item, mask) for mask in masks]
    requests = scorer.begin(instruction, items)
    active = np.arange(len(items))  # those that ``requests`` has
    states = States()
    opened, hidden = _Opened.roots(len(items)), requests.hidden
    while True:
        place, children, log_probs = scorer.following(hidden, opened.node)
        opened.hand_over(searches, place, children, log_probs.double().cpu().numpy())
        opened = _Opened.best(searches, states)
        if not len(opened.node):
            return searches
        left = np.unique(opened.request)
        if 2 * len(left) <= len(active):
            which = torch.from_numpy(np.searchsorted(active, left)).to(items.device)
            requests, active = requests.select(which), left
        grid = in_grid(np.searchsorted(active, opened.request))
        shape = len(active), 1 + grid[1].max(initial=0)
        tokens, rows = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        tokens[grid], rows[grid] = tree.token[opened.node], opened.row
        tokens = torch.from_numpy(tokens).to(items.device)
        hidden = scorer.decoder.step(requests, tokens, rows, states)[grid]


@dataclass
class _Opened:
    """Nodes that are decoded in one pass, in generations: the best of those seen, what is likely to
    be as good below them, and so on, so that fewer passes are spent.

    Attributes:
        request: Whose they are, int64 [n].
        node: Their numbers, int64 [n].
        generations: Each of them as a slice; in all but the first are children of the one before.
        parent: Place of the parent of a child among these nodes, int64 [n]; -1 in the first.
        row: Their rows in the decoder's states, int64 [n].
        score: Their log-likelihoods, float64 [n]; of a child not known before its parent is
            decoded.
    """

    request: np.ndarray
    node: np.ndarray
    generations: list[slice]
    parent: np.ndarray
    row: np.ndarray
    score: np.ndarray

    @classmethod
    def roots(cls, n: int) -> _Opened:
        none = np.zeros(n, dtype=np.int64)
        return cls(np.arange(n), none, [slice(0, n)], none - 1, none, np.zeros(n))

    @classmethod
    def best(cls, searches: list[_Search], states: States) -> _Opened:
        """The best nodes of each search that are not opened yet."""
        popped = [search.pop() for search in searches]
        request = np.arange(len(searches)).repeat([len(node) for node, _, _, _ in popped])
        node, score, above, worst = map(np.concatenate, zip(*popped, strict=True))
        tree = searches[0].tree
        parent, depth = np.full(len(node), -1), 1 + states.depth[above]
        generations = [(request, node, parent, above, depth, score)]
        n = 0  # nodes before this generation
        while len(node):
            few = tree.n_children[node] <= MOST_OPENED_AT_ONCE
            places = np.flatnonzero(few & (score - EXPECTED_LOSS > worst))
            nth, child = tree.children_of(node[places])
            of = places[nth]
            # All items below a node are expected to be equally likely.
            expected = score[of] - EXPECTED_LOSS + tree.log_share[child]
            kept = expected > worst[of]
            kept[kept] = _worth_opening(searches, request[of[kept]], child[kept])
            of, child, expected = of[kept], child[kept], expected[kept]
            parent = n + of
            n += len(node)
            request, node, score, worst = request[of], child, expected, worst[of]
            depth = 1 + depth[of]
            generations.append((request, node, parent, len(states) + parent, depth, score))
        ends = np.cumsum([len(one[0]) for one in generations]).tolist()
        slices = [slice(*bounds) for bounds in zip([0, *ends[:-1]], ends, strict=True)]
        request, node, parent, above, depth, score = map(
            np.concatenate, zip(*generations, strict=True)
        )
        return cls(request, node, slices, parent, states.add(above, depth), score)

    def hand_over(
        self,
        searches: list[_Search],
        place: np.ndarray,
        children: np.ndarray,
        log_probs: np.ndarray,
    ) -> None:
        """Gives each search the children of its nodes that are not opened along with them.

        Args:
            place: Places of the children's parents among these nodes, int64 [n_children],
                ascending.
            children: Their numbers, int64 [n_children].
            log_probs: Their log-probabilities given their parents, float64 [n_children].
        """
        first = self.generations[0].stop
        parent = self.parent[first:]
        tree = searches[0].tree
        nth = self.node[first:] - tree.first_child[self.node[parent]]
        taken = np.searchsorted(place, parent) + nth
        for these in self.generations[1:]:
            steps = log_probs[taken[these.start - first : these.stop - first]]
            self.score[these] = self.score[self.parent[these]] + steps
        left = np.ones(len(place), dtype=bool)
        left[taken] = False
        place, children, log_probs = place[left], children[left], log_probs[left]
        score, request = self.score[place] + log_probs, self.request[place]
        n_opened = np.bincount(self.request, minlength=len(searches)).tolist()
        for one, search in enumerate(searches):
            if n_opened[one]:
                of_it = np.flatnonzero(request == one)
                above = self.row[place[of_it]]
                search.add(children[of_it], score[of_it], above, n_opened[one])


def _worth_opening(searches: list[_Search], request: np.ndarray, node: np.ndarray) -> np.ndarray:
    """Whether there is anything to open nodes for, bool [n], given their requests and numbers."""
    worth = searches[0].known_item[node] < 0
    for one, search in enumerate(searches):
        if search.allowed is not None:
            of_it = request == one
            worth[of_it] &= search.allowed.below(node[of_it])
    return worth


class _Allowed:
    """Which items may be returned, as leaves of a tree: the places of those that may, or, where
    they are fewer, of those that may not.

    Args:
        tree: The tree.
        mask: Which items may be returned, bool [n_items]; what the padding item has is of no
            meaning.
    """

    def __init__(self, tree: PrefixTree, mask: np.ndarray) -> None:
        self.tree = tree
        self._inverted = 2 * np.count_nonzero(mask) > len(mask)
        items = 1 + np.flatnonzero(~mask[1:] if self._inverted else mask[1:])
        at = np.zeros(len(tree.leaf_items), dtype=bool)
        at[tree.leaf_of_item[items]] = True
        self._leaves = np.flatnonzero(at)

    def below(self, node: np.ndarray) -> np.ndarray:
        """Whether such an item is at or below each node, bool [n], for nodes int64 [n]."""
        first, n = self.tree.first_leaf[node], self.tree.n_leaves[node]
        found = np.searchsorted(self._leaves, first + n) - np.searchsorted(self._leaves, first)
        return found < n if self._inverted else found > 0


class _Search:
    """What is known of one request.

    Args:
        k: How many items are wanted.
        tree: The tree.
        known_item: The item of each node that need not be opened, int64 [n_nodes], -1 elsewhere.
        allowed: Which items may be returned, bool [n_items]; None for all.
    """

    def __init__(
        self, k: int, tree: PrefixTree, known_item: np.ndarray, allowed: np.ndarray | None
    ) -> None:
        self.k, self.tree, self.known_item = k, tree, known_item
        self.allowed = None if allowed is None else _Allowed(tree, allowed)
        self._items, self._scores = np.zeros(0, dtype=np.int64), np.zeros(0)
        self._node, self._score, self._above = self._items, self._scores, self._items
        self._ruled_out, self._n_opened = -np.inf, 0

    def add(self, node: np.ndarray, score: np.ndarray, above: np.ndarray, n_opened: int) -> None:
        """Takes in nodes that were seen.

        Args:
            node: Their numbers, int64 [n].
            score: Their log-likelihoods, float64 [n].
            above: Rows of their parents, int64 [n].
            n_opened: How many nodes had to be opened to see them.
        """
        self._n_opened += n_opened
        if self.allowed is not None:
            kept = self.allowed.below(node)
            node, score, above = node[kept], score[kept], above[kept]
        item = self.known_item[node]
        known = item >= 0
        left = ~known
        items = np.concatenate([self._items, item[known]])
        scores = np.concatenate([self._scores, score[known]])
        best = np.argsort(-scores, kind="stable")[: self.k]
        self._items, self._scores = items[best], scores[best]
        self._node = np.concatenate([self._node, node[left]])
        self._score = np.concatenate([self._score, score[left]])
        self._above = np.concatenate([self._above, above[left]])

    def pop(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Takes out the best nodes that can have one of the k best items below them: their
        numbers, log-likelihoods and parents' rows, and, for each, what a node is to be better
        than to be opened along with them."""
        fewest = FEWEST_OPENED_AT_ONCE + OPENED_FOR_EACH_ITEM * self.k
        n = min(max(self._n_opened, fewest), MOST_OPENED_AT_ONCE)
        if len(self._items) == self.k:
            above = self._score > self._scores[-1]
            self._ruled_out = max(self._ruled_out, self._score[~above].max(initial=-np.inf))
            self._keep(above)
        taken = np.zeros(len(self._node), dtype=bool)
        taken[np.argpartition(-self._score, n)[:n] if len(taken) > n else slice(None)] = True
        node, score, above = self._node[taken], self._score[taken], self._above[taken]
        self._keep(~taken)
        # Down to the worst of them; where they are few, down to the n-th of equal shares.
        worst = score.min(initial=0.0) - np.log(n / max(1, len(node)))
        if len(self._items) == self.k:
            worst = max(worst, self._scores[-1])
        return node, score, above, np.full(len(node), worst)

    def _keep(self, which: np.ndarray) -> None:
        self._node, self._score = self._node[which], self._score[which]
        self._above = self._above[which]

    def result(self, device: torch.device) -> TopK:
        """The answer, once nothing is left to open."""
        items, scores = (torch.from_numpy(one).to(device) for one in (self._items, self._scores))
        return TopK(items, scores.float(), float(self._ruled_out), self._n_opened)
