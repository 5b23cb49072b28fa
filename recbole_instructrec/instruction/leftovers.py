"""What of a sentence is left over: the words that say something else than what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from recbole_instructrec.instruction.demands import CLAUSE_ENDS, SMALL, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Intention

# Words that belong to the asking, and not to what is asked for.
ASKING = ("filler", "and", "each", "or", "or_after", "all_hold", "space")


class Leftovers:
    """Finds what is left over of sentences in one language.

    Args:
        language: Gives the words that say little.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._apart = language.words_apart
        words = language.vocabulary.words
        self._stand_ins, self._prepositions = map(
            frozenset, (words["stand_in"], words["preposition"])
        )

    def find(
        self, text: str, tokens: Sequence[Token], found: Sequence[tuple[int, int]]
    ) -> tuple[str, Intention]:
        """The words outside of what was found: without those at the ends that say nothing, and as
        a wish, in which words stay that say little: "something to hum along with".

        Args:
            text: The sentence in lower case.
            tokens: What it consists of.
            found: The stretches that are understood, by where they begin and end.
        """
        taken = bytearray(len(text) + 1)
        for start, end in found:
            taken[start:end] = b"\1" * (end - start)
        fragments: list[list[Token]] = [[]]
        denied: dict[int, Token] = {}  # by where it begins, under which negation a fragment stands
        negation = None
        for token in tokens:
            if token.kind in CLAUSE_ENDS or taken[token.start]:
                fragments.append([])
                if token.kind in ("negation", *CLAUSE_ENDS):
                    negation = token if token.kind == "negation" and not token.drops else None
                continue
            if not fragments[-1] and token.kind == "or" and negation:
                denied[token.start] = negation  # "no horror or gore"
            fragments[-1].append(token)
        stripped = [_stripped(one, self._apart) for one in fragments]
        under = {
            left[0].start: denied[one[0].start]
            for one, left in zip(fragments, stripped, strict=True)
            if left and one[0].start in denied
        }
        telling = [one for one, left in zip(fragments, stripped, strict=True) if left]
        wishes = [self._asked(one, text) for one in telling]
        named = any(
            token.kind == "noun" or text[token.start : token.end] in self._stand_ins
            for wish in wishes
            for token in wish
        )

        def words(parts: Iterable[Sequence[Token]]) -> str:
            said = []
            for part in parts:
                no = under.get(part[0].start)
                before = [text[no.start : no.end]] if no else []
                words = [*before, text[part[0].start : part[-1].end]]
                said.append(self._language.word_separator.join(words))
            return self._language.after_separator.join(said)

        wish = Intention(text=words(wishes), whole=named and len(wishes) == 1)
        return words(filter(None, stripped)), wish

    def _only_asks(self, token: Token) -> bool:
        """Whether a word belongs to the asking; what counts things does in Chinese, 一部."""
        counts = token.kind == "small" and token.things and not self._apart
        return token.kind in ASKING or counts

    def _asked(self, fragment: Sequence[Token], text: str) -> Sequence[Token]:
        """A telling fragment without the words at its ends that belong to the asking."""
        prepositions = [text[one.start : one.end] in self._prepositions for one in fragment]
        asked = [place for place, token in enumerate(fragment) if not self._only_asks(token)]
        start, end = asked[0], asked[-1] + 1
        while start and prepositions[start - 1]:
            start -= 1
        while end < len(fragment) and prepositions[end]:
            end += 1
        return fragment[start:end]


def _stripped(fragment: Sequence[Token], words_apart: bool) -> Sequence[Token]:
    """A fragment without words that say nothing at its ends; empty if there are no others."""
    empty = (*SMALL, "excess", *ASKING)
    telling = [
        place
        for place, token in enumerate(fragment)
        if token.kind not in empty or _a_topic(fragment, place)
    ]
    if all(fragment[place].kind in ("negation", "about") for place in telling):
        return []
    start, end = telling[0], telling[-1] + 1
    if not words_apart:
        # A noun is a part of the word that it touches.
        start -= start > 0 and fragment[start - 1].kind == "noun"
        end += end < len(fragment) and fragment[end].kind == "noun"
    return fragment[start:end]


def _a_topic(fragment: Sequence[Token], place: int) -> bool:
    """Whether what the items may be called is what they are to be about: "films about music"."""
    if fragment[place].kind != "noun" or not place or fragment[place - 1].kind != "about":
        return False
    return sum(one.kind == "noun" for one in fragment) > 1
