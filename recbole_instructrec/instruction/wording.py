"""Puts constraints and claims into the words of one language."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recbole_instructrec.instruction.role_words import RoleWords
from recbole_instructrec.instruction.structure import (
    AMOUNTS,
    ANY_OF,
    LABEL_RELATIONS,
    NEGATED,
    NOT_TOGETHER,
    NUMBER_RELATIONS,
    PART_RELATIONS,
    TEXT_RELATIONS,
    Claim,
    Constraint,
    as_said,
)
from recbole_instructrec.instruction.template import check_placeholders
from recbole_instructrec.property_values import mapping

EXCLUSIONS = (*NEGATED, NOT_TOGETHER)
# How a range of a single number, and one up to nothing, are worded where there are words for them.
EXACTLY, FREE = "exactly", "free"
ANY_LABEL, ANY_NUMBER, SEVERAL = "any_label", "any_number", "several"
# In place of {label}, a pattern with {own} has labels' own names and says that they are labels.
_WORDS = ("label", "own", "low", "high", "role", "noun", "items")
_OWN = "{own}"

Doubt = Callable[[Constraint], bool]


def never(_: Constraint) -> bool:
    """No label is doubtful."""
    return False


class Wording:
    """The words for constraints and amounts.

    Args:
        constraints: What stands under ``wording:``.
        amounts: What stands under ``amounts:``.
        names: What the labels of a constraint are called.
        role_words: What the numbers of a role are called and counted in.
        word_separator: Between words.
        after_separator: Before an exclusion, and between claims.
        or_separator: Between alternatives.

    Raises:
        ValueError: If a relation, an amount or a placeholder is unknown.
    """

    def __init__(
        self,
        constraints: Mapping[str, Any],
        amounts: Mapping[str, Any],
        names: Callable[[Constraint], list[str]],
        role_words: Callable[[str], RoleWords],
        word_separator: str,
        after_separator: str,
        or_separator: str,
    ) -> None:
        _check_constraints(constraints)
        _check_amounts(amounts)
        self.constraints = constraints
        self.amounts = amounts
        self._names = names
        self._role_words = role_words
        self._word_separator = word_separator
        self._after_separator = after_separator
        self._or_separator = or_separator
        self._place = {role: place for place, role in enumerate(constraints)}

    def phrase(
        self,
        constraints: Sequence[Constraint],
        text: str,
        noun: str,
        units: Mapping[str, str],
        choice: random.Random | None,
        doubtful: Doubt = never,
    ) -> str:
        """A noun phrase: words before the noun in the order of the file, words after it, other
        words, and exclusions last.

        Args:
            text: Other words.
            noun: What the items are called.
            units: By role, how a number of it is written, with the placeholder ``{number}``.
            choice: Draws among alternative wordings; None takes the first of each.
            doubtful: Whether the labels of a constraint are worded with ``{own}`` alone, where
                there are words for that.
        """
        before: list[tuple[int, str]] = []
        after: list[str] = []
        excluded: list[str] = []
        for constraint, labels in self._distinct(constraints):
            role, side, words = self._word(constraint, labels, noun, units, choice, doubtful)
            if constraint.relation in EXCLUSIONS:
                excluded.append(words)
            elif side == "before":
                before.append((self._place[role], words))
            else:
                after.append(words)
        before.sort(key=lambda entry: entry[0])
        phrase = self._word_separator.join([*(words for _, words in before), noun, *after])
        return self._after_separator.join([phrase, *([text] if text else []), *excluded])

    def has(self, constraint: Constraint) -> bool:
        """Whether there are words for a constraint."""
        try:
            return bool(self._entry(constraint))
        except ValueError:
            return False

    def alone(
        self, constraint: Constraint, noun: str, units: Mapping[str, str], doubtful: Doubt = never
    ) -> str:
        """A constraint that stands alone, in its first wording."""
        return self._word(constraint, constraint.labels, noun, units, None, doubtful)[2]

    def claims(
        self,
        claims: Sequence[Claim],
        noun: str,
        units: Mapping[str, str],
        choice: random.Random | None,
        doubtful: Doubt = never,
    ) -> str:
        """Claims one after the other, e.g. ``mostly comedy films, hardly any horror films``."""
        return self._after_separator.join(
            self._claim(one, noun, units, choice, doubtful) for one in claims
        )

    def _claim(
        self,
        claim: Claim,
        noun: str,
        units: Mapping[str, str],
        choice: random.Random | None,
        doubtful: Doubt,
    ) -> str:
        if claim.amount not in self.amounts:
            raise ValueError(f"no wording for the amount {claim.amount}; add it under `amounts:`")
        patterns = self.amounts[claim.amount]
        pattern = choice.choice(patterns) if choice else patterns[0]
        items = self.phrase(claim.constraints, "", noun, units, choice, doubtful)
        return pattern.format(items=items)

    def _distinct(
        self, constraints: Sequence[Constraint]
    ) -> list[tuple[Constraint, tuple[str, ...]]]:
        """The constraints without those that would repeat another's words, which are of labels
        that go by one name; each with the labels of all of these."""
        said: dict[Any, tuple[Constraint, tuple[str, ...]]] = {}
        for one in constraints:
            words = (one.role, one.relation, tuple(self._names(one)), one.low, one.high, one.parts)
            first, labels = said.get(words, (one, ()))
            said[words] = first, (*labels, *one.labels)
        return list(said.values())

    def _word(
        self,
        constraint: Constraint,
        labels: Sequence[str],
        noun: str,
        units: Mapping[str, str],
        choice: random.Random | None,
        doubtful: Doubt,
    ) -> tuple[str, str, str]:
        """The role under which a constraint is worded, its side of the noun, and its words."""
        role, relation = self._entry(constraint)
        alternatives = self.constraints[role][relation]
        if doubtful(constraint):
            sure = [one for one in alternatives if any(_OWN in words for words in one.values())]
            alternatives = sure or alternatives
        ((side, pattern),) = (choice.choice(alternatives) if choice else alternatives[0]).items()
        about = self._role_words(constraint.role)
        unit = units.get(constraint.role) or about.written(self._word_separator)
        words = pattern.format(
            label=self._or_separator.join(self._names(constraint)),
            own=self._or_separator.join(labels),
            low=_number(constraint.low, unit),
            high=_number(constraint.high, unit),
            role=about.names[0],
            noun=noun,
            items=self._parts(constraint, noun, units, choice, doubtful),
        )
        return role, side, words

    def _parts(
        self,
        constraint: Constraint,
        noun: str,
        units: Mapping[str, str],
        choice: random.Random | None,
        doubtful: Doubt,
    ) -> str:
        """The parts of a constraint in one noun phrase, or of ``any_of`` in one each."""
        parts = constraint.parts
        together = [[one] for one in parts] if constraint.relation == ANY_OF else [parts]
        return self._or_separator.join(
            self.phrase(one, "", noun, units, choice, doubtful) for one in together
        )

    def _entry(self, constraint: Constraint) -> tuple[str, str]:
        """The keys under which a constraint is worded: its role or a general one, its relation
        or, for alternatives, that of a single label."""
        general = ANY_LABEL if constraint.labels else SEVERAL if constraint.parts else ANY_NUMBER
        relations = [constraint.relation]
        if constraint.relation == "is_any":
            relations.append("is")
        elif constraint.relation == "between" and constraint.low == constraint.high:
            relations.insert(0, EXACTLY)
        elif constraint.relation == "at_most" and constraint.high == 0:
            relations.insert(0, FREE)
        for relation in relations:
            for role in (constraint.role, general):
                if relation in self.constraints.get(role, ()):
                    return role, relation
        raise ValueError(
            f"no wording for {constraint.role} {constraint.relation}; add it under "
            f"`wording: {general}:`"
        )


def _check_constraints(wording: Mapping[str, Any]) -> None:
    numbers = (*NUMBER_RELATIONS, EXACTLY, FREE)
    relations = LABEL_RELATIONS + TEXT_RELATIONS + numbers + PART_RELATIONS
    for role, entries in wording.items():
        for relation, alternatives in mapping(f"wording: {role}", entries).items():
            where = f"wording: {role}: {relation}"
            if relation not in relations:
                raise ValueError(f"{where} is no relation; there are: {', '.join(relations)}")
            if not isinstance(alternatives, list) or not alternatives:
                raise ValueError(f"{where} is {alternatives!r}; give a list of alternatives")
            for entry in alternatives:
                if not isinstance(entry, Mapping) or list(entry) not in (["before"], ["after"]):
                    raise ValueError(
                        f"{where} holds {entry!r}; give `before` or `after` the noun, and words"
                    )
                for words in entry.values():
                    check_placeholders(where, words, _WORDS)


def _check_amounts(amounts: Mapping[str, Any]) -> None:
    for amount, patterns in amounts.items():
        if amount not in AMOUNTS:
            raise ValueError(f"amounts: {amount} is no amount; there are: {', '.join(AMOUNTS)}")
        if not isinstance(patterns, list) or not patterns:
            raise ValueError(f"amounts: {amount} is {patterns!r}; give a list of alternatives")
        for pattern in patterns:
            check_placeholders(f"amounts: {amount}", pattern, ("items",))


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else unit.format(number=as_said(value))
