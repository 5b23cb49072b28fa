"""What an instruction says, as data: preference, intention, task form and context.

The four parts are those of InstructRec (Zhang et al. 2023, arXiv 2305.07001, section 2.1).
Nothing here knows a language: wording is the business of :mod:`.language`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LABEL_RELATIONS = ("is", "is_any", "is_not")
NUMBER_RELATIONS = (
    "at_least", "at_most", "above", "below", "between", "outside", "decade", "recent", "classic",
    "popular", "obscure", "cheap", "expensive",
)  # fmt: skip
TEXT_RELATIONS = ("about", "not_about")
# Hold where the attribute is known and what they name does not.
NEGATED = ("is_not", "not_about", "outside")
# Of several claims, that they do not all hold, and that one of them does.
PART_RELATIONS = NOT_TOGETHER, ANY_OF = "not_together", "any_of"
# How often somebody has chosen something, most often first; preference.py says when each holds.
AMOUNTS = ("mostly", "often", "sometimes", "hardly", "never")
PREFERENCES = ("none", "implicit", "explicit")
INTENTIONS = ("none", "vague", "specific")
# The paper's forms of the answer, then its three ways to more diverse instructions: the task
# turned around (item to query, history to taste), preference and intention related, and
# reasoning before the answer.
TASKS = (
    "matching", "pointwise", "pairwise", "reranking", "query", "taste", "related", "reasoning",
)  # fmt: skip


@dataclass(frozen=True)
class Constraint:
    """One claim about an item's attribute, or that of others one, or not all, hold.

    Attributes:
        role: The attribute's role in the catalogue, e.g. ``category`` or ``price``; ``topic`` for
            all texts of an item, empty where there are ``parts``.
        relation: One of :data:`LABEL_RELATIONS` for labels, :data:`TEXT_RELATIONS` for the
            title or all texts, :data:`NUMBER_RELATIONS` for numbers, ``not_together`` or
            ``any_of``. Among the number relations it only decides the wording; what holds is
            ``low <= value <= high``, and a limit that is itself left out, ``above`` or ``below``,
            is the number just beyond it. Only ``outside`` holds where that does not.
        label: The label that the item must (``is``) or must not (``is_not``) carry, the
            labels of which it must carry at least one (``is_any``), or phrases: of one of them
            all words stand in the title or texts (``about``), or of none (``not_about``).
        low: Smallest value allowed, inclusive; None for no limit. With ``outside``, the smallest
            that is not allowed.
        high: Largest value allowed, inclusive; None for no limit. With ``outside``, the largest
            that is not allowed.
        parts: With ``not_together``, claims of which one at least must be known not to hold: of
            "no romantic comedies" that it is romantic, and that it is a comedy. With ``any_of``,
            claims of which one at least must hold: "a thriller or something about spies".

    Raises:
        ValueError: If the relation is unknown, or lacks its label or its limits.
    """

    role: str
    relation: str
    label: str | tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    parts: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        if self.relation in LABEL_RELATIONS + TEXT_RELATIONS:
            several = self.relation == "is_any" or self.relation in TEXT_RELATIONS
            complete = bool(self.label) and isinstance(self.label, str) != several
            needed = "`label`, a tuple of them for is_any, about and not_about"
        elif self.relation in NUMBER_RELATIONS:
            given = [limit is not None for limit in (self.low, self.high)]
            complete = all(given) if self.relation == "outside" else any(given)
            needed = "`low` or `high`, both of them for outside"
        elif self.relation in PART_RELATIONS:
            complete = len(self.parts) > 1 and not self.role
            needed = "two `parts` or more, and no role"
        else:
            complete = False
            relations = LABEL_RELATIONS + TEXT_RELATIONS + NUMBER_RELATIONS + PART_RELATIONS
            needed = f"a relation among {', '.join(relations)}"
        if not complete:
            raise ValueError(f"{self.role} {self.relation!r} cannot be a constraint: give {needed}")

    @classmethod
    def beyond(cls, role: str, relation: str, limit: float) -> Constraint:
        """A limit that is itself left out: ``above`` or ``below`` a number."""
        if relation == "above":
            return cls(role, relation, low=math.nextafter(limit, math.inf))
        return cls(role, relation, high=math.nextafter(limit, -math.inf))

    @classmethod
    def not_together(cls, parts: Sequence[Constraint]) -> Constraint:
        """That some claims do not all hold."""
        return cls("", NOT_TOGETHER, parts=tuple(parts))

    @classmethod
    def any_of(cls, parts: Sequence[Constraint]) -> Constraint:
        """That one of some claims holds."""
        return cls("", ANY_OF, parts=tuple(parts))

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the attributes that it is about."""
        return frozenset(one.role for one in self.parts or (self,))

    @property
    def is_range(self) -> bool:
        """Whether numbers satisfy it that have no other number between them."""
        return self.relation in NUMBER_RELATIONS and self.relation != "outside"

    @property
    def opposite(self) -> Constraint | None:
        """What exactly the items satisfy whose number does not satisfy this one: of "under 50"
        "at least 50". None for what is not about a number."""
        if self.relation not in NUMBER_RELATIONS:
            return None
        if self.low is not None and self.high is not None:
            relation = "between" if self.relation == "outside" else "outside"
            return Constraint(self.role, relation, low=self.low, high=self.high)
        if self.high is None:
            relation = "at_most" if self.relation == "above" else "below"
            return Constraint(self.role, relation, high=math.nextafter(self.low, -math.inf))
        relation = "at_least" if self.relation == "below" else "above"
        return Constraint(self.role, relation, low=math.nextafter(self.high, math.inf))

    @property
    def limits(self) -> tuple[float, float]:
        """``low`` and ``high``, infinite where there is no limit."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return low, high

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it names; none for a number."""
        if self.label is None:
            return ()
        return (self.label,) if isinstance(self.label, str) else self.label


