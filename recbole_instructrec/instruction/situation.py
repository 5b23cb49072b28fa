"""Vague intentions: situations and moods that stand for attributes without naming them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recbole_instructrec.catalogue import POPULARITY, Catalogue
from recbole_instructrec.instruction.concepts import Concepts
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.template import check_placeholders

EXTREMES = ("recent", "classic", "popular")
# How often an item that has a description is told by words of it, and not by what it carries.
TOLD_SHARE = 0.5
# How often only those of these words are told that the language calls otherwise, if there are any.
NAMED_SHARE = 0.5


@dataclass(frozen=True)
class Situation:
    """One situation or mood, as a language file has it.

    Attributes:
        texts: Ways to say it, noun phrases in which ``{noun}`` may stand, and ``{words}`` where
            it means ``words``.
        labels: Labels one of which the item has to carry, whatever their role; or else
        relation: ``recent``, ``classic`` or ``popular``; or else
        role: A role of numbers, with one of
        lower: the share of the items with the smallest numbers, or
        upper: the share of those with the largest; or else
        words: most of the telling words of its description that are drawn.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...] = ()
    relation: str = ""
    role: str = ""
    lower: float | None = None
    upper: float | None = None
    words: int = 0

    @classmethod
    def parse(cls, entry: Any) -> Situation:
        """Reads one entry of ``situations:``.

        Raises:
            ValueError: If it does not say exactly one meaning, or has an unknown placeholder.
        """
        meanings = ({"labels"}, {"relation"}, {"role", "lower"}, {"role", "upper"}, {"words"})
        keys = set(entry) if isinstance(entry, Mapping) else set()
        if keys - {"texts"} not in meanings or not isinstance(entry.get("texts"), list):
            raise ValueError(
                f"situations holds {entry!r}; give a list `texts`, and either `labels`, "
                f"`relation`, `words`, or `role` with `lower` or `upper`"
            )
        if entry.get("relation", EXTREMES[0]) not in EXTREMES:
            raise ValueError(
                f"situations has the relation {entry['relation']!r}; choose one of "
                f"{', '.join(EXTREMES)}"
            )
        placeholders = ("noun", "words") if "words" in entry else ("noun",)
        for text in entry["texts"]:
            check_placeholders("situations", text, placeholders)
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()})


class SituationDrawer:
    """Draws situations in one language that an item is right for.

    Args:
        catalogue: The items.
        situations: Those of the language; one whose labels or role the catalogue lacks is
            never drawn.
        noun: What the items are called.
        words: The telling words of each item's description, [n_items] of any number.
        called: What else the language calls some of them.
        concepts: What labels stand for.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        situations: Sequence[Situation],
        noun: str,
        words: Sequence[Sequence[str]],
        called: Mapping[str, Sequence[str]],
        concepts: Concepts,
    ) -> None:
        self.meanings: list[tuple[tuple[str, ...], Constraint]] = []
        self._noun = noun
        self._topic_role = catalogue.topic_role
        self._told = [one for one in situations if one.words]
        self._called = called
        self._words = words if self._told else [()] * len(catalogue)
        for situation in situations:
            texts = tuple(text.format(noun=noun, words="") for text in situation.texts)
            meanings = _meanings(catalogue, situation, concepts)
            self.meanings += [(texts, meaning) for meaning in meanings]
        masks = [catalogue.mask([meaning]) for _, meaning in self.meanings]
        fits = np.array(masks, dtype=bool).reshape(len(masks), len(catalogue))
        self._of_item = [np.flatnonzero(column).tolist() for column in fits.T]

    def __bool__(self) -> bool:
        """Whether any situation means something in the catalogue."""
        return bool(self.meanings or any(self._words))

    def draw(self, item: int, choice: random.Random, told: bool = True) -> Intention:
        """A vague intention that an item satisfies; empty where there is none.

        Args:
            told: Whether it may be words of the item's description.
        """
        fitting = self._of_item[item]
        if told and (not fitting or choice.random() < TOLD_SHARE):
            telling = self.tell(item, choice)
            if telling:
                return telling
        if not fitting:
            return Intention()
        texts, meaning = self.meanings[choice.choice(fitting)]
        return Intention(text=choice.choice(texts), meaning=(meaning,), whole=True)

    def tell(self, item: int, choice: random.Random) -> Intention:
        """A few words of an item's description; empty where it has none that tell."""
        words = self._words[item]
        if not words:
            return Intention()
        situation = choice.choice(self._told)
        named = [word for word in words if word in self._called]
        if named and choice.random() < NAMED_SHARE:
            words = named
        drawn = choice.sample(words, min(len(words), choice.randint(1, situation.words)))
        meant = [word for word in words if word in drawn]
        said = [choice.choice(self._called.get(word) or [word]) for word in meant]
        text = choice.choice(situation.texts).format(noun=self._noun, words=" ".join(said))
        meaning = Constraint(self._topic_role, "about", label=(" ".join(meant),))
        return Intention(text=text, meaning=(meaning,), whole=True)


def _meanings(catalogue: Catalogue, situation: Situation, concepts: Concepts) -> list[Constraint]:
    """What a situation stands for in a catalogue: a constraint for each role that has it."""
    if situation.relation:
        extremes = [
            catalogue.extreme(role, situation.relation) for role in (*catalogue.numbers, POPULARITY)
        ]
        return [extreme for extreme in extremes if extreme]
    if situation.role:
        return _quantile(catalogue, situation)
    meanings = []
    for role, labels in catalogue.labels.items():
        names = concepts.among(labels.names, situation.labels)
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
