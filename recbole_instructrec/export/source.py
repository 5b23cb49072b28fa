"""Examples by number: the n-th one depends on the seed and n alone, whoever makes it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from recbole_instructrec.instruction.scenario import Mixture
from recbole_instructrec.instruction.structure import Example, Intention, Phrase

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

# How many rows are tried for one that gives the scenario drawn.
ROWS_TRIED = 200


@dataclass(frozen=True)
class Sentence:
    """An example in words.

    Attributes:
        template: The template of the instruction, for counting.
    """

    scenario: str
    language: str
    template: str
    input: str
    output: str


class ExampleSource:
    """Makes examples of the rows of one part of a dataset.

    Args:
        part: The part, after the split.
        mixtures: By language, scenarios with weights; each language is as likely.
        seed: Decides everything that is drawn.
        context_share: Share of the examples that say the facts about person and moment.

    Raises:
        ValueError: If the part's rows are files' own (``benchmark_filename``).
    """

    def __init__(
        self,
        part: InstructRecDataset,
        mixtures: Mapping[str, Mixture],
        seed: int = 0,
        context_share: float = 0.1,
    ) -> None:
        files = part.config["benchmark_filename"]
        if files is not None:
            raise ValueError(
                f"benchmark_filename is {files!r}, and examples are made of whole histories, which "
                f"such files do not hold; leave it out, and RecBole splits the .inter file"
            )
        rows = part.inter_feat
        self.composer = part.composer
        self.writer = part.writer
        self.mixtures = dict(mixtures)
        self.seed = seed
        self.context_share = context_share
        self.facts = part.facts
        self.chosen = part.chosen
        self._items = part.sequence.numpy()
        self._users = rows[part.uid_field].numpy()
        self._places = np.asarray(part.places(rows))
        self._lengths = rows[part.item_list_length_field].numpy()
        self._order = np.random.default_rng(seed).permutation(len(self._users))

    def __len__(self) -> int:
        """Number of rows: as many examples name each target once, before any is repeated."""
        return len(self._users)

    def example(self, number: int) -> tuple[Example, int, dict[str, str]]:
        """An example, the user it is about, and the facts that were at hand.

        Rows come in a shuffled order; where one does not give the scenario that was drawn,
        others are tried, so that the scenarios keep their weights.

        Raises:
            ValueError: If no row that was tried gives the scenario.
        """
        choice = random.Random(f"{self.seed} {number}")
        code = choice.choice(list(self.mixtures))
        scenario = self.mixtures[code].draw(choice)
        row = int(self._order[number % len(self)])
        for _ in range(ROWS_TRIED):
            user, place = int(self._users[row]), int(self._places[row])
            known = self._items[place - self._lengths[row] : place].tolist()
            told = choice.random() < self.context_share
            facts = self.facts.of(user, place) if told else {}
            example = self.composer.example(
                scenario, code, known, int(self._items[place]), self.chosen[user], facts, choice
            )
            if example is not None:
                return example, user, facts
            row = choice.randrange(len(self))
        raise ValueError(
            f"none of {ROWS_TRIED} rows gives the scenario {scenario.name}: histories are too "
            f"short, or attributes missing; leave it out of the weights"
        )

    def phrases(self, number: int) -> list[Phrase]:
        """The phrases of an example that a teacher may put into other words."""
        example, _, _ = self.example(number)
        code = example.instruction.language
        language = self.writer.language(code)
        choice = random.Random(f"{self.seed} {number} phrase")
        found = []
        for part in (example.instruction, example.answer):
            if part.intention:
                text = self.writer.intention(part.intention, language, choice)
                found.append(Phrase("intention", code, text, part.intention))
            if part.preference.kind == "explicit":
                text = self.writer.preference(part.preference, language, choice)
                found.append(Phrase("preference", code, text, part.preference))
        return found

    def sentence(self, number: int, rewritten: Mapping[Phrase, str] | None = None) -> Sentence:
        """An example in words; what a teacher has put into other words stands in those."""
        example, _, _ = self.example(number)
        if rewritten:
            example = _taught(example, self.phrases(number), rewritten)
        choice = random.Random(f"{self.seed} {number} wording")
        template = self.writer.template(example.instruction, choice)
        code = example.instruction.language
        return Sentence(
            example.scenario,
            code,
            template.text,
            self.writer.write(example.instruction, choice, template),
            self.writer.answer(example.answer, code, choice),
        )


def _taught(example: Example, phrases: list[Phrase], rewritten: Mapping[Phrase, str]) -> Example:
    """The example with other words for what it says."""
    words = {phrase.source: rewritten[phrase] for phrase in phrases if phrase in rewritten}

    def other(part):
        if part.intention in words:
            own = part.intention
            said = Intention(text=words[own], meaning=own.demands, whole=True)
            part = replace(part, intention=said)
        if part.preference in words:
            part = replace(part, preference=replace(part.preference, text=words[part.preference]))
        return part

    return replace(example, instruction=other(example.instruction), answer=other(example.answer))
