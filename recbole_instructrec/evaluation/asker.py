"""Puts requests to a recommender: to the model alone, and as they are served."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from tqdm import tqdm

from recbole_instructrec.answer import Recommendation
from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.evaluation.ranking import best
from recbole_instructrec.instruction.structure import Instruction, Intention
from recbole_instructrec.recommender import Recommender, Request

Score = Callable[[Sequence[Case]], torch.Tensor]
Allowed = Callable[[Case], np.ndarray]


class Asker:
    """Asks in batches, and counts what must never happen.

    Args:
        recommender: Is asked.
        language: Code of the language to ask in.
        k: Length of the lists.
        batch_size: Requests scored at once.
        seed: Templates and wordings are drawn by it and the user.

    Attributes:
        counted: About all answers served: ``answers``; ``with demands``, those to a specific
            intention, and of these ``read as meant``, where the same items satisfy what was read
            as what was said; ``items``, ``out of catalogue``, ``repeated``, ``already known``.
    """

    def __init__(
        self, recommender: Recommender, language: str, k: int, batch_size: int, seed: int
    ) -> None:
        self.recommender = recommender
        self.catalogue = recommender.catalogue
        self.writer = recommender.writer
        self.language = language
        self.k = k
        self.seed = seed
        self.counted: Counter[str] = Counter()
        self._batch_size = batch_size

    # Sentences --------------------------------------------------------------------------------

    def sentence(
        self,
        case: Case,
        templates: str = "seen",
        language: str | None = None,
        with_history: bool = False,
    ) -> str:
        """What a case asks for, in words.

        Args:
            templates: ``first`` for the first template and wording; ``seen`` for a template used
                in training, drawn, and ``held_out`` for one that is not.
            language: Code; that of the asker where it is not given.
            with_history: Whether a history that the encoder reads stands in it.

        Raises:
            ValueError: If the language has no such template.
        """
        code = language or self.language
        instruction = Instruction(code, intention=case.intention)
        if with_history:
            instruction = self.recommender.instruction(code, case.intention, case.history)
        if templates == "first":
            return self.writer.write(instruction)
        choice = random.Random(f"{self.seed} {templates} {code} {case.user}")
        template = self.writer.template(instruction, choice, templates == "held_out")
        return self.writer.write(instruction, choice, template)

    # What comes back --------------------------------------------------------------------------

    def instructed(self, templates: str = "seen", language: str | None = None) -> Score:
        """Scores by the model alone, after reading each case's sentence."""

        def score(cases: Sequence[Case]) -> torch.Tensor:
            texts = [self.sentence(one, templates, language, with_history=True) for one in cases]
            return self.recommender.scores(texts, [one.history for one in cases])

        return score

    def uninstructed(self, cases: Sequence[Case]) -> torch.Tensor:
        """Scores by the model that is told nothing of what is asked for."""
        texts = [
            self.writer.write(self.recommender.instruction(self.language, Intention(), one.history))
            for one in cases
        ]
        return self.recommender.scores(texts, [one.history for one in cases])

    def lists(self, score: Score, cases: Sequence[Case], *allowed: Allowed) -> list[np.ndarray]:
        """The best items for each case, int64 [n_cases, k], for each way to say which items are
        allowed; see :func:`.best`."""
        parts = [
            [best(scores, np.stack([may(one) for one in batch]), self.k) for may in allowed]
            for batch in self.batches(cases)
            for scores in [score(batch)]
        ]
        return [np.concatenate(part) for part in zip(*parts, strict=True)]

    def served(
        self, cases: Sequence[Case], templates: str = "seen", language: str | None = None
    ) -> np.ndarray:
        """The items of the answers to each case's sentence, int64 [n_cases, k]; 0 where there are
        no more."""
        found = np.zeros((len(cases), self.k), dtype=np.int64)
        row = 0
        for batch in self.batches(cases):
            requests = []
            for case in batch:
                read = self.recommender.decoder.decode(self.sentence(case, templates, language))
                requests.append(Request(read, read, case.history, k=self.k))
            answers = self.recommender.answer(requests)
            for case, answer in zip(batch, answers, strict=True):
                items = self._items(case, answer)
                found[row, : len(items)] = items
                row += 1
        return found

    def _items(self, case: Case, answer: Recommendation) -> list[int]:
        ids = [item.item_id for item in answer.items]
        items = [
            self.catalogue.item_of_token[one] for one in ids if one in self.catalogue.item_of_token
        ]
        said = case.intention.constraints
        asked, read = map(self.recommender.known.mask, (said, answer.understood.constraints))
        self.counted.update(
            {
                "answers": 1,
                "with demands": int(bool(said)),
                "read as meant": int(bool(said) and np.array_equal(read, asked)),
                "items": len(ids),
                "out of catalogue": len(ids) - len(items),
                "repeated": len(ids) - len(set(ids)),
                "already known": len(set(items) & set(case.history)),
            }
        )
        return items

    def batches(self, cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
        """The cases in batches, with a progress bar."""
        starts = range(0, len(cases), self._batch_size)
        for start in tqdm(starts, desc="requests", unit="batch", leave=False, disable=None):
            yield cases[start : start + self._batch_size]

    # Which items ------------------------------------------------------------------------------

    def wanted(self, cases: Sequence[Case]) -> Iterator[np.ndarray]:
        """For each case, which items satisfy what it asks for, bool [n_items]."""
        return (self.catalogue.mask(one.intention.demands) for one in cases)

    def satisfies(self, item: int, case: Case) -> bool:
        """Whether an item satisfies what a case asks for."""
        return bool(self.catalogue.mask(case.intention.demands)[item])

    def new(self, case: Case) -> np.ndarray:
        """All items but those of the history, bool [n_items]."""
        allowed = np.ones(len(self.catalogue), dtype=bool)
        allowed[[0, *case.history]] = False
        return allowed

    def filtered(self, case: Case) -> np.ndarray:
        """Those of :meth:`new` that satisfy what is asked for, bool [n_items]."""
        return self.new(case) & self.catalogue.mask(case.intention.demands)
