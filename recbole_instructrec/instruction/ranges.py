"""Finds ranges of numbers in a sentence: "from the 80s", "under £5", 半小时以内."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.numerals import either
from recbole_instructrec.instruction.role_words import told_apart
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.vocabulary import SHORTEST_THING, UNIT, NumberForm

MOST_DECIMALS = 9
# From here on a number in front of another one with a suffix is said whole: 5000 to 10k.
_LEAST_WHOLE = 1000
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


class RangeFinder:
    """Finds what one language says of a catalogue's numbers.

    Args:
        language: Its vocabulary's forms are what is found.
        catalogue: Has the numbers.
        units: By role, how a number of it is written, with the placeholder ``{number}``.
    """

    def __init__(
        self, language: Language, catalogue: Catalogue, units: Mapping[str, str] | None = None
    ) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary = language.vocabulary
        words_apart = language.words_apart
        self._suffix = _suffixed(vocabulary.suffixes, words_apart)
        self._largest = {
            role: float(np.nanmax(values[1:]))
            for role, values in catalogue.numbers.items()
            if np.isfinite(values[1:]).any()
        }
        self._whole = {
            role
            for role, values in catalogue.numbers.items()
            if (np.mod(values[np.isfinite(values)], 1) == 0).all()
        }
        units = units or {}
        inflected = partial(vocabulary.inflected, shortest=SHORTEST_THING)
        self._role_words = told_apart(
            {
                role: language.role_words(role).with_unit(units.get(role)).inflected(inflected)
                for role in self._largest
            }
        )
        # In the order of the file, whatever the role: there the surest forms stand first.
        self._forms = [
            (form, role, form.compiled(self._role_words[role], words_apart))
            for form in vocabulary.forms
            for role in self._largest
            if form in vocabulary.forms_of(role)
        ]

    def find(self, text: str) -> list[Token]:
        """The ranges in a plain text, by place; of two that overlap the earlier form's."""
        found: list[Token] = []
        taken = bytearray(len(text))
        for form, role, pattern in self._forms:
            for match in pattern.finditer(text):
                start, end = match.span()
                start += len(match[0]) - len(match[0].lstrip())  # a space separates
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    constraint = self._range(form, role, match)
                    found.append(Token(start, end, "range", (constraint,)))
        return sorted(found, key=lambda token: token.start)

    def _range(self, form: NumberForm, role: str, match: re.Match[str]) -> Constraint:
        """What a form says of a role."""
        said = match.groupdict()
        worth = self._role_words[role].units.get(said.pop(UNIT, None), 1)
        texts = self._with_shared_suffix([one for one in said.values() if one])
        values = [worth * self._value(form, role, one) for one in texts]
        if form.apart:
            return self._either(form, role, min(values), max(values))
        low, high = min(values), max(values)
        low, high = self._around(form, role, low)[0], self._around(form, role, high)[1]
        if form.relation == "at_least":
            # Beyond a decade is beyond its last year.
            return (Constraint.beyond(role, "above", high) if form.exclusive
                    else Constraint(role, "at_least", low=low))  # fmt: skip
        if form.relation == "at_most":
            return (Constraint.beyond(role, "below", low) if form.exclusive
                    else Constraint(role, "at_most", high=high))  # fmt: skip
        return Constraint(role, form.relation, low=low, high=high)

    def _with_shared_suffix(self, texts: list[str]) -> list[str]:
        """The texts of a range's numbers, the first with the suffix that is said of both: 20到30万,
        "20-30k"."""
        if len(texts) < 2:
            return texts
        low, high = (_DIGITS.search(text) for text in texts)
        suffix = high and self._suffix.match(texts[1], high.end())
        bare = low and not self._suffix.match(texts[0], low.end())
        if not (suffix and bare) or float(low[0].replace(",", "")) >= _LEAST_WHOLE:
            return texts
        return [texts[0][: low.end()] + suffix[0] + texts[0][low.end() :], texts[1]]

    def _around(self, form: NumberForm, role: str, number: float) -> tuple[float, float]:
        """From where to where the numbers are meant for which one is said."""
        around = form.spread * number if form.spread < 1 else form.spread
        if around < 1 and role in self._whole:
            around = 0  # no other whole number is as near
        first, last = form.part if form.decade else (0, 0)
        return number - around + first, number + around + last

    def _either(self, form: NumberForm, role: str, low: float, high: float) -> Constraint:
        """One of two numbers, or decades; what is between them as well where nothing else is."""
        first, last = self._around(form, role, low), self._around(form, role, high)
        if first[1] + 1 >= last[0]:
            start, end = form.part if form.decade else (0, 0)
            return Constraint(role, "between", low=low + start, high=high + end)
        return Constraint.any_of(
            [Constraint(role, form.relation, low=one[0], high=one[1]) for one in (first, last)]
        )

    def _value(self, form: NumberForm, role: str, said: str) -> float:
        digits = _DIGITS.search(said)
        numerals = self._vocabulary.numerals
        value = float(digits[0].replace(",", "")) if digits else numerals.value(said)
        if digits and (suffix := self._suffix.match(said, digits.end())):
            worth = self._vocabulary.suffixes[suffix[1]]
            tenths = said[suffix.end() : suffix.end() + 1]  # 12万8
            value = (value + (int(tenths) / 10 if tenths.isdigit() else 0)) * worth
        if form.back:
            return self._largest[role] - value
        if value < 100 and form.scale == 1 and self._catalogue.in_years(role):
            # The last such year or decade that has begun by the newest item's year.
            century = self._largest[role] // 100 * 100
            return value + (century if century + value <= self._largest[role] else century - 100)
        return round(value * form.scale, MOST_DECIMALS)


def _suffixed(suffixes: Iterable[str], words_apart: bool) -> re.Pattern[str]:
    """What may stand behind digits to say that they are thousands: "100k", 3万."""
    ends = r"(?!\w)" if words_apart else ""
    return re.compile(rf" ?({either(suffixes)}){ends}")