def as_said(limit: float) -> str:
    """A limit as a person says it: fifteen digits write 50 for the number just below it, and 0 for
    those just beyond it."""
    return f"{limit if abs(limit) >= sys.float_info.min else 0:.15g}"


@dataclass(frozen=True)
class Claim:
    """How often somebody has chosen items of a kind.

    Attributes:
        amount: One of :data:`AMOUNTS`.
        constraints: The kind: items that satisfy all of them.
    """

    amount: str
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class Preference:
    """What a person likes: a history (implicit), a description (explicit), or nothing.

    Attributes:
        history: Item ids, oldest first.
        claims: A description as data, the most telling claim first.
        text: A description in words, which stands for the claims where both are given.
    """

    history: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()
    text: str = ""

    @classmethod
    def newest(cls, history: Sequence[int], most: int) -> Preference:
        """The newest items of a history, as an instruction names them."""
        return cls(history=tuple(int(item) for item in history[-most:]))

    @property
    def kind(self) -> str:
        """Which of :data:`PREFERENCES` it is; a description goes before a history."""
        if self.claims or self.text:
            return "explicit"
        return "implicit" if self.history else "none"


@dataclass(frozen=True)
class Intention:
    """What a person wants now: constraints (specific), other words (vague), or nothing.

    Attributes:
        constraints: What the sentence says of attributes.
        text: Other words.
        meaning: What other words stand for, where it is known: it is never worded itself.
        whole: Whether other words are a noun phrase themselves, "something to laugh about", and
            do not stand behind what the items are called.
    """

    constraints: tuple[Constraint, ...] = ()
    text: str = ""
    meaning: tuple[Constraint, ...] = ()
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.constraints or self.text)

    @property
    def demands(self) -> tuple[Constraint, ...]:
        """Everything that holds of what is wanted, said or meant."""
        return self.constraints + self.meaning


@dataclass(frozen=True)
class Task:
    """The form of the answer.

    Attributes:
        form: One of :data:`TASKS`.
        candidates: Item ids that the instruction itself offers; empty for ``matching``.
    """

    form: str = "matching"
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True)
class Instruction:
    """A person's need, complete: who likes what, wants what, in which form and situation.

    Attributes:
        language: Code of the language to word it in, e.g. ``en``.
        context: Facts about the situation or the person, by name, as the data has them.
    """

    language: str
    preference: Preference = Preference()
    intention: Intention = Intention()
    task: Task = Task()
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the right answer to an instruction says.

    Attributes:
        items: Item ids, the best first; empty where no item is asked for.
        yes: Whether the one candidate suits, for ``pointwise``.
        intention: What is wanted, for ``query`` and ``related``.
        preference: What is liked, for ``taste`` and ``reasoning``.
    """

    items: tuple[int, ...] = ()
    yes: bool | None = None
    intention: Intention = Intention()
    preference: Preference = Preference()


@dataclass(frozen=True)
class Example:
    """An instruction with its answer, and what both were made from.

    Attributes:
        scenario: Name of its cell of the grid.
        known: Item ids that the person had chosen before, oldest first.
        target: The item that the person chose next.
    """

    scenario: str
    instruction: Instruction
    answer: Answer
    known: tuple[int, ...]
    target: int


@dataclass(frozen=True)
class Phrase:
    """What a teacher may put into other words.

    Attributes:
        kind: ``intention`` or ``preference``.
        code: Its language.
        text: The words.
        source: The intention or preference that they say.
    """

    kind: str
    code: str
    text: str
    source: Intention | Preference
