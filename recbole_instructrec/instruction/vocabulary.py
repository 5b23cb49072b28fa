"""The words by which free text is understood, read from ``understanding:`` of a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recbole_instructrec.instruction.structure import NUMBER_RELATIONS

# Each is a list of words or phrases; instructions/en.yaml says what they are for.
WORD_LISTS = (
    "negation", "negation_after", "negation_next", "border", "recent", "classic", "and", "or",
    "small", "filler", "common", "noun", "literal",
)  # fmt: skip
ANY_NUMBER = "any_number"
_FORM_KEYS = {"relation", "pattern", "exclusive", "back"}


@dataclass(frozen=True)
class NumberForm:
    """One way to say a range.

    Attributes:
        role: The role it is about; ``any_number`` for every role without forms of its own.
        relation: The relation that it means.
        pattern: A regular expression with the groups ``low`` and ``high``, either or both;
            ``{role}`` in it stands for the role's name.
        exclusive: What to step over, in the role's unit, since the number itself is left out.
        back: Whether the number counts back from the catalogue's largest.
        decade: Whether the number is a decade, and two digits leave out the century.
    """

    role: str
    relation: str
    pattern: str
    exclusive: float = 0
    back: bool = False
    decade: bool = False

    def compiled(self, role: str, words_apart: bool) -> re.Pattern[str]:
        """The pattern for one role, which matches whole words and numbers only."""
        inside = r"\w" if words_apart else "[a-z0-9]"
        pattern = self.pattern.replace("{role}", re.escape(role.lower()))
        return re.compile(rf"(?<!{inside})(?<!\d[.,])(?:{pattern})(?!{inside}|[.,]\d)")


class Vocabulary:
    """Words, phrases and number forms of one language.

    Args:
        content: The mapping under ``understanding:``.

    Raises:
        ValueError: If a key is unknown or something in it cannot be read.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        keys = (*WORD_LISTS, "spelled", "endings", "amounts", "numbers")
        for key in content:
            if key not in keys:
                raise ValueError(
                    f"understanding has the unknown key {key!r}; the keys there are: "
                    f"{', '.join(keys)}"
                )
        self.words: dict[str, list[str]] = {
            key: _words(key, content.get(key, [])) for key in WORD_LISTS
        }
        self.spelled: dict[str, str] = {
            str(word): str(meaning) for word, meaning in content.get("spelled", {}).items()
        }
        self.endings = [tuple(_words("endings", pair)) for pair in content.get("endings", [])]
        self.forms = [
            form
            for group in content.get("numbers", [])
            for form in _forms(group, content.get("amounts", {}))
        ]

    def forms_of(self, role: str) -> list[NumberForm]:
        """The number forms for a role, in the order of the file."""
        own = any(form.role == role for form in self.forms)
        return [form for form in self.forms if form.role == (role if own else ANY_NUMBER)]


def _words(key: str, words: Any) -> list[str]:
    for word in words if isinstance(words, list) else [words]:
        if not isinstance(words, list) or not isinstance(word, str):
            raise ValueError(
                f"understanding: {key} holds {word!r}; give a list of words, in quotation marks "
                f"where yaml reads something else, e.g. ['no']"
            )
    return words


def _forms(group: Any, amounts: Mapping[str, str]) -> list[NumberForm]:
    """The forms of one group, with its role and the look of its numbers filled in."""
    if not isinstance(group, Mapping) or set(group) != {"role", "amount", "forms"}:
        raise ValueError(
            f"understanding: numbers holds {group!r}; give mappings of role, amount and forms"
        )
    amount = group["amount"]
    if amount not in amounts:
        raise ValueError(
            f"understanding: numbers names the amount {amount!r}; there are: "
            f"{', '.join(amounts) or 'none'}; add it under `amounts:`"
        )
    forms = []
    for entry in group["forms"]:
        if not {"relation", "pattern"} <= set(entry) <= _FORM_KEYS:
            raise ValueError(
                f"understanding: numbers holds the form {entry!r}; give relation and pattern, "
                f"and optionally {', '.join(sorted(_FORM_KEYS - {'relation', 'pattern'}))}"
            )
        if entry["relation"] not in NUMBER_RELATIONS:
            raise ValueError(
                f"understanding: numbers has the relation {entry['relation']!r}; choose one of "
                f"{', '.join(NUMBER_RELATIONS)}"
            )
        pattern = entry["pattern"]
        for limit in ("low", "high"):
            pattern = pattern.replace(f"{{{limit}}}", f"(?P<{limit}>{amounts[amount]})")
        form = NumberForm(
            **{**entry, "role": group["role"], "pattern": pattern, "decade": amount == "decade"}
        )
        try:
            groups = form.compiled(form.role, True).groupindex
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
