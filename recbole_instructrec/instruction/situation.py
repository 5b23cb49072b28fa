"""Vague intentions: situations and moods that stand for attributes without naming them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recbole_instructrec.catalogue import POPULARITY, Catalogue
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.template import check_placeholders

EXTREMES = ("recent", "classic", "popular")


@dataclass(frozen=True)
class Situation:
    """One situation or mood, as a language file has it.

    Attributes:
        texts: Ways to say it, noun phrases in which ``{noun}`` may stand.
        labels: Labels one of which the item has to carry, whatever their role; or else
        relation: ``recent``, ``classic`` or ``popular``; or else
        role: A role of numbers, with one of
        lower: the share of the items with the smallest numbers, or
        upper: the share of those with the largest.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...] = ()
    relation: str = ""
    role: str = ""
    lower: float | None = None
    upper: float | None = None

    @classmethod
    def parse(cls, entry: Any) -> Situation:
        """Reads one entry of ``situations:``.

        Raises:
            ValueError: If it does not say exactly one meaning, or has an unknown placeholder.
        """
        meanings = ({"labels"}, {"relation"}, {"role", "lower"}, {"role", "upper"})
        keys = set(entry) if isinstance(entry, Mapping) else set()
        if keys - {"texts"} not in meanings or not isinstance(entry.get("texts"), list):
            raise ValueError(
                f"situations holds {entry!r}; give a list `texts`, and either `labels`, "
                f"`relation`, or `role` with `lower` or `upper`"
            )
        if entry.get("relation", EXTREMES[0]) not in EXTREMES:
            raise ValueError(
                f"situations has the relation {entry['relation']!r}; choose one of "
                f"{', '.join(EXTREMES)}"
            )
        for text in entry["texts"]:
            check_placeholders("situations", text, ("noun",))
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()})


class SituationDrawer:
    """Draws situations in one language that an item is right for.

    Args:
        catalogue: The items.
        situations: Those of the language; one whose labels or role the catalogue lacks is
            never drawn.
        noun: What the items are called.
    """

    def __init__(self, catalogue: Catalogue, situations: Sequence[Situation], noun: str) -> None:
        self.meanings: list[tuple[tuple[str, ...], Constraint]] = []
        for situation in situations:
            texts = tuple(text.format(noun=noun) for text in situation.texts)
            meanings = _meanings(catalogue, situation)
            self.meanings += [(texts, meaning) for meaning in meanings]
        masks = [catalogue.mask([meaning]) for _, meaning in self.meanings]
        fits = np.array(masks, dtype=bool).reshape(len(masks), len(catalogue))
        self._of_item = [np.flatnonzero(column).tolist() for column in fits.T]

    def draw(self, item: int, choice: random.Random) -> Intention:
        """A vague intention that an item satisfies; empty where there is none."""
        fitting = self._of_item[item]
        if not fitting:
            return Intention()
        texts, meaning = self.meanings[choice.choice(fitting)]
        return Intention(text=choice.choice(texts), meaning=(meaning,), whole=True)


def _meanings(catalogue: Catalogue, situation: Situation) -> list[Constraint]:
    """What a situation stands for in a catalogue: a constraint for each role that has it."""
    if situation.relation:
        extremes = [
            catalogue.extreme(role, situation.relation) for role in (*catalogue.numbers, POPULARITY)
        ]
        return [extreme for extreme in extremes if extreme]
    if situation.role:
        return _quantile(catalogue, situation)
    wanted = {key(label) for label in situation.labels}
    meanings = []
    for role, labels in catalogue.labels.items():
        names = tuple(name for name in labels.names if key(name) in wanted)
        if names:
            meanings.append(Constraint(role, "is_any", label=names))
    return meanings


def _quantile(catalogue: Catalogue, situation: Situation) -> list[Constraint]:
    values = catalogue.numbers.get(situation.role, np.empty(0))[1:]
    values = values[np.isfinite(values)]
    if len(values) < 2 or values.min() == values.max():
        return []
    if situation.lower is not None:
        limit = float(np.quantile(values, situation.lower))
        return [Constraint(situation.role, "at_most", high=limit)]
    limit = float(np.quantile(values, 1 - situation.upper))
    return [Constraint(situation.role, "at_least", low=limit)]
