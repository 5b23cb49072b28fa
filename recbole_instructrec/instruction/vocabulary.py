"""The words by which free text is understood, read from ``understanding:`` of a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from recbole_instructrec.catalogue import ABOUT, BRAND, KIND_ROLES, SOURCE
from recbole_instructrec.instruction.numerals import Numerals, either
from recbole_instructrec.instruction.role_words import RoleWords
from recbole_instructrec.instruction.structure import NUMBER_RELATIONS
from recbole_instructrec.property_values import check_keys, entries, mapping, text

# Each is a list of words or phrases; instructions/en.yaml says what they are for.
WORD_LISTS = (
    "negation", "negation_after", "negation_next", "negation_of_all", "refusing", "excepting",
    "all_else", "lacking", "indifferent", "indifferent_after", "border", "recent", "lately",
    "classic", "cheap", "expensive", "free", "popular", "obscure", "and", "each", "or", "or_after",
    "about", "about_after", "about_noun", "telling", "told", "asking", "stand_in", "article",
    "pack", "with", "holding", "excess", "small", "filler", "talk", "common", "noun", "counter",
    "literal", "liked", "liked_after", "disliked", "disliked_after", "disliked_ending", "seen",
    "seen_after", "seen_all", "seen_all_after", "series", "measure", "measure_after",
    "compared_to", "title_end", "no_title", "preposition", "relative", "restart", "others",
    "also", "instead", "rejected",
    "question", "asked", "position", "why", "anew", "turn", "possessive", "speaker", "likening",
    "likening_noun", "likening_else", "than", "recalled", "definite", "unseen", "talked_of",
    "preferring", "preferred_to", "needed", "corrected", "also_after", "taken_back", "version",
    "version_after", "settles", "undo", "asking_of", "before_title", "before_title_after",
    "after_title", "after_title_after", "later_of", "same_year", "same_year_after",
    "same_decade_after", "director_of_after", "taken_up", "any_number_of", "same_decade",
    "director_of", "author_of", "correction", "every", "all_but", "or_not", "elsewhere", "owned",
    "unless", "not_beyond", "all_hold", "small_number", "large_number", "decimal_point",
    "all_fine", "more_than", "about_as_many", "short_of",
    "besides", "wanted_too", "needed_too", "allowed", "place",
)  # fmt: skip
# Each has a number for each word.
NUMBERED = ("digits", "numerals", "multipliers", "suffixes")
# Each has a list of words by some name.
WORDS_BY_NAME = (
    "things", "short_names", "lifted", "named", "answer_in", "capitals", "unit_names",
)  # fmt: skip
MAPPINGS = (*NUMBERED, *WORDS_BY_NAME, "ordinals", "spelled", "amounts", "bounds", "pronouns")
LISTS = ("endings", "numbers", "comparisons", "compared", "qualities", "further", "too_much")
ANY_NUMBER = "any_number"
# The amount of numbers that say no currency or the like.
PLAIN_NUMBER = "number"
# A number that says no role, of the role of another one beside it.
BESIDE = "beside"
# Among `pronouns` those that stand for a person in whatever role.
ANYONE = "anyone"
# A shorter name is inflected into some other word: new and news, blue and blues.
SHORTEST_INFLECTED = 5
SHORTEST_INFLECTED_IN_SIGNS = 2
# Units, and what the items are called, are known to be things: an app, a pt.
SHORTEST_THING = 3
SIDES = ("below", "above")
QUALITIES = ("cheap", "expensive")
SIGNS = "<>=≤≥"
UNIT, LOW_UNIT = "unit", "low_unit"
_GROUP_KEYS = {"role", "amount", "forms"}
# From which year to which an amount of this name goes, counted from its number.
SPANS = {"decade": (0, 9), "century": (-100, -1)}
_FORM_KEYS = {
    "relation", "pattern", "exclusive", "back", "spread", "part", "apart", "nearest", "within",
}  # fmt: skip


@dataclass(frozen=True)
class NumberForm:
    """One way to say a range.

    Attributes:
        role: The role it is about; ``any_number`` for every role without forms of its own,
            ``beside`` for the role of another number beside it.
        relation: The relation that it means.
        pattern: A regular expression with the groups ``low`` and ``high``, either or both;
            ``{role}`` in it stands for what the role's numbers are called, ``{unit}`` for what
            they are counted in.
        exclusive: Whether the number itself is left out: "under 50", not "up to 50".
        back: Whether the number counts back from the catalogue's largest.
        spread: How far around the number the range goes: a share of it where below 1, otherwise
            in the role's unit.
        part: First and last year of a decade or a century that are meant, counted from the number
            itself; all of it where not given.
        decade: Whether the number is a decade or a century.
        scale: What the number is multiplied by: 0.01 where it is pence.
        apart: Whether only its two numbers are meant, "the 60s and the 80s", and not what lies
            between, where anything does.
        within: Whether its numbers have to lie within the catalogue's: 15年以前 is before 2015 only
            where there are items of that time.
    """

    role: str
    relation: str
    pattern: str
    exclusive: bool = False
    back: bool = False
    spread: float = 0
    part: tuple[int, int] = (0, 9)
    decade: bool = False
    scale: float = 1
    apart: bool = False
    nearest: bool = False
    within: bool = False
    amount: str = ""

    def compiled(self, words: RoleWords, words_apart: bool) -> re.Pattern[str]:
        """The pattern for one role, which matches whole words and numbers only."""
        inside = r"\w" if words_apart else "a-z0-9"
        pattern = self.pattern.replace("{role}", either(map(str.lower, words.names)))
        unit = either(map(str.lower, words.units))
        repeated, last, behind = pattern.rpartition("{unit}")
        if last:  # a unit may be said twice, "from 30 minutes to 1 hour"
            repeated = repeated.replace(last, f"(?P<{LOW_UNIT}>{unit})", 1).replace(last, unit)
            pattern = f"{repeated}(?P<{UNIT}>{unit}){behind}"
        # A sign may stand anywhere, "price>5", and belongs to the number behind it.
        begins = rf"(?:(?<![{inside}{SIGNS}])|(?=[{SIGNS}]))(?<!\d[.,])"
        return re.compile(rf"{begins}(?:{pattern})(?![{inside}]|(?<=\d)[.,]\d)")


@dataclass(frozen=True)
class Comparison:
    """A way to compare with what was shown before, e.g. ``cheaper``.

    Attributes:
        role: The number that it is about.
        side: ``below`` or ``above``.
        words: How it is said.
    """

    role: str
    side: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    """A way to say that a number is small or large, e.g. ``short``.

    Attributes:
        role: The number that it is about.
        relation: ``cheap`` for the lower end of the catalogue's numbers, ``expensive`` for the
            upper.
        words: How it is said.
    """

    role: str
    relation: str
    words: tuple[str, ...]


class Vocabulary:
    """Words, phrases and number forms of one language.

    Args:
        content: The mapping under ``understanding:``.
        words_apart: Whether the language separates its words.

    Raises:
        ValueError: If a key is unknown or something in it cannot be read.
    """

    def __init__(self, content: Mapping[str, Any], words_apart: bool = True) -> None:
        check_keys("understanding: ", content, (*WORD_LISTS, *MAPPINGS, *LISTS))
        given = {name: value for name, value in content.items() if value is not None}
        given |= {name: mapping(f"understanding: {name}", given.get(name)) for name in MAPPINGS}
        given |= {name: entries(f"understanding: {name}", given.get(name)) for name in LISTS}
        self.words_apart = words_apart
        self._read_words(given)
        self._read_numbers(given)

    def _read_words(self, given: Mapping[str, Any]) -> None:
        self.words: dict[str, list[str]] = {
            name: _words(name, given.get(name, [])) for name in WORD_LISTS
        }
        by_name = {
            name: {str(called): _words(name, words) for called, words in given[name].items()}
            for name in WORDS_BY_NAME
        }
        self.things = by_name["things"]
        self.short_names = by_name["short_names"]
        self.lifted = by_name["lifted"]
        self.named = by_name["named"]
        self.answer_in = by_name["answer_in"]
        self.capitals = by_name["capitals"]
        self.unit_names = by_name["unit_names"]
        self.spelled: dict[str, str] = {
            str(word): str(meaning) for word, meaning in given["spelled"].items()
        }
        self.pronouns: dict[str, dict[str, str]] = {
            str(role): {
                str(phrase): str(meant)
                for phrase, meant in mapping(f"understanding: pronouns: {role}", said).items()
            }
            for role, said in given["pronouns"].items()
        }
        self.endings = [_ending(pair) for pair in given["endings"]]
        self.comparisons, self.compared = (
            [
                Comparison(*one)
                for entry in given[name]
                for one in _of_roles(name, entry, "side", SIDES)
            ]
            for name in ("comparisons", "compared")
        )
        self.qualities = [
            Quality(*one)
            for entry in given["qualities"]
            for one in _of_roles("qualities", entry, "relation", QUALITIES)
        ]

    def _read_numbers(self, given: Mapping[str, Any]) -> None:
        for name in NUMBERED:
            for word, number in given[name].items():
                if not isinstance(word, str) or not isinstance(number, int):
                    raise ValueError(
                        f"understanding: {name} holds {word!r}: {number!r}; give a word and a "
                        f"whole number"
                    )
        self.digits: dict[str, int] = dict(given["digits"])
        self.suffixes: dict[str, int] = dict(given["suffixes"])
        self.ordinals: dict[str, tuple[int, ...]] = {
            word: _places(word, said) for word, said in given["ordinals"].items()
        }
        self.numerals = Numerals(
            given["numerals"],
            given["multipliers"],
            self.words_apart,
            *(self.words[name] for name in ("decimal_point", "more_than", "about_as_many")),
        )
        amounts = {
            name: text(f"understanding: amounts: {name}", pattern)
            .replace("{numeral}", self.numerals.pattern)
            .replace("{several}", self.numerals.several)
            .replace("{vague}", self.numerals.vague)
            .replace("{suffix}", either(self.suffixes))
            for name, pattern in given["amounts"].items()
        }
        parts = {
            name: text(f"understanding: bounds: {name}", pattern)
            for name, pattern in given["bounds"].items()
        }
        parts["suffix"] = either(self.suffixes)
        limits = [parts[name] for name in ("at_least", "at_most") if name in parts]
        self.limit = re.compile("|".join(limits) or "(?!)")
        number = rf"(?P<number>\d{{1,3}}|{self.numerals.pattern})"
        self.further = [
            _further(pattern, number) for pattern in _words("further", given["further"])
        ]
        self.too_much = re.compile("|".join(_words("too_much", given["too_much"])) or "(?!)")
        self.forms = [form for group in given["numbers"] for form in _forms(group, amounts, parts)]

    def forms_of(self, role: str) -> list[NumberForm]:
        """The number forms for a role, in the order of the file."""
        own = any(form.role == role for form in self.forms)
        return [form for form in self.forms if form.role == (role if own else ANY_NUMBER)]

    def inflected(self, name: str, shortest: int | None = None) -> Iterator[str]:
        """Other forms of a name: with "and" for "&", and with other endings.

        Args:
            shortest: Letters that a name and its other form have at least; by default five, or
                two characters of a language that does not separate its words.
        """
        if shortest is None:
            shortest = SHORTEST_INFLECTED if self.words_apart else SHORTEST_INFLECTED_IN_SIGNS
        for word in (*self.words["and"], *self.words["each"]):
            if " & " in name:
                yield name.replace("&", word)
        for old, new in self._ending_pairs():
            form = name[: len(name) - len(old)] + new
            if name.endswith(old) and min(len(name), len(form)) >= shortest:
                yield form

    @cached_property
    def makers(self) -> frozenset[str]:
        """The roles of whoever makes or sells items, persons and firms, where words say them."""
        return frozenset(self.named) - {ABOUT, *KIND_ROLES}

    @cached_property
    def persons(self) -> frozenset[str]:
        """Those of persons."""
        return self.makers - {BRAND, SOURCE}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word and phrase of the lists."""
        return frozenset(word for words in self.words.values() for word in words)

    @cached_property
    def called(self) -> dict[str, list[str]]:
        """What people call that which goes by some other word: the inverse of ``things``."""
        called: dict[str, list[str]] = {}
        for name, words in self.things.items():
            for word in words:
                called.setdefault(word, []).append(name)
        return called

    def is_plural(self, name: str) -> bool:
        """Whether a name has the ending of a plural: ``comedies``, not ``less`` or ``kids'``."""
        for singular, plural in self.endings:
            stem = name.removesuffix(plural)
            if plural and stem != name and stem[-1:].isalnum() and not stem.endswith(plural[-1]):
                return len(stem + singular) > 1
        return False

    def _ending_pairs(self) -> Iterator[tuple[str, str]]:
        for pair in self.endings:
            yield from (pair, pair[::-1])


