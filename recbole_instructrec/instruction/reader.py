"""Reads a sentence of one language: what it demands of an item, and the words left over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES, POPULARITY, Catalogue
from recbole_instructrec.instruction.associations import Association, Associations
from recbole_instructrec.instruction.counts import CountFinder
from recbole_instructrec.instruction.demands import (
    CLAUSE_ENDS,
    MEANT,
    SMALL,
    Found,
    Token,
    demands,
    excludes_behind,
)
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, lower
from recbole_instructrec.instruction.likening import Likening
from recbole_instructrec.instruction.mentions import TOPIC, Mention, MentionFinder
from recbole_instructrec.instruction.misspellings import Misspelling, Misspellings
from recbole_instructrec.instruction.naming import Naming
from recbole_instructrec.instruction.phrases import phrases
from recbole_instructrec.instruction.ranges import RangeFinder
from recbole_instructrec.instruction.recalled import Recalled
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.title_index import TitleIndex
from recbole_instructrec.instruction.token_text import TokenText
from recbole_instructrec.instruction.topics import TopicFinder

_WORD = r"\d+(?:[.,]\d+)+|\w+(?:'\w+)*"
_COMPOUND = r"(?<![\w'])\w[\w']*(?:-\w[\w']*)+"
# Signs that may stand inside a clause; any other sign ends it.
_INSIDE_CLAUSE = frozenset("·•-_'\"()[]{}<>“”«»「」『』《》*~#")


# Words that belong to the asking, and not to what is asked for.
ASKING = ("filler", "and", "each", "or", "space")
# Between names in a list, and between a title and who made it.
_LISTING = ("and", "comma")
_DEGREES = (*SMALL, "excess")
_OF = ("small", "space", "filler")
# Fewer items do not say by themselves what a title is that they stand for.
FEWEST_ALIKE = 3


@dataclass(frozen=True)
class Shown:
    """What a person has just been shown, to which "older" and "the second one" refer.

    Attributes:
        items: The items, best first.
        typical: By role, the median of their numbers.
    """

    items: tuple[int, ...] = ()
    typical: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What one language finds in a sentence.

    Attributes:
        constraints: In the order of mention.
        mentions: Titles, in the order of mention.
        count: Number of items asked for; None where nothing is said.
        rest: The words that say something else.
        wish: What these words wish for, with the small words between and around them.
        misspelt: Which of these words are nearly the name of a label.
        associated: Which of them the wish has as labels.
        likened: Persons and the like, others like whom are wanted, each with items of it.
        dropped: What is not demanded, or excluded, any more.
    """

    constraints: tuple[Constraint, ...]
    mentions: tuple[Mention, ...]
    count: int | None
    rest: str
    wish: Intention
    misspelt: tuple[Misspelling, ...] = ()
    associated: tuple[Association, ...] = ()
    likened: tuple[tuple[str, tuple[int, ...]], ...] = ()
    dropped: tuple[Constraint, ...] = ()


