"""The wording of instructions in one language, read from ``instructions/<code>.yaml``."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files
from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.structure import (
    LABEL_RELATIONS,
    NUMBER_RELATIONS,
    TEXT_RELATIONS,
    Constraint,
    Instruction,
    Intention,
)
from recbole_instructrec.instruction.vocabulary import ANY_NUMBER, Vocabulary

PLACEHOLDERS = ("intention", "noun", "history", "preference", "candidates", "context")
ANY_LABEL = "any_label"
_KEYS = (
    "name", "noun", "list_separator", "word_separator", "after_separator", "or_separator",
    "templates", "wording", "labels", "understanding", "replies",
)  # fmt: skip
# What is said to the person, and the placeholders that it may have.
REPLIES = {
    "doubtful": ("said", "title"),
    "unknown": ("said",),
    "rest": ("rest",),
    "nothing": ("intention",),
    "dropped": ("demands", "count", "title"),
    "widened": ("demands", "instead", "count", "title"),
    "met": ("demands",),
    "because": ("titles",),
    "restarted": (),
}
_WORDS = ("label", "low", "high", "role")


@dataclass(frozen=True)
class Template:
    """One sentence with placeholders.

    Attributes:
        text: The sentence, placeholders in braces.
        task: The task form that it asks for.
        held_out: Whether it is kept out of training.
    """

    text: str
    task: str = "matching"
    held_out: bool = False

    @cached_property
    def placeholders(self) -> frozenset[str]:
        return _placeholders(self.text)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of an instruction that the sentence needs; a noun is always at hand."""
        return self.placeholders - {"noun"}


class Language:
    """Templates, wording and vocabulary of one language.

    Args:
        code: The file's name, e.g. ``en``.
        content: The file's content.

    Attributes:
        vocabulary: The words by which free text is understood.

    Raises:
        ValueError: If a key or placeholder is unknown, something in the file cannot be read, or
            there is no template.
    """

    def __init__(self, code: str, content: Mapping[str, Any]) -> None:
        self.code = code
        self.content = dict(content)
        try:
            self._read(content)
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"instructions/{code}.yaml: {error}") from error

    def _read(self, content: Mapping[str, Any]) -> None:
        for name in content:
            if name not in _KEYS:
                raise ValueError(f"there is no key {name!r}; there are: {', '.join(_KEYS)}")
        self.noun: str = content.get("noun", "items")
        self.list_separator: str = content.get("list_separator", ", ")
        self.word_separator: str = content.get("word_separator", " ")
        self.after_separator: str = content.get("after_separator", ", ")
        self.or_separator: str = content.get("or_separator", " / ")
        self.templates = _templates(content.get("templates") or [])
        self.wording: dict[str, Any] = content.get("wording") or {}
        _check_wording(self.wording)
        # A label is looked up as free text is: whatever its case and hyphens.
        self.labels: dict[str, list[str]] = {
            key(str(label)): names for label, names in (content.get("labels") or {}).items()
        }
        for label, names in self.labels.items():
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise ValueError(f"labels: {label} is {names!r}; give a list of names")
        self.vocabulary = Vocabulary(content.get("understanding") or {})
        self.replies: dict[str, str] = content.get("replies") or {}
        for name, text in self.replies.items():
            if name not in REPLIES:
                raise ValueError(f"replies: there is no {name!r}; there are: {', '.join(REPLIES)}")
            _check_placeholders(f"replies: {name}", text, REPLIES[name])
        self._place = {role: place for place, role in enumerate(self.wording)}

    @classmethod
    def load(cls, code: str, own: str | Path | None = None) -> Language:
        """Reads a language by its code.

        Raises:
            ValueError: If there is no such file or it does not hold what it should.
        """
        path = property_files.find("instructions", code, own)
        if path is None:
            raise ValueError(
                f"there is no language {code!r}; the languages are "
                f"{', '.join(property_files.choices('instructions', own))}; "
                f"add instructions/{code}.yaml to your properties_path for another"
            )
        return cls(code, property_files.read(path))

    def fitting(self, instruction: Instruction, held_out: bool | None = False) -> list[Template]:
        """Templates that word exactly what an instruction carries.

        Args:
            held_out: Only those held out (True), only the others (False), or both (None).

        Raises:
            ValueError: If no template fits.
        """
        parts = _parts(instruction)
        found = [
            template
            for template in self.templates
            if template.task == instruction.task.form
            and template.parts == parts
            and held_out in (None, template.held_out)
        ]
        if not found:
            raise ValueError(
                f"instructions/{self.code}.yaml has no template for the task "
                f"{instruction.task.form!r} with {_listed(parts)}; add one"
            )
        return found

    def name_of_label(self, label: str) -> str:
        """What a label is called in this language; the label itself where nothing is said."""
        names = self.labels.get(key(label))
        return names[0] if names else label

    def phrase(self, intention: Intention, noun: str, choice: random.Random | None = None) -> str:
        """An intention as a noun phrase, e.g. ``recent comedy films from the 1990s, no horror``.

        Words before the noun stand in the order of the roles under ``wording:``; those of the
        intention itself stand behind it, and exclusions last.

        Args:
            noun: What the items are called.
            choice: Draws among alternative wordings; None takes the first of each.
        """
        before: list[tuple[int, str]] = []
        after: list[str] = []
        excluded: list[str] = []
        for constraint in intention.constraints:
            side, words = self._word(constraint, choice)
            if constraint.relation in ("is_not", "not_about"):
                excluded.append(words)
            elif side == "before":
                before.append((self._place[self._entry(constraint)[0]], words))
            else:
                after.append(words)
        before.sort(key=lambda entry: entry[0])
        phrase = self.word_separator.join([*(words for _, words in before), noun, *after])
        text = [intention.text] if intention.text else []
        return self.after_separator.join([phrase, *text, *excluded])

    def demand(self, constraint: Constraint) -> str:
        """A constraint alone, without a noun, e.g. ``from the 1990s``."""
        return self._word(constraint, None)[1]

    def reply(self, name: str, **words: object) -> str:
        """A reply in this language; empty where the file has none of this name."""
        return self.replies.get(name, "").format(**words)

    def _word(self, constraint: Constraint, choice: random.Random | None) -> tuple[str, str]:
        """On which side of the noun a constraint stands, and its words."""
        role, relation = self._entry(constraint)
        alternatives = self.wording[role][relation]
        ((side, pattern),) = (choice.choice(alternatives) if choice else alternatives[0]).items()
        names = dict.fromkeys(self.name_of_label(label) for label in self._named(constraint))
        words = pattern.format(
            label=self.or_separator.join(names),
            low=_number(constraint.low),
            high=_number(constraint.high),
            role=constraint.role,
        )
        return side, words

    def _named(self, constraint: Constraint) -> Iterator[str]:
        """The labels to name; of a phrase and its plural only the first one."""
        named: list[str] = []
        for label in constraint.labels:
            inflected = constraint.relation in TEXT_RELATIONS and any(
                other in named for other in self.vocabulary.inflected(label, shortest=1)
            )
            if not inflected:
                named.append(label)
        yield from named

    def _entry(self, constraint: Constraint) -> tuple[str, str]:
        """The keys under which a constraint is worded: its role or a general one, its relation
        or, for alternatives, that of a single label."""
        general = ANY_LABEL if constraint.labels else ANY_NUMBER
        relations = ("is_any", "is") if constraint.relation == "is_any" else (constraint.relation,)
        for relation in relations:
            for role in (constraint.role, general):
                if relation in self.wording.get(role, ()):
                    return role, relation
        raise ValueError(
            f"instructions/{self.code}.yaml has no wording for {constraint.role} "
            f"{constraint.relation}; add it under `wording: {general}:`"
        )


