"""A text with its tokens, for what looks at a token and its neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Any

from recbole_instructrec.instruction.demands import CLAUSE_ENDS, Token
from recbole_instructrec.instruction.lexicon import Lexicon


@dataclass(frozen=True)
class TokenText:
    """A text and what it was read as.

    Attributes:
        tokens: By place.
        text: The text, folded.
        cased: The text as written.
    """

    tokens: Sequence[Token]
    text: str
    cased: str = ""

    def __len__(self) -> int:
        return len(self.tokens)

    def phrase(self, phrases: Lexicon, place: int) -> tuple[Any, int] | None:
        """The meaning of the longest phrase that begins with a token and ends with one, and the
        place behind it; None where there is none."""
        hit = phrases.longest(self.text, self.tokens[place].start)
        if hit is None:
            return None
        inside = takewhile(lambda one: one.start < hit[0], islice(self.tokens, place, None))
        covered = list(inside)
        return None if covered[-1].end > hit[0] else (hit[1], place + len(covered))

    def opens(self, phrases: Lexicon, place: int) -> bool:
        """Whether the token at a place begins with a phrase."""
        return phrases.longest(self.text, self.tokens[place].start) is not None

    def label(self, labels: Lexicon, place: int) -> tuple[Token | None, int]:
        """The same for labels, as a token; the place itself where there is none."""
        hit = self.phrase(labels, place)
        if hit is None:
            return None, place
        meaning, behind = hit
        start, end = self.tokens[place].start, self.tokens[behind - 1].end
        return replace(meaning, start=start, end=end), behind

    def kind(self, place: int) -> str:
        """The kind of the token at a place; a border's outside of the text."""
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else "border"

    def said(self, token: Token) -> str:
        """What a token says."""
        return self.text[token.start : token.end]

    def capital(self, place: int) -> bool:
        """Whether the token at a place begins with a capital."""
        inside = 0 <= place < len(self.tokens)
        return inside and self.cased[self.tokens[place].start].isupper()

    def a_name(self, place: int) -> bool:
        """Whether an unknown word with a capital stands at a place."""
        return self.kind(place) == "word" and self.capital(place)

    def ends(self, place: int) -> bool:
        """Whether a clause or the text ends at a place."""
        return self.kind(place) in CLAUSE_ENDS

    def clause_before(self, place: int) -> Iterator[Token]:
        """The tokens of the clause before a place, the last one first."""
        return (self.tokens[at] for at in self.places_before(place))

    def places_before(self, place: int) -> Iterator[int]:
        """The places of the same tokens."""
        return takewhile(lambda at: not self.ends(at), reversed(range(place)))

    def clause_from(self, place: int) -> Iterator[Token]:
        """The tokens of the clause from a place on."""
        return takewhile(lambda one: one.kind not in CLAUSE_ENDS, self.tokens[place:])
