"""What an instruction says, as data: preference, intention, task form and context.

The four parts are those of InstructRec (Zhang et al. 2023, arXiv 2305.07001, section 2.1).
Nothing here knows a language: wording is the business of :mod:`.language`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LABEL_RELATIONS = ("is", "is_any", "is_not")
TEXT_RELATIONS = ("about", "not_about")
NUMBER_RELATIONS = (
    "at_least", "at_most", "between", "decade", "recent", "classic", "popular", "cheap",
    "expensive",
)  # fmt: skip


@dataclass(frozen=True)
class Constraint:
    """One claim about an item's attribute.

    Attributes:
        role: The attribute's role in the catalogue, e.g. ``category`` or ``price``.
        relation: One of :data:`LABEL_RELATIONS` for labels, :data:`TEXT_RELATIONS` for the
            title, :data:`NUMBER_RELATIONS` for numbers. Among the number relations it only
            decides the wording; what holds is ``low <= value <= high``.
        label: The label that the item must (``is``) or must not (``is_not``) carry, the
            labels of which it must carry at least one (``is_any``), or phrases: of one of them
            all words stand in the title (``about``), or of none (``not_about``).
        low: Smallest value allowed, inclusive; None for no limit.
        high: Largest value allowed, inclusive; None for no limit.

    Raises:
        ValueError: If the relation is unknown, or lacks its label or its limits.
    """

    role: str
    relation: str
    label: str | tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.relation in LABEL_RELATIONS + TEXT_RELATIONS:
            several = self.relation == "is_any" or self.relation in TEXT_RELATIONS
            complete = bool(self.label) and isinstance(self.label, str) != several
            needed = "`label`, a tuple of them for is_any, about and not_about"
        elif self.relation in NUMBER_RELATIONS:
            complete = self.low is not None or self.high is not None
            needed = "`low` or `high`"
        else:
            complete = False
            relations = LABEL_RELATIONS + TEXT_RELATIONS + NUMBER_RELATIONS
            needed = f"a relation among {', '.join(relations)}"
        if not complete:
            raise ValueError(f"{self.role} {self.relation!r} cannot be a constraint: give {needed}")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it names; none for a number."""
        if self.label is None:
            return ()
        return (self.label,) if isinstance(self.label, str) else self.label


@dataclass(frozen=True)
class Preference:
    """What a person likes: a history (implicit), a description (explicit), or nothing.

    Attributes:
        history: Item ids, oldest first.
        text: A description in words.
    """

    history: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Intention:
    """What a person wants now: constraints (specific), other words (vague), or nothing."""

    constraints: tuple[Constraint, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.constraints or self.text)


@dataclass(frozen=True)
class Task:
    """The form of the answer: ``matching`` recommends from the whole catalogue.

    Attributes:
        form: The task form's name, as templates give it.
        candidates: Item ids that the instruction itself offers; empty for ``matching``.
    """

    form: str = "matching"
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True)
class Instruction:
    """A person's need, complete: who likes what, wants what, in which form and situation.

    Attributes:
        language: Code of the language to word it in, e.g. ``en``.
        context: Facts about the situation or the person, by placeholder name.
    """

    language: str
    preference: Preference = Preference()
    intention: Intention = Intention()
    task: Task = Task()
    context: Mapping[str, str] = field(default_factory=dict)