def _templates(entries: Any) -> list[Template]:
    if not entries or not isinstance(entries, list):
        raise ValueError("there are no templates; add a `templates` list")
    templates = []
    for entry in entries:
        keys = set(entry) if isinstance(entry, Mapping) else set()
        if not {"text"} <= keys <= {"text", "task", "held_out"}:
            raise ValueError(
                f"templates holds {entry!r}; give text, and optionally task and held_out"
            )
        template = Template(**entry)
        _check_placeholders("templates", template.text, PLACEHOLDERS)
        templates.append(template)
    return templates


def _check_wording(wording: Mapping[str, Any]) -> None:
    relations = (*LABEL_RELATIONS, *TEXT_RELATIONS, *NUMBER_RELATIONS)
    for role, entries in wording.items():
        for relation, alternatives in entries.items():
            where = f"wording: {role}: {relation}"
            if relation not in relations:
                raise ValueError(f"{where} is no relation; there are: {', '.join(relations)}")
            if not isinstance(alternatives, list) or not alternatives:
                raise ValueError(f"{where} is {alternatives!r}; give a list of alternatives")
            for entry in alternatives:
                if not isinstance(entry, Mapping) or list(entry) not in (["before"], ["after"]):
                    raise ValueError(
                        f"{where} holds {entry!r}; give `before` or `after` the noun, and words"
                    )
                for words in entry.values():
                    _check_placeholders(where, words, _WORDS)


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _check_placeholders(where: str, text: Any, known: Iterable[str]) -> None:
    try:
        found = _placeholders(text)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{where} holds {text!r}, which cannot be read ({error}); put braces around "
            f"placeholders only"
        ) from error
    for placeholder in sorted(found - set(known)):
        raise ValueError(
            f"{where} holds {text!r} with the unknown placeholder {{{placeholder}}}; there are: "
            f"{', '.join(known)}"
        )


def _parts(instruction: Instruction) -> frozenset[str]:
    carried = {
        "intention": bool(instruction.intention),
        "history": bool(instruction.preference.history),
        "preference": bool(instruction.preference.text),
        "candidates": bool(instruction.task.candidates),
        "context": bool(instruction.context),
    }
    return frozenset(part for part, there in carried.items() if there)


def _listed(parts: frozenset[str]) -> str:
    return " and ".join(f"{{{part}}}" for part in sorted(parts)) or "no placeholder but {noun}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
