"""The requests to measure with: what a user chose last, and an intention that is true of it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from recbole_instructrec.instruction.composer import ATTEMPTS, Composer
from recbole_instructrec.instruction.structure import Intention
from recbole_instructrec.instruction.writer import InstructionWriter

# How many targets there are behind a history, the one to predict included.
LEFT_OUT = {"test": 1, "valid": 2}


@dataclass(frozen=True)
class Case:
    """One choice to predict.

    Attributes:
        user: The dataset's own user id.
        history: Items chosen before, oldest first.
        target: The item chosen next.
        intention: What is asked for; empty for nothing.
    """

    user: str
    history: tuple[int, ...]
    target: int
    intention: Intention = Intention()


def people(
    histories: Mapping[str, Sequence[int]], n_users: int | None, seed: int, part: str = "test"
) -> list[Case]:
    """Leave-one-out cases of some users, without an intention.

    A user whose target was chosen before is left out: an answer never repeats the history.

    Args:
        histories: Everything each user has chosen, oldest first.
        n_users: How many users are drawn; None for all.
        seed: What is drawn depends on it, and not on the part.
        part: ``test`` for the last choice of each user, ``valid`` for the one before.

    Raises:
        ValueError: If n_users is not positive, or no user is left.
    """
    if n_users is not None and n_users < 1:
        raise ValueError(f"users is {n_users!r}; give a whole number of at least 1")
    behind = LEFT_OUT[part]
    users = sorted(histories)
    if n_users is not None and n_users < len(users):
        users = sorted(random.Random(seed).sample(users, n_users))
    cases = []
    for user in users:
        items = tuple(histories[user])
        history, target = items[:-behind], items[-behind] if len(items) > behind else 0
        if target and target not in history:
            cases.append(Case(user, history, target))
    if not cases:
        raise ValueError(
            f"none of {len(users)} users has a last choice ({part}) that is not in the history; "
            f"draw more users"
        )
    return cases


class Wishes:
    """Draws what is asked for.

    Args:
        writer: Gives the catalogue and the languages.
        source: One of :data:`.SOURCES`.
        language: Code of the language of vague intentions.
        seed: What is drawn depends on it and on the user.
    """

    def __init__(self, writer: InstructionWriter, source: str, language: str, seed: int) -> None:
        self._writer = writer
        self._source = source
        self._language = language
        self._seed = seed

    def specific(self, cases: Sequence[Case], n_constraints: int) -> list[Case]:
        """Those cases whose items give so many constraints, with them."""
        return self._drawn("specific", cases, n_constraints)

    def vague(self, cases: Sequence[Case]) -> list[Case]:
        """Those cases for which the language has a situation, with it."""
        return self._drawn("vague", cases, 0)

    def _drawn(self, kind: str, cases: Sequence[Case], n_constraints: int) -> list[Case]:
        composer = Composer(self._writer, max(n_constraints, 1), source=self._source)
        drawn = []
        for case in cases:
            choice = random.Random(f"{self._seed} {kind} {n_constraints} {case.user}")
            for _ in range(ATTEMPTS):
                intention = composer.intention_for(
                    kind, case.target, case.history, self._language, choice
                )
                if intention and len(intention.constraints) == n_constraints:
                    drawn.append(replace(case, intention=intention))
                    break
        return drawn
