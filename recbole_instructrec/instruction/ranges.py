"""Finds ranges of numbers in a sentence: "from the 80s", "under £5", 半小时以内."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key
from recbole_instructrec.instruction.numerals import either
from recbole_instructrec.instruction.role_words import RoleWords, told_apart
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.vocabulary import (
    BESIDE,
    LOW_UNIT,
    PLAIN_NUMBER,
    SHORTEST_THING,
    UNIT,
    NumberForm,
)

MOST_DECIMALS = 9
# From here on a number in front of another one with a suffix is said whole: 5000 to 10k.
_LEAST_WHOLE = 1000
# Of one of two numbers each means no more than this part of what lies between them.
APART = 4
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LAST_WORD = re.compile(r"([^\W\d_]{3,}) ?$")
_SIGNS = "[ ,;，；、]{0,3}"
PRICE = "price"


@dataclass(frozen=True)
class _Range:
    """What a stretch of a text says of a number, and what one of its unit is worth."""

    start: int
    end: int
    constraint: Constraint
    worth: float


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
        self._numeral = vocabulary.numerals.with_suffix(vocabulary.suffixes)
        self._vague = re.compile(vocabulary.numerals.vague)
        self._smallest, self._largest = (
            {
                role: float(end(values[1:]))
                for role, values in catalogue.numbers.items()
                if np.isfinite(values[1:]).any()
            }
            for end in (np.nanmin, np.nanmax)
        )
        self._whole, self._in_halves = (
            {
                role
                for role, values in catalogue.numbers.items()
                if (np.mod(values[np.isfinite(values)], step) == 0).all()
            }
            for step in (1, 0.5)
        )
        units = units or {}
        inflected = partial(vocabulary.inflected, shortest=SHORTEST_THING)
        columns = {role: one.column for role, one in catalogue.roles.items()}
        words = {
            role: language.role_words(role)
            .of_column(columns.get(role, role))
            .with_unit(units.get(role))
            .also_called(vocabulary.unit_names)
            .inflected(inflected)
            for role in self._largest
        }
        # A year has forms of its own, without a unit: "5 years" may be an age.
        own = {form.role for form in vocabulary.forms}
        self._role_words = told_apart(
            {role: replace(one, units={}) if role in own else one for role, one in words.items()}
        )
        self._words_apart = words_apart
        self._other_names = tuple(
            name
            for role in (*catalogue.labels, *self._largest)
            if role != PRICE
            for name in (role, *language.role_words(role).names)
            if len(name) > 1
        )
        self._names = frozenset(
            name for one in self._role_words.values() for name in one.names if len(name) > 1
        )
        # In the order of the file, whatever the role: there the surest forms stand first.
        self._forms = [
            (form, role, form.compiled(words, words_apart))
            for form in vocabulary.forms
            for role, words in (*self._role_words.items(), (BESIDE, RoleWords.of(BESIDE)))
            if (form in vocabulary.forms_of(role) if role != BESIDE else form.role == BESIDE)
        ]
        words = vocabulary.words
        holding = (
            " ".join(filter(None, said)) for said in product(words["with"], ("", *words["article"]))
        )
        self._holding = Lexicon(((phrase, True) for phrase in holding), words_apart)
        self._in_labels = {
            word
            for labels in catalogue.labels.values()
            for label in labels.names
            for name in (label, *language.names_of_label(label))
            for word in key(name).split()
        }
        joining = (word for name in ("and", "or", "border") for word in vocabulary.words[name])
        self._joined = re.compile(rf"{_SIGNS}(?:{either(joining)}{_SIGNS}){{0,2}}")
        self._or = re.compile(either(vocabulary.words["or"]))

    def find(self, text: str) -> list[Token]:
        """The ranges in a plain text, by place; of two that overlap the earlier form's."""
        found: list[_Range] = []
        taken = bytearray(len(text))
        for form, role, pattern in self._forms:
            for match in pattern.finditer(text):
                start, end = match.span()
                start += len(match[0]) - len(match[0].lstrip())  # a space separates
                if any(taken[start:end]) or self._cuts_name(match):
                    continue
                if role == PRICE and self._of_another(text, start):
                    taken[start:end] = b"\1" * (end - start)
                    continue
                if role == BESIDE:
                    new = self._beside(form, match, found, text)
                else:
                    new = self._range(form, role, match, self._worth(role, match))
                plain_price = role == PRICE and form.amount == PLAIN_NUMBER
                if plain_price and self._of_something_else(text[:start], new.constraint):
                    continue
                outside = form.within and not self._has_numbers_of(new.constraint)
                if new is not None and not outside:
                    taken[start:end] = b"\1" * (end - start)
                    found.append(replace(new, start=start, end=end))
        tokens = (self._without_too_much(one, text) for one in found)
        return sorted(tokens, key=lambda token: token.start)

    def _of_something_else(self, before: str, price: Constraint) -> bool:
        """Whether a number without a currency counts what nothing here is called, and is no price:
        "with metascore over 85"."""
        word = _LAST_WORD.search(before)
        if not word or not self._words_apart:
            return False
        forms = (word[1], *self._vocabulary.inflected(word[1], SHORTEST_THING))
        if any(self._is_known(key(form)) for form in forms):
            return False
        limits = (one for one in (price.low, price.high) if one is not None)
        off = any(self._off(PRICE, one) > 1 for one in limits)
        return off or self._holding.ends(folded(before[: word.start()].rstrip()))

    def _is_known(self, word: str) -> bool:
        catalogue = self._catalogue
        return (
            word in self._vocabulary.known
            or word in self._in_labels
            or word in catalogue.words
            or word in catalogue.topic_words
        )

    def _cuts_name(self, match: re.Match[str]) -> bool:
        """Whether what a number of a language without spaces ends with begins a role's name: 内 of
        内存 is not "within"."""
        if self._words_apart:
            return False
        end, said = match.end(), match.groupdict()
        unit = match.end(UNIT) if said.get(UNIT) else match.start()
        return any(
            match.string.startswith(name, end - inside)
            for name in self._names
            for inside in range(1, min(len(name), end - unit + 1))
        )

    def _of_another(self, text: str, start: int) -> bool:
        """Whether another role is named directly before a number in a language without spaces:
        存储不低于256 says nothing of the price."""
        return not self._words_apart and text.endswith(self._other_names, 0, start)

    def _has_numbers_of(self, constraint: Constraint) -> bool:
        """Whether the limits of a range are within the catalogue's."""
        role = constraint.role
        limits = [one for one in (constraint.low, constraint.high) if one is not None]
        return all(self._smallest[role] <= one <= self._largest[role] for one in limits)

    def _beside(
        self, form: NumberForm, match: re.Match[str], found: Sequence[_Range], text: str
    ) -> _Range | None:
        """A limit that says no role, where it is one of the role of another limit beside it: "over
        100 pages but under 200". None where there is none, or where a price is meant rather: "at
        least 2 bedrooms, under 200"."""
        for other in found:
            first, second = sorted([match.span(), (other.start, other.end)])
            limit, role = other.constraint, other.constraint.role
            alone = limit.is_range and None in (limit.low, limit.high)
            if (
                not alone
                or self._catalogue.in_years(role)
                or not self._joined.fullmatch(text, first[1], second[0])
            ):
                continue
            new = self._range(form, role, match, other.worth)
            said = new.constraint
            if (said.low is None) == (limit.low is None):
                continue
            low, high = (said.low, limit.high) if limit.low is None else (limit.low, said.high)
            number = high if limit.high is None else low
            either_or = self._or.search(text, first[1], second[0])
            if (low < high or either_or) and self._off(role, number) <= self._off(PRICE, number):
                return new
        return None

    def _off(self, role: str, number: float) -> float:
        """How many times a number is larger or smaller than all of a role; 1 where it is not."""
        if role not in self._largest:
            return np.inf
        least, largest = self._smallest[role], self._largest[role]
        if least <= number <= largest:
            return 1
        return max(number / largest, least / number) if least > 0 and number > 0 else np.inf

    def _without_too_much(self, one: _Range, text: str) -> Token:
        """A range as a token; its opposite where it is said to be too much."""
        constraint, end = one.constraint, one.end
        said = self._vocabulary.too_much.match(text, end)
        if said and constraint.is_range and None in (constraint.low, constraint.high):
            constraint, end = constraint.opposite, said.end()
        return Token(one.start, end, "range", (constraint,))

    def _worth(self, role: str, match: re.Match[str]) -> float:
        """What a number with the unit of a match, if it has one, is worth."""
        unit = match.groupdict().get(UNIT)
        return self._role_words[role].units.get(unit, 1)

    def _range(self, form: NumberForm, role: str, match: re.Match[str], worth: float) -> _Range:
        """What a form says of a role."""
        constraint = self._constraint(form, role, match, worth)
        return _Range(*match.span(), constraint, worth * form.scale)

    def _constraint(
        self, form: NumberForm, role: str, match: re.Match[str], worth: float
    ) -> Constraint:
        said = match.groupdict()
        units = self._role_words[role].units
        said.pop(UNIT, None)
        worths = {"low": units.get(said.pop(LOW_UNIT, None), worth)}
        said = {name: one for name, one in said.items() if one}
        texts = zip(said, self._with_shared_suffix([*said.values()]), strict=True)
        values = [
            round(worths.get(name, worth) * value, MOST_DECIMALS)
            for name, text in texts
            for value in self._values(form, role, text)
        ]
        low, high = min(values), max(values)
        if form.apart:
            return self._either(form, role, low, high)
        if len(said) > 1 or low == high:
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
        "20-30k", "three to four hundred", but not "800-1.2k"."""
        if len(texts) < 2:
            return texts
        first, second = (self._numeral.search(text) for text in texts)
        if not first or first[2] or not second or not second[2]:
            return texts
        low, high = self._plain(first[1]), self._plain(second[1])
        if low >= min(high, _LEAST_WHOLE):
            return texts
        end = first.end()
        return [texts[0][:end] + second[2] + texts[0][end:], texts[1]]

    def _plain(self, said: str) -> float:
        """The number that digits or words without a suffix say."""
        digits = _DIGITS.fullmatch(said)
        return float(said.replace(",", "")) if digits else self._vocabulary.numerals.value(said)

    def _around(self, form: NumberForm, role: str, number: float) -> tuple[float, float]:
        """From where to where the numbers are meant for which one is said."""
        around = form.spread * number if form.spread < 1 else form.spread
        if around < 1 and role in self._whole:
            around = 0  # no other whole number is as near
        if around <= 0.5 and number % 0.5 == 0 and role in self._in_halves:
            around = 0  # "5 stars" are not 4.5
        if form.nearest and self._has(role, number):
            around = 0
        first, last = form.part if form.decade else (0, 0)
        return number - around + first, number + around + last

    def _either(self, form: NumberForm, role: str, low: float, high: float) -> Constraint:
        """One of two numbers, or decades; what is between them as well where nothing else is, or
        not both are numbers of items: "14 or 16 inches" are not 15."""
        first, last = self._around(form, role, low), self._around(form, role, high)
        if first[1] + 1 >= last[0]:
            near = (high - low) / APART
            if form.decade or high - low <= 1 or not self._has(role, low, high):
                start, end = form.part if form.decade else (0, 0)
                return Constraint(role, "between", low=low + start, high=high + end)
            first, last = (low - near, low + near), (high - near, high + near)
        return Constraint.any_of(
            [Constraint(role, form.relation, low=one[0], high=one[1]) for one in (first, last)]
        )

    def _has(self, role: str, *numbers: float) -> bool:
        """Whether all of some numbers are each an item's."""
        return bool(np.isin(numbers, self._catalogue.numbers[role]).all())

    def _values(self, form: NumberForm, role: str, said: str) -> set[float]:
        """The number that a text says, or the first and the last one: 两三百."""
        digits = _DIGITS.search(said)
        numerals = self._vocabulary.numerals
        if digits:
            bounds = self._in_digits(said, digits)
        elif form.back or not self._catalogue.in_years(role):
            bounds = numerals.bounds(said)
        else:  # 九八年 is no year between 9 and 8
            bounds = (numerals.value(said),)
        return {self._value(form, role, one) for one in bounds}

    def _in_digits(self, said: str, digits: re.Match[str]) -> tuple[float, ...]:
        """The number that digits say with what stands behind them: 12万8, 300多."""
        value, end = float(digits[0].replace(",", "")), digits.end()
        bounds = (value,)
        if vague := self._vague.match(said, end):  # 500多万
            bounds, end = self._vocabulary.numerals.around(value, vague[0]), vague.end()
        if suffix := self._suffix.match(said, end):
            worth = self._vocabulary.suffixes[suffix[1]]
            tenths = said[suffix.end() : suffix.end() + 1]
            more = int(tenths) / 10 if tenths.isdigit() else 0
            bounds = tuple((one + more) * worth for one in bounds)
            if vague := self._vague.match(said, suffix.end()):  # 5万多
                bounds = self._vocabulary.numerals.around(bounds[0], vague[0])
        return bounds

    def _value(self, form: NumberForm, role: str, value: float) -> float:
        """What a number says of a role."""
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
