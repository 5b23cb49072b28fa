"""Labels where the words around them say that they are some: "tagged love", "skate punk bands",
"by Tolkien"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES, Catalogue
from recbole_instructrec.instruction.demands import CLAUSE_ENDS, CONJUNCTIONS, Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.phrases import label_phrases
from recbole_instructrec.instruction.structure import Constraint

# What may stand between a word that says a role and a label of it.
BETWEEN = ("space", "small")
GOING_ON = ("small", "range", "negation")
SAYING_LITTLE = (*BETWEEN, "filler", "negation", *CONJUNCTIONS)


class Naming:
    """Finds labels that are too rare, or too ordinary as words, to be meant wherever they stand.

    Any label of a role is meant where the role is said before it; the name of a person or firm by
    its last words as well, where no other ends in them. A label of several words is meant before
    what the items are called, too, and so is what they are about, "dog films", and are last words
    that stand in no title: "Kubrick films". These are meant with a capital as well: "some Kubrick".

    Args:
        language: Its vocabulary's ``named`` are the words that say a role.
        catalogue: Has the labels.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        words_apart = language.words_apart
        self._words = catalogue.words
        several = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in labels.names
            if " " in key(label)
        )
        self._several = Lexicon(label_phrases(language, several), words_apart)
        named = language.vocabulary.named
        labels = {role: [(role, one) for one in catalogue.labels[role].names]
                  for role in named if role in catalogue.labels}  # fmt: skip
        self._labels = {
            role: Lexicon(label_phrases(language, own), words_apart) for role, own in labels.items()
        }
        endings = ("", *language.vocabulary.words["possessive"])
        ends = {role: list(_last_words(own, endings)) for role, own in labels.items()}
        self._ends = {role: Lexicon(own, words_apart) for role, own in ends.items()}
        every = [one for own in labels.values() for one in own]
        self._last = Lexicon(
            ((end, token) for end, token in _last_words(every, endings) if not self._ordinary(end)),
            words_apart,
        )
        about = label_phrases(language, labels.get(ABOUT, ()))
        self._about = Lexicon(about, words_apart)
        self._liked = frozenset(map(key, language.vocabulary.words["liked"]))
        self._speaker = frozenset(map(key, language.vocabulary.words["speaker"]))
        self._possessive = tuple(language.vocabulary.words["possessive"])
        cues: dict[str, list[str]] = {}
        for role in labels:
            for word in named[role]:
                cues.setdefault(key(word), []).append(role)
        self._cues = Lexicon(cues.items(), words_apart)

    def find(self, tokens: Sequence[Token], text: str, cased: str) -> list[Token]:
        """The tokens of a text, with labels in place of what else stands there; of those behind
        what says their role, joined by "and" or "or", all.

        Args:
            text: The text, folded.
            cased: The text as written.
        """
        found: list[Token] = []
        roles: Sequence[str] = ()
        cue = since = place = 0
        while place < len(tokens):
            said = roles if place >= since else ()
            label, behind = self._named(said, tokens, place, text, cased)
            if label is None:
                label, behind = self._by_last_words(tokens, place, text, cased)
            if label is None:
                if place >= since:
                    hit = _at(self._cues, tokens, place, text)
                    if hit:
                        roles, since = hit
                        cue = len(found)
                    elif tokens[place].kind not in (*CONJUNCTIONS, *BETWEEN):
                        roles = ()
                if tokens[place].kind == "label":
                    found = _without_about(found)
                found.append(tokens[place])
                place += 1
                continue
            if said:
                # What the cue says is said by the label.
                found[cue:] = [
                    replace(one, kind="small") if one.kind == "word" else one for one in found[cue:]
                ]
            found = _without_about(found)
            found.append(label)
            place = since = behind
            role = label.constraints[0].role
            joined = place < len(tokens) and tokens[place].kind in CONJUNCTIONS
            roles = (said or [role]) if joined and role in self._labels else ()
            cue = len(found)
        return found

    def _named(
        self,
        roles: Sequence[str],
        tokens: Sequence[Token],
        place: int,
        text: str,
        cased: str,
    ) -> tuple[Token | None, int]:
        """The label at a place behind what says its role, one of some, or a label of several words
        before a noun, if any, and the place behind it."""
        for role in roles:
            label, behind = label_at(self._labels[role], tokens, place, text)
            if label and not (role == ABOUT and self._otherwise(tokens, place, behind, text)):
                return label, behind
            label, behind = label_at(self._ends[role], tokens, place, text)
            # "With black actors" is with no Jack Black.
            ends = behind == len(tokens) or not _in_clause(tokens[behind])
            capital = label is not None and cased[label.start].isupper()
            if label and (ends or capital or not self._ordinary(_said(label, text))):
                return label, behind
        label, behind = label_at(self._about, tokens, place, text)
        if (
            label
            and not self._otherwise(tokens, place, behind, text)
            and not (place and _a_name(tokens[place - 1], cased) and cased[label.start].isupper())
            and self._before_a_kind(tokens, place, behind)
        ):
            return label, behind
        label, behind = label_at(self._several, tokens, place, text)
        several = behind - place > 1 and behind < len(tokens)
        return (label if several and tokens[behind].kind == "noun" else None), behind

    def _ordinary(self, name: str) -> bool:
        """Whether a name consists of words that stand in titles."""
        return all(word in self._words for word in name.split())

    def _otherwise(self, tokens: Sequence[Token], place: int, behind: int, text: str) -> bool:
        """Whether what could be a theme is a label already, "a western", or says something of the
        person who asks: "I'm in Paris"."""
        if behind == place + 1 and tokens[place].kind == "label":
            return True
        before = list(takewhile(_in_clause, reversed(tokens[:place])))
        around = [*before, *takewhile(_in_clause, tokens[behind:])]
        asked = any(one.kind in ("noun", "label") for one in around)
        return not asked and any(_said(one, text) in self._speaker for one in before)

    def _before_a_kind(self, tokens: Sequence[Token], place: int, behind: int) -> bool:
        """Whether a stretch of tokens says of what follows what it is about, "a dog film", says
        what the items are called itself, "a road movie", or is all that its clause says."""
        if behind < len(tokens) and tokens[behind].kind in ("noun", "label"):
            return True
        if any(one.kind == "noun" for one in tokens[place:behind]):
            return True
        # "A heist with ...", "dogs from the 90s": what follows says more of the same.
        if behind < len(tokens) and tokens[behind].kind in (*CONJUNCTIONS, *GOING_ON):
            behind = len(tokens)
        around = (
            *takewhile(_in_clause, reversed(tokens[:place])),
            *takewhile(_in_clause, tokens[behind:]),
        )
        return all(one.kind in SAYING_LITTLE for one in around)

    def _by_last_words(
        self, tokens: Sequence[Token], place: int, text: str, cased: str
    ) -> tuple[Token | None, int]:
        """The label whose last words stand at a place before what the items are called, behind "I
        like", or have a capital that belongs to no other name and begins no sentence, unless they
        are all of it; and the place behind it."""
        label, behind = label_at(self._last, tokens, place, text)
        if label is None:
            return None, place
        before = tokens[place - 1] if place else None
        after = tokens[behind] if behind < len(tokens) else None
        if before is not None and before.kind == "word" and text[label.start - 1] == " ":
            capital = cased[label.start].isupper()
            if not capital or cased[before.start].isupper():
                return None, behind  # "Agatha Christie", who is no Julie
        said = _said(before, text) if before else ""
        liked = {said, said.rpartition(" ")[2]} & self._liked
        owner = _said(label, text).endswith(self._possessive)
        if liked or owner or (after is not None and after.kind in ("noun", "label")):
            return label, behind
        begins = before is None or not _in_clause(before)
        ends = after is None or not _in_clause(after) or after.kind in CONJUNCTIONS
        capital = cased[label.start].isupper() and not cased.isupper()
        of_a_name = after is not None and _a_name(after, cased)
        return (label if capital and not of_a_name and (ends or not begins) else None), behind


