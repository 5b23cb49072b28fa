"""Finds the titles that a person mentions, and what is said of them.

A title is never read out of an ordinary sentence. It has to be quoted, capitalised, given with its
year, or stand behind a word such as "like"; what follows then decides how sure that is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recbole_instructrec.instruction.demands import MEANT, SMALL, Token
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key
from recbole_instructrec.instruction.title_index import Link, TitleIndex
from recbole_instructrec.instruction.vocabulary import Vocabulary

ATTITUDES = ("liked", "disliked", "seen")
TOPIC = "topic"
# What stands behind "like" in lower case is seldom a title, so it must be more similar to one.
LIKENESS_IN_WORDS = 90
SHORTEST_IN_WORDS = 6
LONGEST_IN_WORDS = 8
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
_WORD = re.compile(r"[\w'’.&]+")
_SENTENCE_ENDS = ".!?;。！？；"
_ENDS = ("and", "or", "each", "comma", "border")
_PASSED = (*SMALL, "filler", "space")


@dataclass(frozen=True)
class Mention:
    """A title in a text.

    Attributes:
        start, end: Where it and what is said of it stand.
        said: The title as the person wrote it.
        link: What it is taken for; None where the catalogue has nothing like it.
        attitude: One of :data:`ATTITUDES`; ``topic`` for "a Star Wars film".
    """

    start: int
    end: int
    said: str
    link: Link | None
    attitude: str = "liked"


@dataclass(frozen=True)
class _Cue:
    start: int
    end: int
    attitude: str
    behind: bool


class MentionFinder:
    """Finds titles in sentences of one language.

    Args:
        vocabulary: Gives the words by which a title is known.
        index: The catalogue's titles.
        words_apart: Whether the language separates its words.
    """

    def __init__(self, vocabulary: Vocabulary, index: TitleIndex, words_apart: bool) -> None:
        self.index = index
        words = vocabulary.words
        cues = [
            (phrase, (attitude, bool(behind)))
            for attitude in ATTITUDES
            for behind in ("", "_after")
            for phrase in words.get(attitude + behind, ())
        ]
        # In a longer phrase, "feel like", a cue is none.
        cues += [(phrase, None) for phrase in words["filler"]]
        self._cues = Lexicon(cues, words_apart)
        self._title_ends = Lexicon(((word, True) for word in words["title_end"]), words_apart)
        self._ordinals = Lexicon(vocabulary.ordinals.items(), words_apart)
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
        return _Search(self, cased, text, tokens, shown).mentions()


class _Search:
    """One text."""

    def __init__(
        self,
        finder: MentionFinder,
        cased: str,
        text: str,
        tokens: Sequence[Token],
        shown: Sequence[int],
    ) -> None:
        self.finder = finder
        self.index = finder.index
        self.cased, self.text, self.tokens, self.shown = cased, text, tokens, shown
        self.folded = folded(text)
        self.starts = [token.start for token in tokens]
        self.cues = list(self._find_cues())
        self.cue_ends = [cue.end for cue in self.cues]
        self.shouted = cased.isupper()
        self.found: list[Mention] = []
        self.likened = 0

    def mentions(self) -> list[Mention]:
        for match in _QUOTED.finditer(self.cased):
            self._add_quoted(match)
        self._add_ordinals()
        place = 0
        while place < len(self.text):
            place = self._add_exact(place)
        for cue in self.cues:
            if not cue.behind:
                self._add_similar(cue)
        return sorted(self.found, key=lambda mention: mention.start)

    # Where a title may stand ------------------------------------------------------------------

    def _find_cues(self) -> Iterator[_Cue]:
        place = 0
        while place < len(self.folded):
            hit = self.finder._cues.longest(self.folded, place)
            if hit and hit[1]:
                yield _Cue(place, hit[0], *hit[1])
            place = hit[0] if hit else place + 1

    def _add_quoted(self, match: re.Match[str]) -> None:
        said = next(group for group in match.groups() if group)
        link = self._linked(said)
        cue = self._cue(match.start())
        if link is None and match[0][0] != _ONLY_FOR_TITLES and cue is None:
            return
        self._add(match.start(), match.end(), said, link)

    def _add_ordinals(self) -> None:
        if not self.shown:
            return
        for place in range(len(self.folded)):
            hit = self.finder._ordinals.longest(self.folded, place)
            if hit and abs(hit[1]) <= len(self.shown) and self._free(place, hit[0]):
                item = self.shown[hit[1] - 1 if hit[1] > 0 else hit[1]]
                self._add(place, hit[0], self.cased[place : hit[0]], Link((item,)))

    def _add_exact(self, place: int) -> int:
        """Adds the title that begins at a place, if any; returns where to go on."""
        hit = self.index.lexicon.longest(self.folded, place)
        if hit is None or not self._free(place, hit[0]):
            return place + 1
        end, name = hit
        year = _YEAR.match(self.text, end)
        link = self.index.exact(name, _number(year))
        if link is None:
            year, link = None, self.index.exact(name)
        sure = year is not None or self._capitalised(place, end)
        cued = self._cued(place)
        if self._goes_on(end):
            return place + 1
        if (
            cued
            and not sure
            and self._cued(place, closely=True)
            and self._ends_in_words(place, end)
        ):
            ordinary = " " not in name
            link = replace(link, doubtful=link.doubtful or ordinary)
            self._add(place, end, self.cased[place:end], link)
        elif sure and (cued or year is not None or self._stands_out(place, end)):
            end = year.end() if year else end
            self._add(place, end, self.cased[place:end], link)
        else:
            return place + 1
        return end

    def _add_similar(self, cue: _Cue) -> None:
        """Adds what stands behind a cue, if it is similar to a title or looks like one."""
        start = self._skip(cue.end, ("space", "border"))
        if start >= len(self.text) or not self._free(start, start + 1):
            return
        token = self._token(start)
        if token and token.kind in (*MEANT, "negation"):
            return
        stop = _STOP.search(self.text, start, start + LONGEST_TITLE)
        clause = min(stop.start() if stop else len(self.text), start + LONGEST_TITLE)
        taken = [mention.start for mention in self.found if start < mention.start < clause]
        clause = min([clause, *taken])
        if self.cased[start].isupper() and not self.shouted:
            end = self._capitals_end(start, clause)
            for cut in (end, *self._cuts(start, end)):
                if self._like(start, cut, 0):
                    return
            if self._stands_out(start, end):
                self._add(start, end, self.cased[start:end], None)
            return
        cuts = [clause, *self._cuts(start, clause)]
        for cut in sorted(set(cuts), reverse=True):
            if self._like(start, cut, LIKENESS_IN_WORDS):
                return

    def _like(self, start: int, end: int, likeness: float) -> bool:
        """Adds a stretch of the text if it is similar enough to a title."""
        said = self.cased[start:end].strip()
        in_words = likeness > 0
        if in_words and not (
            SHORTEST_IN_WORDS <= len(said) * (1 if self.finder.words_apart else 2)
            and len(_WORD.findall(said)) <= LONGEST_IN_WORDS
            and any(one.kind == "word" for one in self._between(start, end))
            # What is a title exactly has been looked at already, and found too ordinary.
            and self.index.exact(key(said)) is None
        ):
            return False
        link = self._linked(said, likeness)
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
            and not self.shouted
            and any(word[0].isupper() for word in words)
            and all(not word[0].islower() for word in (words[0], words[-1]))
        )

    def _goes_on(self, end: int) -> bool:
        """Whether another capital or a number follows, so that a longer name was meant."""
        following = _WORD.match(self.cased, end + 1) if self.cased[end : end + 1] == " " else None
        return (
            following is not None
            and len(following[0]) > 1
            and following[0][0].isupper()
            and not self.shouted
        )

    def _stands_out(self, start: int, end: int) -> bool:
        """Whether capitals alone tell a title: not a single word that begins a sentence or that
        means something else, and no name of a place, "in Chicago"."""
        before = self.text[:start].rstrip(" \"'(")
        last = self.text[:start].rstrip().rpartition(" ")[2]
        if last in self.finder._prepositions:
            return False
        if self._said_behind(end):
            return True
        token = self._token(start)
        if token and token.start == start and token.end >= end and token.kind != "word":
            return False
        words = _WORD.findall(self.text[start:end])
        if len(words) > 1:
            return True
        begins = not before or before[-1] in _SENTENCE_ENDS
        return len(words[0]) > 2 and not begins and words[0] not in self.finder._common

    def _ends_in_words(self, start: int, end: int) -> bool:
        """Whether a title in lower case, behind a cue, is followed by the end of its clause."""
        token = self._token(start)
        if token and token.kind in MEANT and token.end >= end:
            return False
        inside = [one for one in self._between(start, end) if one.kind not in SMALL]
        if not any(one.kind == "word" and self._uncommon(one) for one in inside):
            return False
        following = self._token(self._skip(end, ("space",)))
        alone = len(inside) < 2 and not self._goes_on_list(start)
        before = self._token(start - 2) if start > 1 and alone else None
        if before is not None and before.kind == "small" and self.finder.words_apart:
            return False  # of a single word, "the heat" is no title
        if following is None or self.finder._title_ends.longest(self.folded, end):
            return True
        if not self.finder.words_apart:
            return following.kind in _ENDS
        return following.kind in (_ENDS if alone else (*_ENDS, "filler", "negation", "range"))

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
        kinds = (*_ENDS, "filler", "range", "noun")
        cuts = [
            len(self.text[: one.start].rstrip())
            for one in self._between(start + 1, end)
            if one.kind in kinds or self.finder._title_ends.longest(self.folded, one.start)
        ]
        return [cut for cut in cuts if cut > start][::-1]

    # What is said of a title ------------------------------------------------------------------

    def _add(self, start: int, end: int, said: str, link: Link | None) -> None:
        """Adds a mention, with the words around it that say whether it is liked."""
        cue = self._cue(start)
        attitude = cue.attitude if cue else "liked"
        whole = start
        adjacent = cue is not None and self._only(cue.end, start, (*_PASSED, *_ENDS))
        if adjacent and self._only(cue.end, start, _PASSED):
            whole = cue.start
        negation = self._negation(cue.start if adjacent else start)
        if negation is not None:
            if attitude == "seen":
                return
            attitude = "disliked"
            whole = min(whole, negation.start)
        behind = self._said_behind(end)
        if behind:
            attitude, end = behind.attitude, behind.end
        elif cue is None and negation is None and link and self._a_topic(start, end):
            attitude = TOPIC
        self.found.append(Mention(whole, end, said, link, attitude))

    def _cue(self, place: int) -> _Cue | None:
        """The last cue before a place in the same clause."""
        nth = bisect_right(self.cue_ends, place) - 1
        while nth >= 0 and self.cues[nth].behind:
            nth -= 1
        if nth < 0:
            return None
        cue = self.cues[nth]
        between = self.text[cue.end : place]
        hard = any(sign in between for sign in _SENTENCE_ENDS if sign != ".") or ". " in between
        if hard or any(one.kind == "border" and one.end - one.start > 1
                       for one in self._between(cue.end, place)):  # fmt: skip
            return None
        return cue

    def _cued(self, place: int, closely: bool = False) -> bool:
        """Whether a cue stands before a place, or before a list of titles that goes on there.

        Args:
            closely: Whether there may be no filler between, as in "love it when".
        """
        cue = self._cue(place)
        if cue is None:
            return False
        done = cue.end
        for mention in self.found:
            if cue.end <= mention.end <= place:
                done = max(done, mention.end)
        return self._only(done, place, (*SMALL, "space", *_ENDS, *(() if closely else ("filler",))))

    def _negation(self, place: int) -> Token | None:
        """The negation that stands before a place, small words aside."""
        nth = bisect_left(self.starts, place) - 1
        while nth >= 0 and self.tokens[nth].kind in (*SMALL, "space", "filler"):
            nth -= 1
        token = self.tokens[nth] if nth >= 0 else None
        if token and token.kind == "negation" and token.sides & {"after", "next"}:
            return token if token.end <= place else None
        return None

    def _said_behind(self, end: int) -> _Cue | None:
        """A cue directly behind a title: "was terrible"."""
        place = self._skip(end, ("space",))
        return next((cue for cue in self.cues if cue.behind and cue.start == place), None)

    def _goes_on_list(self, start: int) -> bool:
        """Whether a title stands before, with only joining words between."""
        before = [one.end for one in self.found if one.end <= start]
        return bool(before) and self._only(max(before), start, (*_PASSED, *_ENDS))

    def _a_topic(self, start: int, end: int) -> bool:
        """Whether the items are named after it: "another Star Wars film"."""
        following = self._token(self._skip(end, ("space",)))
        return following is not None and following.kind == "noun" and not self._quoted(start)

    # The tokens of a stretch ------------------------------------------------------------------

    def _uncommon(self, token: Token) -> bool:
        return self.text[token.start : token.end] not in self.finder._common

    def _quoted(self, place: int) -> bool:
        return _QUOTED.match(self.cased, place) is not None

    def _token(self, place: int) -> Token | None:
        """The token at a place; None at the end of the text."""
        nth = bisect_right(self.starts, place) - 1
        if place >= len(self.text) or nth < 0:
            return None
        token = self.tokens[nth]
        return token if place < token.end else None

    def _between(self, start: int, end: int) -> Sequence[Token]:
        return self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _only(self, start: int, end: int, kinds: Sequence[str]) -> bool:
        return all(one.kind in kinds for one in self._between(start, end))

    def _skip(self, place: int, kinds: Sequence[str]) -> int:
        while place < len(self.text) and (
            self.text[place] in " \"'“”"
            or ((token := self._token(place)) and token.kind in kinds and token.start == place)
        ):
            place += 1
        return place

    def _free(self, start: int, end: int) -> bool:
        return not any(start < one.end and one.start < end for one in self.found)


def _number(match: re.Match[str] | None) -> float | None:
    return float(match[1] or match[2]) if match else None
