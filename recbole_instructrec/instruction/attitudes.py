"""What is said of a title: whether the person likes it, does not, or has only seen it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES
from recbole_instructrec.instruction.demands import CLAUSE_ENDS, SMALL, Token
from recbole_instructrec.instruction.lexicon import Lexicon
from recbole_instructrec.instruction.sentence import Sentence
from recbole_instructrec.instruction.vocabulary import Vocabulary

ATTITUDES = ("liked", "disliked", "seen")
MEASURE = "measure"  # beside a title that something is compared with
SEEN_ALL = "seen_all"  # before a title all parts of whose series are known
UNSEEN = "unseen"  # before a title that somebody does not know
TALKED_OF = "talked_of"  # before a title of which nothing is said and nothing asked for
COMPARED_TO = "compared_to"  # before a title that what stands behind is compared with
NOT_BEYOND = "not_beyond"  # the same where it is denied that it is more so: 不比《异形》新
SHORT_OF = "short_of"  # the same where it is said to be less so: 没《异形》新
COMPARING = (COMPARED_TO, NOT_BEYOND)
# Beside a title by the year of which, or by who made it, something is asked for: "before Seven".
DATED = ("before_title", "after_title", "same_year", "same_decade", "director_of", "author_of")
# Where a cue stands; of the last, where the clause ends behind it.
BEFORE, BEHIND, ENDING = "before", "behind", "ending"
# Lists of words that say beside a title whether it is asked of, or what is wanted besides.
BESIDE_TITLES = (
    "later_of", "asking_of", "taken_up", "short_of", "besides", "excepting", "wanted_too",
)  # fmt: skip
SENTENCE_ENDS = ".!?;。！？；"
JOINING = ("and", "or", "each", "comma", "border")
PASSED = (*SMALL, "filler", "space")


@dataclass(frozen=True)
class Cue:
    """A phrase that says something of a title: "like", or behind it "was terrible".

    Attributes:
        attitude: One of :data:`ATTITUDES`, :data:`DATED` or :data:`COMPARING`, or
            :data:`UNSEEN`, :data:`TALKED_OF` or :data:`MEASURE`.
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
        name: One of :data:`ATTITUDES`, or :data:`UNSEEN` or :data:`TALKED_OF`, which say nothing.
        start, end: The title with the words that say so.
        said: Whether anything says so; a title without is taken to be liked.
        measures: Whether something is only compared with it: 没有《异形》那么恐怖. What is denied
            there stands behind the title.
        compared: How what stands behind it is compared with it, as one of :data:`COMPARING` or
            :data:`SHORT_OF` says; empty where nothing is.
        series: Whether all titles that begin so are meant: "the Star Wars films".
        dated: What is asked for by the year of the title, or by who made it, one of
            :data:`DATED`; empty where nothing is said.
    """

    name: str
    start: int
    end: int
    said: bool
    measures: bool = False
    compared: str = ""
    series: bool = False
    dated: str = ""


def cue_lexicon(vocabulary: Vocabulary, words_apart: bool) -> Lexicon:
    """The cues of a language, each by the side, before a title or behind it, on which it may
    stand, behind it also only at the end of a clause."""
    cues: dict[str, dict[str, str]] = {}
    for attitude in (SEEN_ALL, *ATTITUDES, UNSEEN, TALKED_OF, MEASURE, *COMPARING, *DATED):
        for side, ending in ((BEFORE, ""), (BEHIND, "_after"), (ENDING, "_ending")):
            for phrase in vocabulary.words.get(attitude + ending, ()):
                cues.setdefault(phrase, {}).setdefault(side, attitude)
    return Lexicon(cues.items(), words_apart)


class Cues:
    """The cues of one sentence.

    Args:
        lexicon: As made by :func:`cue_lexicon`.
        series: What stands behind a title where all that begin so are meant.
        words: The words of each list of :data:`BESIDE_TITLES`.
        compared: What says behind a title how something is compared with it.
    """

    def __init__(
        self,
        sentence: Sentence,
        lexicon: Lexicon,
        series: Lexicon,
        words: Mapping[str, Collection[str]],
        compared: Lexicon,
    ) -> None:
        self._sentence = sentence
        self._words = words
        self._compared = compared
        self._series = series
        found = list(_found(sentence, lexicon))
        self.before = [cue for cue in found if not cue.behind]
        self._ends = [cue.end for cue in self.before]
        self._behind = {cue.start: cue for cue in found if cue.behind}

    def governing(self, place: int) -> Cue | None:
        """The last cue before a place in the same clause."""
        nth = bisect_right(self._ends, place) - 1
        # "Since childhood" dates nothing.
        while (
            nth >= 0
            and self.before[nth].attitude in DATED
            and not (self._near(nth, place) and self._says_of_items(nth))
        ):
            nth -= 1
        if nth < 0:
            return None
        cue, sentence = self.before[nth], self._sentence
        between = sentence.text[cue.end : place]
        # A full stop inside of a name, "E.T.", ends nothing.
        ended = any(sign in between for sign in SENTENCE_ENDS if sign != ".") or ". " in between
        borders = (one for one in sentence.between(cue.end, place) if one.kind == "border")
        return None if ended or any(sentence.text[one.start].isalnum() for one in borders) else cue

    def _near(self, nth: int, place: int) -> bool:
        """Whether a cue stands directly before a place where a name may begin."""
        cased = self._sentence.cased[self._sentence.skip(place) :]
        cue = self.before[nth]
        held = self._sentence.token(cue.end - 1)  # by "after 1990"
        if cased[:1].islower() or (held is not None and cue.end < held.end <= place):
            return False
        return self._sentence.only(cue.end, place, PASSED)

    def _says_of_items(self, nth: int) -> bool:
        """Whether a cue of a single word stands behind items, "comedies before Alien", or begins a
        clause, and says nothing of what somebody did: "I saw no good film since Alien"."""
        cue, sentence = self.before[nth], self._sentence
        if " " in sentence.text[cue.start : cue.end].strip():
            return True
        last = sentence.before(cue.start, (*SMALL, "space"))
        if last is None or last.kind in CLAUSE_ENDS:
            return True
        said = self.before[nth - 1].attitude if nth else ""
        return last.kind in ("noun", "label", "range") and said not in (*ATTITUDES, UNSEEN)

    def behind(self, end: int) -> Cue | None:
        """The last cue directly behind a title, or a series: "was terrible", and of "is great,
        they say, but I hated it" what the person says."""
        found = self._behind.get(self._sentence.skip(self.series_end(end) or end))
        further = found and self._behind.get(self._sentence.skip(found.end))
        return further or found

    def series_end(self, end: int) -> int | None:
        """Where what says that a series is meant ends behind a title; None where it is none."""
        place = self._sentence.skip(end)
        if place == len(self._sentence):
            return None
        hit = self._series.longest(self._sentence.folded, place)
        return hit[0] if hit else None

    def attitude(self, start: int, end: int) -> Attitude:
        """What is said of a title."""
        if self._asked_of(start):
            return Attitude(TALKED_OF, 0, self._clause_end(end), said=True)
        if short := self.short_of(start, end):
            return Attitude("seen", *short, said=True, compared=SHORT_OF)
        cue = self.governing(start)
        if cue and (cue.attitude in DATED or self._later(cue, start)):
            dated = cue.attitude if cue.attitude in DATED else "after_title"
            return Attitude("seen", cue.start, end, said=True, dated=dated)
        following = self.behind(end)
        if following is not None and following.attitude in DATED:
            if cue is None:
                dated = following.attitude
                return Attitude("seen", start, following.end, said=True, dated=dated)
        if cue and self._more_than(cue, end):
            behind = self.behind(end)
            return Attitude("seen", cue.start, behind.end if behind else end, said=True)
        if cue and cue.attitude == MEASURE:
            if self._sentence.only(cue.end, start, PASSED):
                return Attitude("seen", start, end, said=True, measures=True)
            cue = None
        if cue and cue.attitude in COMPARING:
            near = self._sentence.only(cue.end, start, PASSED)
            first = cue.start if near else start
            compared = cue.attitude if near else ""
            return Attitude("seen", first, end, said=True, compared=compared)
        if cue and cue.attitude == TALKED_OF and not self._sentence.only(cue.end, start, PASSED):
            cue = None
        if cue and cue.attitude == TALKED_OF and self._is_taken_up(end):
            cue = replace(cue, attitude="seen")
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
        if behind is not None and behind.attitude in DATED:
            behind = None
        if behind is not None and behind.attitude == MEASURE:
            if name == "disliked":
                return Attitude("seen", start, behind.end, said=True, measures=True)
            behind = None
        if behind is not None:
            # "None like Alien" denies the likeness, 不要像《异形》那样的, and "hated Alien, but I
            # loved it" does not.
            first = self._sentence.token(behind.start)
            own = first is not None and first.kind in CLAUSE_ENDS
            likes = behind.attitude == "liked" and not own
            denied = name == "disliked" and likes and whole < start
            name, end = name if denied else behind.attitude, behind.end
        said = cue is not None or negation is not None or behind is not None
        return Attitude(name, whole, end, said, series=series)

    def short_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Where what says that something is less than a title begins before it, and what it is
        less of behind it: 没 and 贵 of 没《异形》那么贵; None where nothing says so."""
        sentence = self._sentence
        before = sentence.before(start, PASSED)
        if (
            before is None
            or sentence.folded[before.start : before.end] not in self._words["short_of"]
        ):
            return None
        place = sentence.skip(end)
        measure = self._behind.get(place)
        if measure is not None and measure.attitude == MEASURE:
            place = sentence.skip(measure.end)
        found = place < len(sentence) and self._compared.longest(sentence.folded, place)
        return (before.start, place) if found else None

    def _asked_of(self, start: int) -> bool:
        """Whether a question about a title begins the sentence: "is Fargo a comedy?"."""
        before = self._sentence.folded[:start].strip()
        return before in self._words["asking_of"] and "?" in self._sentence.text[start:]

    def _more_than(self, cue: Cue, end: int) -> bool:
        """Whether more is wanted than a title behind a cue, "besides Alien I also like Heat"."""
        said, words = self._sentence.folded[cue.start : cue.end], self._words
        excepting = said in words["besides"] or said in words["excepting"]
        return excepting and any(one in self._sentence.folded[end:] for one in words["wanted_too"])

    def _is_taken_up(self, end: int) -> bool:
        """Whether something like a title that is only talked of is wanted: "everyone talks about
        Alien, something like it"."""
        return any(phrase in self._sentence.folded[end:] for phrase in self._words["taken_up"])

    def _clause_end(self, place: int) -> int:
        """Where the clause ends that goes on at a place."""
        rest = self._sentence.between(place, len(self._sentence))
        return next((one.start for one in rest if one.kind in CLAUSE_ENDS), len(self._sentence))

    def _later(self, cue: Cue, start: int) -> bool:
        """Whether a cue that says when, "after", is of whoever stands before it, and not of the
        person: "Tom Hanks after Forrest Gump"."""
        sentence = self._sentence
        said = sentence.folded[cue.start : cue.end]
        before = sentence.before(cue.start, PASSED) if said in self._words["later_of"] else None
        if before is None or not sentence.only(cue.end, start, PASSED):
            return False
        roles = {one.role for one in before.constraints}
        whom = before.kind == "label" and roles.isdisjoint((*KIND_ROLES, ABOUT))
        name = before.kind == "word" and sentence.cased[before.start].isupper()
        return whom or (name and not sentence.shouted)

    def _negation(self, place: int) -> Token | None:
        """The negation that stands before a place, small words aside."""
        token = self._sentence.before(place, PASSED)
        if token is None or token.kind != "negation" or token.end > place:
            return None
        return token if token.sides & {"after", "next"} and not token.drops else None


