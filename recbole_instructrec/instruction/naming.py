"""Labels behind words that say of which role they are: "tagged love"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.phrases import label_names

_JOINING = ("and", "each", "or")


class Naming:
    """Finds any label of a role where the role is said, be it rare or an ordinary word.

    Args:
        language: Its vocabulary's ``named`` are the words that say a role.
        catalogue: Has the labels.
        words_apart: Whether the language separates its words.
    """

    def __init__(self, language: Language, catalogue: Catalogue, words_apart: bool) -> None:
        self._roles: dict[str, str] = {}
        self._labels: dict[str, Lexicon] = {}
        for role, words in language.vocabulary.named.items():
            if role in catalogue.labels:
                labels = ((role, label) for label in catalogue.labels[role].names)
                self._labels[role] = Lexicon(label_names(language, labels), words_apart)
                self._roles |= {key(word): role for word in words}

    def find(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens of a folded text, with the labels behind what says their role in place of
        what else stands there: of several, joined by "and" or "or", all."""
        found: list[Token] = []
        role, place = None, 0
        while place < len(tokens):
            label = self._label(role, tokens, place, text)
            if label is None:
                token = tokens[place]
                found.append(token)
                place += 1
                said = self._roles.get(text[token.start : token.end])
                role = said or (role if token.kind in (*_JOINING, "space") else None)
                continue
            found.append(label)
            while place < len(tokens) and tokens[place].start < label.end:
                place += 1
            if place < len(tokens) and tokens[place].kind not in _JOINING:
                role = None
        return found

    def _label(
        self, role: str | None, tokens: Sequence[Token], place: int, text: str
    ) -> Token | None:
        """The label of a role that begins with a token and ends with one."""
        start = tokens[place].start
        hit = self._labels[role].longest(text, start) if role else None
        if hit is None:
            return None
        covered = takewhile(lambda one: one.start < hit[0], islice(tokens, place, None))
        if any(one.end > hit[0] for one in covered):
            return None
        return replace(hit[1], start=start, end=hit[0])