def _further(pattern: str, number: str) -> re.Pattern[str]:
    """A pattern of the list ``further``, with the look of a number filled in."""
    try:
        compiled = re.compile(pattern.replace("{number}", number))
    except re.error as error:
        raise ValueError(
            f"understanding: further has the pattern {pattern!r}, which is no regular expression: "
            f"{error}"
        ) from error
    if "number" not in compiled.groupindex:
        raise ValueError(
            f"understanding: further has the pattern {pattern!r} without a number; write "
            f"{{number}} in it"
        )
    return compiled


def _of_roles(name: str, entry: Any, how: str, choices: Iterable[str]) -> list[tuple]:
    """Role, ``how`` and words of an entry, for each of its roles."""
    if not isinstance(entry, Mapping) or set(entry) != {"role", how, "words"}:
        raise ValueError(
            f"understanding: {name} holds {entry!r}; give mappings of role, {how} and words"
        )
    if entry[how] not in choices:
        raise ValueError(
            f"understanding: {name} has the {how} {entry[how]!r}; choose one of "
            f"{', '.join(choices)}"
        )
    roles = entry["role"] if isinstance(entry["role"], list) else [entry["role"]]
    words = tuple(_words(name, entry["words"]))
    return [(role, entry[how], words) for role in roles]


def _places(word: Any, said: Any) -> tuple[int, ...]:
    """Which items of a list an ordinal means, one or several."""
    places = said if isinstance(said, list) else [said]
    if not isinstance(word, str) or not places or not all(isinstance(one, int) for one in places):
        raise ValueError(
            f"understanding: ordinals holds {word!r}: {said!r}; give a word and a whole number, or "
            f"several as a list"
        )
    return tuple(places)


