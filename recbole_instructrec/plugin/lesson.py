"""Makes the instruction of one training row, and says where in the row it stands."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from recbole_instructrec.instruction.composer import ATTEMPTS, FEWEST_CANDIDATES
from recbole_instructrec.instruction.preference import FEWEST_KNOWN
from recbole_instructrec.instruction.structure import Instruction, Intention, Preference, Task
from recbole_instructrec.instruction.template import Template

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

# Forms whose sentence names items: it is about one position of the list alone.
NAMING = ("pointwise", "pairwise", "reranking")
# Forms that an item's identifier answers, or yes or no.
TRAINED_TASKS = ("matching", *NAMING)


@dataclass(frozen=True)
class Lesson:
    """What one training row teaches.

    Attributes:
        first: Position of the first item that is left in the row: a description replaces those
            before it.
        last: Position of the target.
        counted: At which positions up to the target the instruction stands, bool [last + 1].
        demanded: Which items the intention asks for, bool [n_items]; None where it is no matter.
        yes: Whether the item that the instruction names is the target, where it asks that.
        template: How the instruction is worded; None for any template that fits.
    """

    instruction: Instruction
    first: int
    last: int
    counted: np.ndarray
    demanded: np.ndarray | None = None
    yes: bool | None = None
    template: Template | None = None

    @property
    def stranger(self) -> bool:
        """Whether the instruction says nothing of the person or of the target."""
        told = self.instruction
        return told.preference == Preference() and not (told.context or told.task.candidates)


class LessonMaker:
    """Makes lessons of rows, each of a scenario and language drawn anew.

    The decoder continues the person's list, so one instruction stands at every position of it. An
    intention is drawn from one of their items; at the others the item chosen may be what it asks
    for or not. A description is made from the beginning of the list, replaces it, and stands at
    what comes after. An instruction that names candidates is about one item of the list, drawn, and
    what comes after that is left out; one that names a history as titles is about the last. A
    scenario that the items of a row do not give becomes the next simpler one.

    Args:
        dataset: The training part.
        config: The options.
        choice: Draws everything.
    """

    def __init__(self, dataset: InstructRecDataset, config: Any, choice: random.Random) -> None:
        self.dataset = dataset
        self.composer = dataset.composer
        self.choice = choice
        self.in_decoder = config["history_in"] == "decoder"
        self.languages = config["languages"]
        self.context_share = config["context_share"]
        self.chatter_share = config["chatter_share"]
        # Words of a description ask for so few items that a row teaches little else; sentences
        # that say nothing of a person teach them as well.
        self.told = not config["n_sentences"]

    def make(self, items: np.ndarray, user: int, last_place: int | None) -> Lesson:
        """The lesson of one row.

        Args:
            items: The row's history and target, int64 [n].
            user: The person's id.
            last_place: The target's place in the dataset's sequence; None where there is none.
        """
        code = self.choice.choice(self.languages)
        scenario = self.dataset.mixtures[code].draw(self.choice)
        if self.in_decoder and scenario.task in NAMING:
            left_out = self.choice.randrange(len(items) - 1)
            items = items[: len(items) - left_out]
            last_place = None if last_place is None else last_place - left_out
        counted = np.ones(len(items), dtype=bool)
        if not self.in_decoder or scenario.task in NAMING:
            counted[:-1] = False
        preference, first = self._preference(scenario.preference, items)
        counted[:first] = False
        intention, demanded = Intention(), None
        if scenario.intention != "none":
            intention, counted, demanded = self._intention(scenario.intention, items, counted, code)
        template = None
        if scenario.task == "matching" and self.choice.random() < self.chatter_share:
            if not intention.constraints or preference.kind == "none":
                intention, template = self.dataset.chatter.put_in(intention, code, self.choice)
        facts = {}
        if self.context_share and self.choice.random() < self.context_share:
            followed = counted if demanded is None else counted & demanded[items]
            facts, same = self._facts(user, last_place, followed)
            counted = counted & same
        task, yes = Task(), None
        if scenario.task in NAMING:
            own = self.dataset.chosen[user]
            task, yes = self.composer.task(scenario.task, int(items[-1]), own, self.choice)
            if len(task.candidates) < FEWEST_CANDIDATES[scenario.task]:
                task, yes = Task(), None
        context = self.composer.context(facts, code)
        instruction = Instruction(code, preference, intention, task, context)
        return Lesson(instruction, first, len(items) - 1, counted, demanded, yes, template)

    def _preference(self, kind: str, items: np.ndarray) -> tuple[Preference, int]:
        """What is said of the history, and where the list begins that is left of it."""
        last = len(items) - 1
        if kind == "explicit" and last >= FEWEST_KNOWN:
            described = self.choice.randint(FEWEST_KNOWN, last) if self.in_decoder else last
            preference = self.composer.preference(kind, items[:described].tolist(), self.choice)
            if preference.claims:
                return preference, described
        if kind == "none":
            return Preference(), last
        if self.in_decoder:
            return Preference(), 0
        return self.composer.preference("implicit", items[:-1].tolist(), self.choice), 0

    def _intention(
        self, kind: str, items: np.ndarray, counted: np.ndarray, code: str
    ) -> tuple[Intention, np.ndarray, np.ndarray | None]:
        """An intention, where of the counted positions it stands, and which items it asks for.

        At one of these positions at least the item is one of those asked for.
        """
        places = np.flatnonzero(counted)
        from_history = self.composer.source == "history"
        for _ in range(ATTEMPTS if from_history else 1):
            source = int(self.choice.choice(places))
            if from_history:
                # What was chosen before tells nothing of what comes after it.
                source = self.choice.randrange(places[-1]) if places[-1] else 0
            item = int(items[source])
            intention = self.composer.intention(kind, item, code, self.choice, self.told)
            demanded = self.dataset.catalogue.mask(intention.demands)
            stands = counted.copy()
            if from_history:
                stands[: source + 1] = False
            if intention and (stands & demanded[items]).any():
                return intention, stands, demanded
        return Intention(), counted, None

    def _facts(
        self, user: int, last_place: int | None, among: np.ndarray
    ) -> tuple[dict[str, str], np.ndarray]:
        """The facts at one of some positions, and at which of all positions they are so."""
        facts = self.dataset.facts
        if last_place is None or not facts.moments:
            return facts.of(user, None), np.ones_like(among)
        places = last_place - len(among) + 1 + np.arange(len(among))
        place = int(places[self.choice.choice(np.flatnonzero(among))])
        return facts.of(user, place), facts.same_moment(places, place)
