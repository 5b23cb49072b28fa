"""Labels where the words around them say that they are some: "tagged love", "skate punk bands"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.phrases import label_phrases

_JOINING = ("and", "each", "or")


class Naming:
    """Finds labels that are too rare, or too ordinary as words, to be meant wherever they stand.

    Any label of a role is meant where the role is said before it. One of several words is meant
    before what the items are called, too.

    Args:
        language: Its vocabulary's ``named`` are the words that say a role.
        catalogue: Has the labels.
        words_apart: Whether the language separates its words.
    """

    def __init__(self, language: Language, catalogue: Catalogue, words_apart: bool) -> None:
        several = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in labels.names
            if " " in key(label)
        )
        self._several = Lexicon(label_phrases(language, several), words_apart)
        self._roles: dict[str, str] = {}
        self._labels: dict[str, Lexicon] = {}
        for role, words in language.vocabulary.named.items():
            if role in catalogue.labels:
                labels = ((role, label) for label in catalogue.labels[role].names)
                self._labels[role] = Lexicon(label_phrases(language, labels), words_apart)
                self._roles |= {key(word): role for word in words}

    def find(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens of a folded text, with labels in place of what else stands there; of those
        behind what says their role, joined by "and" or "or", all."""
        found: list[Token] = []
        role, place = None, 0
        while place < len(tokens):
            label, behind = self._named(role, tokens, place, text)
            if label is None:
                token = tokens[place]
                found.append(token)
                place += 1
                said = self._roles.get(text[token.start : token.end])
                role = said or (role if token.kind in (*_JOINING, "space") else None)
                continue
            found.append(label)
            place = behind
            if place < len(tokens) and tokens[place].kind not in _JOINING:
                role = None
        return found

    def _named(
        self, role: str | None, tokens: Sequence[Token], place: int, text: str
    ) -> tuple[Token | None, int]:
        """The label at a place behind what says its role, or one of several words before a noun,
        if any, and the place behind it."""
        if role:
            label, behind = _label(self._labels[role], tokens, place, text)
            if label:
                return label, behind
        label, behind = _label(self._several, tokens, place, text)
        several = behind - place > 1 and behind < len(tokens)
        return (label if several and tokens[behind].kind == "noun" else None), behind


def _label(
    labels: Lexicon, tokens: Sequence[Token], place: int, text: str
) -> tuple[Token | None, int]:
    """The label that begins with a token and ends with one, if any, and the place behind it."""
    start = tokens[place].start
    hit = labels.longest(text, start)
    if hit is None:
        return None, place
    covered = list(takewhile(lambda one: one.start < hit[0], islice(tokens, place, None)))
    if covered[-1].end > hit[0]:
        return None, place
    return replace(hit[1], start=start, end=hit[0]), place + len(covered)