def _ending(pair: Any) -> tuple[str, str]:
    """What a word ends in, and what another form of it ends in instead."""
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError(
            f"understanding: endings holds {pair!r}; give pairs of endings, e.g. ['y', 'ies']"
        )
    singular, plural = _words("endings", pair)
    return singular, plural


def _words(key: str, words: Any) -> list[str]:
    for word in words if isinstance(words, list) else [words]:
        if not isinstance(words, list) or not isinstance(word, str):
            raise ValueError(
                f"understanding: {key} holds {word!r}; give a list of words, in quotation marks "
                f"where yaml reads something else, e.g. ['no']"
            )
    return words


def _forms(group: Any, amounts: Mapping[str, str], parts: Mapping[str, str]) -> list[NumberForm]:
    """The forms of one group, with its role, the look of its numbers, what its patterns open with
    and other parts of them filled in."""
    if not isinstance(group, Mapping) or set(group) - {"scale", "opening"} != _GROUP_KEYS:
        raise ValueError(
            f"understanding: numbers holds {group!r}; give mappings of role, amount and forms, "
            f"and optionally scale and opening"
        )
    amount = group["amount"]
    if amount not in amounts:
        raise ValueError(
            f"understanding: numbers names the amount {amount!r}; there are: "
            f"{', '.join(amounts) or 'none'}; add it under `amounts:`"
        )
    forms = []
    for entry in entries("understanding: numbers: forms", group["forms"]):
        if (
            not isinstance(entry, Mapping)
            or not {"relation", "pattern"} <= set(entry) <= _FORM_KEYS
        ):
            raise ValueError(
                f"understanding: numbers holds the form {entry!r}; give relation and pattern, "
                f"and optionally {', '.join(sorted(_FORM_KEYS - {'relation', 'pattern'}))}"
            )
        if entry["relation"] not in NUMBER_RELATIONS:
            raise ValueError(
                f"understanding: numbers has the relation {entry['relation']!r}; choose one of "
                f"{', '.join(NUMBER_RELATIONS)}"
            )
        pattern = text("understanding: numbers: pattern", entry["pattern"])
        if "{opening}" in pattern:
            if "opening" not in group:
                raise ValueError(
                    f"understanding: numbers has the pattern {pattern!r} in a group without "
                    f"`opening`; add it beside `forms`"
                )
            pattern = pattern.replace("{opening}", group["opening"])
        for name, part in parts.items():
            pattern = pattern.replace(f"{{{name}}}", part)
        for limit in ("low", "high"):
            pattern = pattern.replace(f"{{{limit}}}", f"(?P<{limit}>{amounts[amount]})")
        own = {"role": group["role"], "pattern": pattern, "scale": group.get("scale", 1)}
        own["amount"] = amount
        if amount in SPANS:
            own |= {"decade": True, "part": entry.get("part", SPANS[amount])}
        form = NumberForm(**{**entry, **own})
        try:
            groups = set(form.compiled(RoleWords.of(form.role), True).groupindex) - {UNIT, LOW_UNIT}
        except re.error as error:
            raise ValueError(
                f"understanding: numbers has the pattern {entry['pattern']!r}, which is no "
                f"regular expression: {error}"
            ) from error
        if not groups:
            raise ValueError(
                f"understanding: numbers has the pattern {entry['pattern']!r} without a number; "
                f"write {{low}}, {{high}} or both in it"
            )
        forms.append(form)
    return forms
