"""Reads a sentence of one language: what it demands of an item, and the words left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recbole_instructrec.catalogue import ABOUT, BRAND, PART_ROLES, Catalogue
from recbole_instructrec.instruction.associations import Association, Associations
from recbole_instructrec.instruction.attitudes import TALKED_OF, UNSEEN
from recbole_instructrec.instruction.comparisons import Comparisons, Shown, behind_comparisons
from recbole_instructrec.instruction.counts import CountFinder
from recbole_instructrec.instruction.demands import (
    MEANT,
    SMALL,
    Found,
    Token,
    demands,
)
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.leftovers import Leftovers
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, lower, rewritten
from recbole_instructrec.instruction.likening import Likening
from recbole_instructrec.instruction.mentions import TOPIC, Mention, MentionFinder
from recbole_instructrec.instruction.misspellings import Misspelling, Misspellings
from recbole_instructrec.instruction.naming import Naming
from recbole_instructrec.instruction.phrases import called, phrases
from recbole_instructrec.instruction.ranges import RangeFinder
from recbole_instructrec.instruction.recalled import Recalled
from recbole_instructrec.instruction.rereading import Rereading
from recbole_instructrec.instruction.structure import NEGATED, NOT_TOGETHER, Constraint, Intention
from recbole_instructrec.instruction.title_index import TitleIndex
from recbole_instructrec.instruction.token_text import TokenText
from recbole_instructrec.instruction.topics import TopicFinder

_WORD = r"\d+(?:[.,]\d+)+|\w+(?:'\w+)*"
# Signs that may stand inside a clause; any other sign ends it.
_INSIDE_CLAUSE = frozenset("·•-_'\"()[]{}<>“”«»「」『』《》*~#")

# Between names in a list, and between a title and who made it.
_LISTING = ("and", "comma")
_OF = ("small", "space", "filler")
# Fewer items do not say by themselves what a title is that they stand for.
FEWEST_ALIKE = 3


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
        talked_of: Titles of which nothing is said and nothing asked for.
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
    talked_of: tuple[str, ...] = ()


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
        known = list(phrases(language, catalogue, noun))
        self._lexicon = Lexicon(known, self.words_apart)
        self._misspellings = Misspellings(
            _label_names(language, catalogue, known) if self.words_apart else ()
        )
        self._associations = Associations(language, catalogue)
        self._naming = Naming(language, catalogue)
        vocabulary = language.vocabulary
        self._ranges = RangeFinder(language, catalogue, units)
        # "For 4 year olds" means "for kids" only where items have no age.
        spelled = (
            (said, meant)
            for said, meant in vocabulary.spelled.items()
            if not self._ranges.find(said) or self._ranges.find(meant)
        )
        self._spelled = Lexicon(spelled, self.words_apart)
        self._comparisons = Comparisons(language, catalogue)
        self._rereading = Rereading(language, catalogue, self._naming, called(language, noun))
        self._leftovers = Leftovers(language)
        # Items that tell something are about what a sentence that says no more names.
        self._tell = noun is not None and key(noun) in map(key, vocabulary.words["telling"])
        self._mentions = MentionFinder(
            vocabulary, titles, self.words_apart, catalogue.titles_describe, self._tell
        )
        self._recalled = Recalled(vocabulary, catalogue)
        self._topics = TopicFinder(language, catalogue, self._tell)
        self._counts = CountFinder(vocabulary, self.words_apart)
        compared = (word for one in vocabulary.comparisons for word in one.words)
        self._known = vocabulary.known.union(compared)
        self._makers = vocabulary.makers
        self._likening = Likening(vocabulary, catalogue, self._makers - {BRAND}, self.words_apart)

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
        dated = {
            one: self._comparisons.dated(one, self._parts(one)) for one in mentions if one.dated
        }
        ranges = tuple(filter(None, dated.values()))
        if ranges:
            tokens = self._tokens(cased, shown, ranges=ranges)
        settled = [one for one in mentions if not dated.get(one)]
        named = [
            self._comparisons.oldest(self._parts(one))
            for one in settled
            if one.items and one.attitude != TOPIC
        ]
        compared = [one for one in mentions if one.items and one.compared]
        behind = {one.end: one.compared for one in compared}
        if behind or (named and self._comparisons.any(text)):
            # "Older than Casablanca" is relative to it, whatever was shown.
            typical = self.catalogue.typical([one.items[0] for one in compared] or named)
            tokens = self._tokens(cased, replace(shown, typical=typical), behind, ranges)
            mentions = behind_comparisons(mentions, tokens)
        elif measure := self._comparisons.measure(tokens, text):
            # "Cheaper than the Sony ones" need not be of Sony.
            labels, behind = measure
            masks = [self.catalogue.mask(one.constraints) for one in labels]
            typical = self.catalogue.typical(np.logical_or.reduce(masks).nonzero()[0])
            tokens = self._tokens(cased, replace(shown, typical=typical), behind, ranges)
            tokens = _with(tokens, [Token(one.start, one.end, "small") for one in labels])
        settled = [one for one in mentions if not dated.get(one)]
        tokens = self._topics.find(self._with_titles(tokens, settled, text), text, cased)
        mentions = [one for one in mentions if one.items or not _excluded(one, tokens)]
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
        talked_of = tuple(one.said for one in mentions if one.attitude == TALKED_OF)
        unsaid = (TOPIC, UNSEEN, TALKED_OF)
        mentions = tuple(one for one in mentions if one.attitude not in unsaid)
        dropped = tuple(dict.fromkeys(c for one in found for c in one.dropped))
        rest, wish = self._leftovers.find(text, tokens, taken)
        if rest and not (constraints or mentions or said or likened or talked_of):
            alone = self._mentions.alone(cased, text, tokens)
            if alone:
                wish, kinds = self._with_kinds(Intention(), alone, set())
                return Reading((), tuple(alone), None, "", wish, associated=kinds)
        positive = any(one.relation not in NEGATED for one in constraints)
        if self._tell and rest and not (positive or mentions or said or likened or talked_of):
            if topic := self._topics.whole(text, rest):
                asked = (*constraints, *topic.constraints)
                return Reading(asked, (), None, "", Intention(), dropped=dropped)
        names = self._naming.misspelt(TokenText(tokens, folded(text), cased))
        labels = (one for one in self._misspellings.find(rest) if one.said not in self._known)
        misspelt = tuple(dict.fromkeys((*names, *labels)))
        told, associated = self._associations.find(tokens, text)
        settled = {label for one in constraints for label in one.labels}
        associated = tuple(one for one in associated if settled.isdisjoint(one.labels))
        if associated:
            wish = self._told(told, text, taken, settled)
        wish, kinds = self._with_kinds(wish, mentions, settled)
        associated += kinds
        return Reading(
            constraints,
            mentions,
            count,
            rest,
            wish,
            misspelt,
            associated,
            likened,
            dropped,
            talked_of,
        )

    def _parts(self, one: Mention) -> tuple[int, ...]:
        """What a title is taken for; the parts of a series that goes by its name."""
        names = (key(one.said),)
        several = one.items and names[0] in self._mentions.index.series
        series = self._mentions.index.series_of(names, one.items[0]) if several else None
        return series.items if series else one.items[:1]

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
        every = demands(tokens, self.words_apart)
        asked = tuple(constraint for one in every for constraint in one.constraints)
        for one in every:
            if len(one.constraints) > 1 and (either := self._either(one.constraints)):
                one = replace(one, constraints=(either,))
            last = found[-1] if found else None
            listed = last and last.constraints and one.constraints
            if listed and self._lists(last, one, tokens):
                either = self._either((*last.constraints, *one.constraints))
                together = (either,) if either else self._either_kind(last, one, asked)
                if together:
                    found[-1] = Found(last.start, one.end, together)
                    continue
            found.append(one)
        found = [replace(one, constraints=tuple(self._apart(one.constraints))) for one in found]
        return [one for one in found if all(map(self.language.can_word, one.constraints))]

    def _apart(self, constraints: Sequence[Constraint]) -> Iterator[Constraint]:
        """Exclusions of several labels of a role of which no item has two, 不要宝马奔驰, as one of
        each."""
        for one in constraints:
            alike = len(one.roles) == 1 and all(part.relation == "is" for part in one.parts)
            if one.relation == NOT_TOGETHER and alike and self._one_each(*one.roles):
                yield from (replace(part, relation="is_not") for part in one.parts)
            else:
                yield one

    def _one_each(self, role: str) -> bool:
        """Whether no item has two labels of a role."""
        labels = self.catalogue.labels.get(role)
        return labels is not None and labels.frequency.sum() == labels.any.sum()

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
            or not (roles == {ABOUT} or roles <= self._makers)
            or self.catalogue.mask(constraints).any()
        ):
            return None
        if len(roles) > 1:
            return Constraint.any_of(parts)
        labels = tuple(label for one in parts for label in one.labels)
        return Constraint(*roles, "is_any", label=labels)

    def _either_kind(
        self, first: Found, second: Found, asked: Sequence[Constraint]
    ) -> tuple[Constraint, ...]:
        """Two demands that "and" joins, where no item has both labels beside it, or none of those
        that have all else that is asked for, and so either will do: "Thai and Indian soups";
        nothing for anything else."""
        left, right = first.constraints[-1:], second.constraints[:1]
        beside = (*left, *right)
        others = (*first.constraints[:-1], *second.constraints[1:])
        roles = {one.role for one in beside}
        if (
            not second.joined
            or len(roles) != 1
            or any(one.relation not in ("is", "is_any") for one in beside)
            or any(one.role in roles for one in others)
        ):
            return ()
        labels = tuple(label for one in beside for label in one.labels)
        either = Constraint(*roles, "is_any", label=labels)
        if self.catalogue.mask(beside).any():
            rest = [one for one in asked if one not in beside]
            some, both = (self.catalogue.mask((*rest, *of)).any() for of in ([either], beside))
            # A house has all of its parts.
            if both or not some or roles <= {*PART_ROLES}:
                return ()
        return (*first.constraints[:-1], either, *second.constraints[1:])

    def _without_owners(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
        """The tokens, where whoever made a title that is mentioned is not asked for by that:
        "Hitchcock's Psycho"."""
        titles = {one.start: one for one in mentions if one.items}
        kept = list(tokens)
        for place, token in enumerate(tokens):
            roles = {one.role for one in token.constraints}
            if token.kind != "label" or not roles or not roles <= self._makers:
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
        words, _ = self._leftovers.find(
            text, tokens, [*taken, *((one.start, one.end) for one in found)]
        )
        return Intention(tuple(told), words)

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
        return _with(tokens, titles)

    # Tokens -----------------------------------------------------------------------------------

    def _in_digits(self, text: str) -> str:
        """The text with the numbers that are spelled out in digits."""
        return rewritten(text, self._spelled.spans(folded(lower(text))))

    def _tokens(
        self,
        cased: str,
        shown: Shown,
        behind: Mapping[int, str] | None = None,
        ranges: Sequence[Token] = (),
    ) -> list[Token]:
        """What a text consists of.

        Args:
            behind: Places behind what something is compared with, and how that is said.
            ranges: Those that titles stand for: "before Seven".
        """
        behind = behind or {}
        text = lower(cased)
        look_up = folded(text)
        others = (
            found
            for found in self._ranges.find(text)
            if not any(found.start < one.end and one.start < found.end for one in ranges)
            and not self._names_label(look_up, found)
        )
        ranges = sorted((*ranges, *others), key=lambda one: one.start)
        tokens: list[Token] = []
        place = 0
        for found in [*ranges, Token(len(text), len(text), "border")]:
            # Phrases that stand in the way of a range end before it.
            stretch = look_up[: found.start]
            while place < found.start:
                token = self._comparisons.range(stretch, place, shown, behind.get(place))
                token = token or self._token(stretch, place)
                if token is not None:
                    tokens.append(token)
                place = token.end if token else place + 1
            if found.start < len(text):
                tokens.append(found)
            place = found.end
        return self._rereading.read(TokenText(tokens, look_up, cased), behind)

    def _names_label(self, text: str, found: Token) -> bool:
        """Whether a range, but of years, is written as a label that stands there is, 256GB."""
        label = self._lexicon.longest(text, found.start)
        of_years = any(self.catalogue.in_years(one.role) for one in found.constraints)
        return (
            not of_years
            and label is not None
            and label[1].kind == "label"
            and text[label[0] : found.end] in ("", *self.language.vocabulary.words["small"])
        )

    def _before_label(self, text: str, place: int, end: int) -> tuple[int, Token] | None:
        """The shorter negation that a label begins behind which a longer one would cut: 不要 of
        不要放松, and not 不要放."""
        for cut in range(end - 1, place, -1):
            label = self._lexicon.longest(text, cut)
            if label is not None and label[1].kind == "label" and label[0] > end:
                shorter = self._lexicon.longest(text[:cut], place)
                if shorter and shorter[0] == cut and shorter[1].kind == "negation":
                    return shorter
        return None

    def _token(self, text: str, place: int) -> Token | None:
        """The token that begins at a place; None for a sign that stands inside a clause."""
        found = self._lexicon.longest(text, place)
        if found is not None and found[1].kind == "negation" and not self.words_apart:
            found = self._before_label(text, place, found[0]) or found
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


def _with(tokens: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """The tokens, with some others in place of those that they cover."""
    kept = [
        token
        for token in tokens
        if not any(token.start < one.end and one.start < token.end for one in others)
    ]
    return sorted([*kept, *others], key=lambda token: token.start)


def _excluded(mention: Mention, tokens: Iterable[Token]) -> bool:
    """Whether a title that no item has is known all the same, as words that are excluded from
    titles: "not Luigi's"."""
    return mention.attitude == "disliked" and any(
        token.start < mention.end and mention.name < token.end
        for token in tokens
        if any(one.relation == "about" for one in token.constraints)
    )


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
