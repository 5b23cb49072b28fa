"""Finds comparisons: "older", "shorter than Dune", 比《异形》新, "cheaper than the Sony ones"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from recbole_instructrec.catalogue import POPULARITY, Catalogue
from recbole_instructrec.instruction.demands import SMALL, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded
from recbole_instructrec.instruction.mentions import Mention
from recbole_instructrec.instruction.structure import Constraint


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

    def range(
        self, text: str, place: int, shown: Shown, denied: bool | None = None
    ) -> Token | None:
        """A comparison with what was shown, as a range from the next number below its median
        down, or from the next above it up; None where none begins there.

        Args:
            text: A sentence as phrases are looked up.
            denied: Whether it is denied of the title behind which it stands, 不比《异形》新; None
                where it stands behind none.
        """
        if not shown.typical:
            return None
        found = self._comparisons.longest(text, place)
        if found is None and denied is not None:
            found = self._compared_behind.longest(text, place)
        if found is None or found[1].role not in shown.typical:
            return None
        role, side = found[1].role, found[1].side
        middle = shown.typical[role]
        if denied:
            limit = {"high": middle} if side == "above" else {"low": middle}
            relation = "at_most" if side == "above" else "at_least"
            return Token(place, found[0], "range", (Constraint(role, relation, **limit),))
        values = self._catalogue.numbers.get(role, self._catalogue.popularity)[1:]
        further = values[values < middle] if side == "below" else values[values > middle]
        if not len(further):
            constraint = Constraint.beyond(role, side, middle)
        elif side == "below":
            constraint = Constraint(role, "at_most", high=float(further.max()))
        else:
            constraint = Constraint(role, "at_least", low=float(further.min()))
        return Token(place, found[0], "range", (constraint,))

    def any(self, text: str) -> bool:
        """Whether a text in lower case compares with something."""
        return any(self._comparisons.within(folded(text)))

    def measure(self, tokens: Sequence[Token], text: str) -> Token | None:
        """The label with whose items something is compared, if any: "cheaper than Nike"."""
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
