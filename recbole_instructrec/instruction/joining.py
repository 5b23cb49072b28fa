"""What several demands of a sentence are to each other where more than a joining word stands
between them: alternatives with a preposition each, "in Rome or in Paris", or with one noun, "sea
or lake view", and corrections, "a comedy, sorry, a drama"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import dropwhile, pairwise

from recbole_instructrec.instruction.demands import (
    CLAUSE_ENDS,
    CONJUNCTIONS,
    MEANT,
    SMALL,
    VAGUE,
    Token,
)
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.token_text import TokenText

LONGEST_PART = 3  # in words
_AFTER = frozenset({"after"})
_BESIDE = (*SMALL, "space")
_LITTLE = (*_BESIDE, *CLAUSE_ENDS, *CONJUNCTIONS, "filler")
_EXCLUDING = ("negation", "lacking", "excess")
# What may be the first part of a name whose second part stands further behind.
_PARTS = ("word", "noun", "filler")


class Joining:
    """Reads tokens by what they are joined to.

    Args:
        language: Gives the words.
        names: Names of labels of several words.
    """

    def __init__(self, language: Language, names: Lexicon) -> None:
        self._names = names
        self._apart = language.words_apart
        words = language.vocabulary.words

        def phrases(name: str) -> Lexicon:
            return Lexicon(((phrase, phrase) for phrase in words[name]), self._apart)

        self._prepositions = frozenset(map(key, words["preposition"]))
        self._corrections = phrases("correction")
        self._corrected = phrases("corrected")
        self._every = frozenset(map(key, words["every"]))
        self._all_but = frozenset(map(key, words["all_but"]))
        self._fine = frozenset(map(key, words["or_after"]))
        self._all_fine = frozenset(map(key, words["all_fine"]))
        self._or, self._or_not = phrases("or"), phrases("or_not")
        self._elsewhere, self._than = phrases("elsewhere"), phrases("than")
        self._owned = phrases("owned")

    @property
    def passes(self) -> tuple[Callable[[TokenText], list[Token]], ...]:
        """What reads tokens again, in this order."""
        return (
            self._with_heads,
            self._all_but_some,
            self._corrections_made,
            self._indifferent,
            self._elsewhere_wanted,
            self._any_will_do,
            self._later_alternatives,
            self._qualities_that_are_fine,
            self._repeated_prepositions,
        )

    def _with_heads(self, text: TokenText) -> list[Token]:
        """The tokens; before "or board books" what "picture" stands for is a picture book."""
        kept = list(text.tokens) if self._apart else []
        for place in range(len(kept) - 1, 0, -1):
            label = kept[place]
            words = text.said(label).split()
            before = place - 1
            while before > 0 and kept[before].kind in _BESIDE:
                before -= 1
            joins = kept[before].kind in (*CONJUNCTIONS, "comma") or _AFTER <= kept[before].sides
            if label.kind != "label" or len(words) < 2 or not joins:
                continue
            for start in range(max(0, before - LONGEST_PART), before):
                part = kept[start:before]
                if all(one.kind in _PARTS for one in part):
                    said = text.text[part[0].start : part[-1].end]
                    named = self._named(f"{said} {words[-1]}")
                    if named and _roles(named) == _roles(label):
                        named = replace(named, start=part[0].start, end=part[-1].end)
                        kept[start:before] = [named]
                        return self._with_heads(replace(text, tokens=kept))
        return kept or list(text.tokens)

    def _named(self, name: str) -> Token | None:
        hit = self._names.longest(name, 0)
        return hit[1] if hit and hit[0] == len(name) else None

    def _all_but_some(self, text: TokenText) -> list[Token]:
        """The tokens, where "any colour but black" excludes what stands behind."""
        kept: list[Token] = []
        for place, token in enumerate(text.tokens):
            if text.said(token) in self._all_but:
                every = next((n for n in (1, 2) if self._says_every(kept[-n:], n, text)), 0)
                if every and self._is_excepted(text, place + 1, kept[-1]):
                    start = kept[-every].start
                    del kept[-every:]
                    token = Token(start, token.end, "negation", sides=_AFTER)
            kept.append(token)
        return kept

    def _says_every(self, tokens: Sequence[Token], length: int, text: TokenText) -> bool:
        """Whether some tokens are "any", or "any" and what there is any of."""
        if len(tokens) < length or text.said(tokens[0]) not in self._every:
            return False
        return length == 1 or tokens[1].kind in (*_PARTS, "small")

    def _is_excepted(self, text: TokenText, place: int, called: Token) -> bool:
        """Whether a label stands at a place, or a range where either it is of what is named, "any
        year but 2015", or an article shows that it is of things: "any car but cheap" is cheap."""
        rest = list(dropwhile(lambda one: one.kind == "small", text.tokens[place:]))
        if not rest or rest[0].kind not in MEANT:
            return False
        small = text.tokens[place : len(text) - len(rest)]
        holds = any(one.holds for one in small)
        thing = rest[0].kind == "label" or bool(small) or called.kind == "small"
        return thing and not holds

    def _corrections_made(self, text: TokenText) -> list[Token]:
        """The tokens, where what stands behind "sorry" takes the place of what it is said
        instead of."""
        kept = list(text.tokens)
        place = 0
        while place < len(kept):
            behind = self._correction(text, place)
            if behind is None:
                place += 1
                continue
            last = _last(kept, place, lambda one: one.kind in _LITTLE)
            first = next((p for p in range(behind, len(kept)) if kept[p].kind not in _LITTLE), None)
            now = replace(text, tokens=kept)
            if last is not None and first is not None and self._replaces(now, last, first):
                said = _roles_demanded(now, first)
                for at in now.places_before(last + 1):
                    if kept[at].kind in MEANT and _roles(kept[at]) <= said:
                        kept[at] = replace(kept[at], kind="filler", constraints=())
                for at in range(last + 1, first):
                    if kept[at].kind != "small":
                        kept[at] = replace(kept[at], kind="border", sides=frozenset())
            place = behind
        return kept

    def _correction(self, text: TokenText, place: int) -> int | None:
        """The place behind what says at a place that something else was meant, or None. "Actually"
        does so at the beginning of a clause, and "no" where it is all of one."""
        begins = text.ends(place - 1) or text.kind(place - 1) == "or"
        if place and not begins:
            between = text.text[text.tokens[place - 1].end : text.tokens[place].start]
            cased = text.cased[text.tokens[place - 1].end : text.tokens[place].start]
            begins = bool((between + cased).strip())
        if not begins and self._apart and not text.opens(self._or, place):
            return None
        hit = text.phrase(self._corrections, place)
        if hit:
            return hit[1]
        hit = text.phrase(self._corrected, place) if begins else None
        return hit[1] if hit and text.kind(hit[1]) == "comma" else None

    def _replaces(self, text: TokenText, last: int, first: int) -> bool:
        """Whether one of two demands may take the place of the other, neither of them denied."""
        meant = text.kind(last) in MEANT and text.kind(first) in MEANT
        if not meant or _is_denied(text, last):
            return False
        return not _roles_demanded(text, first).isdisjoint(_roles(text.tokens[last]))

    def _indifferent(self, text: TokenText) -> list[Token]:
        """The tokens, where a demand "or not", or "or no" such demand, is none."""
        kept = list(text.tokens)
        place = 1
        while place < len(kept):
            hit = text.phrase(self._or_not, place) if len(kept) == len(text) else None
            behind = hit[1] if hit else None
            if behind is not None and text.kind(behind) not in (*CLAUSE_ENDS, *CONJUNCTIONS):
                behind = None
            negated = (
                kept[place].kind == "or"
                and place + 2 < len(kept)
                and (
                    kept[place + 1].sides >= _AFTER
                    and kept[place - 1].kind == "label"
                    and kept[place - 1].constraints == kept[place + 2].constraints
                )
            )
            if negated:
                behind = place + 3
            if behind is not None and kept[place - 1].kind in MEANT:
                end = kept[behind - 1].end
                kept[place:behind] = [Token(kept[place].start, end, "lacking", drops=True)]
                text = replace(text, tokens=kept)
            place += 1
        return kept

    def _elsewhere_wanted(self, text: TokenText) -> list[Token]:
        """The tokens, where what somebody has is not wanted again: "I have a Ford, want something
        else"."""
        kept = list(text.tokens)
        for place in range(len(kept)):
            hit = text.phrase(self._elsewhere, place)
            if not hit or (hit[1] < len(text) and text.phrase(self._than, hit[1])):
                continue  # "something else than a Ford"
            last = _last(kept, place, lambda one: one.kind in _LITTLE and one.kind != "or")
            if last is None or kept[last].kind != "label":
                continue
            now = replace(text, tokens=kept)
            owned = any(text.phrase(self._owned, at) for at in now.places_before(last + 1))
            if owned and not _is_denied(now, last):
                one = kept[place]
                kept[place] = Token(one.start, one.end, "negation", sides=frozenset({"before"}))
                for at in range(place + 1, hit[1]):
                    kept[at] = Token(kept[at].start, kept[at].end, "small")
                for at in range(last + 1, place):
                    kept[at] = replace(kept[at], kind="small", things=False)
        return kept

    def _later_alternatives(self, text: TokenText) -> list[Token]:
        """The tokens, where what stands between two labels of one role only joins them, if "or" is
        among it, or that the second one is fine stands behind it: "petrol, but diesel is ok"."""
        kept = list(text.tokens)
        labels = [place for place, one in enumerate(kept) if one.kind == "label"]
        for first, second in zip(labels, labels[1:], strict=False):
            between = kept[first + 1 : second]
            behind = next(dropwhile(lambda one: one.kind in _BESIDE, kept[second + 1 :]), None)
            fine = behind is not None and self._is_fine(behind, text)
            said_or = any(one.kind == "or" for one in between)
            breaks = any(one.kind in ("border", "filler") for one in between)
            breaks |= fine and behind.kind == "filler"
            if (
                not (fine or said_or)
                or not breaks
                or any(one.kind not in _LITTLE for one in between)
                or _roles(kept[first]).isdisjoint(_roles(kept[second]))
                or _is_denied(replace(text, tokens=kept), first)
            ):
                continue
            for at in range(first + 1, second):
                if kept[at].kind not in ("noun", "or"):
                    kept[at] = replace(kept[at], kind="small", things=False)
            if not said_or:
                kept[second - 1] = replace(kept[second - 1], kind="or")
        return kept

    def _any_will_do(self, text: TokenText) -> list[Token]:
        """The tokens, where labels of one role behind which it says that all of them will do are
        alternatives: 川菜湘菜都行."""
        kept: list[Token] = list(text.tokens)
        for place in reversed(range(len(text))):
            if text.said(text.tokens[place]) not in self._all_fine:
                continue
            labels: list[int] = []
            at = place - 1
            while at >= 0 and text.kind(at) in ("label", *_BESIDE, *CONJUNCTIONS):
                if text.kind(at) == "label":
                    labels.insert(0, at)
                at -= 1
            if _is_denied(text, place):
                continue
            for first, second in reversed([*pairwise(labels)]):
                if _roles(kept[first]) & _roles(kept[second]):
                    start = kept[second].start
                    kept[first + 1 : second] = [Token(start, start, "or")]
        return kept

    def _is_fine(self, token: Token, text: TokenText) -> bool:
        return token.kind == "or_after" or text.said(token) in self._fine

    def _qualities_that_are_fine(self, text: TokenText) -> list[Token]:
        """The tokens, where of a quality that is fine nothing is demanded: "high mileage is
        fine"."""
        kept = list(text.tokens)
        for place in range(1, len(kept)):
            quality = kept[place - 1]
            vague = any(one.relation in VAGUE for one in quality.constraints)
            if vague and text.ends(place - 2) and self._is_fine(kept[place], text):
                one = kept[place]
                sides = frozenset({"before"})
                kept[place] = Token(one.start, one.end, "negation", sides=sides, drops=True)
        return kept

    def _repeated_prepositions(self, text: TokenText) -> list[Token]:
        """The tokens, where a preposition behind "or" joins what it joins, "in Rome or in Paris",
        and so does one behind "and", or under a negation, that has been said before."""
        kept = list(text.tokens)
        said: set[str] = set()
        denied = False
        for place, token in enumerate(kept):
            word = text.said(token)
            if token.kind == "border":
                said, denied = set(), False
            denied |= token.kind in _EXCLUDING
            before = _last(kept, place, lambda one: one.kind in _BESIDE)
            joiner = kept[before].kind if before is not None else ""
            again = joiner in CONJUNCTIONS and word in said
            joins = again or (joiner == "or" and not denied)
            behind = next(dropwhile(lambda one: one.kind in _BESIDE, kept[place + 1 :]), None)
            if joins and behind and behind.kind == "label":
                last = _last(kept, place, lambda one: one.kind in _LITTLE)
                alike = last is not None and _roles(kept[last]) & _roles(behind)
                # 又要 asks for both.
                filler = self._apart and token.kind == "filler"
                if word in self._prepositions or (filler and alike):
                    kept[place] = replace(token, kind="small", constraints=(), holds=False)
            said.add(word.rpartition(" ")[2])
        return kept


def _roles(token: Token) -> set[str]:
    return {role for one in token.constraints for role in one.roles}


def _last(tokens: Sequence[Token], place: int, passed: Callable[[Token], bool]) -> int | None:
    """The last place before another whose token is not passed over."""
    return next((at for at in reversed(range(place)) if not passed(tokens[at])), None)


def _roles_demanded(text: TokenText, place: int) -> set[str]:
    """The roles of what a clause demands from a place on."""
    meant = (one for one in text.clause_from(place) if one.kind in MEANT)
    return {role for one in meant for role in _roles(one)}


def _is_denied(text: TokenText, place: int) -> bool:
    """Whether what a clause says up to a token is excluded."""
    return any(one.kind in _EXCLUDING for one in text.clause_before(place + 1))
