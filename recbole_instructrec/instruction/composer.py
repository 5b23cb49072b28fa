"""Makes true instructions, with their answers, from what somebody chose."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence

from recbole_instructrec.instruction.intention import IntentionDrawer
from recbole_instructrec.instruction.preference import FEWEST_KNOWN, PreferenceDrawer
from recbole_instructrec.instruction.scenario import Scenario
from recbole_instructrec.instruction.situation import SituationDrawer
from recbole_instructrec.instruction.structure import (
    Answer,
    Constraint,
    Example,
    Instruction,
    Intention,
    Preference,
    Task,
)
from recbole_instructrec.instruction.telling_words import telling_words
from recbole_instructrec.instruction.writer import InstructionWriter

SOURCES = ("target", "history")
# Tasks by what their answers say: the intention, a description of the taste, and no item.
TELLING_INTENTION = ("query", "related")
TELLING_TASTE = ("taste", "reasoning")
WITHOUT_ITEMS = ("query", "taste", "pointwise")
FEWEST_CANDIDATES = {"pointwise": 1, "pairwise": 2, "reranking": 2}
# How many items are looked at for an intention that is true of the target as well.
ATTEMPTS = 8


class Composer:
    """Makes the parts of an instruction, and whole examples.

    Args:
        writer: Gives the catalogue and the languages.
        max_constraints: Largest number of constraints in a specific intention.
        max_history: Most items of a history that an instruction names.
        n_candidates: Number of candidates in a reranking.
        source: Where an intention comes from. ``target``: the item to recommend, whose
            attributes it leaks, as in the paper (arXiv 2305.07001, section 2.2); ``history``:
            one of the items chosen before, so that nothing of the target is told but that it
            is of that kind, too.
    """

    def __init__(
        self,
        writer: InstructionWriter,
        max_constraints: int = 2,
        max_history: int = 20,
        n_candidates: int = 10,
        source: str = "target",
    ) -> None:
        self.writer = writer
        self.catalogue = writer.catalogue
        self.max_history = max_history
        self.n_candidates = n_candidates
        self.source = source
        self._specific = IntentionDrawer(self.catalogue, max_constraints)
        words = telling_words(self.catalogue, writer.languages.values())
        self._vague = {
            code: SituationDrawer(
                self.catalogue,
                language.situations,
                writer.noun(language),
                words,
                language.vocabulary.called,
                language.concepts,
            )
            for code, language in writer.languages.items()
        }
        self._explicit = PreferenceDrawer(self.catalogue)

    def lacking(self, scenario: Scenario, code: str) -> str:
        """Why a scenario cannot be made in a language; empty where it can."""
        if scenario.intention == "specific" and not self._specific:
            return "no role with labels or numbers, and nothing popular"
        if scenario.intention == "vague" and not self._vague[code]:
            return f"no attribute for a situation in instructions/{code}.yaml"
        told = scenario.preference == "explicit" or scenario.task in TELLING_TASTE
        if told and not self._explicit:
            return "no attribute to describe a taste by"
        if scenario.task in TELLING_TASTE and self.max_history < FEWEST_KNOWN:
            return (
                f"a taste is told of {FEWEST_KNOWN} titles or more, and max_instruction_history is "
                f"{self.max_history}"
            )
        try:
            for yes in (True, False) if scenario.task == "pointwise" else (None,):
                example = _sample(scenario, code, yes)
                self.writer.template(example.instruction)
                self.writer.answer(example.answer, code)
        except ValueError as error:
            return str(error)
        return ""

    def preference(
        self, kind: str, history: Sequence[int], choice: random.Random | None
    ) -> Preference:
        """A preference of a kind; empty where the history does not give one."""
        if kind == "implicit":
            return Preference.newest(history, self.max_history)
        if kind == "explicit" and choice is not None:
            return self._explicit.draw(history, choice)
        return Preference()

    def intention(
        self, kind: str, item: int, code: str, choice: random.Random, told: bool = True
    ) -> Intention:
        """An intention of a kind that is true of an item; empty where it has no attribute.

        Args:
            told: Whether something vague may be words of the item's description.
        """
        if kind == "specific":
            return self._specific_of(item, code, choice)
        if kind == "vague":
            return self._vague[code].draw(item, choice, told)
        return Intention()

    def telling(self, item: int, code: str, choice: random.Random) -> Intention:
        """An intention in words of an item's description; empty where it has none that tell."""
        return self._vague[code].tell(item, choice)

    def _specific_of(self, item: int, code: str, choice: random.Random) -> Intention:
        """A specific intention that is true of an item as its words are read, too: what lacks one
        of two labels that share a name may have the other."""
        for _ in range(ATTEMPTS):
            drawn = self._specific.draw(item, choice)
            intention = self.writer.read(drawn, code)
            if intention == drawn or self.satisfies(item, intention.constraints):
                return intention
        return Intention()

    def intention_for(
        self, kind: str, target: int, history: Sequence[int], code: str, choice: random.Random
    ) -> Intention:
        """An intention of a kind that is true of the target, drawn from the source."""
        if self.source == "target" or kind == "none":
            return self.intention(kind, target, code, choice)
        for _ in range(ATTEMPTS if len(history) else 0):
            intention = self.intention(kind, int(choice.choice(history)), code, choice)
            if intention and self.satisfies(target, intention.demands):
                return intention
        return Intention()

    def task(
        self, form: str, target: int, own: Collection[int], choice: random.Random
    ) -> tuple[Task, bool | None]:
        """A task of a form about a target, and for ``pointwise`` whether the answer is yes.

        Args:
            own: All that the person ever chose: none of it is offered beside the target, so
                that nothing which is still to be predicted is named.
        """
        if form == "query":
            return Task(form, (target,)), None
        if form == "pointwise":
            yes = choice.random() < 0.5
            return Task(form, (target,) if yes else self._others(1, own, choice)), yes
        count = {"pairwise": 1, "reranking": self.n_candidates - 1}.get(form, 0)
        if not count:
            return Task(form), None
        candidates = [target, *self._others(count, own, choice)]
        choice.shuffle(candidates)
        return Task(form, tuple(candidates)), None

    def context(self, facts: Mapping[str, str], code: str) -> dict[str, str]:
        """The facts for which a language has words."""
        language = self.writer.language(code)
        return {name: value for name, value in facts.items() if language.fact(name, value)}

    def example(
        self,
        scenario: Scenario,
        code: str,
        known: Sequence[int],
        target: int,
        own: Collection[int],
        facts: Mapping[str, str],
        choice: random.Random,
    ) -> Example | None:
        """An instruction whose right answer is, or is about, the target.

        Args:
            scenario: Its cell of the grid.
            code: The language.
            known: What the person chose before, oldest first.
            target: What the person chose next.
            own: All that the person ever chose.
            facts: What to say about the person and the moment.

        Returns:
            None where the items do not have the attributes that the scenario needs.
        """
        known = tuple(int(item) for item in known)
        preference = self.preference(scenario.preference, known, choice)
        intention = self.intention_for(scenario.intention, target, known, code, choice)
        if preference.kind != scenario.preference or bool(intention) != (
            scenario.intention != "none"
        ):
            return None
        task, yes = self.task(scenario.task, target, own, choice)
        if len(task.candidates) < FEWEST_CANDIDATES.get(scenario.task, 0):
            return None
        told = Preference()
        if scenario.task in TELLING_TASTE:
            # The answer is about the titles that the sentence names.
            told = self._explicit.draw(preference.history or known, choice)
            if not told.claims:
                return None
        answered = scenario.task in TELLING_INTENTION
        return Example(
            scenario=scenario.name,
            instruction=Instruction(
                code,
                preference,
                Intention() if answered else intention,
                task,
                self.context(facts, code),
            ),
            answer=Answer(
                items=() if scenario.task in WITHOUT_ITEMS else (target,),
                yes=yes,
                intention=intention if answered else Intention(),
                preference=told,
            ),
            known=known,
            target=target,
        )

    def satisfies(self, item: int, constraints: Sequence[Constraint]) -> bool:
        """Whether an item satisfies every constraint."""
        return bool(self.catalogue.mask(constraints)[item])

    def _others(self, count: int, own: Collection[int], choice: random.Random) -> tuple[int, ...]:
        """Items of the catalogue that are not a person's own, each once; fewer where there are
        not so many."""
        drawn: dict[int, None] = {}
        for _ in range(20 * count):
            item = choice.randrange(1, len(self.catalogue))
            if item not in own:
                drawn[item] = None
            if len(drawn) == count:
                break
        return tuple(drawn)


def _sample(scenario: Scenario, code: str, yes: bool | None) -> Example:
    """An example of a scenario's shape, to see whether there are words for it."""
    intention = Intention(text="-") if scenario.intention != "none" else Intention()
    shown = {
        "none": Preference(), "implicit": Preference(history=(0,)),
        "explicit": Preference(text="-"),
    }[scenario.preference]  # fmt: skip
    answered = scenario.task in TELLING_INTENTION
    candidates = (0, 0) if scenario.task in ("pointwise", "pairwise", "reranking", "query") else ()
    told = Preference(text="-") if scenario.task in TELLING_TASTE else Preference()
    return Example(
        scenario.name,
        Instruction(
            code, shown, Intention() if answered else intention, Task(scenario.task, candidates)
        ),
        Answer(
            () if scenario.task in WITHOUT_ITEMS else (0,),
            yes,
            intention if answered else Intention(),
            told,
        ),
        (),
        0,
    )
