"""Every phrase by which a language can speak of a catalogue, and what it means."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from recbole_instructrec.catalogue import ABOUT, KIND_ROLES, PART_ROLES, POPULARITY, Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.vocabulary import QUALITIES, SHORTEST_THING

# Tags are anybody's: among thousands of them nearly every word is one. Of the items with tags this
# share has to carry one for it to be demanded; a rarer one stays a word.
RAREST_TAG = 0.001
# The same for a label that is also what the items are called anyway, in any role.
RAREST_NOUN = 0.01
# Initials before the rest of a name, with or without points and spaces: "J.R.R. ", "J K ".
_INITIALS = re.compile(r"\b(?:[A-Z]\. ?|[A-Z] )+(?=\w{2})")
_SEVERAL = re.compile(r" & |/|, ")
_BETWEEN_NAMES = "·"
# The share of the items whose number is small, or large, where the role does not say.
QUALITY_SHARE = 0.25
_SAID_OF_NUMBERS = ("recent", "classic", "cheap", "expensive", "popular", "obscure")
_SIZES = {"cheap": "small_number", "expensive": "large_number"}
FREE = Constraint("price", "at_most", high=0.0)
# What all is known of is not asked for.
ALL_OF_IT = Token(0, 0, "negation", sides=frozenset({"after"}))
ALL_OF_THAT = Token(0, 0, "negation", sides=frozenset({"before"}))


def phrases(
    language: Language, catalogue: Catalogue, noun: str | None = None
) -> Iterator[tuple[str, Token]]:
    """Every phrase with a token as its meaning; of two meanings the earlier one counts.

    Args:
        noun: What the items are called, where the dataset says so.
    """
    words = language.vocabulary.words
    meant = dict.fromkeys(_surely_meant(language, catalogue))
    names = {key(label) for _, label in meant}
    lists = {"after": "negation", "before": "negation_after", "next": "negation_next"}
    yield from ((phrase, ALL_OF_IT) for phrase in words["seen_all"])
    yield from ((phrase, ALL_OF_THAT) for phrase in words["seen_all_after"])
    yield from _negations_of_all(words)
    for phrase in [phrase for name in lists.values() for phrase in words[name]]:
        sides = frozenset(side for side, name in lists.items() if phrase in words[name])
        yield phrase, Token(0, 0, "negation", sides=sides)
    for name, side in (("indifferent", "after"), ("indifferent_after", "before")):
        gives_up = Token(0, 0, "negation", sides=frozenset({side}), drops=True)
        yield from ((phrase, gives_up) for phrase in words[name])
    # What stands behind it is neither demanded nor excluded.
    yield from ((phrase, Token(0, 0, "negation")) for phrase in words["unless"])
    costless = words["free"] if "price" in catalogue.numbers else ()
    lacking = (phrase for phrase in words["lacking"] if phrase not in costless)
    yield from ((phrase, Token(0, 0, "lacking")) for phrase in lacking)
    vague = ("recent", "classic", "cheap", "expensive")
    extremes = (one for relation in vague for one in _extremes(language, catalogue, relation))
    for phrase, token in chain(extremes, _qualities(language, catalogue)):
        # Where 清淡 is the name of a label, it means that label.
        if names.isdisjoint(_without_small(phrase, words)):
            yield phrase, token
    yield from ((phrase, Token(0, 0, "border", turns=True)) for phrase in words["turn"])
    yield from ((phrase, Token(0, 0, "small", holds=True)) for phrase in words["with"])
    # An article shows that a label names a thing: "a comedy and a western".
    articles = words["article"] + words["pack"]
    yield from ((phrase, Token(0, 0, "small", things=True)) for phrase in articles)
    for kind in ("and", "each", "or", "about", "excess", "small", "filler", "border"):
        yield from ((phrase, Token(0, 0, kind)) for phrase in words[kind])
    yield from ((phrase, Token(0, 0, "small")) for phrase in words["about_after"])
    yield from ((phrase, Token(0, 0, "or_after")) for phrase in words["or_after"])
    yield from ((phrase, Token(0, 0, "all_hold")) for phrase in words["all_hold"])
    # One character is more often part of a name.
    too = (word for name in ("wanted_too", "needed_too", "allowed") for word in words[name])
    said = (*words["talk"], *too, *(phrase for phrase in words["all_else"] if len(phrase) > 1))
    yield from ((phrase, Token(0, 0, "filler")) for phrase in said)
    # Titles do not say where and when something happens.
    yield from ((phrase, Token(0, 0, "about")) for phrase in words["told"] if catalogue.texts)
    yield from ((phrase, Token(0, 0, "word")) for phrase in words["common"])
    for phrase, token in label_phrases(language, meant):
        if not _describes(language, catalogue, phrase, token):
            yield phrase, token
    yield from _last_names(catalogue)
    if np.any(catalogue.numbers.get("price", ()) == 0):
        yield from ((phrase, Token(0, 0, "range", (FREE,))) for phrase in words["free"])
    # Where 流行 means a label, by whatever name, it means that.
    for relation in ("popular", "obscure"):
        yield from _extremes(language, catalogue, relation)
    nouns = (*called(language, noun), *words["noun"])
    yield from ((phrase, Token(0, 0, "noun")) for phrase in nouns)
    yield from ((phrase, Token(0, 0, "word")) for phrase in words["literal"])
    if not language.words_apart:
        # Known as words where they mean nothing, so that no shorter one is found in them: 最近.
        unmeant = (phrase for relation in _SAID_OF_NUMBERS for phrase in words[relation])
        yield from ((phrase, Token(0, 0, "word")) for phrase in unmeant if len(phrase) > 1)
    # Known as a word, so that no shorter one is found in it: 太 in 太空.
    yield from ((phrase, Token(0, 0, "word")) for phrase in language.vocabulary.things)
    for said in language.vocabulary.lifted.values():
        yield from ((phrase, Token(0, 0, "filler")) for phrase in said)
    # A sentence may be put as the training instructions are.
    yield from ((phrase, Token(0, 0, "filler")) for phrase in map(key, language.frames()))
    # What is said of labels and titles says nothing on its own, nor does a role: "expert level".
    yield from ((key(role), Token(0, 0, "small")) for role in catalogue.labels)
    for role, said in language.vocabulary.named.items():
        yield from ((phrase, Token(0, 0, "small")) for phrase in (said if role != ABOUT else ()))
    other = (*words["liked"], *words["seen"], *words["unseen"], *words["preferring"])
    yield from ((phrase, Token(0, 0, "filler")) for phrase in other)


def called(language: Language, noun: str | None) -> tuple[str, ...]:
    """What a dataset calls its items, in every form; nothing where it does not say."""
    if noun is None:
        return ()
    return (noun, *language.vocabulary.inflected(noun, SHORTEST_THING))


def _negations_of_all(words: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Token]]:
    """Negations behind a word that takes up all that was listed before: 都不想看. A negation of one
    character is more often part of another word."""
    token = Token(0, 0, "negation", sides=frozenset({"before", "after"}))
    negations = dict.fromkeys((*words["negation"], *words["negation_after"]))
    for before in words["negation_of_all"]:
        yield from ((f"{before}{phrase}", token) for phrase in negations if len(phrase) > 1)


def _extremes(
    language: Language, catalogue: Catalogue, relation: str
) -> Iterator[tuple[str, Token]]:
    for role in (*catalogue.numbers, POPULARITY):
        extreme = catalogue.extreme(role, relation)
        for phrase in language.vocabulary.words[relation] if extreme else ():
            yield phrase, Token(0, 0, "range", (extreme,))


def _qualities(language: Language, catalogue: Catalogue) -> Iterator[tuple[str, Token]]:
    """What says that a number is small or large: "short", and as it is written, "low rating"."""
    for quality in language.vocabulary.qualities:
        if quality.role in catalogue.numbers:
            end = catalogue.extreme(quality.role, quality.relation, QUALITY_SHARE)
            for phrase in quality.words if end else ():
                yield phrase, Token(0, 0, "range", (end,))
    for role in catalogue.numbers:
        for relation in QUALITIES:
            end = catalogue.extreme(role, relation, QUALITY_SHARE)
            if end and language.can_word(end):
                said = language.vocabulary.words[_SIZES[relation]]
                names = language.role_words(role).names if said else ()
                sizes = (f"{name}{size}" for name in names for size in said)
                for phrase in (language.demand(end, ""), *sizes):
                    yield phrase, Token(0, 0, "range", (end,))
        for phrase in language.vocabulary.words["any_number_of"]:  # 面积大小 is no large 面积
            yield from (
                (f"{name}{phrase}", Token(0, 0, "small"))
                for name in language.role_words(role).names
            )


def label_phrases(
    language: Language, labels: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, Token]]:
    """What some labels are called: by their own names, then by others, then inflected. A category
    of several things goes by each of them: "Coffee & Tea".

    Args:
        labels: Roles and labels.
    """
    vocabulary = language.vocabulary
    own: dict[str, list[Constraint]] = {}
    others: dict[str, list[Constraint]] = {}
    for role, label in labels:
        constraint = Constraint(role, "is", label=label)
        own.setdefault(key(label), []).append(constraint)
        short = vocabulary.short_names.get(key(label), ())
        for other in (
            *language.names_of_label(label),
            *short,
            *vocabulary.called.get(key(label), ()),
            *_parts(role, label),
            *_with_initials(role, label),
        ):
            others.setdefault(key(other), []).append(constraint)
    named = []
    for name, meant in (*own.items(), *others.items()):
        one_role = tuple(c for c in meant if c.role == meant[0].role)
        # Paris is no plural.
        things = meant[0].role in KIND_ROLES and vocabulary.is_plural(name)
        called = name in own
        named.append((name, Token(0, 0, "label", one_role, things=things, own=called)))
    yield from named
    for name, token in named:
        # A kind or a part of a thing of a short name, a pub, is one of several as well.
        kind = token.constraints[0].role in (KIND_ROLES[0], *PART_ROLES)
        plurals = (
            form
            for form in (vocabulary.inflected(name, SHORTEST_THING) if kind else ())
            if vocabulary.is_plural(form) and form not in vocabulary.known
        )
        for form in (*vocabulary.inflected(name), *plurals):
            yield form, replace(token, things=vocabulary.is_plural(form), own=False)
        if token.constraints[0].role not in KIND_ROLES:
            yield from ((f"{name}{ending}", token) for ending in vocabulary.words["possessive"])


def _with_initials(role: str, label: str) -> list[str]:
    """A name as it is written with or without points and spaces behind its initials: "J.K.
    Rowling", "JK Rowling"."""
    found = None if role in KIND_ROLES else _INITIALS.search(label)
    if not found:
        return []
    letters = [c for c in found[0] if c.isalpha()]
    ways = ("".join(letters), *(f"{end}".join([*letters, ""]) for end in (".", " ", ". ")))
    return [f"{label[: found.start()]}{way.strip()} {label[found.end() :]}" for way in ways]


