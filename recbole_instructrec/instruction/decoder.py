"""Understands a person's own words: free text to the parts of an instruction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.intention import recent_range
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Constraint, Intention

MAX_LENGTH = 2000


@dataclass(frozen=True)
class Understood:
    """What was understood of a sentence.

    Attributes:
        language: Code of the language it is in.
        constraints: What it asks of an item, in the order of mention.
        rest: Words that say something else; they reach the encoder as they are.
    """

    language: str
    constraints: tuple[Constraint, ...]
    rest: str

    @property
    def intention(self) -> Intention:
        return Intention(self.constraints, self.rest)


class InstructionDecoder:
    """Turns free text into constraints on a catalogue and the words left over.

    Args:
        catalogue: Its labels and roles are what can be recognised.
        languages: Vocabulary and patterns, by language code; the first is the default.
    """

    def __init__(self, catalogue: Catalogue, languages: Mapping[str, Language]) -> None:
        self.catalogue = catalogue
        self.languages = dict(languages)
        self._names = {code: self._label_names(one) for code, one in self.languages.items()}
        self._scripts = {
            code: _letters(str(language.content)) for code, language in self.languages.items()
        }

    def decode(self, sentence: str, language: str | None = None) -> Understood:
        """Understands one sentence.

        Args:
            language: Its language; detected from its letters where it is not given.

        Raises:
            ValueError: If the sentence is empty or longer than ``MAX_LENGTH`` characters.
        """
        text = unicodedata.normalize("NFKC", sentence)
        text = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
        text = " ".join(text.lower().split())
        if not text:
            raise ValueError("the instruction is empty; say what to recommend")
        if len(sentence) > MAX_LENGTH:
            raise ValueError(
                f"the instruction has {len(sentence)} characters; the limit is {MAX_LENGTH}"
            )
        code = language or self._detect(text)
        reader = _Reader(text, self.languages[code], self.catalogue, self._names[code])
        constraints = tuple(dict.fromkeys(reader.constraints()))
        return Understood(code, constraints, reader.rest())

    def _detect(self, text: str) -> str:
        """The language whose script holds most of the letters; the first one on a tie."""
        letters = [c for c in text if c.isalpha()]
        return max(
            self.languages,
            key=lambda code: (
                sum(c in self._scripts[code] for c in letters if not c.isascii()) * 2
                + sum(c in self._scripts[code] for c in letters if c.isascii())
            ),
        )

    def _label_names(self, language: Language) -> dict[str, tuple[str, str]]:
        """Every name that a label of the catalogue goes by, with its role and label."""
        names: dict[str, tuple[str, str]] = {}
        for role, labels in self.catalogue.labels.items():
            for label in labels.names:
                for name in [label.lower(), *language.labels.get(label.lower(), [])]:
                    names.setdefault(unicodedata.normalize("NFKC", name), (role, label))
        return names


class _Reader:
    """Reads one sentence; what it has understood is blanked out of ``text``."""

    def __init__(
        self,
        text: str,
        language: Language,
        catalogue: Catalogue,
        names: Mapping[str, tuple[str, str]],
    ) -> None:
        self.text = text
        self.language = language
        self.catalogue = catalogue
        self.names = names
        self.longest_name = max(map(len, names), default=0)
        self.words_apart = bool(language.word_separator)

    def constraints(self) -> Iterator[Constraint]:
        found = [*self._numbers(), *self._named_ranges(), *self._labels()]
        return iter(constraint for _, constraint in sorted(found, key=lambda pair: pair[0]))

    def rest(self) -> str:
        """The words left over, without those that only ask."""
        words = self.language.understanding
        for word in [*words.get("negation", []), *words.get("filler", [])]:
            self.text = re.sub(self._bounded(word), " ", self.text)
        return " ".join(re.sub(r"[^\w'-]+|(?<!\w)['-]+|['-]+(?!\w)", " ", self.text).split())

    def _numbers(self) -> Iterator[tuple[int, Constraint]]:
        for role in self.catalogue.numbers:
            for entry in self.language.understanding.get(role, []):
                while match := re.search(entry["pattern"], self.text):
                    yield match.start(), _range(role, entry, match)
                    self._blank(*match.span())

    def _named_ranges(self) -> Iterator[tuple[int, Constraint]]:
        for role in self.catalogue.numbers:
            recent = recent_range(self.catalogue, role)
            if recent is not None:
                for start in self._take(self.language.understanding.get("recent", [])):
                    yield start, recent

    def _labels(self) -> Iterator[tuple[int, Constraint]]:
        start = 0
        found = []
        while start < len(self.text):
            end, name = self._name_at(start)
            if name is None:
                start += 1
                continue
            found.append((start, end, name))
            start = end
        for start, end, (role, label) in found:
            relation = "is_not" if self._negated(start) else "is"
            yield start, Constraint(role, relation, label=label)
        for start, end, _ in found:
            self._blank(start, end)

    def _name_at(self, start: int) -> tuple[int, tuple[str, str] | None]:
        """The longest label name that begins at a place, and where it ends."""
        if self.words_apart and start > 0 and self.text[start - 1].isalnum():
            return start, None
        for end in range(min(len(self.text), start + self.longest_name), start, -1):
            if self.words_apart and end < len(self.text) and self.text[end].isalnum():
                continue
            name = self.names.get(self.text[start:end])
            if name is not None:
                return end, name
        return start, None

    def _negated(self, start: int) -> bool:
        """Whether a negation stands before a place, with nothing but label names and small
        words between them."""
        before = self.text[:start]
        for word in self.language.understanding.get("negation", []):
            for match in re.finditer(self._bounded(word), before):
                if not _LINK.sub("", self._without_names(before[match.end() :])).strip():
                    return True
        return False

    def _without_names(self, text: str) -> str:
        for name in sorted(self.names, key=len, reverse=True) if text.strip() else []:
            text = text.replace(name, " ")
        return text

    def _take(self, words: list[str]) -> Iterator[int]:
        """Places of some words, longest first, each blanked out."""
        for word in sorted(words, key=len, reverse=True):
            while match := re.search(self._bounded(word), self.text):
                yield match.start()
                self._blank(*match.span())

    def _bounded(self, word: str) -> str:
        escaped = re.escape(word)
        return rf"(?<!\w){escaped}(?!\w)" if self.words_apart else escaped

    def _blank(self, start: int, end: int) -> None:
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]


# What may stand between a negation and the second thing it excludes.
_LINK = re.compile(r"\b(?:and|or|any|a|an|the|more|nor)\b|[,、和或与及的]")


def _range(role: str, entry: Mapping[str, Any], match: re.Match[str]) -> Constraint:
    """The range that a pattern found."""
    groups = match.groupdict()
    low = float(groups["low"]) if groups.get("low") else None
    high = float(groups["high"]) if groups.get("high") else None
    relation = entry["relation"]
    if relation == "decade":
        low = low + 1900 if low < 100 else low
        return Constraint(role, "decade", low=low, high=low + 9)
    if relation == "between" and high is None:
        return Constraint(role, "between", low=low, high=low)
    if entry.get("exclusive"):
        low = None if low is None else low + 1
        high = None if high is None else high - 1
    return Constraint(role, relation, low=low, high=high)


def _letters(text: str) -> frozenset[str]:
    return frozenset(c for c in text.lower() if c.isalpha())
