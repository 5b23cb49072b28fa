"""The best items of some requests, exactly: out of the scores of all items, or by a search."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from recbole_instructrec.seq2seq.scoring import Scorer, left_out
from recbole_instructrec.seq2seq.search import top_k


@dataclass(frozen=True)
class BestItems:
    """The best items of one request.

    Attributes:
        items: Best first, int64 [n].
        scores: Their log-likelihoods, float32 [n].
        probabilities: Their shares of the whole catalogue's likelihood, float32 [n].
    """

    items: torch.Tensor
    scores: torch.Tensor
    probabilities: torch.Tensor

    def first(self, k: int) -> BestItems:
        """The k best of them."""
        return BestItems(self.items[:k], self.scores[:k], self.probabilities[:k])


def best_items(
    scorer: Scorer,
    instruction: torch.Tensor,
    items: torch.Tensor,
    k: int,
    allowed: torch.Tensor,
    seen: torch.Tensor | None = None,
) -> list[BestItems]:
    """The k best items for each request, fewer where no more are allowed.

    Identifiers of many tokens are searched best first. Where all are one token, all scores are
    there at once; and under ``vocabulary`` they are all needed, since they do not sum to one.

    Args:
        instruction: Token ids, int64 [batch, n_instruction].
        items: Histories, int64 [batch, n], padded on the right with 0; n may be 0.
        k: Number of items, at least 1.
        allowed: Which items may be returned, bool [batch, n_items], never the padding item.
        seen: What nobody would choose again, bool [batch, n_items], where all are scored; it has
            no share of the likelihood. None for nothing.
    """
    if scorer.identifiers.depth > 1 and scorer.normalization == "tree":
        return [
            BestItems(best.items.cpu(), best.scores.cpu(), best.scores.exp().cpu())
            for best in top_k(scorer, instruction, items, k, allowed)
        ]
    found = []
    every = scorer.score(instruction, items)
    if seen is not None:
        every = left_out(every, seen)
    for scores, mask in zip(every, allowed, strict=True):
        candidates = mask.nonzero()[:, 0]
        best = candidates[scores[candidates].topk(min(k, len(candidates))).indices]
        probabilities = scores.softmax(0)[best]
        found.append(BestItems(best.cpu(), scores[best].cpu(), probabilities.cpu()))
    return found