def _found(sentence: Sentence, lexicon: Lexicon) -> Iterator[Cue]:
    for place, end, sides in lexicon.spans(sentence.folded):
        dates = not {*sides.values()}.isdisjoint(DATED)
        # "Before 2001: A Space Odyssey" is before no year.
        if dates or not _in_a_range(sentence, place, end):
            side = _side(sides, _ends(sentence, end))
            if side is not None:
                all_of_it = sides[side] == SEEN_ALL
                attitude = "seen" if all_of_it else sides[side]
                yield Cue(place, end, attitude, side != BEFORE, all_of_it)


def _side(sides: Mapping[str, str], ends: bool) -> str | None:
    """On which of its sides a cue stands, given whether the clause ends behind it; None where it
    is none there."""
    wanted = (ENDING, BEHIND, BEFORE) if ends else (BEFORE, BEHIND)
    return next((side for side in wanted if side in sides), None)


def _ends(sentence: Sentence, place: int) -> bool:
    """Whether the clause ends at a place, but for what says nothing: 《三体》我看过了."""
    place = sentence.skip(place)
    following = sentence.token(place)
    return place >= len(sentence) or (following is not None and following.kind in CLAUSE_ENDS)


def _in_a_range(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a longer range holds a phrase: "after" is no cue in "after 1990"."""
    token = sentence.token(start)
    return token is not None and token.kind == "range" and token.end > end