class Reader:
    """Understands one language about one catalogue.

    Args:
        language: Gives the words.
        catalogue: Its labels, numbers and titles are what can be recognised.
        titles: Links titles to items.
        noun: What the items are called, where the dataset says so.
        units: By role, how a number of it is written, with the placeholder ``{number}``.
    """

    def __init__(
        self,
        language: Language,
        catalogue: Catalogue,
        titles: TitleIndex,
        noun: str | None = None,
        units: Mapping[str, str] | None = None,
    ) -> None:
        self.language = language
        self.catalogue = catalogue
        self.words_apart = language.words_apart
        letters = re.UNICODE if self.words_apart else re.ASCII
        self._word = re.compile(_WORD, letters)
        self._compound = re.compile(_COMPOUND, letters)
        known = list(phrases(language, catalogue, noun))
        self._lexicon = Lexicon(known, self.words_apart)
        self._misspellings = Misspellings(
            _label_names(language, catalogue, known) if self.words_apart else ()
        )
        self._associations = Associations(language, catalogue)
        self._naming = Naming(language, catalogue)
        vocabulary = language.vocabulary
        self._spelled = Lexicon(vocabulary.spelled.items(), self.words_apart)
        compared = (POPULARITY, *catalogue.numbers)
        self._comparisons, self._compared_behind = (
            Lexicon(
                ((word, one) for one in ways if one.role in compared for word in one.words),
                self.words_apart,
            )
            for ways in (vocabulary.comparisons, vocabulary.compared)
        )
        self._than = Lexicon(((word, True) for word in vocabulary.words["than"]), self.words_apart)
        self._mentions = MentionFinder(
            vocabulary, titles, self.words_apart, catalogue.titles_describe
        )
        self._recalled = Recalled(vocabulary, catalogue)
        self._topics = TopicFinder(language, catalogue)
        self._counts = CountFinder(vocabulary, self.words_apart)
        self._stand_ins, self._prepositions, self._nouns, self._about, self._lately = (
            frozenset(vocabulary.words[name])
            for name in ("stand_in", "preposition", "noun", "about_noun", "lately")
        )
        self._ranges = RangeFinder(language, catalogue, units)
        # Items that tell something are about what a sentence that says no more names.
        self._tell = noun is not None and key(noun) in map(key, vocabulary.words["telling"])
        compared = (word for one in vocabulary.comparisons for word in one.words)
        self._known = vocabulary.known.union(compared)
        self._persons = frozenset(vocabulary.named) - {ABOUT, *KIND_ROLES}
        self._likening = Likening(
            vocabulary, catalogue, self._persons - {"brand"}, self.words_apart
        )

    def read(self, cased: str, shown: Shown | None = None) -> Reading:
        """Understands a text that :func:`.lexicon.tidy` has made tidy.

        Args:
            shown: What the person was shown before, if anything.
        """
        shown = shown or Shown()
        cased = self._in_digits(cased)
        text = lower(cased)
        tokens = self._tokens(cased, shown)
        mentions = self._mentions.find(cased, text, tokens, shown.items)
        named = [one.items[0] for one in mentions if one.items and one.attitude != TOPIC]
        behind = {one.end: one.items[0] for one in mentions if one.items and one.compared}
        if behind or (named and self._compares(text)):
            # "Older than Casablanca" is relative to it, whatever was shown.
            typical = self.catalogue.typical([*behind.values()] or named)
            tokens = self._tokens(cased, replace(shown, typical=typical), behind)
            mentions = _behind_comparisons(mentions, tokens)
        elif measure := self._measure(tokens, text):
            # "Cheaper than the Sony ones" need not be of Sony.
            (items,) = self.catalogue.mask(measure.constraints).nonzero()
            tokens = self._tokens(cased, replace(shown, typical=self.catalogue.typical(items)))
            tokens = [
                replace(one, kind="small", constraints=()) if one.start == measure.start else one
                for one in tokens
            ]
        tokens = self._topics.find(self._with_titles(tokens, mentions, text), text)
        tokens, recalled = self._recalled.find(tokens, text)
        mentions = [*mentions, *recalled]
        tokens = self._without_owners(tokens, mentions)
        tokens, likened = self._likening.find(tokens, text)
        counted = self._counts.find(tokens, text)
        count, said = counted or (None, [])
        # Of what is counted after something else either will do: "a comedy and two westerns".
        first = next((one.start for one in tokens if one.kind in MEANT), len(text))
        counts = {one: replace(one, kind="small" if one.start < first else "each") for one in said}
        tokens = [counts.get(one, one) for one in tokens]
        found = self._demanded(tokens)
        taken = [(one.start, one.end) for one in (*found, *said)]
        taken += [(one.start, one.end) for one in tokens if one.kind == "title"]
        constraints = tuple(dict.fromkeys(c for one in found for c in one.constraints))
        mentions = tuple(one for one in mentions if one.attitude != TOPIC)
        rest, wish = self._left(text, tokens, taken)
        if rest and not (constraints or mentions or said or likened):
            alone = self._mentions.alone(cased, text, tokens)
            if alone:
                wish, kinds = self._with_kinds(Intention(), alone, set())
                return Reading((), tuple(alone), None, "", wish, associated=kinds)
            if self._tell and (topic := self._topics.whole(text, rest)):
                return Reading(topic.constraints, (), None, "", Intention())
        guessed = dict.fromkeys(
            (
                *self._naming.misspelt(TokenText(tokens, folded(text), cased)),
                *(one for one in self._misspellings.find(rest) if one.said not in self._known),
            )
        )
        misspelt = tuple(guessed)
        told, associated = self._associations.find(tokens, text)
        settled = {label for one in constraints for label in one.labels}
        associated = tuple(one for one in associated if settled.isdisjoint(one.labels))
        if associated:
            wish = self._told(told, text, taken, settled)
        wish, kinds = self._with_kinds(wish, mentions, settled)
        associated += kinds
        dropped = tuple(dict.fromkeys(c for one in found for c in one.dropped))
        return Reading(
            constraints, mentions, count, rest, wish, misspelt, associated, likened, dropped
        )

    def _with_kinds(
        self, wish: Intention, mentions: Sequence[Mention], settled: set[str]
    ) -> tuple[Intention, tuple[Association, ...]]:
        """A wish with what the titles are that somebody likes or knows and little in the catalogue
        is like, and which labels each of them has been read as.

        Args:
            settled: Labels of which something is demanded already.
        """
        told = dict.fromkeys(wish.constraints)
        read = []
        for one in mentions:
            strange = one.link is not None and len(one.link.alike) < FEWEST_ALIKE
            kinds = self._associations.kinds(one.link.kinds) if strange else ()
            new = [kind for kind in kinds if kind.label not in settled]
            if new and one.attitude != "disliked":
                told |= dict.fromkeys(new)
                read.append(Association(one.said, tuple(kind.label for kind in new), True))
        return replace(wish, constraints=tuple(told)), tuple(read)

    def _demanded(self, tokens: Sequence[Token]) -> list[Found]:
        """What tokens demand; what could not be said back stays in the person's own words."""
        found: list[Found] = []
        for one in demands(tokens):
            if len(one.constraints) > 1 and (either := self._either(one.constraints)):
                one = replace(one, constraints=(either,))
            last = found[-1] if found else None
            listed = last and last.constraints and one.constraints
            if listed and self._lists(last, one, tokens):
                either = self._either((*last.constraints, *one.constraints))
                together = (either,) if either else self._either_kind(last, one)
                if together:
                    found[-1] = Found(last.start, one.end, together)
                    continue
            found.append(one)
        return [one for one in found if all(map(self.language.can_word, one.constraints))]

    def _lists(self, first: Found, second: Found, tokens: Sequence[Token]) -> bool:
        """Whether two demands are of one list."""
        between = {one.kind for one in tokens if first.end <= one.start < second.start}
        return not between.isdisjoint(_LISTING) and between <= {*_LISTING, *SMALL}

    def _either(self, constraints: Sequence[Constraint]) -> Constraint | None:
        """That one of some persons or the like, or of some themes, will do where no item has all:
        "Hitchcock and Kubrick"; None for anything else."""
        parts = [part for one in constraints for part in one.parts or (one,)]
        roles = {one.role for one in parts}
        if (
            any(one.relation not in ("is", "is_any") for one in parts)
            or not (roles == {ABOUT} or roles <= self._persons)
            or self.catalogue.mask(constraints).any()
        ):
            return None
        if len(roles) > 1:
            return Constraint.any_of(parts)
        labels = tuple(label for one in parts for label in one.labels)
        return Constraint(*roles, "is_any", label=labels)

    def _either_kind(self, first: Found, second: Found) -> tuple[Constraint, ...]:
        """Two demands that "and" joins, where no item has both labels beside it, and so either
        will do: "Thai and Indian soups"; nothing for anything else."""
        left, right = first.constraints[-1:], second.constraints[:1]
        beside = (*left, *right)
        others = (*first.constraints[:-1], *second.constraints[1:])
        roles = {one.role for one in beside}
        if (
            not second.joined
            or len(roles) != 1
            or any(one.relation not in ("is", "is_any") for one in beside)
            or any(one.role in roles for one in others)
            or self.catalogue.mask(beside).any()
        ):
            return ()
        labels = tuple(label for one in beside for label in one.labels)
        either = Constraint(*roles, "is_any", label=labels)
        return (*first.constraints[:-1], either, *second.constraints[1:])

    def _without_owners(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
        """The tokens, where whoever made a title that is mentioned is not asked for by that:
        "Hitchcock's Psycho"."""
        titles = {one.start: one for one in mentions if one.items}
        kept = list(tokens)
        for place, token in enumerate(tokens):
            roles = {one.role for one in token.constraints}
            if token.kind != "label" or not roles or not roles <= self._persons:
                continue
            around = (reversed(tokens[:place]), tokens[place + 1 :])
            beside = (next((one for one in side if one.kind not in _OF), None) for side in around)
            before, behind = (titles.get(one.start) if one else None for one in beside)
            # In "by Kubrick other than The Shining" something is said between the two.
            whole = behind if behind and behind.name == behind.start else None
            made = self.catalogue.mask(token.constraints[:1])
            if any(made[one.items[0]] for one in (before, whole) if one):
                kept[place] = replace(token, kind="small", constraints=())
        return kept

    def _told(
        self,
        tokens: Sequence[Token],
        text: str,
        taken: Sequence[tuple[int, int]],
        settled: set[str],
    ) -> Intention:
        """What the encoder is told of a sentence with words that go with labels: these labels, and
        the other words.

        Args:
            tokens: The tokens, with labels in place of such words.
            taken: The stretches that are demands.
            settled: Labels of which something is demanded already.
        """
        found = self._demanded(tokens)
        told = [one for each in found for one in each.constraints if one.labels]
        wanted = {label for one in told if one.relation != "is_not" for label in one.labels}
        told = [
            one
            for one in dict.fromkeys(told)
            if settled.isdisjoint(one.labels)
            and not (one.relation == "is_not" and wanted & {*one.labels})
        ]
        words, _ = self._left(text, tokens, [*taken, *((one.start, one.end) for one in found)])
        return Intention(tuple(told), words)

    def _compares(self, text: str) -> bool:
        """Whether a text compares with something."""
        look_up = folded(text)
        return any(self._comparisons.longest(look_up, place) for place in range(len(text)))

    def _measure(self, tokens: Sequence[Token], text: str) -> Token | None:
        """The label with whose items something is compared, if any: "cheaper than Nike"."""
        look_up = folded(text)
        for token in tokens:
            compared = self._comparisons.longest(look_up, token.start)
            behind = compared[0] + len(self.language.word_separator) if compared else len(text)
            than = self._than.longest(look_up, behind) if behind < len(text) else None
            following = (one for one in tokens if than and one.start >= than[0])
            first = next((one for one in following if one.kind not in (*SMALL, "space")), None)
            if first and first.kind == "label":
                return first
        return None

    def familiar(self, cased: str) -> int:
        """How many words or phrases of a tidy text are known; of one without letters, which may be
        a single range or several, how many characters."""
        unknown = ("word", "comma", "space", "border")
        tokens = self._tokens(self._in_digits(cased), Shown())
        known = [token for token in tokens if token.kind not in unknown]
        if any(map(str.isalpha, cased)):
            return len(known)
        return sum(token.end - token.start for token in known)

    def _with_titles(
        self, tokens: Sequence[Token], mentions: Sequence[Mention], text: str
    ) -> list[Token]:
        """The tokens, with one for each title in place of those that it covers."""
        titles = []
        for one in mentions:
            topic = self._topics.topic(text, one.start, one.end) if one.attitude == TOPIC else None
            if topic or (one.attitude != TOPIC and one.link):
                kind = "small" if one.measures else "title"
                titles.append(topic or Token(one.start, one.end, kind))
        kept = [
            token
            for token in tokens
            if not any(token.start < one.end and one.start < token.end for one in titles)
        ]
        return sorted([*kept, *titles], key=lambda token: token.start)

    # Tokens -----------------------------------------------------------------------------------

    def _in_digits(self, text: str) -> str:
        """The text with the numbers that are spelled out in digits."""
        look_up = folded(lower(text))
        pieces = []
        done = place = 0
        while place < len(text):
            found = self._spelled.longest(look_up, place)
            if found is None:
                place += 1
                continue
            pieces += [text[done:place], found[1]]
            done = place = found[0]
        return "".join([*pieces, text[done:]])

    def _tokens(self, cased: str, shown: Shown, behind: Collection[int] = ()) -> list[Token]:
        """What a text consists of.

        Args:
            behind: Places where a title ends that something is compared with.
        """
        text = lower(cased)
        ranges = self._ranges.find(text)
        look_up = folded(text)
        tokens: list[Token] = []
        place = 0
        for found in [*ranges, Token(len(text), len(text), "border")]:
            # Phrases that stand in the way of a range end before it.
            stretch = look_up[: found.start]
            while place < found.start:
                token = self._compared(stretch, place, shown, place in behind)
                token = token or self._token(stretch, place)
                if token is not None:
                    tokens.append(token)
                place = token.end if token else place + 1
            if found.start < len(text):
                tokens.append(found)
            place = found.end
        tokens = _without_answers(_apart(tokens, behind), text)
        tokens = list(self._without_lately(tokens, text))
        tokens = _whole_compounds(tokens, self._compound.finditer(text))
        tokens = self._about_nouns(tokens, look_up)
        tokens = self._without_denied_prepositions(tokens, look_up)
        return self._without_head_labels(
            self._naming.find(TokenText(tokens, look_up, cased)), look_up
        )

    def _without_lately(self, tokens: Sequence[Token], text: str) -> Iterator[Token]:
        """The tokens, where what says when something happens is none of items: 最近心情不好."""
        for place, token in enumerate(tokens):
            if text[token.start : token.end] in self._lately:
                rest = dropwhile(lambda one: one.kind in _DEGREES, tokens[place + 1 :])
                if next((one.kind for one in rest), "border") == "word":
                    token = replace(token, kind="small", constraints=())
            yield token

    def _about_nouns(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens, where a preposition between what items are called and an unknown word says
        what they are about: "articles on robots"."""
        kept = list(tokens)
        for place in range(1, len(tokens) - 1):
            before, token, behind = tokens[place - 1 : place + 2]
            called = before.kind == "noun" or self._said(before, text) in self._stand_ins
            if called and behind.kind == "word" and self._said(token, text) in self._about:
                kept[place] = replace(token, kind="about")
        return kept

    def _without_denied_prepositions(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens, where a preposition behind a negation says no more than it does, "which is
        not in Soho"."""
        denied, kept = False, []
        for token in tokens:
            if denied and token.kind == "filler" and self._said(token, text) in self._prepositions:
                token = replace(token, kind="small")
            denied = token.kind == "negation" or (denied and token.kind == "small")
            kept.append(token)
        return kept

    @staticmethod
    def _said(token: Token, text: str) -> str:
        return text[token.start : token.end]

    def _without_head_labels(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens, where a label that is called as items are is none behind another that no
        item has as well: what "sports news" have to be is sports."""
        heads: list[Token] = []
        for token in tokens:
            last = heads[-1] if heads else None
            if (
                token.kind == "label"
                and text[token.start : token.end] in self._nouns
                and last is not None
                and last.kind == "label"
                and not text[last.end : token.start].strip()
                and not self.catalogue.mask([last.constraints[0], token.constraints[0]]).any()
            ):
                token = replace(token, kind="noun", constraints=(), things=False)
            heads.append(token)
        return heads

    def _compared(self, text: str, place: int, shown: Shown, behind: bool) -> Token | None:
        """A comparison with what was shown, as a range from the next number below its median
        down, or from the next above it up.

        Args:
            behind: Whether it stands behind a title that something is compared with.
        """
        if not shown.typical:
            return None
        found = self._comparisons.longest(text, place)
        if found is None and behind:
            found = self._compared_behind.longest(text, place)
        if found is None or found[1].role not in shown.typical:
            return None
        role, side = found[1].role, found[1].side
        middle = shown.typical[role]
        values = self.catalogue.numbers.get(role, self.catalogue.popularity)[1:]
        further = values[values < middle] if side == "below" else values[values > middle]
        if not len(further):
            constraint = Constraint.beyond(role, side, middle)
        elif side == "below":
            constraint = Constraint(role, "at_most", high=float(further.max()))
        else:
            constraint = Constraint(role, "at_least", low=float(further.min()))
        return Token(place, found[0], "range", (constraint,))

    def _token(self, text: str, place: int) -> Token | None:
        """The token that begins at a place; None for a sign that stands inside a clause."""
        found = self._lexicon.longest(text, place)
        if found is not None:
            return replace(found[1], start=place, end=found[0])
        sign = text[place]
        if sign.isalnum():
            word = self._word.match(text, place)
            return Token(place, word.end() if word else place + 1, "word")
        if sign == " ":
            return None if self.words_apart else Token(place, place + 1, "space")
        if sign in _INSIDE_CLAUSE:
            return None
        return Token(place, place + 1, "comma" if sign == "," else "border")

    # Rest -------------------------------------------------------------------------------------

    def _left(
        self, text: str, tokens: Sequence[Token], found: Sequence[tuple[int, int]]
    ) -> tuple[str, Intention]:
        """The words outside of what was found: without those at the ends that say nothing, and as
        a wish, in which words stay that say little: "something to hum along with"."""
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
        stripped = [_stripped(one, self.words_apart) for one in fragments]
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
                said.append(self.language.word_separator.join(words))
            return self.language.after_separator.join(said)

        wish = Intention(text=words(wishes), whole=named and len(wishes) == 1)
        return words(filter(None, stripped)), wish

    def _only_asks(self, token: Token) -> bool:
        """Whether a word belongs to the asking; what counts things does in Chinese, 一部."""
        counts = token.kind == "small" and token.things and not self.words_apart
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


def _label_names(
    language: Language, catalogue: Catalogue, known: Iterable[tuple[str, Token]]
) -> list[str]:
    """Of what is known the names of labels, without their other forms."""
    called = {
        key(name)
        for labels in catalogue.labels.values()
        for label in labels.names
        for name in (label, *language.names_of_label(label))
    }
    return [phrase for phrase, one in known if one.kind == "label" and phrase in called]


def _behind_comparisons(mentions: Sequence[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """The mentions without a word before them that belongs to a comparison, "shorter than"."""
    ranges = [one for one in tokens if one.kind == "range"]
    ends = (
        (one.end for one in ranges if one.start < mention.start < one.end) for mention in mentions
    )
    return [
        replace(mention, start=max(end, default=mention.start))
        for mention, end in zip(mentions, ends, strict=True)
    ]


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


def _apart(tokens: Sequence[Token], behind: Collection[int]) -> list[Token]:
    """The tokens, where a label or a range of one character inside of an unknown word is none,
    unless a title ends at the place where it begins."""
    touching = {token.start for token in tokens if token.kind == "word"}
    ends = {token.end for token in tokens if token.kind == "word"}
    return [
        Token(token.start, token.end, "word")
        if token.kind in MEANT
        and token.end - token.start == 1
        and token.start not in behind
        and (token.start in ends or token.end in touching)
        else token
        for token in tokens
    ]


def _without_answers(tokens: Sequence[Token], text: str) -> list[Token]:
    """The tokens, where a question mark before a negation only ends the question if what it is of
    stands behind it: in "any thrillers? No horror" nothing is answered."""
    apart: list[Token] = []
    for place, token in enumerate(tokens):
        sign = token.kind == "negation" and not text[token.start].isalnum()
        if sign and excludes_behind(tokens, place):
            apart.append(Token(token.start, token.start + 1, "border"))
            start = token.end - len(text[token.start + 1 : token.end].lstrip())
            token = replace(token, start=start)
        apart.append(token)
    return apart


def _whole_compounds(tokens: Sequence[Token], compounds: Iterable[re.Match[str]]) -> list[Token]:
    """The tokens, with one word for each hyphenated one that is not known in all its parts:
    ``post-war`` is not about war, and ``no-nonsense`` is not a negation."""
    whole: list[Token] = []
    rest = list(tokens)[::-1]
    for compound in compounds:
        while rest and rest[-1].start < compound.start():
            whole.append(rest.pop())
        parts = []
        while rest and rest[-1].start < compound.end():
            parts.append(rest.pop())
        if any(part.kind == "word" for part in parts):
            end = max(compound.end(), parts[-1].end)
            parts = [Token(parts[0].start, end, "word")]
        whole += parts
    return whole + rest[::-1]
