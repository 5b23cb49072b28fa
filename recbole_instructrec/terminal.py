"""Answers as text, and a conversation in the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from recbole_instructrec.answer import Item, Recommendation
from recbole_instructrec.conversation import Conversation


def table(answer: Recommendation) -> str:
    """An answer as lines: the instruction, notes, relaxations, and one line for each item."""
    lines = [answer.instruction]
    lines += [f"  * {note}" for note in answer.notes]
    lines += [f"  ~ {one.text}" for one in answer.relaxations]
    for place, item in enumerate(answer.items, 1):
        known = ", ".join(filter(None, map(_shown, item.attributes.values())))
        lines.append(
            f"{place:3}. {item.title or item.item_id}  [{known}]  {100 * item.probability:.2f} %"
        )
        lines += [f"       {reason}" for reason in _reasons(item)]
    return "\n".join(lines)


def one_json(answer: Recommendation) -> str:
    """An answer as one JSON object in a line."""
    return json.dumps(answer.to_dict(), ensure_ascii=False)


def converse(
    conversation: Conversation,
    sentences: Iterable[str],
    shown: Callable[[Recommendation], str] = table,
) -> Iterator[str]:
    """What to print for each sentence; a mistake is told, and the conversation goes on."""
    for sentence in sentences:
        try:
            yield shown(conversation.say(sentence))
        except ValueError as error:
            yield f"  * {error}"


def typed(prompt: str = "> ") -> Iterator[str]:
    """The lines that a person types, until the end of the input; blank ones are left out."""
    while True:
        try:
            line = input(prompt)
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip():
            yield line


def _shown(value: object) -> str:
    """An attribute in a word or two; what is written about an item is too long for its line."""
    if value is None or isinstance(value, str):
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _reasons(item: Item) -> list[str]:
    return [item.reasons.text] if item.reasons and item.reasons.text else []
