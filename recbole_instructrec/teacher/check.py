"""Checks that other words say the same: what is not sure to is dropped."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, plain
from recbole_instructrec.instruction.structure import Constraint, Intention, Phrase, Preference

# What is mentioned: a label, or else something recent or classic, which may be a label's name, too.
LABEL = "label"
# Other words may be longer than the phrase by so much, and by so many characters.
MOST_TIMES, MOST_MORE = 2.5, 60
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# What is in no language: a character that could not be read, or one four times in a row.
_GARBAGE = re.compile(r"\ufffd|([^\W\d])\1{3}")
_CLAUSE_END = re.compile(r"[,;.:，；。、：!?！？]+(?!\d)")


class Check:
    """Tells whether a teacher's words say what a phrase says, in one language.

    A wish is read back by the same decoder as a person's own words, and has to be understood as
    the phrase itself is. A description has to name each kind in a clause of its own, with a word
    for how often it was chosen that is in the language's list. Neither may name another label or
    number. Whether a situation is another one in other words cannot be told; it has to be text in
    the same writing, and to name no attribute.

    Args:
        catalogue: The items.
        language: The language.
        noun: What the items are called.

    Raises:
        ValueError: If the language says nothing about teachers.
    """

    def __init__(self, catalogue: Catalogue, language: Language, noun: str) -> None:
        if not language.teacher:
            raise ValueError(
                f"instructions/{language.code}.yaml has no key `teacher`; add what a teacher is "
                f"asked there, or export without one"
            )
        self.catalogue = catalogue
        self.language = language
        self.noun = noun
        self._decoder = InstructionDecoder(
            catalogue, {language.code: language}, {language.code: noun}
        )
        words_apart = language.words_apart
        entries = [
            (name, (LABEL, key(label)))
            for labels in catalogue.labels.values()
            for label in labels.names
            for name in (label, *language.names_of_label(label))
        ]
        extremes = language.vocabulary.words
        entries += [(word, (name, "")) for name in ("recent", "classic") for word in extremes[name]]
        self._lexicon = Lexicon(entries, words_apart)
        amounts = language.teacher["amounts"].items()
        self._amounts = Lexicon(
            ((word, amount) for amount, words in amounts for word in words), words_apart
        )

    def can_be_read(self, phrase: Phrase) -> bool:
        """Whether the phrase itself passes, so that its other words can be judged."""
        return not self.problem(phrase, phrase.text)

    def problem(self, phrase: Phrase, text: str) -> str:
        """Why a text does not say what the phrase says; empty where it does."""
        if not text or "\n" in text:
            return "empty or several lines"
        if len(text) > MOST_TIMES * len(phrase.text) + MOST_MORE:
            return "too long"
        if _GARBAGE.search(text) or not _writings(text) & _writings(phrase.text):
            return "not in this language"
        if _numbers(text) != _numbers(phrase.text):
            return "other numbers"
        if isinstance(phrase.source, Preference):
            return self._description(phrase.source, text)
        return self._wish(phrase.source, text)

    def _wish(self, wish: Intention, text: str) -> str:
        if not wish.constraints:
            return "it names an attribute" if self._mentions(text) else ""
        understood = self._decoder.decode(text).constraints
        if (self.catalogue.mask(understood) != self.catalogue.mask(wish.constraints)).any():
            return "it is understood otherwise"
        expected = set(map(key, chain(*(one.labels for one in wish.constraints))))
        return "other labels" if self._labels(text) != expected else ""

    def _description(self, preference: Preference, text: str) -> str:
        left = list(preference.claims)
        for clause in filter(None, map(str.strip, _CLAUSE_END.split(text))):
            mentioned, amounts = self._mentions(clause), self._found(self._amounts, clause)
            if not mentioned and not amounts:
                continue
            told = [
                claim
                for claim in left
                if amounts == {claim.amount} and mentioned == self._kind(claim.constraints)
            ]
            if not told:
                return "a clause that is no claim"
            left.remove(told[0])
        return "a claim is missing" if left else ""

    def _kind(self, constraints: Sequence[Constraint]) -> set[Any]:
        """What a clause about a kind mentions."""
        return self._mentions(self.language.phrase(Intention(tuple(constraints)), self.noun))

    def _mentions(self, text: str) -> set[Any]:
        return self._found(self._lexicon, text) | set(_numbers(text))

    def _labels(self, text: str) -> set[str]:
        return {name for kind, name in self._found(self._lexicon, text) if kind == LABEL}

    def _found(self, lexicon: Lexicon, text: str) -> set[Any]:
        return {meaning for _, _, meaning in lexicon.spans(folded(plain(text)))}


def _writings(text: str) -> set[str]:
    """What most of a text's letters are written in: ``LATIN``, ``CJK``; all that tie."""
    counts = Counter(unicodedata.name(sign, "?").split()[0] for sign in text if sign.isalpha())
    return {writing for writing, number in counts.items() if number == max(counts.values())}


def _numbers(text: str) -> list[str]:
    return sorted(set(_NUMBER.findall(text)))
