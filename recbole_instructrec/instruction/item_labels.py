"""Labels that are called as the items are: to "hotels in Rome" hostels belong as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import CLAUSE_ENDS, CONJUNCTIONS, MEANT, SMALL, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.token_text import TokenText

_BESIDE = (*SMALL, "space")
_JOINING = (*CLAUSE_ENDS, *CONJUNCTIONS, "negation")


class ItemLabels:
    """Reads labels as what the items are called, where they say no more than that.

    Args:
        language: Gives the words.
        catalogue: Its labels are what tokens may mean.
        called: What the dataset calls its items, itself and then in every other form.
    """

    def __init__(self, language: Language, catalogue: Catalogue, called: Iterable[str]) -> None:
        words = language.vocabulary.words
        self._catalogue = catalogue
        called = tuple(map(key, called))
        self._called, self._noun = frozenset(called), called[:1]
        self._telling = frozenset(map(key, words["telling"]))
        self._common = frozenset(map(key, words["common"]))

    def find(self, text: TokenText) -> list[Token]:
        """The tokens of a text, such labels as nouns."""
        return [
            replace(token, kind="noun", constraints=(), things=False)
            if token.kind == "label" and self._only_names(text, place)
            else token
            for place, token in enumerate(text.tokens)
        ]

    def _only_names(self, text: TokenText, place: int) -> bool:
        said = text.said(text.tokens[place])
        if said in self._telling and self._told(text, place):
            return True
        return said in self._called and not (
            self._describes(text, place)
            or self._said_to_be_a_label(text, place)
            or self._denied(text, place)
            or any(self._excludes(text, place, step) for step in (-1, 1))
        )

    def _told(self, text: TokenText, place: int) -> bool:
        """Whether what stands directly before says what is told of: "robot news", but not "breaking
        news", where no text holds that."""
        if not place or text.kind(place - 1) not in ("word", "label"):
            return False
        before = text.tokens[place - 1]
        said = text.said(before)
        held = before.kind == "label" or said in self._catalogue.topic_words
        apart = text.text[before.end : text.tokens[place].start].strip()
        return held and not apart and said not in self._common

    def _describes(self, text: TokenText, place: int) -> bool:
        """Whether the items are called so once more behind it: "hotel Rome hotels"."""
        end = place + 1
        while text.kind(end) in MEANT and text.said(text.tokens[end]) not in self._called:
            end += 1
        return text.kind(end) in ("noun", "label")

    def _said_to_be_a_label(self, text: TokenText, place: int) -> bool:
        """Whether its role stands before: "category hotel"."""
        roles = {key(one.role) for one in text.tokens[place].constraints}
        return place > 0 and text.said(text.tokens[place - 1]) in roles

    def _denied(self, text: TokenText, place: int) -> bool:
        """Whether it is all that a negation is of: "no hotels", but not "no hotels in Rome"."""
        before, behind = _beyond(text, place, -1), _beyond(text, place, 1)
        rest = takewhile(lambda one: one.kind not in CONJUNCTIONS, text.clause_from(behind))
        alone = all(one.kind in (*_BESIDE, "filler") for one in rest)
        denied = text.kind(before) == "negation" and text.tokens[before].sides != {"before"}
        aside = text.kind(behind) == "negation" and "before" in text.tokens[behind].sides
        return (denied and alone) or (aside and text.ends(behind + 1))

    def _excludes(self, text: TokenText, place: int, step: int) -> bool:
        """Whether a label is joined to it that no item has as well: "hotel, not hostel", but not
        "hotels, no hostels", which may be apartments."""
        at, between = place + step, set()
        while text.kind(at) in (*_BESIDE, *_JOINING) and 0 <= at < len(text):
            between.add(text.kind(at))
            at += step
        if between.isdisjoint(_JOINING) or text.kind(at) != "label":
            return False
        if "negation" in between and text.said(text.tokens[place]) in self._noun:
            return False
        both = (text.tokens[place].constraints[0], text.tokens[at].constraints[0])
        same_role = both[0].role == both[1].role and both[0] != both[1]
        return same_role and not self._catalogue.mask(both).any()


def _beyond(text: TokenText, place: int, step: int) -> int:
    """The next place whose token is no small word."""
    place += step
    while text.kind(place) in _BESIDE:
        place += step
    return place