def _without_about(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, where "about" at their end has nothing left to be looked for behind it."""
    last = len(tokens) - 1
    while last > 0 and tokens[last].kind in BETWEEN:
        last -= 1
    return [
        replace(one, kind="small") if place == last and one.kind == "about" else one
        for place, one in enumerate(tokens)
    ]


def _said(token: Token, text: str) -> str:
    return text[token.start : token.end]


def _a_name(token: Token, cased: str) -> bool:
    """Whether a token is an unknown word with a capital."""
    return token.kind == "word" and cased[token.start].isupper()


def _in_clause(token: Token) -> bool:
    return token.kind not in CLAUSE_ENDS


def _last_words(
    labels: Iterable[tuple[str, str]], endings: Sequence[str] = ("",)
) -> Iterator[tuple[str, Token]]:
    """What names of persons and firms end in, where only one does so: "le guin"; with what may
    stand behind a name."""
    ends: dict[str, dict[str, Constraint]] = {}
    for role, label in labels:
        words = key(label).split() if role not in (ABOUT, *KIND_ROLES) else []
        for start in range(1, len(words)):
            named = ends.setdefault(" ".join(words[start:]), {})
            named.setdefault(label, Constraint(role, "is", label=label))
    for end, named in ends.items():
        if len(named) == 1:
            token = Token(0, 0, "label", tuple(named.values()))
            yield from ((f"{end}{ending}", token) for ending in endings)


def label_at(
    labels: Lexicon, tokens: Sequence[Token], place: int, text: str
) -> tuple[Token | None, int]:
    """The label that begins with a token and ends with one, if any, and the place behind it."""
    hit = _at(labels, tokens, place, text)
    if hit is None:
        return None, place
    meaning, behind = hit
    return replace(meaning, start=tokens[place].start, end=tokens[behind - 1].end), behind


def _at(phrases: Lexicon, tokens: Sequence[Token], place: int, text: str) -> tuple[Any, int] | None:
    """The meaning of a phrase that begins with a token and ends with one, and the place behind."""
    hit = phrases.longest(text, tokens[place].start)
    if hit is None:
        return None
    covered = list(takewhile(lambda one: one.start < hit[0], islice(tokens, place, None)))
    return None if covered[-1].end > hit[0] else (hit[1], place + len(covered))
