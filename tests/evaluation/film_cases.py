"""What a few users chose among the films, and may have asked for."""

from __future__ import annotations

from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.instruction.structure import Constraint, Intention

# The first user goes on to a comedy, the second to a drama; each keeps to it throughout.
HISTORIES = {"funny": [2, 15, 1], "sad": [7, 16, 4], "again": [5, 6, 5]}


def wanting(user: str, *constraints: Constraint) -> Case:
    """What a user chose last, asked for."""
    *history, target = HISTORIES[user]
    return Case(user, tuple(history), target, Intention(constraints))


def genre(label: str, relation: str = "is") -> Constraint:
    return Constraint("category", relation, label=label)
