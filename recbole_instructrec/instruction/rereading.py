"""Reads the tokens of a sentence again, each by what stands beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES, Catalogue
from recbole_instructrec.instruction.demands import (
    CLAUSE_ENDS,
    CONJUNCTIONS,
    MEANT,
    NEXT,
    SMALL,
    Token,
    excludes_behind,
)
from recbole_instructrec.instruction.item_labels import ItemLabels
from recbole_instructrec.instruction.joining import Joining
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key, lower
from recbole_instructrec.instruction.naming import Naming
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.token_text import TokenText

_COMPOUND = r"(?<![\w'])\w[\w']*(?:-\w[\w']*)+"
_DEGREES = (*SMALL, "excess")
_BESIDE = (*SMALL, "space")
_LISTED = (*MEANT, *SMALL, *CONJUNCTIONS, "space")


class Rereading:
    """Settles what tokens mean that may mean several things.

    Args:
        language: Gives the words.
        catalogue: Its labels are what tokens may mean.
        naming: Finds labels by what is said around them.
        called: What the dataset calls its items, in every form.
    """

    def __init__(
        self,
        language: Language,
        catalogue: Catalogue,
        naming: Naming,
        called: Iterable[str] = (),
    ) -> None:
        self._catalogue = catalogue
        self._naming = naming
        self._item_labels = ItemLabels(language, catalogue, called)
        self._joining = Joining(language, naming.several)
        self._compound = re.compile(_COMPOUND, re.UNICODE if language.words_apart else re.ASCII)
        self._stand_ins, self._prepositions, self._nouns, self._about, self._lately, self._after = (
            frozenset(language.vocabulary.words[name])
            for name in (
                "stand_in", "preposition", "noun", "about_noun", "lately", "about_after",
            )
        )  # fmt: skip
        self._names = Lexicon(_names(language, catalogue), language.words_apart)
        self._in_capitals = dict(_in_capitals(language, catalogue))
        (
            self._preferring, self._preferred_to, self._needed, self._lacking, self._refusing,
            self._excepting, self._all_else, self._besides, self._wanted_too, self._needed_too,
            self._allowed,
        ) = (
            frozenset(map(key, language.vocabulary.words[name]))
            for name in (
                "preferring", "preferred_to", "needed", "lacking", "refusing", "excepting",
                "all_else", "besides", "wanted_too", "needed_too",
                "allowed",
            )
        )  # fmt: skip
        self._words_apart = language.words_apart

    def read(self, text: TokenText, behind: Collection[int] = ()) -> list[Token]:
        """The tokens as they are to be understood.

        Args:
            behind: Places where a title ends that something is compared with.
        """
        tokens = _without_answers(_apart(text.tokens, behind), text.text)
        tokens = list(self._without_lately(replace(text, tokens=tokens)))
        tokens = list(self._lacking_compounds(replace(text, tokens=tokens)))
        compounds = self._compound.finditer(text.cased)
        themed = (one for one in compounds if lower(one[0].rpartition("-")[2]) not in self._after)
        tokens = _whole_compounds(tokens, themed)
        for reread in (
            self._capitals,
            self._capital_names,
            self._refused,
            self._besides_more,
            self._only_allowed,
            self._without_double_negations,
            self._about_nouns,
            self._without_denied_prepositions,
            self._item_labels.find,
            self._naming.find,
            self._preferred,
            self._not_needed,
            self._without_head_labels,
            *self._joining.passes,
        ):
            tokens = reread(replace(text, tokens=tokens))
        return tokens

    def _without_lately(self, text: TokenText) -> Iterator[Token]:
        """The tokens, where what says when something happens is none of items: 最近心情不好."""
        for place, token in enumerate(text.tokens):
            if text.said(token) in self._lately:
                rest = dropwhile(lambda one: one.kind in _DEGREES, text.tokens[place + 1 :])
                if next((one.kind for one in rest), "border") == "word":
                    token = replace(token, kind="small", constraints=())
            yield token

    def _lacking_compounds(self, text: TokenText) -> Iterator[Token]:
        """The tokens, where "free" behind a hyphen says what is lacking, whatever has a price:
        "leather-free"."""
        before = None
        for token in text.tokens:
            joined = before is not None and before.kind == "label" and before.end + 1 == token.start
            hyphen = joined and text.cased[before.end] == "-"
            if hyphen and text.said(token) in self._lacking:
                token = Token(token.start, token.end, "lacking")
            yield token
            before = token

    def _capitals(self, text: TokenText) -> list[Token]:
        """The tokens, where capitals make a name of a word: "US comedies"."""
        if text.cased.isupper():
            return list(text.tokens)
        return [
            replace(label, start=one.start, end=one.end)
            if (label := self._in_capitals.get(text.cased[one.start : one.end]))
            else one
            for one in text.tokens
        ]

    def _capital_names(self, text: TokenText) -> list[Token]:
        """The tokens, where capitals behind a preposition make a name of words that say little or
        something else by themselves: "in Nice"."""
        kept: list[Token] = []
        place = 0
        while place < len(text):
            label, behind = None, place + 1
            named = text.capital(place) and text.kind(place) not in MEANT
            if named and self._before_a_name(kept, text):
                label, behind = text.label(self._names, place)
            kept.append(label or text.tokens[place])
            place = behind if label else place + 1
        return kept

    def _before_a_name(self, tokens: Sequence[Token], text: TokenText) -> bool:
        """Whether some tokens end with a preposition or a negation, or with what joins another name
        to one: "in Rome or Nice"."""
        last = tokens[-1] if tokens else None
        if last is not None and last.kind == "negation":
            return True
        if last is None or last.kind not in (*CONJUNCTIONS, "comma"):
            words = text.said(last).split() if last else ()
            return bool(words) and words[-1] in self._prepositions
        listed = tokens[-2:-1]
        return any(one.constraints and _is_a_name(one.constraints[0].role) for one in listed)

    def _refused(self, text: TokenText) -> list[Token]:
        """The tokens, where a negation and an unknown character behind it are one negation of what
        follows: 别整古装."""
        kept: list[Token] = []
        tokens = iter(range(len(text)))
        for place in tokens:
            token = text.tokens[place]
            if text.said(token) in self._refusing and text.kind(place + 1) == "word":
                following = text.tokens[place + 1]
                whole = following.end - following.start == 1 and following.start == token.end
                if whole and text.kind(place + 2) in MEANT:  # but 别虐的爱情片 is a romance
                    token = replace(
                        token, end=following.end, kind="negation", sides=frozenset({"after"})
                    )
                    next(tokens)
            kept.append(token)
        return kept

    def _besides_more(self, text: TokenText) -> list[Token]:
        """The tokens, where of what stands behind "besides" nothing is said if something is wanted
        too, "besides comedies I also like dramas", and all is demanded if something is needed too,
        除了电梯还要阳台; else it is excluded."""
        kept = list(text.tokens)
        for place, token in enumerate(text.tokens):
            excepting = text.said(token) in self._excepting and "after" in token.sides
            if not (
                excepting or (text.said(token) in self._besides and _before_demand(text, place))
            ):
                continue
            first = replace(token, kind="negation", sides=frozenset({"after"}))
            too = self._said_too(text, place)
            if too is not None:
                needed = text.said(text.tokens[too]) in self._needed_too
                first = replace(first, kind="small") if needed else replace(first, drops=True)
                for at in range(place + 1, too):  # 以外
                    if kept[at].kind == "negation":
                        kept[at] = replace(kept[at], kind="small", sides=frozenset())
            kept[place] = first
        return kept

    def _only_allowed(self, text: TokenText) -> list[Token]:
        """The tokens, where of a label that is only allowed nothing is demanded, 能接受古装."""
        kept = list(text.tokens)
        for place, token in enumerate(text.tokens):
            if text.said(token) in self._allowed:
                behind = dropwhile(lambda one: one.kind in _BESIDE, text.tokens[place + 1 :])
                if next((one.kind for one in behind), "border") == "label":
                    after = frozenset({"after"})
                    kept[place] = replace(token, kind="negation", sides=after, drops=True)
        return kept

    def _said_too(self, text: TokenText, place: int) -> int | None:
        """The place of what says, behind "besides" and what it is of, that what follows is wanted
        or needed as well; None where nothing does."""
        for at in range(place + 1, len(text)):
            token, said = text.tokens[at], text.said(text.tokens[at])
            if token.kind == "negation" and said not in self._excepting:
                return None
            if said in (*self._wanted_too, *self._needed_too) and _before_demand(
                text, at, (*_BESIDE, "filler")
            ):
                return at
        return None

    def _without_double_negations(self, text: TokenText) -> list[Token]:
        """The tokens, where two negations of the same demand it: 不是悬疑的不看, 不要没有电梯的."""
        kept = list(text.tokens)
        for place, token in enumerate(text.tokens):
            if token.kind != "negation":
                continue
            first = self._denied_before(text, place)
            if first is None and not self._words_apart:
                first = _denied_again(text, place)
            if first is not None:
                for at in range(first, place + 1):
                    if kept[at].kind == "negation":
                        kept[at] = replace(kept[at], kind="small", sides=frozenset())
        return kept

    def _denied_before(self, text: TokenText, place: int) -> int | None:
        """The place of the negation of which one behind a list denies that it may be otherwise:
        除了 in 除了悬疑，其他都不看; None where there is none."""
        tokens, last = text.tokens, text.tokens[place]
        following = dropwhile(lambda one: one.kind in _BESIDE, tokens[place + 1 :])
        taken = next((one.kind for one in following), "border") in (*MEANT, "word", "title")
        if "before" not in last.sides or ("after" in last.sides and taken):
            return None
        else_, at = any(map(text.said(last).startswith, self._all_else)), place - 1
        commas = 0
        while at >= 0 and (
            tokens[at].kind in (*_BESIDE, "filler", "comma")
            or text.said(tokens[at]) in self._excepting
        ):
            else_ |= text.said(tokens[at]).endswith(tuple(self._all_else))
            commas += tokens[at].kind == "comma"
            at -= 1
        end = at
        while at >= 0 and tokens[at].kind in _LISTED:
            at -= 1
        if at < 0 or at == end or text.said(last) in self._excepting:
            return None
        first = tokens[at]
        if first.kind != "negation" or first.drops:
            return None
        if text.said(first) in self._excepting:
            return at if else_ else None
        return at if first.sides == NEXT and not commas else None

    def _about_nouns(self, text: TokenText) -> list[Token]:
        """The tokens, where a preposition between what items are called and an unknown word says
        what they are about: "articles on robots"."""
        kept = list(text.tokens)
        for place in range(1, len(text) - 1):
            before, token, behind = text.tokens[place - 1 : place + 2]
            called = before.kind == "noun" or text.said(before) in self._stand_ins
            if called and behind.kind == "word" and text.said(token) in self._about:
                kept[place] = replace(token, kind="about")
        return kept

    def _without_denied_prepositions(self, text: TokenText) -> list[Token]:
        """The tokens, where a preposition behind a negation says no more than it does, "which is
        not in Soho"."""
        denied, kept = False, []
        for token in text.tokens:
            if denied and token.kind == "filler" and text.said(token) in self._prepositions:
                token = replace(token, kind="small")
            denied = token.kind == "negation" or (denied and token.kind == "small")
            kept.append(token)
        return kept

    def _preferred(self, text: TokenText) -> list[Token]:
        """The tokens, where behind "prefer" a word between two demands is of what is not wanted:
        "I prefer drama to comedy"."""
        kept = list(text.tokens)
        preferring = False
        for place, token in enumerate(text.tokens):
            preferring |= text.said(token) in self._preferring
            preferring &= token.kind not in CLAUSE_ENDS
            if preferring and text.said(token) in self._preferred_to and _between(text, place):
                kept[place] = replace(token, kind="negation", sides=frozenset({"after"}))
        return kept

    def _not_needed(self, text: TokenText) -> list[Token]:
        """The tokens, where a negation of what is needed excludes nothing: "no balcony needed"."""
        kept = list(text.tokens)
        for place, token in enumerate(text.tokens):
            if text.said(token) not in self._needed:
                continue
            before = dropwhile(lambda at: kept[at].kind in _LISTED, reversed(range(place)))
            start = next(before, None)
            if start is not None and kept[start].sides == {"after"} and start < place - 1:
                kept[start] = replace(kept[start], drops=True)
                kept[place] = replace(token, kind="small", constraints=())
        return kept

    def _without_head_labels(self, text: TokenText) -> list[Token]:
        """The tokens, where a label that is called as items are is none behind another that no
        item has as well, with the labels before it: what "sports news" have to be is sports."""
        heads: list[Token] = []
        for token in text.tokens:
            last = heads[-1] if heads else None
            if (
                token.kind == "label"
                and text.said(token) in self._nouns
                and last is not None
                and last.kind == "label"
                and not text.text[last.end : token.start].strip()
                and not self._has_all(heads, token)
            ):
                token = replace(token, kind="noun", constraints=(), things=False)
            heads.append(token)
        return heads

    def _has_all(self, before: Sequence[Token], label: Token) -> bool:
        """Whether an item has a label and those that stand before it, or the last of them where
        none has all of those."""
        beside = takewhile(lambda one: one.kind in ("label", *_BESIDE), reversed(before))
        labels = [one.constraints[0] for one in beside if one.kind == "label"]
        every = labels if self._catalogue.mask(labels).any() else labels[:1]
        return bool(self._catalogue.mask([*every, label.constraints[0]]).any())


