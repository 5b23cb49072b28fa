"""Sentences with placeholders, and what they may hold."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from recbole_instructrec.instruction.structure import TASKS, Instruction

_SIGNS = re.compile(r"^\W+|\W+$")
PLACEHOLDERS = ("intention", "noun", "history", "preference", "candidates", "context")


@dataclass(frozen=True)
class Template:
    """One sentence with placeholders.

    Attributes:
        text: The sentence, placeholders in braces.
        task: The task form that it asks for.
        held_out: Whether it is kept out of training.
        lead: Whether it only says the context, before a template of any task that does not.
    """

    text: str
    task: str = "matching"
    held_out: bool = False
    lead: bool = False

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of an instruction that the sentence needs; a noun is always at hand."""
        return placeholders(self.text) - {"noun"}


class NoTemplate(ValueError):
    """That a language has no template for an instruction."""


class Templates:
    """The templates of one language.

    Args:
        entries: What stands under ``templates:``, a list of mappings.

    Raises:
        ValueError: If there is none, or one has an unknown key, task form or placeholder.
    """

    def __init__(self, entries: Any) -> None:
        if not entries or not isinstance(entries, list):
            raise ValueError("there are no templates; add a `templates` list")
        self.all = [_template(entry) for entry in entries]
        self.leads = [one for one in self.all if one.lead]
        self._by_need: dict[tuple[str, frozenset[str], bool | None], list[Template]] = {}
        for one in self.all:
            for held_out in (None, one.held_out) if not one.lead else ():
                self._by_need.setdefault((one.task, one.parts, held_out), []).append(one)

    def frames(self) -> list[str]:
        """What the templates that only ask for something say around it."""
        asking = (one for one in self.all if one.task == "matching" and one.parts == {"intention"})
        pieces = (piece for one in asking for piece, *_ in string.Formatter().parse(one.text))
        return [words for piece in pieces if (words := _SIGNS.sub("", piece))]

    def fitting(self, instruction: Instruction, held_out: bool | None = False) -> list[Template]:
        """Templates that word exactly what an instruction carries; a context may be left to a
        lead.

        Args:
            held_out: Only those held out (True), only the others (False), or both (None).

        Raises:
            NoTemplate: If no template fits.
        """
        parts = _parts(instruction)
        needs = [parts]
        if "context" in parts and self.leads:
            needs.append(parts - {"context"})
        found = [
            template
            for need in needs
            for template in self._by_need.get((instruction.task.form, need, held_out), ())
        ]
        if not found:
            kind = {None: "template", True: "held-out template", False: "template"}[held_out]
            raise NoTemplate(
                f"no {kind} for the task {instruction.task.form!r} with {_listed(parts)}; add one"
            )
        return found


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def check_placeholders(where: str, text: Any, known: Iterable[str]) -> None:
    """Raises ValueError if a text has other placeholders than those known, or broken ones."""
    try:
        found = placeholders(text)
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


def _template(entry: Any) -> Template:
    keys = set(entry) if isinstance(entry, Mapping) else set()
    if not {"text"} <= keys <= {"text", "task", "held_out", "lead"}:
        raise ValueError(
            f"templates holds {entry!r}; give text, and optionally task, held_out and lead"
        )
    template = Template(**entry)
    check_placeholders("templates", template.text, PLACEHOLDERS)
    if template.task not in TASKS:
        raise ValueError(
            f"templates holds {template.text!r} with the task {template.task!r}; choose one of "
            f"{', '.join(TASKS)}"
        )
    if template.lead and template.parts != {"context"}:
        raise ValueError(f"templates holds the lead {template.text!r}; it needs only {{context}}")
    return template


def _parts(instruction: Instruction) -> frozenset[str]:
    carried = []
    if instruction.intention:
        carried.append("intention")
    kind = instruction.preference.kind
    if kind != "none":
        carried.append("history" if kind == "implicit" else "preference")
    if instruction.task.candidates:
        carried.append("candidates")
    if instruction.context:
        carried.append("context")
    return frozenset(carried)


def _listed(parts: frozenset[str]) -> str:
    return " and ".join(f"{{{part}}}" for part in sorted(parts)) or "no placeholder but {noun}"
