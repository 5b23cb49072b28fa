"""What is said of a title: whether the person likes it, does not, or has only seen it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recbole_instructrec.instruction.demands import CLAUSE_ENDS, SMALL, Token
from recbole_instructrec.instruction.lexicon import Lexicon
from recbole_instructrec.instruction.sentence import Sentence
from recbole_instructrec.instruction.vocabulary import Vocabulary

ATTITUDES = ("liked", "disliked", "seen")
MEASURE = "measure"  # beside a title that something is compared with
SEEN_ALL = "seen_all"  # before a title all parts of whose series are known
UNSEEN = "unseen"  # before a title that somebody does not know
COMPARED_TO = "compared_to"  # before a title that what stands behind is compared with
NOT_BEYOND = "not_beyond"  # the same where what stands behind denies it: 不比《异形》新
COMPARING = (COMPARED_TO, NOT_BEYOND)
BEFORE, BEHIND = "before", "behind"  # where a cue stands
SENTENCE_ENDS = ".!?;。！？；"
JOINING = ("and", "or", "each", "comma", "border")
PASSED = (*SMALL, "filler", "space")


@dataclass(frozen=True)
class Cue:
    """A phrase that says something of a title: "like", or behind it "was terrible".

    Attributes:
        attitude: One of :data:`ATTITUDES`, or :data:`UNSEEN`, :data:`MEASURE`, or
            one of :data:`COMPARING`.
        behind: Whether it stands behind the title.
        all_of_it: Whether it is said of all that the title may name: "seen all the".
    """

    start: int
    end: int
    attitude: str
    behind: bool
    all_of_it: bool = False


@dataclass(frozen=True)
class Attitude:
    """What is said of one title, and where.

    Attributes:
        name: One of :data:`ATTITUDES`, or :data:`UNSEEN`, which says nothing.
        start, end: The title with the words that say so.
        said: Whether anything says so; a title without is taken to be liked.
        measures: Whether something is only compared with it: 没有《异形》那么恐怖. What is denied
            there stands behind the title.
        compared: Whether what is compared with it stands behind it: 比《异形》新.
        denied: Whether that is denied: 不比《异形》新.
        series: Whether all titles that begin so are meant: "the Star Wars films".
    """

    name: str
    start: int
    end: int
    said: bool
    measures: bool = False
    compared: bool = False
    denied: bool = False
    series: bool = False


def cue_lexicon(vocabulary: Vocabulary, words_apart: bool) -> Lexicon:
    """The cues of a language, each by the side, before a title or behind it, on which it may
    stand; in a longer phrase, "feel like", a cue is none."""
    cues: dict[str, dict[str, str]] = {}
    for attitude in (SEEN_ALL, *ATTITUDES, UNSEEN, MEASURE, *COMPARING):
        for side, ending in ((BEFORE, ""), (BEHIND, "_after")):
            for phrase in vocabulary.words.get(attitude + ending, ()):
                cues.setdefault(phrase, {}).setdefault(side, attitude)
    none = ((word, None) for word in vocabulary.words["filler"])
    return Lexicon([*cues.items(), *none], words_apart)


class Cues:
    """The cues of one sentence.

    Args:
        lexicon: As made by :func:`cue_lexicon`.
        series: What stands behind a title where all that begin so are meant.
    """

    def __init__(self, sentence: Sentence, lexicon: Lexicon, series: Lexicon) -> None:
        self._sentence = sentence
        self._series = series
        found = list(_found(sentence, lexicon))
        self.before = [cue for cue in found if not cue.behind]
        self._ends = [cue.end for cue in self.before]
        self._behind = {cue.start: cue for cue in found if cue.behind}

    def governing(self, place: int) -> Cue | None:
        """The last cue before a place in the same clause."""
        nth = bisect_right(self._ends, place) - 1
        if nth < 0:
            return None
        cue, sentence = self.before[nth], self._sentence
        between = sentence.text[cue.end : place]
        # A full stop inside of a name, "E.T.", ends nothing.
        ended = any(sign in between for sign in SENTENCE_ENDS if sign != ".") or ". " in between
        borders = (one for one in sentence.between(cue.end, place) if one.kind == "border")
        return None if ended or any(sentence.text[one.start].isalnum() for one in borders) else cue

    def behind(self, end: int) -> Cue | None:
        """The cue directly behind a title, or a series: "was terrible"."""
        return self._behind.get(self._sentence.skip(self.series_end(end) or end))

    def series_end(self, end: int) -> int | None:
        """Where what says that a series is meant ends behind a title; None where it is none."""
        place = self._sentence.skip(end)
        if place == len(self._sentence):
            return None
        hit = self._series.longest(self._sentence.folded, place)
        return hit[0] if hit else None

    def attitude(self, start: int, end: int) -> Attitude:
        """What is said of a title."""
        cue = self.governing(start)
        if cue and cue.attitude == MEASURE:
            if self._sentence.only(cue.end, start, PASSED):
                return Attitude("seen", start, end, said=True, measures=True)
            cue = None
        if cue and cue.attitude in COMPARING:
            near = self._sentence.only(cue.end, start, PASSED)
            first = cue.start if near else start
            denied = cue.attitude == NOT_BEYOND
            return Attitude("seen", first, end, said=True, compared=near, denied=denied)
        if cue and cue.attitude == UNSEEN and not self._sentence.only(cue.end, start, PASSED):
            # "That my kids haven't seen, they know Mulan."
            cue = replace(cue, attitude="seen")
        name, whole = (cue.attitude if cue else "liked"), start
        from_cue = start
        if cue and self._sentence.only(cue.end, start, (*PASSED, *JOINING)):
            from_cue = cue.start
            if self._sentence.only(cue.end, start, PASSED):
                whole = cue.start
        negation = self._negation(from_cue)
        if negation is not None:
            # Who does not hate a film need not like it: 不讨厌.
            denied = {
                "seen": UNSEEN,
                UNSEEN: "seen",
                "disliked": "seen" if from_cue < start else "disliked",
            }
            name = denied.get(name, "disliked")
            whole = min(whole, negation.start)
        behind = self.behind(end)
        series_end = self.series_end(end)
        series = series_end is not None or (cue is not None and cue.all_of_it)
        end = series_end or end
        if behind is not None and behind.attitude == MEASURE:
            if name == "disliked":
                return Attitude("seen", start, behind.end, said=True, measures=True)
            behind = None
        if behind is not None:
            # "None like Alien" denies the likeness, 不要像《异形》那样的.
            denied = name == "disliked" and behind.attitude == "liked" and whole < start
            name, end = name if denied else behind.attitude, behind.end
        said = cue is not None or negation is not None or behind is not None
        return Attitude(name, whole, end, said, series=series)

    def _negation(self, place: int) -> Token | None:
        """The negation that stands before a place, small words aside."""
        token = self._sentence.before(place, PASSED)
        if token is None or token.kind != "negation" or token.end > place:
            return None
        return token if token.sides & {"after", "next"} and not token.drops else None


def _found(sentence: Sentence, lexicon: Lexicon) -> Iterator[Cue]:
    place = 0
    while place < len(sentence):
        hit = lexicon.longest(sentence.folded, place)
        if hit and hit[1] and not _in_a_range(sentence, place, hit[0]):
            end, sides = hit
            both = len(sides) > 1
            side = BEHIND if BEFORE not in sides or (both and _ends(sentence, end)) else BEFORE
            all_of_it = sides[side] == SEEN_ALL
            attitude = "seen" if all_of_it else sides[side]
            yield Cue(place, end, attitude, side == BEHIND, all_of_it)
        place = hit[0] if hit else place + 1


def _ends(sentence: Sentence, place: int) -> bool:
    """Whether the clause ends at a place, but for what says nothing: 《三体》我看过了."""
    place = sentence.skip(place)
    following = sentence.token(place)
    return place >= len(sentence) or (following is not None and following.kind in CLAUSE_ENDS)


def _in_a_range(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a longer range holds a phrase: "after" is no cue in "after 1990"."""
    token = sentence.token(start)
    return token is not None and token.kind == "range" and token.end > end
