"""A sentence as written, in lower case, and as tokens, with look-ups by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.lexicon import folded

_QUOTES_AND_SPACES = " \"'“”"


class Sentence:
    """One sentence.

    Args:
        cased: The text as written.
        text: The same in lower case, every character in its place.
        tokens: What the text may be read as, by place.

    Attributes:
        folded: The text as phrases are looked up.
        shouted: Whether every letter is a capital, so that these say nothing.
    """

    def __init__(self, cased: str, text: str, tokens: Sequence[Token]) -> None:
        self.cased = cased
        self.text = text
        self.tokens = tokens
        self.folded = folded(text)
        self.shouted = all(map(str.isupper, filter(str.isalpha, cased)))
        self._starts = [token.start for token in tokens]

    def __len__(self) -> int:
        return len(self.text)

    def token(self, place: int) -> Token | None:
        """The token at a place; None at the end of the text or between tokens."""
        nth = bisect_right(self._starts, place) - 1
        if place >= len(self.text) or nth < 0:
            return None
        token = self.tokens[nth]
        return token if place < token.end else None

    def before(self, place: int, passed: Collection[str]) -> Token | None:
        """The last token that begins before a place, those of some kinds aside."""
        nth = bisect_left(self._starts, place) - 1
        while nth >= 0 and self.tokens[nth].kind in passed:
            nth -= 1
        return self.tokens[nth] if nth >= 0 else None

    def between(self, start: int, end: int) -> Sequence[Token]:
        """The tokens that begin within a stretch."""
        return self.tokens[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def only(self, start: int, end: int, kinds: Collection[str]) -> bool:
        """Whether all tokens that begin within a stretch are of some kinds."""
        return all(one.kind in kinds for one in self.between(start, end))

    def skip(self, place: int, kinds: Collection[str] = ("space",)) -> int:
        """The next place behind spaces, quotes and tokens of one character of some kinds."""
        while place < len(self.text) and (
            self.text[place] in _QUOTES_AND_SPACES
            or ((token := self.token(place)) and token.kind in kinds and token.start == place)
        ):
            place += 1
        return place
