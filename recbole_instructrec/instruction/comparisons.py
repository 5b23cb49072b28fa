"""Finds comparisons: "older", "shorter than Dune", 比《异形》新, "cheaper than the Sony ones"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recbole_instructrec.catalogue import MADE_BY, POPULARITY, Catalogue
from recbole_instructrec.instruction.attitudes import COMPARED_TO, COMPARING, SHORT_OF
from recbole_instructrec.instruction.demands import SMALL, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key
from recbole_instructrec.instruction.mentions import Mention
from recbole_instructrec.instruction.structure import Constraint

YEAR = "year"
_OTHER_SIDE = {"below": "above", "above": "below"}
# What is said of an item, and the role of whoever made it who is meant.
_MAKER_OF = {"director_of": "director", "author_of": "author"}


@dataclass(frozen=True)
class Shown:
    """What a person has just been shown, to which "older" and "the second one" refer.

    Attributes:
        items: The items, best first.
        typical: By role, the median of their numbers.
    """

    items: tuple[int, ...] = ()
    typical: Mapping[str, float] = field(default_factory=dict)


class Comparisons:
    """Finds what one language compares of a catalogue's numbers.

    Args:
        language: Gives the words.
        catalogue: Has the numbers.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._separator = language.word_separator
        vocabulary, apart = language.vocabulary, language.words_apart
        roles = (POPULARITY, *catalogue.numbers)
        self._comparisons, self._compared_behind = (
            Lexicon(((word, one) for one in ways if one.role in roles for word in one.words), apart)
            for ways in (vocabulary.comparisons, vocabulary.compared)
        )
        self._than = Lexicon(((word, True) for word in vocabulary.words["than"]), apart)
        self._before = {
            key(word): how for how in (*COMPARING, SHORT_OF) for word in vocabulary.words[how]
        }

    def range(
        self, text: str, place: int, shown: Shown, compared: str | None = None
    ) -> Token | None:
        """A comparison with what was shown, as a range from the next number below its median
        down, or from the next above it up; None where none begins there.

        Args:
            text: A sentence as phrases are looked up.
            compared: How it is said of what it stands behind, one of :data:`.COMPARING` or
                :data:`.SHORT_OF`; None where it stands behind nothing.
        """
        if not shown.typical:
            return None
        found = self._comparisons.longest(text, place)
        if found is None and compared is not None:
            found = self._compared_behind.longest(text, place)
        if found is None or found[1].role not in shown.typical:
            return None
        role, side = found[1].role, found[1].side
        middle = shown.typical[role]
        if compared in (None, COMPARED_TO):
            constraint = self._beyond(role, side, middle)
        elif compared == SHORT_OF:
            constraint = self._beyond(role, _OTHER_SIDE[side], middle)
        elif side == "above":
            constraint = Constraint(role, "at_most", high=middle)
        else:
            constraint = Constraint(role, "at_least", low=middle)
        return Token(place, found[0], "range", (constraint,))

    def oldest(self, items: Sequence[int]) -> int:
        """The oldest of some items, where their years are known; else the first one."""
        years = self._catalogue.numbers.get(YEAR)
        known = years is not None and bool(np.isfinite(years[list(items)]).all())
        return min(items, key=lambda item: years[item]) if known else items[0]

    def dated(self, one: Mention, items: Sequence[int]) -> Token | None:
        """What is asked for by the year of a title, as a range, or by who made it, as a label; None
        where that is not known.

        Args:
            items: What the title is taken for; of a series its parts.
        """
        if one.dated in _MAKER_OF:
            maker = self._catalogue.maker(items[0], MADE_BY[_MAKER_OF[one.dated]])
            return maker and Token(one.start, one.end, "label", (maker,))
        years = self._catalogue.numbers.get(YEAR)
        known = [] if years is None else [y for y in years[list(items)] if np.isfinite(y)]
        if not known:
            return None
        year = float(min(known))  # a series is as old as its first part
        if one.dated == "same_year":
            constraint = Constraint(YEAR, "between", low=year, high=year)
        elif one.dated == "same_decade":
            decade = year // 10 * 10
            constraint = Constraint(YEAR, "decade", low=decade, high=decade + 9)
        else:
            side = "below" if one.dated == "before_title" else "above"
            constraint = self._beyond(YEAR, side, year)
        return Token(one.start, one.end, "range", (constraint,))

    def _beyond(self, role: str, side: str, middle: float) -> Constraint:
        """What lies beyond a number, from the next one that there is."""
        values = self._catalogue.numbers_of(role)[1:]
        further = values[values < middle] if side == "below" else values[values > middle]
        if not len(further):
            return Constraint.beyond(role, side, middle)
        if side == "below":
            return Constraint(role, "at_most", high=float(further.max()))
        return Constraint(role, "at_least", low=float(further.min()))

    def any(self, text: str) -> bool:
        """Whether a text in lower case compares with something."""
        return any(self._comparisons.within(folded(text)))

    def measure(
        self, tokens: Sequence[Token], text: str
    ) -> tuple[list[Token], dict[int, str]] | None:
        """The labels with whose items something is compared, "cheaper than Nike", 没小米贵, and how
        is what stands at a place behind them, if anything; None where nothing is."""
        label = self._behind_than(tokens, text)
        if label is not None:
            return [label], {}
        labels = _given_up(tokens)
        return (labels, {}) if labels else next(self._measures(tokens, folded(text)), None)

    def _measures(
        self, tokens: Sequence[Token], text: str
    ) -> Iterator[tuple[list[Token], dict[int, str]]]:
        """The same of labels with what compares with them on either side."""
        starts = {one.start for one in tokens}
        for nth, token in enumerate(tokens):
            said = (w for w in self._before if text.endswith(w, 0, token.start))
            word = max(said, key=len, default="")
            if token.kind != "label" or not word or token.start - len(word) not in starts:
                continue
            behind = (one.start for one in tokens[nth + 1 :] if one.kind not in (*SMALL, "space"))
            place = next(behind, None)
            if place is not None and self._compared_behind.longest(text, place):
                whole = replace(token, start=token.start - len(word))
                yield [whole], {place: self._before[word]}

    def _behind_than(self, tokens: Sequence[Token], text: str) -> Token | None:
        """The label behind a comparison, if any: "cheaper than Nike"."""
        look_up = folded(text)
        for token in tokens:
            compared = self._comparisons.longest(look_up, token.start)
            behind = compared[0] + len(self._separator) if compared else len(text)
            than = self._than.longest(look_up, behind) if behind < len(text) else None
            following = (one for one in tokens if than and one.start >= than[0])
            first = next((one for one in following if one.kind not in (*SMALL, "space")), None)
            if first and first.kind == "label":
                return first
        return None


def _given_up(tokens: Sequence[Token]) -> list[Token]:
    """The labels that are said to be too much of something where another one of their roles is
    asked for behind them: "Dell is too dear, what about HP?"."""
    given_up: list[Token] = []
    wanted: set[str] = set()  # roles of the labels behind
    following = "border"
    for nth in reversed(range(len(tokens))):
        token = tokens[nth]
        if token.kind == "label":
            roles = {one.role for one in token.constraints}
            if following != "excess":
                before = (one.kind for one in reversed(tokens[:nth]) if one.kind not in SMALL)
                wanted |= roles if next(before, "border") != "negation" else set()
            elif roles & wanted:
                given_up.append(token)
        if token.kind not in (*SMALL, "filler", "space"):
            following = token.kind
    return given_up


def behind_comparisons(mentions: Sequence[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """The mentions without a word before them that belongs to a comparison, "shorter than"."""
    ranges = [one for one in tokens if one.kind == "range"]
    ends = (
        (one.end for one in ranges if one.start < mention.start < one.end) for mention in mentions
    )
    return [
        replace(mention, start=max(end, default=mention.start))
        for mention, end in zip(mentions, ends, strict=True)
    ]