def _parts(role: str, label: str) -> list[str]:
    """What a label of several things is put together of; tags such as "rock & roll" are one."""
    parts = _SEVERAL.split(label) if role != "tags" else []
    return parts if len(parts) > 1 and all(len(part) > 1 for part in parts) else []


def _without_small(phrase: str, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A phrase, and the same without each small word at its end, 清淡 of 清淡的."""
    yield from (key(phrase.removesuffix(word)) for word in ("", *words["small"]))


def _describes(language: Language, catalogue: Catalogue, phrase: str, token: Token) -> bool:
    """Whether what a label goes by as well says more of things, as titles of items without the
    label hold it: of men's shoes they say 男士, which also means 男装. Its plural does not."""
    one = token.constraints[0]
    if not catalogue.titles_describe or one.role not in KIND_ROLES:
        return False
    own = key(one.label)
    if phrase in (own, *language.vocabulary.inflected(own, SHORTEST_THING)):
        return False
    holding = catalogue.words.holding(phrase)
    return bool(holding) and not catalogue.mask([one])[holding].all()


def _last_names(catalogue: Catalogue) -> Iterator[tuple[str, Token]]:
    """What transliterated names of persons end in, 诺兰 of 克里斯托弗·诺兰, where only one does."""
    for role, labels in catalogue.labels.items():
        names = labels.names if role not in KIND_ROLES else ()
        last = {label: label.rpartition(_BETWEEN_NAMES)[2] for label in names}
        times = Counter(last.values())
        for label, name in last.items():
            if name != label and len(name) > 1 and times[name] == 1:
                yield name, Token(0, 0, "label", (Constraint(role, "is", label=label),))


def _surely_meant(language: Language, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Roles and labels that are meant wherever their names stand."""
    nouns = {key(noun) for noun in language.vocabulary.words["noun"]}
    for role, labels in catalogue.labels.items():
        if role == ABOUT:
            continue
        shares = labels.frequency / max(1, labels.any.sum())
        rarest = RAREST_TAG if role == "tags" else 0
        names = set(map(key, labels.names))
        for label, share in zip(labels.names, shares, strict=True):
            name = key(label)
            letters = sum(c.isalnum() for c in name)
            # "British artists" are british, and not what is tagged so.
            kind, _, noun = name.rpartition(" ")
            if noun in nouns and kind in names:
                continue
            if share < (RAREST_NOUN if name in nouns else rarest) or name.isdigit():
                continue
            if letters > 1 or _is_word(name):
                yield role, label


def _is_word(name: str) -> bool:
    """Whether a name of one character is a word: 鞋 is, ``a`` is not."""
    return len(name) == 1 and unicodedata.category(name) == "Lo"
