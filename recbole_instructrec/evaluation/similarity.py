"""Text similarity between what is asked for and each item, to compare with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer

from recbole_instructrec.evaluation.asker import Asker, Score
from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.evaluation.ranking import best, ndcg
from recbole_instructrec.instruction.item_text import item_texts
from recbole_instructrec.instruction.writer import InstructionWriter


class TextSimilarity:
    """Cosine of TF-IDF vectors of an intention's words and of an item's title, labels and numbers.

    Terms are words, or one and two characters in a language that does not separate words.

    Args:
        writer: Gives the catalogue and the words.
        language: Code of the language of the intentions.
    """

    def __init__(self, writer: InstructionWriter, language: str) -> None:
        self._writer = writer
        self._language = writer.language(language)
        apart = self._language.words_apart
        terms = {"token_pattern": r"\w+"} if apart else {"analyzer": "char", "ngram_range": (1, 2)}
        self._vectors = TfidfVectorizer(**terms)
        texts = item_texts(writer.catalogue, [self._language])
        self._items = self._vectors.fit_transform(texts).T

    def scores(self, cases: Sequence[Case]) -> torch.Tensor:
        """Similarity from 0 to 1, float32 [n_cases, n_items]."""
        asked = [self._writer.intention(one.intention, self._language) for one in cases]
        similar = self._vectors.transform(asked) @ self._items
        return torch.from_numpy(similar.toarray()).float()


def mixed(score: Score, similarity: TextSimilarity, weight: float) -> Score:
    """A model's scores plus so many times the similarity."""
    return lambda cases: score(cases) + weight * similarity.scores(cases)


def tuned_weight(
    asker: Asker,
    score: Score,
    similarity: TextSimilarity,
    cases: Sequence[Case],
    weights: Sequence[float],
) -> float:
    """The weight with the best NDCG on some cases, the smallest of equally good ones."""
    gains = np.zeros(len(weights))
    for batch in asker.batches(cases):
        own, similar = score(batch), similarity.scores(batch)
        allowed = np.stack([asker.new(one) for one in batch])
        targets = [one.target for one in batch]
        for place, weight in enumerate(weights):
            gains[place] += ndcg(best(own + weight * similar, allowed, asker.k), targets).sum()
    return float(weights[int(gains.argmax())])
