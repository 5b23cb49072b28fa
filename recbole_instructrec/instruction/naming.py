"""Labels where the words around them say that they are some: "tagged love", "skate punk bands",
"by Tolkien"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

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
        several = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in labels.names
            if " " in key(label)
        )
        self._several = Lexicon(label_phrases(language, several), words_apart)
        names = (
            (role, label)
            for role, labels in catalogue.labels.items()
            for label in (labels.names if role in language.vocabulary.named else ())
        )
        endings = ("", *language.vocabulary.words["possessive"])
        self._last = Lexicon(
            (
                (f"{end}{ending}", token)
                for end, token in _last_words(names)
                if not any(word in catalogue.words for word in end.split())
                for ending in endings
            ),
            words_apart,
        )
        about = catalogue.labels[ABOUT].names if ABOUT in catalogue.labels else ()
        self._about = Lexicon(
            label_phrases(language, ((ABOUT, label) for label in about)), words_apart
        )
        self._liked = frozenset(map(key, language.vocabulary.words["liked"]))
        self._roles: dict[str, list[str]] = {}
        self._labels: dict[str, Lexicon] = {}
        for role, words in language.vocabulary.named.items():
            if role in catalogue.labels:
                labels = [(role, label) for label in catalogue.labels[role].names]
                called = [*label_phrases(language, labels), *_last_words(labels)]
                self._labels[role] = Lexicon(called, words_apart)
                for word in words:
                    self._roles.setdefault(key(word), []).append(role)

    def find(self, tokens: Sequence[Token], text: str, cased: str) -> list[Token]:
        """The tokens of a text, with labels in place of what else stands there; of those behind
        what says their role, joined by "and" or "or", all.

        Args:
            text: The text, folded.
            cased: The text as written.
        """
        found: list[Token] = []
        roles: Sequence[str] = ()
        cue = place = 0
        while place < len(tokens):
            label, behind = self._named(roles, tokens, place, text)
            if label is None:
                label, behind = self._by_last_words(tokens, place, text, cased)
            if label is None:
                token = tokens[place]
                found.append(token)
                place += 1
                said = self._roles.get(text[token.start : token.end])
                cue = len(found) - 1 if said else cue
                roles = said or (roles if token.kind in (*CONJUNCTIONS, *BETWEEN) else ())
                continue
            if roles and found[cue].kind in ("about", "word"):
                # What it says is said by the label.
                found[cue] = replace(found[cue], kind="small")
            found.append(label)
            place = behind
            role = label.constraints[0].role
            joined = place < len(tokens) and tokens[place].kind in CONJUNCTIONS
            roles = roles or [role] if joined and role in self._labels else ()
        return found

    def _named(
        self, roles: Sequence[str], tokens: Sequence[Token], place: int, text: str
    ) -> tuple[Token | None, int]:
        """The label at a place behind what says its role, one of some, or a label of several words
        before a noun, if any, and the place behind it."""
        for role in roles:
            label, behind = label_at(self._labels[role], tokens, place, text)
            if label and not (role == ABOUT and _is_a_label(tokens[place:behind])):
                return label, behind
        label, behind = label_at(self._about, tokens, place, text)
        if (
            label
            and not _is_a_label(tokens[place:behind])
            and self._before_a_kind(tokens, place, behind)
        ):
            return label, behind
        label, behind = label_at(self._several, tokens, place, text)
        several = behind - place > 1 and behind < len(tokens)
        return (label if several and tokens[behind].kind == "noun" else None), behind

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
        if after is not None and after.kind in ("noun", "label"):
            return label, behind
        said = text[before.start : before.end] if before is not None else ""
        if {said, said.rpartition(" ")[2]} & self._liked:
            return label, behind
        begins, ends = (one is None or not _in_clause(one) for one in (before, after))
        of_a_name = any(
            one is not None and one.kind == "word" and cased[one.start].isupper()
            for one in (before, after)
        )
        capital = cased[label.start].isupper() and not cased.isupper()
        meant = capital and not of_a_name and (ends or not begins)
        return (label if meant else None), behind


def _is_a_label(tokens: Sequence[Token]) -> bool:
    """Whether some tokens are a label already: a western is one, whatever it is about."""
    return len(tokens) == 1 and tokens[0].kind == "label"


def _in_clause(token: Token) -> bool:
    return token.kind not in CLAUSE_ENDS


def _last_words(labels: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Token]]:
    """What names of persons and firms end in, where only one does so: "le guin"."""
    ends: dict[str, dict[str, Constraint]] = {}
    for role, label in labels:
        words = key(label).split() if role not in (ABOUT, *KIND_ROLES) else []
        for start in range(1, len(words)):
            named = ends.setdefault(" ".join(words[start:]), {})
            named.setdefault(label, Constraint(role, "is", label=label))
    for end, named in ends.items():
        if len(named) == 1:
            yield end, Token(0, 0, "label", tuple(named.values()))


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
