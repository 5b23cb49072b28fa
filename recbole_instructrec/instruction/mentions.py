"""Finds the titles that a person mentions, and what is said of them.

A title is never read out of an ordinary sentence. It has to be quoted, capitalised, given with its
year, or stand behind a word such as "like"; what follows then decides how sure that is. Or nothing
else is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from recbole_instructrec.instruction.attitudes import (
    BESIDE_TITLES,
    COMPARING,
    DATED,
    JOINING,
    PASSED,
    SENTENCE_ENDS,
    UNSEEN,
    Attitude,
    Cue,
    Cues,
    cue_lexicon,
)
from recbole_instructrec.instruction.demands import MEANT, SMALL, Token
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.sentence import Sentence
from recbole_instructrec.instruction.title_index import Link, TitleIndex
from recbole_instructrec.instruction.vocabulary import Vocabulary

TOPIC = "topic"
# What stands behind "like" in lower case is seldom a title, so it must be more similar to one.
LIKENESS_IN_WORDS = 90
SHORTEST_IN_WORDS = 6
LONGEST_IN_WORDS = 8
SHORTEST_IN_SIGNS = 3
LONGEST_TITLE = 120  # in characters
# So many titles of a sentence are looked up by likeness, which reads the whole catalogue.
MOST_LIKENED = 20
_QUOTED = re.compile(
    r"“([^“”]{1,120})”|\"([^\"]{1,120})\"|《([^《》]{1,120})》|「([^「」]{1,120})」"
    r"|『([^『』]{1,120})』|«([^«»]{1,120})»|(?<!\w)'([^']{2,120})'(?!\w)"
)
_ONLY_FOR_TITLES = "《"
_YEAR = re.compile(r" ?\(((?:18|19|20)\d\d)\)| ((?:18|19|20)\d\d)(?![\w-])")
_STOP = re.compile(r"[.,;:!?。，；：！？、()]")
_LISTING = (*SMALL, "space", "comma", "and", "or", "each")
_WORD = re.compile(r"[\w'’.&]+")


@dataclass(frozen=True)
class Mention:
    """A title in a text.

    Attributes:
        start, end: Where it and what is said of it stand.
        said: The title as the person wrote it.
        link: What it is taken for; None where nothing like it is known.
        attitude: One of :data:`.ATTITUDES`; :data:`.UNSEEN`, :data:`.TALKED_OF`, or ``topic`` for
            "a Star Wars film".
        measures: Whether something is only compared with it.
        compared: How what stands behind it is compared with it; empty where nothing is.
        name: Where the title itself begins.
        dated: What is asked for by its year, or by who made it, one of :data:`.DATED`.
    """

    start: int
    end: int
    said: str
    link: Link | None
    attitude: str = "liked"
    measures: bool = False
    compared: str = ""
    name: int = 0
    dated: str = ""

    @property
    def items(self) -> tuple[int, ...]:
        """The items of the catalogue that it is taken for, the one meant first."""
        return self.link.items if self.link else ()


class MentionFinder:
    """Finds titles in sentences of one language.

    Args:
        vocabulary: Gives the words by which a title is known.
        index: The catalogue's titles.
        words_apart: Whether the language separates its words.
        describe: Whether titles describe things and do not name them.
        tell: Whether items tell something, as articles do, and go by no names either.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        index: TitleIndex,
        words_apart: bool,
        describe: bool = False,
        tell: bool = False,
    ) -> None:
        self.index = index
        self.describe = describe or tell
        self.tell = tell
        words = vocabulary.words
        self._cues = cue_lexicon(vocabulary, words_apart)
        self._compared = Lexicon(
            (
                (word, True)
                for one in (*vocabulary.comparisons, *vocabulary.compared)
                for word in one.words
            ),
            words_apart,
        )
        self._title_ends = Lexicon(((word, True) for word in words["title_end"]), words_apart)
        self._series = Lexicon(((word, True) for word in words["series"]), words_apart)
        self._beside = {name: {key(word) for word in words[name]} for name in BESIDE_TITLES}
        self._inflected = vocabulary.inflected
        made_by = (word for role in vocabulary.makers for word in vocabulary.named[role])
        self._made_by = Lexicon(((word, True) for word in made_by), words_apart)
        self._ordinals = Lexicon(vocabulary.ordinals.items(), words_apart)
        self._positions = Lexicon(((word, True) for word in words["position"]), words_apart)
        self._stand_ins = {key(word) for word in words["stand_in"]}
        self._prepositions = {key(word) for word in words["preposition"]}
        self._common = {
            key(word) for name in ("common", "literal", "no_title") for word in words[name]
        }
        self.words_apart = words_apart

    def find(
        self, cased: str, text: str, tokens: Sequence[Token], shown: Sequence[int] = ()
    ) -> list[Mention]:
        """The titles in a text, in the order of mention; none overlaps another.

        Args:
            cased: The text as written.
            text: The same in lower case.
            tokens: What else the text may be read as.
            shown: Items last shown, to which "the second one" may refer.
        """
        return _Search(self, Sentence(cased, text, tokens), shown).mentions()

    def alone(self, cased: str, text: str, tokens: Sequence[Token]) -> list[Mention]:
        """The titles of a text that is nothing but titles, however they are written: "toy story
        and fargo". Each is doubtful; none where anything else is said, or where titles describe.
        """
        if self.describe:
            return []
        return _Search(self, Sentence(cased, text, tokens), ()).alone()


