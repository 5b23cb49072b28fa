"""Labels where the words around them say that they are some: "tagged love", "skate punk bands",
"by Tolkien"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from recbole_instructrec.catalogue import KIND_ROLES, Catalogue
from recbole_instructrec.instruction.demands import CONJUNCTIONS, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.phrases import label_phrases
from recbole_instructrec.instruction.structure import Constraint


class Naming:
    """Finds labels that are too rare, or too ordinary as words, to be meant wherever they stand.

    Any label of a role is meant where the role is said before it; the name of a person or firm by
    its last words as well, where no other ends in them. A label of several words is meant before
    what the items are called, too.

    Args:
        language: Its vocabulary's ``named`` are the words that say a role.
        catalogue: Has the labels.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        words_apart = language.words_apart
        several = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in labels.names
            if " " in key(label)
        )
        self._several = Lexicon(label_phrases(language, several), words_apart)
        self._roles: dict[str, list[str]] = {}
        self._labels: dict[str, Lexicon] = {}
        for role, words in language.vocabulary.named.items():
            if role in catalogue.labels:
                labels = [(role, label) for label in catalogue.labels[role].names]
                called = [*label_phrases(language, labels), *_last_words(labels)]
                self._labels[role] = Lexicon(called, words_apart)
                for word in words:
                    self._roles.setdefault(key(word), []).append(role)

    def find(self, tokens: Sequence[Token], text: str) -> list[Token]:
        """The tokens of a folded text, with labels in place of what else stands there; of those
        behind what says their role, joined by "and" or "or", all."""
        found: list[Token] = []
        roles: Sequence[str] = ()
        place = 0
        while place < len(tokens):
            label, behind = self._named(roles, tokens, place, text)
            if label is None:
                token = tokens[place]
                found.append(token)
                place += 1
                said = self._roles.get(text[token.start : token.end])
                roles = said or (roles if token.kind in (*CONJUNCTIONS, "space") else ())
                continue
            found.append(label)
            place = behind
            if place < len(tokens) and tokens[place].kind not in CONJUNCTIONS:
                roles = ()
        return found

    def _named(
        self, roles: Sequence[str], tokens: Sequence[Token], place: int, text: str
    ) -> tuple[Token | None, int]:
        """The label at a place behind what says its role, one of some, or a label of several words
        before a noun, if any, and the place behind it."""
        for role in roles:
            label, behind = label_at(self._labels[role], tokens, place, text)
            if label:
                return label, behind
        label, behind = label_at(self._several, tokens, place, text)
        several = behind - place > 1 and behind < len(tokens)
        return (label if several and tokens[behind].kind == "noun" else None), behind


def _last_words(labels: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Token]]:
    """What names of persons and firms end in, where only one does so: "le guin"."""
    ends = {}
    for role, label in labels:
        words = key(label).split() if role not in KIND_ROLES else []
        for start in range(1, len(words)):
            ends[role, label, " ".join(words[start:])] = None
    times = Counter(end for _, _, end in ends)
    for role, label, end in ends:
        if times[end] == 1:
            yield end, Token(0, 0, "label", (Constraint(role, "is", label=label),))


def label_at(
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