def _names(language: Language, catalogue: Catalogue) -> Iterator[tuple[str, Token]]:
    """The labels that are names, by these, and by what only one of a role ends with, where what
    stands before it means nothing else: Vegas of Las Vegas, but not York of New York."""
    vocabulary = language.vocabulary
    for role, labels in catalogue.labels.items():
        own = labels.names if _is_a_name(role) else ()
        named = {
            label: Token(0, 0, "label", (Constraint(role, "is", label=label),), own=True)
            for label in own
        }
        yield from named.items()
        parted = {
            label: key(label).rpartition(" ") for label in own if role not in vocabulary.named
        }
        times = Counter(last for _, _, last in parted.values())
        for label, (first, _, last) in parted.items():
            if first and times[last] == 1 and first not in vocabulary.known:
                yield last, replace(named[label], own=False)


def _is_a_name(role: str) -> bool:
    """Whether labels of a role are names, and do not describe."""
    return role not in (*KIND_ROLES, ABOUT)


def _in_capitals(language: Language, catalogue: Catalogue) -> Iterator[tuple[str, Token]]:
    """By what is written in capitals, the label that goes by one of its names."""
    for said, names in language.vocabulary.capitals.items():
        for role, labels in catalogue.labels.items():
            for label in labels.names if _is_a_name(role) else ():
                if key(label) in map(key, names):
                    yield said, Token(0, 0, "label", (Constraint(role, "is", label=label),))


def _before_demand(text: TokenText, place: int, passed: Sequence[str] = _BESIDE) -> bool:
    """Whether a demand stands behind a token, others of some kinds aside."""
    behind = dropwhile(lambda one: one.kind in passed, text.tokens[place + 1 :])
    return next((one.kind for one in behind), "border") in (*MEANT, "about", "title")


def _denied_again(text: TokenText, place: int) -> int | None:
    """The place of the negation that one of the next word denies, 不要 in 不要没有电梯的; None
    where there is none. One of a single character is more often part of another word."""
    before = place - 1
    while before >= 0 and text.kind(before) in SMALL:
        before -= 1
    first = text.tokens[before] if before >= 0 else None
    denied = first is not None and first.kind == "negation" and "after" in first.sides
    long = denied and first.end - first.start > 1 and not first.drops
    return before if long and text.tokens[place].sides == NEXT else None


def _between(text: TokenText, place: int) -> bool:
    """Whether a token stands between two demands, with nothing but small words around it."""
    around = (reversed(text.tokens[:place]), text.tokens[place + 1 :])
    beside = (next((one for one in side if one.kind not in _BESIDE), None) for side in around)
    return all(one is not None and one.kind in MEANT for one in beside)


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
