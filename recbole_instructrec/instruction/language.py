"""The wording of instructions in one language, read from ``instructions/<code>.yaml``."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files
from recbole_instructrec.instruction.structure import Constraint, Instruction, Intention

PLACEHOLDERS = ("intention", "noun", "history", "preference", "candidates", "context")
_KEYS = {
    "name", "noun", "list_separator", "word_separator", "after_separator",
    "templates", "wording", "labels", "understanding",
}  # fmt: skip


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
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of an instruction that the sentence needs; a noun is always at hand."""
        return self.placeholders - {"noun"}


class Language:
    """Templates, wording and vocabulary of one language.

    Args:
        code: The file's name, e.g. ``en``.
        content: The file's content.

    Raises:
        ValueError: If a key or placeholder is unknown, or there is no template.
    """

    def __init__(self, code: str, content: Mapping[str, Any]) -> None:
        unknown = set(content) - _KEYS
        if unknown:
            raise ValueError(
                f"instructions/{code}.yaml has the unknown key {sorted(unknown)[0]!r}; "
                f"the keys there are: {', '.join(sorted(_KEYS))}"
            )
        self.code = code
        self.content = dict(content)
        self.noun: str = content.get("noun", "items")
        self.list_separator: str = content.get("list_separator", ", ")
        self.word_separator: str = content.get("word_separator", " ")
        self.after_separator: str = content.get("after_separator", ", ")
        self.wording: dict[str, Any] = content.get("wording", {})
        self.labels: dict[str, list[str]] = content.get("labels", {})
        self.understanding: dict[str, Any] = content.get("understanding", {})
        self.templates = [Template(**entry) for entry in content.get("templates", [])]
        for template in self.templates:
            for placeholder in sorted(template.placeholders - set(PLACEHOLDERS)):
                raise ValueError(
                    f"instructions/{code}.yaml: template {template.text!r} has the unknown "
                    f"placeholder {{{placeholder}}}; there are: {', '.join(PLACEHOLDERS)}"
                )
        if not self.templates:
            raise ValueError(f"instructions/{code}.yaml has no templates; add a `templates` list")

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
        names = self.labels.get(label.lower())
        return names[0] if names else label

    def phrase(self, intention: Intention, noun: str, choice: random.Random | None = None) -> str:
        """An intention as a noun phrase, e.g. ``recent comedy films from the 1990s, no horror``.

        Args:
            noun: What the items are called.
            choice: Draws among alternative wordings; None takes the first of each.
        """
        before: list[str] = []
        after: list[str] = []
        excluded: list[str] = []
        for constraint in intention.constraints:
            side, words = self._word(constraint, choice)
            if constraint.relation == "is_not":
                excluded.append(words)
            else:
                (before if side == "before" else after).append(words)
        if intention.text:
            before.insert(0, intention.text)
        phrase = self.word_separator.join([*before, noun, *after])
        return self.after_separator.join([phrase, *excluded])

    def _word(self, constraint: Constraint, choice: random.Random | None) -> tuple[str, str]:
        alternatives = self._alternatives(constraint)
        (side, pattern), = (choice.choice(alternatives) if choice else alternatives[0]).items()
        words = pattern.format(
            label=self.name_of_label(constraint.label) if constraint.label else "",
            low=_number(constraint.low),
            high=_number(constraint.high),
            role=constraint.role,
        )
        return side, words

    def _alternatives(self, constraint: Constraint) -> Sequence[Mapping[str, str]]:
        general = "any_label" if constraint.label is not None else "any_number"
        for role in (constraint.role, general):
            found = self.wording.get(role, {}).get(constraint.relation)
            if found:
                return found
        raise ValueError(
            f"instructions/{self.code}.yaml has no wording for {constraint.role} "
            f"{constraint.relation}; add it under `wording: {general}:`"
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
    return "" if value is None else f"{value:g}"