class _Search:
    """One sentence."""

    def __init__(self, finder: MentionFinder, sentence: Sentence, shown: Sequence[int]) -> None:
        self.finder = finder
        self.index = finder.index
        self.sentence = sentence
        self.cased, self.text, self.folded = sentence.cased, sentence.text, sentence.folded
        self.shown = shown
        self.cues = Cues(sentence, finder._cues, finder._series, finder._beside, finder._compared)
        self.found: list[Mention] = []
        self.likened = 0

    def alone(self) -> list[Mention]:
        """The titles where nothing else is said, each of them doubtful; none otherwise."""
        place = self._behind_joining(0)
        while place < len(self.text):
            hit = self.index.lexicon.longest(self.folded, place)
            link = hit and self.index.exact(hit[1])
            inside = self.sentence.between(place, hit[0] if hit else place)
            words = [self.text[one.start : one.end] for one in inside if one.kind == "word"]
            telling = any(" " in word or word not in self.finder._common for word in words)
            if link is None or not telling:
                stop = _STOP.search(self.text, place)
                end = stop.start() if stop else len(self.text)
                if not self._like(place, end, LIKENESS_IN_WORDS):
                    return []
                place = self._behind_joining(end)
                continue
            self._add(place, hit[0], self.cased[place : hit[0]], replace(link, doubtful=True))
            place = self._behind_joining(hit[0])
        return self.found

    def mentions(self) -> list[Mention]:
        for match in _QUOTED.finditer(self.cased):
            self._add_quoted(match)
        self._add_ordinals()
        self._add_positions()
        place = 0
        while place < len(self.text):
            place = self._add_exact(place)
        for cue in self.cues.before:
            if cue.attitude not in DATED:
                self._add_similar(cue)
        return self._judged(sorted(self.found, key=lambda mention: mention.start))

    def _judged(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions, with what is said of each; in a list the first one's holds on."""
        judged: list[Mention] = []
        before: Mention | None = None
        attitudes = [self.cues.attitude(one.start, one.end) for one in mentions]
        for place, one in enumerate(mentions):
            attitude = self._behind_list(mentions, attitudes, place)
            name = attitude.name
            listed = before and self.sentence.only(before.end, one.start, _LISTING)
            if listed and before.attitude == UNSEEN and name == "seen":
                name = UNSEEN
            if not attitude.said:
                if listed:
                    name = before.attitude
                elif one.items and self._a_topic(one.start, one.end):
                    name = TOPIC
            if name == TOPIC:
                before = replace(one, attitude=TOPIC)
                judged.append(before)
            else:
                before = replace(
                    one,
                    start=attitude.start,
                    end=attitude.end,
                    link=self._series(one, attitude.series, name),
                    attitude=name,
                    measures=attitude.measures,
                    compared=attitude.compared,
                    dated=attitude.dated,
                )
                judged.append(before)
        return judged

    def _behind_list(
        self, mentions: Sequence[Mention], attitudes: Sequence[Attitude], place: int
    ) -> Attitude:
        """What is said of a mention itself, or else behind the list that it begins, as in
        教父和好家伙我都看过."""
        attitude = attitudes[place]
        last = place
        while (
            not attitudes[last].said
            and last + 1 < len(mentions)
            and self.sentence.only(mentions[last].end, mentions[last + 1].start, _LISTING)
        ):
            last += 1
        behind = attitudes[last]
        if last == place or behind.end == mentions[last].end:
            return attitude
        return replace(attitude, name=behind.name, said=True)

    def _series(self, one: Mention, meant: bool, attitude: str) -> Link | None:
        """What a mention is taken for: all of a series where that is meant, or where somebody does
        not want what several titles only begin with, "not Star Wars"."""
        name = key(one.said)
        if not one.items:
            return one.link
        unwanted = attitude == "disliked" and self.index.names_series(name, one.items[0])
        if not (meant or unwanted):
            return one.link
        names = (name, *self.finder._inflected(name, SHORTEST_IN_SIGNS))
        return self.index.series_of(names, one.items[0]) or one.link

    # Where a title may stand ------------------------------------------------------------------

    def _add_quoted(self, match: re.Match[str]) -> None:
        said = next(group for group in match.groups() if group)
        link = self._linked(said)
        cue = self.cues.governing(match.start())
        if cue is None and match[0][0] != _ONLY_FOR_TITLES:
            # Words of a title that describes something are no title: "hot water bottle".
            if link is None or (self.finder.describe and link.doubtful):
                return
        self._add(match.start(), match.end(), said, link)

    def _add(self, start: int, end: int, said: str, link: Link | None) -> None:
        self.found.append(Mention(start, end, said, link, name=start))

    def _add_ordinals(self) -> None:
        if not self.shown:
            return
        for place in range(len(self.folded)):
            hit = self.finder._ordinals.longest(self.folded, place)
            if hit and max(map(abs, hit[1])) <= len(self.shown) and self._free(place, hit[0]):
                for nth in hit[1]:
                    item = self.shown[nth - 1 if nth > 0 else nth]
                    self._add(place, hit[0], self.cased[place : hit[0]], Link((item,)))

    def _add_positions(self) -> None:
        """Adds those shown that are called by their bare numbers: "not 1, more like 3"."""
        going_on = False  # with a list of them
        for token in self.sentence.tokens:
            number = self.text[token.start : token.end]
            if not (number.isdecimal() and 0 < int(number) <= len(self.shown)):
                going_on = going_on and token.kind in (*JOINING, "space")
                continue
            going_on = (going_on or self._position(token)) and self._free(token.start, token.end)
            if going_on:
                item = self.shown[int(number) - 1]
                self._add(token.start, token.end, number, Link((item,)))

    def _position(self, token: Token) -> bool:
        """Whether a number is a position by what stands before it, "more like 3", or behind it or
        the list that it begins, "2 and 4 look good", and counts nothing, "not 3 comedies"."""
        following = self.sentence.token(self._behind_joining(token.end))
        if following is not None and following.kind in ("noun", *MEANT):
            return False
        before = self.folded[: token.start].rstrip()
        if self.finder._positions.ends(before):
            return True
        end = token.end
        while not before and end < len(self.text):
            if self.cues.behind(end):
                return True
            start = self._behind_joining(end)
            listed = self.sentence.token(start) if start > end else None
            if listed is None or not self.text[listed.start : listed.end].isdecimal():
                return False
            end = listed.end
        return False

    def _add_exact(self, place: int) -> int:
        """Adds the title that begins at a place, if any; returns where to go on."""
        hit = self.index.lexicon.longest(self.folded, place)
        if hit is None or not self._free(place, hit[0]):
            return place + 1
        end, name = hit
        year = _YEAR.match(self.text, end)
        link = self.index.exact(name, _number(year))
        if link is None:
            # A year in parentheses is said of the title all the same.
            year = year if year and year[1] else None
            link = self.index.exact(name)
            link = replace(link, doubtful=link.doubtful or year is not None)
        sure = year is not None or self._capitalised(place, end)
        short = self.cues.short_of(place, end) is not None
        cued = short or self._cued(place)
        if self._names_number(place, end, name):
            self._add(place, end, self.cased[place:end], link)
            return end
        said = cued or self.cues.behind(end)
        if name in self.index.series and not (said or self._a_topic(place, end)):
            return place + 1
        unknown = not link.items and year is None and " " not in name
        if self._in_a_label(place, end) or (unknown and self._says_of_what_follows(end)):
            return place + 1
        if self._goes_on(end) or (sure and year is None and self._in_a_name(place)):
            return place + 1
        in_words = self._cued(place, closely=True) and self._ends_in_words(place, end)
        if not sure and (short or (in_words and not self._in_excluded_words(place))):
            ordinary = " " not in name
            link = replace(link, doubtful=link.doubtful or ordinary)
            self._add(place, end, self.cased[place:end], link)
        elif sure and (cued or year is not None or self._stands_out(place, end)):
            end = year.end() if year else end
            self._add(place, end, self.cased[place:end], link)
        elif self._may_be_one(place, end, name) and (
            self._cued_behind(end)
            or (not self.finder.words_apart and self.cues.series_end(end) is not None)
        ):
            self._add(place, end, self.cased[place:end], link)
        else:
            return place + 1
        return end

    def _add_similar(self, cue: Cue) -> None:
        """Adds what stands behind a cue, if it is similar to a title or looks like one."""
        start = self.sentence.skip(cue.end, ("space", "border"))
        if start >= len(self.text) or not self._free(start, start + 1):
            return
        token = self.sentence.token(start)
        if token and token.kind in (*MEANT, "negation"):
            return
        stop = _STOP.search(self.text, start, start + LONGEST_TITLE)
        clause = min(stop.start() if stop else len(self.text), start + LONGEST_TITLE)
        taken = [mention.start for mention in self.found if start < mention.start < clause]
        clause = min([clause, *taken])
        if self.cased[start].isupper() and not self.sentence.shouted:
            end = self._capitals_end(start, clause)
            for cut in (end, *self._cuts(start, end)):
                if self._like(start, cut, 0):
                    return
            if self._stands_out(start, end):
                # With its year it is a title, if an unknown one, and its words mean nothing else.
                year = _YEAR.match(self.text, end)
                sure = year is not None and year[1] is not None
                behind, link = (year.end(), Link(())) if sure else (end, None)
                self._add(start, behind, self.cased[start:end], link)
            return
        cuts = [clause, *self._cuts(start, clause)]
        for cut in sorted(set(cuts), reverse=True):
            if self._like(start, cut, LIKENESS_IN_WORDS):
                return

    def _like(self, start: int, end: int, likeness: float) -> bool:
        """Adds a stretch of the text if it is similar enough to a title."""
        said = self.cased[start:end].strip()
        in_words = likeness > 0
        if not in_words and key(said) in self.finder._common:
            return False  # a name of something else, "not American"
        if in_words and not (
            SHORTEST_IN_WORDS <= len(said) * (1 if self.finder.words_apart else 2)
            and len(_WORD.findall(said)) <= LONGEST_IN_WORDS
            and any(one.kind == "word" for one in self.sentence.between(start, end))
            # What is a title exactly has been looked at already, and found too ordinary.
            and self.index.exact(key(said)) is None
        ):
            return False
        link = self._linked(said, likeness)
        if link is None and in_words and not (self.finder.words_apart or self.finder.tell):
            link = self.index.begun(said)
        if link is None:
            return False
        year = _YEAR.match(self.text, end)
        self._add(start, year.end() if year else end, said, link)
        return True

    def _linked(self, said: str, likeness: float = 0) -> Link | None:
        """The item of what is thought to be a title; by likeness only so many times."""
        link = self.index.named(said)
        if link is None and self.likened < MOST_LIKENED:
            self.likened += 1
            link = self.index.similar(said, likeness) if likeness else self.index.link(said)
        return link

    # What tells a title from other words ------------------------------------------------------

    def _capitalised(self, start: int, end: int) -> bool:
        """Whether the first and the last word begin with a capital, or with no letter that has
        one but not in a script without capitals."""
        words = _WORD.findall(self.cased[start:end])
        return (
            bool(words)
            and not self.sentence.shouted
            and any(word[0].isupper() for word in words)
            and all(not word[0].islower() for word in (words[0], words[-1]))
        )

    def _in_excluded_words(self, start: int) -> bool:
        """Whether words that titles hold are excluded there, where these describe things: "not
        lasagna" is of all of it, and not of the one that is only called so."""
        before = self.sentence.before(start, (*SMALL, "space"))
        in_words = self.finder.describe and self.finder.words_apart
        return in_words and before is not None and before.kind == "negation"

    def _goes_on(self, end: int) -> bool:
        """Whether another capital or a number follows, so that a longer name was meant."""
        following = _WORD.match(self.cased, end + 1) if self.cased[end : end + 1] == " " else None
        return (
            following is not None
            and len(following[0]) > 1
            and following[0][0].isupper()
            and not self.sentence.shouted
        )

    def _names_number(self, place: int, end: int, name: str) -> bool:
        """Whether a number is a title, "movies like 2001" or "1984 by Orwell", and no year, "like
        2001 comedies"."""
        token = self.sentence.token(place)
        following = self.sentence.token(self.sentence.skip(end))
        if (
            not name.isdigit()
            or token is None
            or (token.start, token.end) != (place, end)
            or (following is not None and following.kind in ("noun", *MEANT))
        ):
            return False
        cue = self.cues.governing(place)
        liked = cue is not None and cue.attitude != "disliked"
        if cue is None and self._made_by_somebody(end):
            return True
        return (liked and self._cued(place, closely=True)) or self.cues.behind(end) is not None

    def _made_by_somebody(self, end: int) -> bool:
        """Whether it is said behind a title who made it."""
        place = self.sentence.skip(end)
        hit = self.finder._made_by.longest(self.folded, place) if place < len(self.text) else None
        token = self.sentence.token(self.sentence.skip(hit[0])) if hit else None
        return token is not None and (token.kind == "label" or self.cased[token.start].isupper())

    def _in_a_label(self, start: int, end: int) -> bool:
        """Whether a stretch is only part of a label: the title in "Chris Rock"."""
        token = self.sentence.token(start)
        longer = token is not None and (token.start < start or token.end > end)
        return longer and token.kind == "label"

    def _says_of_what_follows(self, end: int) -> bool:
        """Whether one word belongs to what follows, "old westerns": many a title that no item has
        is an ordinary word."""
        following = self.sentence.token(self.sentence.skip(end))
        says = following is not None and following.kind in ("noun", *MEANT)
        return says and self.finder.words_apart

    def _in_a_name(self, start: int) -> bool:
        """Whether a capital stands directly before, as in "Tom Cruise"."""
        before = self.sentence.token(start - 2) if start > 1 else None
        return (
            before is not None
            and before.kind == "word"
            and self.cased[before.start].isupper()
            and self.text[start - 1] == " "
            and self._uncommon(before)
            and self._free(before.start, before.end)
        )

    def _stands_out(self, start: int, end: int) -> bool:
        """Whether capitals alone tell a title: not a single word that begins a sentence or that
        means something else, and no name of a place, "in Chicago"."""
        before = self.text[:start].rstrip(" \"'(")
        last = self.text[:start].rstrip().rpartition(" ")[2]
        if last in self.finder._prepositions:
            return False
        if self._cued_behind(end):
            return True
        token = self.sentence.token(start)
        if token and token.start == start and token.end >= end and token.kind != "word":
            return False
        words = _WORD.findall(self.text[start:end])
        if len(words) > 1:
            return True
        begins = not before or before[-1] in SENTENCE_ENDS
        return len(words[0]) > 2 and not begins and words[0] not in self.finder._common

    def _ends_in_words(self, start: int, end: int) -> bool:
        """Whether a title in lower case, behind a cue, is followed by the end of its clause."""
        token = self.sentence.token(start)
        if token and token.kind in MEANT and token.end >= end:
            return False
        inside = [one for one in self.sentence.between(start, end) if one.kind not in SMALL]
        telling = any(one.kind == "word" and self._uncommon(one) for one in inside)
        if not telling and not (len(inside) > 1 and self._items_like(start)):
            return False
        following = self.sentence.token(self.sentence.skip(end))
        alone = len(inside) < 2 and not self._goes_on_list(start)
        before = self.sentence.token(start - 2) if start > 1 and alone else None
        if before is not None and before.kind == "small" and self.finder.words_apart:
            return False  # of a single word, "the heat" is no title
        behind = self.sentence.skip(end)
        if following is None or self.finder._title_ends.longest(self.folded, behind):
            return True
        if self._compared_with(start, end):
            return True
        if not self.finder.words_apart:
            return following.kind in JOINING
        return following.kind in (JOINING if alone else (*JOINING, "filler", "negation", "range"))

    def _items_like(self, start: int) -> bool:
        """Whether items like what begins at a place are meant, and not what somebody likes: "films
        like one day"."""
        cue = self.cues.governing(start)
        before = cue and self.sentence.before(cue.start, ("space",))
        return before is not None and (
            before.kind == "noun" or self.text[before.start : before.end] in self.finder._stand_ins
        )

    def _compared_with(self, start: int, end: int) -> bool:
        """Whether a comparison with a title ends behind it: 比平凡的世界短一点."""
        cue = self.cues.governing(start)
        return (
            cue is not None
            and cue.attitude in COMPARING
            and self.finder._compared.longest(self.folded, end) is not None
        )

    def _capitals_end(self, start: int, stop: int) -> int:
        """Where a name ends that begins with a capital: behind its last word with one, of which
        no more than two words in a row may lack it."""
        end, lacking = start, 0
        for word in _WORD.finditer(self.cased, start, stop):
            if word[0][0].islower():
                lacking += 1
                if lacking > 2:
                    break
            else:
                end, lacking = word.end(), 0
        return end

    def _cuts(self, start: int, end: int) -> list[int]:
        """Where a title may end within a stretch: before a joining word, from the last on."""
        kinds = (*JOINING, "filler", "range", "noun")
        cuts = [
            len(self.text[: one.start].rstrip())
            for one in self.sentence.between(start + 1, end)
            if one.kind in kinds
            or self.finder._title_ends.longest(self.folded, one.start)
            or self.finder._compared.longest(self.folded, one.start)
        ]
        return [cut for cut in cuts if cut > start][::-1]

    def _cued(self, place: int, closely: bool = False) -> bool:
        """Whether a cue stands before a place, or before a list of titles that goes on there.

        Args:
            closely: Whether there may be no filler between, as in "love it when".
        """
        cue = self.cues.governing(place)
        if cue is None:
            return False
        done = cue.end
        for mention in self.found:
            if cue.end <= mention.end <= place:
                done = max(done, mention.end)
        owner = () if self.finder.words_apart else ("label",)  # 喜欢余华的活着
        return self.sentence.only(
            done, place, (*SMALL, "space", *JOINING, *owner, *(() if closely else ("filler",)))
        )

    def _may_be_one(self, place: int, end: int, name: str) -> bool:
        """Whether a name may be meant by what stands behind it: "fargo was amazing"."""
        if not self.finder.words_apart:
            # In a script without spaces: too long to be chance, or set off, 跟三体差不多.
            before = self.sentence.before(place, ())
            owned = self.sentence.before(place, SMALL) if before and before.kind in SMALL else None
            set_off = (
                before is None
                or before.kind in (*JOINING, "space")
                or (owned is not None and owned.kind == "label")  # 余华的活着
                or self.cues.series_end(end) is not None
            )
            long = len(name) >= SHORTEST_IN_SIGNS or (set_off and len(name) > 1)
            return long and not name.isascii()
        begins = not (before := self.text[:place].rstrip()) or before[-1] in SENTENCE_ENDS
        inside = self.sentence.between(place, end)
        return begins and any(one.kind == "word" and self._uncommon(one) for one in inside)

    def _cued_behind(self, end: int) -> bool:
        """Whether a cue stands behind a title, or behind a list of titles that it begins: 七宗罪和
        沉默的羔羊我都看过."""
        while not self.cues.behind(end):
            start = self._behind_joining(end)
            listed = end < start < len(self.text)
            hit = self.index.lexicon.longest(self.folded, start) if listed else None
            if hit is None:
                return False
            end = hit[0]
        return True

    def _goes_on_list(self, start: int) -> bool:
        """Whether a title stands before, with only joining words between."""
        before = [one.end for one in self.found if one.end <= start]
        return bool(before) and self.sentence.only(max(before), start, (*PASSED, *JOINING))

    def _a_topic(self, start: int, end: int) -> bool:
        """Whether the items are named after it: "another Star Wars film"."""
        following = self.sentence.token(self.sentence.skip(end))
        return following is not None and following.kind == "noun" and not self._quoted(start)

    def _behind_joining(self, place: int) -> int:
        """The next place behind words and signs that join titles."""
        while place < len(self.text):
            token = self.sentence.token(place)
            if token is not None and token.kind not in (*JOINING, "space"):
                break
            place = token.end if token else place + 1
        return place

    def _uncommon(self, token: Token) -> bool:
        return self.text[token.start : token.end] not in self.finder._common

    def _quoted(self, place: int) -> bool:
        return _QUOTED.match(self.cased, place) is not None

    def _free(self, start: int, end: int) -> bool:
        return not any(start < one.end and one.start < end for one in self.found)


def _number(match: re.Match[str] | None) -> float | None:
    return float(match[1] or match[2]) if match else None
