"""Finds known phrases in a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from recbole_instructrec.instruction.simplified import simplified

# One character for another, so that places in a text stay the same.
_QUOTES = str.maketrans("‘’ʼ`´", "'''''")
# Latin letters without their accents; the blocks Latin-1 to Latin Extended-B, and Additional.
_ACCENTED = [chr(code) for block in (range(0xC0, 0x250), range(0x1E00, 0x1F00)) for code in block]
_BARE = {c: unicodedata.normalize("NFD", c)[0] for c in _ACCENTED}
_BARE |= {"ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_LOOKED_UP = str.maketrans(
    {"-": " ", "_": " ", **{c: bare for c, bare in _BARE.items() if bare.isascii()}}
)


def tidy(text: str) -> str:
    """A text with its characters in their usual form and width, Chinese ones simplified, and its
    spaces single."""
    text = simplified(unicodedata.normalize("NFKC", text.translate(_QUOTES)))
    return " ".join(_visible(text).split())


def lower(text: str) -> str:
    """A text in lower case; every character stays where it is."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def plain(text: str) -> str:
    """A tidy text in lower case."""
    return lower(tidy(text))


def folded(text: str) -> str:
    """A plain text as it is looked up: ``sci-fi`` and ``sci fi`` are the same, and so are ``björk``
    and ``bjork``. Every character stays where it is."""
    return text.translate(_LOOKED_UP)


@lru_cache(maxsize=1 << 16)  # a language's and a catalogue's names are looked up many times over
def key(phrase: str) -> str:
    """A phrase as it is looked up."""
    return " ".join(folded(plain(phrase)).split())


def _visible(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text
    # Controls separate words; what is invisible, unassigned or half a character does not.
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(
        " " if kind == "Cc" else c for c, kind in kinds if kind == "Cc" or kind[0] != "C"
    )


class Lexicon:
    """Phrases, each with a meaning; looking one up does not depend on how many there are.

    Args:
        entries: Phrases and meanings; of two meanings of one phrase the first one counts.
        words_apart: Whether the language separates its words. Where it does not, only a
            phrase in ASCII letters must not begin or end within a word.
    """

    def __init__(self, entries: Iterable[tuple[str, Any]], words_apart: bool = True) -> None:
        self.words_apart = words_apart
        self._meanings: dict[str, Any] = {}
        for phrase, meaning in entries:
            self._meanings.setdefault(key(phrase), meaning)
        self._meanings.pop("", None)
        lengths: dict[str, set[int]] = {}
        for phrase in self._meanings:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def phrases(self) -> Iterator[str]:
        """Every phrase, as it is looked up."""
        return iter(self._meanings)

    def longest(self, text: str, start: int) -> tuple[int, Any] | None:
        """The longest phrase that begins at a place of a folded text.

        Returns:
            Where it ends, and its meaning; None where no phrase begins.
        """
        if start > 0 and self._one_word(text[start - 1 : start + 1]):
            return None
        for length in self._lengths.get(text[start], ()):
            end = start + length
            meaning = self._meanings.get(text[start:end])
            if meaning is not None and end <= len(text) and self._may_end(text, end):
                return end, meaning
        return None

    def spans(self, text: str) -> Iterator[tuple[int, int, Any]]:
        """The longest phrases of a folded text from its beginning on, none in another: where each
        starts and ends, and its meaning."""
        place = 0
        while place < len(text):
            hit = self.longest(text, place)
            if hit is not None:
                yield place, *hit
            place = hit[0] if hit else place + 1

    def within(self, text: str) -> Iterator[tuple[int, Any]]:
        """The longest phrase at each place of a folded text where one begins: where it ends, and
        its meaning."""
        hits = (self.longest(text, start) for start in range(len(text)))
        return (hit for hit in hits if hit is not None)

    def ends(self, text: str) -> bool:
        """Whether a folded text ends with a phrase."""
        return any(end == len(text) for end, _ in self.within(text))

    def _may_end(self, text: str, end: int) -> bool:
        """Whether a phrase may end at a place: not inside ``can't``, but behind French ``d'``."""
        after = text[end : end + 2].removeprefix("'")[:1]
        return not self._one_word(text[end - 1] + after)

    def _one_word(self, letters: str) -> bool:
        """Whether two characters side by side belong to one word."""
        both = len(letters) == 2 and letters.isalnum()
        return both and (self.words_apart or letters.isascii())


def rewritten(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """A text with other words in place of some stretches: where each starts and ends, in order, and
    the words."""
    pieces, done = [], 0
    for start, end, words in changes:
        pieces += [text[done:start], words]
        done = end
    return "".join([*pieces, text[done:]])
