"""Guesses which name a word that is not understood was meant to be, so that one can ask back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

# One letter in so many may be missing, too many, another one, or have changed places.
LETTERS_A_MISTAKE = 5
_WORD = re.compile(r"[^\W\d_][\w'-]*")


@dataclass(frozen=True)
class Misspelling:
    """A word that is not understood but is nearly a name.

    Attributes:
        said: The word, or two, as the person wrote it, in lower case.
        name: What it may have been meant to be.
    """

    said: str
    name: str


class Misspellings:
    """Finds names in words that are nearly them; the first letter has to be right.

    Args:
        names: What may have been meant, in lower case.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            self._names.setdefault(name[:1], []).append(name)

    def find(self, text: str) -> list[Misspelling]:
        """The misspellings in words that are not understood, in their order."""
        found: list[Misspelling] = []
        done = 0
        for start, end in _stretches(text):
            if start < done:
                continue
            said = text[start:end]
            name = self._nearest(said)
            if name is not None:
                found.append(Misspelling(said, name))
                done = end
        return found

    def _nearest(self, said: str) -> str | None:
        most = len(said) // LETTERS_A_MISTAKE
        if not most:
            return None
        names = self._names.get(said[0], ())
        hit = process.extractOne(said, names, scorer=OSA.distance, score_cutoff=most)
        return hit[0] if hit and hit[1] else None


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where two words side by side begin and end, and then the first of them alone."""
    words = [match.span() for match in _WORD.finditer(text)]
    for place, (start, end) in enumerate(words):
        if place + 1 < len(words) and text[end : words[place + 1][0]] == " ":
            yield start, words[place + 1][1]
        yield start, end
