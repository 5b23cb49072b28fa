"""Finds the number of items that a sentence asks for: "five films", 三部."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from recbole_instructrec.instruction.demands import CLAUSE_ENDS, MEANT, SMALL, Token
from recbole_instructrec.instruction.lexicon import folded, key
from recbole_instructrec.instruction.numerals import LONGEST
from recbole_instructrec.instruction.vocabulary import Vocabulary

MOST = 1000
_CLOSING = ",.;:!?。；：！？"
_BETWEEN = (*MEANT, *SMALL, "filler", "and", "or", "each", "space")


class CountFinder:
    """Finds how many items are asked for, in one language.

    A number counts if it stands directly before a counter (部), or before a noun with nothing but
    labels, ranges and small words between: "five recent science fiction films", not "12 angry
    men"; other words may stand between as well behind a word that asks, "recommend five quiet
    films", and a label alone will do there, "top 3 horror". So does one that is all of a clause, or
    all behind a word that asks: "give me five".
    """

    def __init__(self, vocabulary: Vocabulary, words_apart: bool) -> None:
        self._digits = {key(word): number for word, number in vocabulary.digits.items()}
        self._numerals = vocabulary.numerals
        self._in_words = re.compile(vocabulary.numerals.pattern)
        self._counters = {key(word) for word in vocabulary.words["counter"]}
        # "A 120 minute film" is one.
        asking = set(vocabulary.words["asking"]) - set(vocabulary.words["article"])
        self._asking = set(map(key, asking))
        self._prepositions = set(map(key, vocabulary.words["preposition"]))
        self._packs = set(map(key, vocabulary.words["pack"]))
        self._limit = vocabulary.limit
        self._apart = words_apart

    def find(self, tokens: Sequence[Token], text: str) -> tuple[int, list[Token]] | None:
        """The number, from 1 to ``MOST``, and the tokens that say so; None where none is said.

        Numbers in a list add up: "three comedies and two dramas".
        """
        total, said, done = 0, [], 0
        for number, start, end in self._numbers(tokens, text):
            if said and not self._in_list(tokens, done, start):
                break
            total, said, done = total + number, [*said, *tokens[start:end]], end
        return (min(total, MOST), said) if said else None

    def _in_list(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether a list goes on from one place to another, behind "and" or a comma."""
        return tokens[end - 1].kind in ("and", "each", "comma") and all(
            one.kind in _BETWEEN for one in tokens[start : end - 1]
        )

    def _numbers(self, tokens: Sequence[Token], text: str) -> Iterator[tuple[int, int, int]]:
        """Every number of items, in order, with the places where it begins and ends."""
        done = 0
        for place in range(len(tokens)):
            end, number = self._number(tokens, text, place)
            if number is None or place < done:
                continue
            behind = end
            while behind < len(tokens) and tokens[behind].kind == "space":
                behind += 1
            if behind < len(tokens) and self._word(tokens[behind], text) in self._counters:
                done = behind + 1
                yield number, place, done
                continue
            before = self._word(tokens[place - 1], text) if place else ""
            asked = before in self._asking and before not in self._prepositions  # "dinner for two"
            opens = place == 0 or tokens[place - 1].kind in CLAUSE_ENDS
            following = next((one for one in tokens[end:] if one.kind != "filler"), None)
            closed = following is None or text[following.start] in _CLOSING
            between = (*_BETWEEN, "word") if asked else _BETWEEN
            labelled = following is not None and following.kind == "label"
            any_label = number == 1 or (asked and labelled)
            names_items = self._names_items(tokens, end, between, any_label)
            # "At least one picture" asks for no single item.
            packed = before in self._packs or (number == 1 and self._limit.fullmatch(before))
            if packed or (place > 0 and tokens[place - 1].kind == "negation"):
                continue
            if self._apart and (names_items or ((asked or opens) and closed)):
                done = end
                yield number, place, done

    def _number(self, tokens: Sequence[Token], text: str, place: int) -> tuple[int, int | None]:
        """The number that begins at a token, and the token behind it."""
        end, number = place, None
        for stop in range(place + 1, min(len(tokens), place + LONGEST) + 1):
            if tokens[stop - 1].kind == "title":
                break
            value = self._value(folded(text[tokens[place].start : tokens[stop - 1].end]))
            if value is not None and 1 <= value <= MOST:
                end, number = stop, value
        return end, number

    def _value(self, said: str) -> int | None:
        if said.isascii() and said.isdigit():
            return int(said) if len(said) <= 4 else None
        if said in self._digits:
            return self._digits[said]
        if not self._in_words.fullmatch(said):
            return None
        _, most = self._numerals.bounds(said)  # 两三部
        return int(most) if most > 1 else None  # 一部 is as little a number as "a"

    def _names_items(
        self, tokens: Sequence[Token], place: int, between: Collection[str], any_label: bool
    ) -> bool:
        """Whether what is counted stands behind a place, with nothing else between."""
        for token in tokens[place:]:
            if token.kind == "noun" or (token.kind == "label" and (token.things or any_label)):
                return True
            if token.kind not in between:
                return False
        return False

    def _word(self, token: Token, text: str) -> str:
        return text[token.start : token.end]
