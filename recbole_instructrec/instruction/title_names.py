"""What a title may be called: without its year, by what it begins with, by the number of a part."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import utils

from recbole_instructrec import property_files
from recbole_instructrec.instruction.lexicon import key, tidy
from recbole_instructrec.instruction.numerals import either

PROPERTIES = ("titles", "names")
_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d\)")
_PARENTHESES = re.compile(r"^(.*?)\s*\(([^()]*)\)\s*$")
_ARTICLE = re.compile(r"^(.*), ([^\W\d_]{1,3}'?)$")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_CLOSING = "!?."


class TitleParts(NamedTuple):
    """A title taken apart.

    Attributes:
        whole: All but the year.
        first: What stands before parentheses.
        others: What stands in them.
    """

    whole: str
    first: str
    others: tuple[str, ...]


class TitleNames:
    """Finds what titles may be called.

    Args:
        words: The content of ``titles/names.yaml``, which says what is what.
        joiners: Words for ``&``.
    """

    def __init__(self, words: dict[str, Any], joiners: Iterable[str] = ()) -> None:
        self._joiners = tuple(joiners)
        self._numbered: list[str] = words["numbered"]
        self._also_called = tuple(f"{word} " for word in words["also_called"])
        self._number = {
            **{roman: place for place, roman in enumerate(_ROMAN, 1)},
            **{str(place): place for place in range(1, len(_ROMAN) + 1)},
            **words["numbers"],
        }
        number = rf"\d{{1,2}}|[IVX]{{1,4}}|{either(words['numbers'])}"
        # "Godfather: Part II, The", "Star Wars: Episode IV - A New Hope", "Alien³"
        self._part = re.compile(
            rf"^(?P<base>.+?)[:,]?(?:\s+(?:{either(words['part'])}\s+)?|(?<=[^\W\d])(?=\d$))"
            rf"(?P<number>{number})(?:(?::| [-–—])\s.*)?$"
        )
        sequel = either(words["sequel"])
        self._sequel = re.compile(rf"\s+(?:\d{{1,2}}|[IVX]{{1,4}}|{sequel}\s.*)$")
        self._hero = re.compile(rf"\s+{either(words['hero'])}\s.*$", re.IGNORECASE)
        other = either(words["or"])
        self._subtitle = re.compile(rf"\s*(?:(?:, {other}|\s{other})?:\s|\s[-–—]\s)")

    @classmethod
    def read(cls, joiners: Iterable[str] = ()) -> TitleNames:
        """With the words of the shipped file."""
        return cls(_words(), joiners)

    def parts(self, title: str) -> TitleParts:
        """A title taken apart."""
        whole = first = tidy(without_year(title))
        others: list[str] = []
        while (match := _PARENTHESES.match(first)) and match[1]:
            first = match[1]
            start = next(filter(match[2].startswith, self._also_called), "")
            others.insert(0, match[2].removeprefix(start))
        return TitleParts(whole, first, tuple(others))

    def names(self, parts: TitleParts, shared: Collection[str] = ()) -> Iterator[str]:
        """The names of a title, as they are written; those in parentheses aside that it shares with
        others."""
        yield parts.whole
        for part in (parts.first, *(one for one in parts.others if one not in shared)):
            yield part
            if article := _ARTICLE.match(part):
                name, word = article.groups()
                yield f"{word}{name}" if word.endswith("'") else f"{word} {name}"
                yield name

    def spelled(self, names: Iterable[str]) -> Iterator[str]:
        """Some names, each with other ways to write it."""
        for name in names:
            yield name
            if " & " in name:
                yield from (name.replace("&", joiner) for joiner in self._joiners)
            if "." in name and " " in name:  # "Dr Strangelove"
                yield name.replace(".", "")
            if name[-1:] in _CLOSING and (closed := name.rstrip(_CLOSING)):  # "Airplane!"
                yield closed

    def begun(self, name: str) -> Iterator[str]:
        """What a name begins with that it may be called by: without a subtitle, the number of a
        sequel, or what a hero has to do with, "Indiana Jones and the Last Crusade"."""
        first = self._subtitle.split(name)[0]
        yield first
        yield self._sequel.sub("", first)
        yield self._hero.sub("", first)

    def followed(self, name: str) -> str:
        """What the name of a part of a series begins with, before a subtitle and the number of the
        part."""
        return self._sequel.sub("", self._subtitle.split(name)[0])

    def bases(self, name: str) -> Iterator[str]:
        """The same, and what it begins with before a joining word."""
        yield self.followed(name)
        first = self._subtitle.split(name)[0]
        yield from (first.partition(f" {one} ")[0] for one in ("&", *self._joiners))

    def numbered(self, name: str) -> tuple[str, int] | None:
        """Which part of what a name says that it is, as it is looked up; None where it does not."""
        match = self._part.match(name)
        number = self._number.get(match["number"]) if match else None
        return None if number is None else (key(match["base"]), number)

    def by_number(self, base: str, number: int) -> Iterator[str]:
        """What a part of a series goes by, as it is looked up."""
        for said in (str(number), _ROMAN[number - 1]):
            yield from (key(way.format(base=base, number=said)) for way in self._numbered)

    def numbers(self, name: str) -> list[int]:
        """The numbers of parts that a name holds, "I" aside."""
        words = (word.upper() for word in name.split()[1:])
        return [self._number[word] for word in words if word in self._number and word != "I"]


@cache
def _words() -> dict[str, Any]:
    return property_files.read(property_files.find(*PROPERTIES))


def without_year(title: str) -> str:
    """A title without the year behind it."""
    return _YEAR.sub("", title)


def year_of(title: str) -> float:
    """The year behind a title, NaN where there is none."""
    year = _YEAR.search(title)
    return float(year[0].strip(" ()")) if year else np.nan


def bare(name: str) -> str:
    """A name without signs, as likeness is measured."""
    return " ".join(utils.default_process(name).split())
