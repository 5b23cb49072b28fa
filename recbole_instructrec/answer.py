"""What a recommendation consists of; :meth:`Recommendation.to_dict` has the same names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from recbole_instructrec.instruction.decoder import Understood
from recbole_instructrec.instruction.structure import Constraint, as_said


@dataclass(frozen=True)
class Influence:
    """What one item of the history does for a recommended one.

    Attributes:
        item_id: The history item's own id.
        title: Its title.
        effect: By how much the log-likelihood of the recommended item falls when this one is
            taken out of the history.
    """

    item_id: str
    title: str
    effect: float


@dataclass(frozen=True)
class Reasons:
    """Why an item is recommended.

    Attributes:
        constraints: What was asked for and the item meets.
        history: What of the history speaks for it most, strongest first.
        text: Both in words, in the language of the request.
    """

    constraints: tuple[Constraint, ...]
    history: tuple[Influence, ...]
    text: str


@dataclass(frozen=True)
class Item:
    """One recommended item.

    Attributes:
        item_id: The dataset's own id.
        title: Its title.
        score: Log-likelihood of its identifier, and where something stands in for a title that
            the catalogue lacks, of it with these shares; see :mod:`.stand_ins`.
        probability: Its share of the whole catalogue's likelihood, from 0 to 1.
        attributes: What the dataset says of it, by role.
        known: What people know of it besides and may ask for, by role; see :mod:`.knowledge`.
        reasons: Why it is recommended; None where reasons were not asked for.
    """

    item_id: str
    title: str
    score: float
    probability: float
    attributes: Mapping[str, Any]
    known: Mapping[str, Any]
    reasons: Reasons | None = None


@dataclass(frozen=True)
class Relaxation:
    """What another demand would give, where nothing satisfies all of them.

    Attributes:
        constraints: What is left out.
        instead: What is demanded in its place; None where nothing is.
        count: How many items satisfy the rest.
        item_id: The best of them.
        title: Its title.
        text: All this in words, in the language of the request.
    """

    constraints: tuple[Constraint, ...]
    instead: Constraint | None
    count: int
    item_id: str
    title: str
    text: str


@dataclass(frozen=True)
class Recommendation:
    """The answer to one sentence.

    Attributes:
        instruction: All that was understood, in a sentence.
        read: What of it the encoder read: what is no demand, and so not held by a mask.
        understood: What was understood of the person's own.
        items: Best first; fewer than asked for where no more satisfy the constraints.
        notes: What the person should know: titles that are doubtful or unknown, words that
            were not understood or are misspelt, and that there is nothing; in the language of the
            request.
        relaxations: Where nothing satisfies the constraints, what to relax.
    """

    instruction: str
    read: str
    understood: Understood
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()

    def noted(self, note: str) -> Recommendation:
        """The same answer with another note before the others."""
        return replace(self, notes=tuple(filter(None, (note, *self.notes))))

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, with the same names.

        A limit that is itself left out is given as it was said: ``below`` with ``high`` 50.
        """
        return asdict(self, dict_factory=_plain)


def _plain(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: float(as_said(value)) if name in ("low", "high") and value is not None else value
        for name, value in pairs
    }
