"""Reads numbers that are spelled out: "two hundred and fifty", 一百五十, 一九九五, 两三百."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import prod

# More words than this are no number that somebody asks for.
LONGEST = 8
# Smaller ones are said of each number: 三到五十 are 3 to 50.
LARGE = 100
# How far from a number its things are of which it is said about.
ABOUT = 0.2
# Digits of which two in a row mean from one to the other, beside 3 and 4: 三五百.
_ALSO_NEIGHBOURS = (3, 5)


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
        points: What stands before the decimals: 八点五.
        more: What stands behind a round number of which there are some more: 三千多.
        about: What stands behind one that is meant about: 十来个.

    Attributes:
        pattern: A regular expression for a number in words; one that never matches where there
            are no words.
        vague: One for what stands behind a number that is not exact.
        several: One for what says by itself that it is not one number: 七八万, 三千多.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        multipliers: Mapping[str, int],
        words_apart: bool,
        points: Sequence[str] = (),
        more: Sequence[str] = (),
        about: Sequence[str] = (),
    ) -> None:
        self._words = dict(words)
        self._multipliers = dict(multipliers)
        self._apart = words_apart
        self._more = frozenset(more)
        word, times = either({*words, *multipliers}), either(multipliers)
        digit = either(one for one, value in words.items() if value < 10)
        between = "[ -]" if words_apart else ""
        self.vague = either({*more, *about})
        ends = either(f"{one}{behind}" for one in multipliers for behind in (*more, *about))
        said = f"{word}(?:{between}{word}){{0,{LONGEST}}}"
        decimals = f"(?:{either(points)}{digit}{{1,4}}{times}{{0,2}})?" if points else ""
        inexact = f"{word}{{0,{LONGEST}}}{ends}{times}{{0,2}}"
        self.pattern = said + decimals if words_apart else f"(?:{inexact}|{said}{decimals})"
        pairs = either(
            one + other
            for one in words
            for other in words
            if not words_apart and self._neighbours(one, other)
        )
        self.several = f"(?:(?:{word}{{0,{LONGEST}}}{times})?{pairs}{times}{{1,3}}|{inexact})"
        self._word = re.compile(rf"\b{word}\b" if words_apart else word)
        self._point = re.compile(f"(?<={digit}){either(points)}(?={digit})") if points else None
        self._vague = re.compile(f"(?<=[{''.join(multipliers) or ' '}]){self.vague}")

    def with_suffix(self, suffixes: Iterable[str]) -> re.Pattern[str]:
        """A pattern for a number in digits or words, and for what multiplies it, if anything: one
        group for each.

        Args:
            suffixes: What may stand behind digits.
        """
        large = {word for word, by in self._multipliers.items() if by >= LARGE}
        word = either({*self._words, *self._multipliers} - large)
        between, ends = ("[ -]", r"(?!\w)") if self._apart else ("", "")
        number = rf"\d[\d,]*(?:\.\d+)?|{word}(?:{between}{word}){{0,2}}"
        return re.compile(rf"({number})([ -]?{either({*suffixes, *large})}{ends})?")

    def value(self, said: str) -> float:
        """The number that a text which holds the pattern says."""
        whole = self._point.split(said, 1) if self._point else [said]
        if len(whole) == 1:
            return self._value(self._word.findall(said))
        behind = self._word.findall(whole[1])
        digits = [str(self._words[one]) for one in behind if one in self._words]
        times = prod(self._multipliers[one] for one in behind if one in self._multipliers)
        return float(f"{int(self.value(whole[0]))}.{''.join(digits)}") * times

    def bounds(self, said: str) -> tuple[float, float]:
        """From which number to which one a text says, mostly the same: 两三百, 三千多, 十来个."""
        vague = self._vague.search(said)
        if vague is not None:
            low, high = self.around(self.value(said[: vague.start()]), vague[0])
            behind = self._word.findall(said[vague.end() :])
            times = prod(self._multipliers.get(one, 1) for one in behind)
            return low * times, high * times
        exact = self._apart or (self._point is not None and self._point.search(said))
        words = [] if exact else self._word.findall(said)
        if len(words) == 3 and words[0] in self._multipliers and words[1] in self._words:
            most, least = self._value(words[:1]), self._value(words[1:])
            if most < 10 * least < 10 * most and most > 10:  # 百八十
                return least, most
        for place, (one, other) in enumerate(zip(words, words[1:], strict=False)):
            around = (*words[:place][-1:], *words[place + 2 :])
            if self._neighbours(one, other) and all(it in self._multipliers for it in around):
                first, last = (
                    self._value([*words[:place], it, *words[place + 2 :]]) for it in (one, other)
                )
                return first, last
        return (self.value(said),) * 2

    def around(self, number: float, vague: str) -> tuple[float, float]:
        """From where to where a number means with a vague word behind it."""
        if vague not in self._more:
            return number * (1 - ABOUT), number * (1 + ABOUT)
        zeros = len(str(int(number))) - len(str(int(number)).rstrip("0"))
        return number, number + 10**zeros

    def _neighbours(self, one: str, other: str) -> bool:
        """Whether two digits in a row mean one or the other, 三四, and not both, 三十四."""
        values = self._words.get(one, 0), self._words.get(other, 0)
        in_turn = values[1] == values[0] + 1 and 0 < values[0] < 9
        return in_turn or values == _ALSO_NEIGHBOURS

    def _value(self, words: Sequence[str]) -> int:
        total, unit, last, largest = 0, None, 1, 1
        for word in words:
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
