"""Reads numbers that are spelled out: "two hundred and fifty", 一百五十, 一九九五."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# More words than this are no number that somebody asks for.
LONGEST = 8
# Smaller ones are said of each number: 三到五十 are 3 to 50.
LARGE = 100


def either(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first; without any it never fits."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})"


class Numerals:
    """The numbers of one language in words.

    Args:
        words: What each word adds: ``twenty: 20``.
        multipliers: What each word multiplies those before it by: ``hundred: 100``.
        words_apart: Whether the language separates its words.

    Attributes:
        pattern: A regular expression for a number in words; one that never matches where there
            are no words.
    """

    def __init__(
        self, words: Mapping[str, int], multipliers: Mapping[str, int], words_apart: bool
    ) -> None:
        self._words = dict(words)
        self._multipliers = dict(multipliers)
        self._apart = words_apart
        word = either({*words, *multipliers})
        between = "[ -]" if words_apart else ""
        self.pattern = f"{word}(?:{between}{word}){{0,{LONGEST}}}"
        self._word = re.compile(rf"\b{word}\b" if words_apart else word)

    def with_suffix(self, suffixes: Iterable[str]) -> re.Pattern[str]:
        """A pattern for a number in digits or words, and for what multiplies it, if anything: one
        group for each.

        Args:
            suffixes: What may stand behind digits.
        """
        word, between, ends = either(self._words), "", ""
        if self._apart:
            between, ends = "[ -]", r"(?!\w)"
        large = (word for word, by in self._multipliers.items() if by >= LARGE)
        number = rf"\d[\d,]*(?:\.\d+)?|{word}(?:{between}{word}){{0,2}}"
        return re.compile(rf"({number})([ -]?{either({*suffixes, *large})}{ends})?")

    def value(self, said: str) -> int:
        """The number that a text which holds the pattern says."""
        total, unit, last, largest = 0, None, 1, 1
        for word in self._word.findall(said):
            if word in self._multipliers:
                by = self._multipliers[word]
                if total and by > largest:  # 十五万 is fifteen times ten thousand
                    total = (total + (unit or 0)) * by
                else:
                    total += (1 if unit is None else unit) * by
                unit, last, largest = None, by, max(by, largest)
            else:
                unit = self._followed(unit, self._words[word])
                # 一千五 is 1500, but 一千零五 is 1005.
                last = 1 if unit == 0 else last
        tenths = not self._apart and unit is not None and unit < 10 and last > 10
        return total + (unit or 0) * (last // 10 if tenths else 1)

    def _followed(self, unit: int | None, number: int) -> int:
        """A number with another one behind it: twenty five, nineteen ninety, 九五."""
        if unit is None:
            return number
        if self._apart and number < 10 and unit % 10 == 0:
            return unit + number
        return unit * (10 if number < 10 else 100) + number
