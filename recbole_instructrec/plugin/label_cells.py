"""Which labels the cells of a column hold, however they are written."""

from __future__ import annotations

import ast
import html
from collections.abc import Sequence

from recbole.utils import FeatureType

# What is believed to separate labels where at least this share of the cells has it. Names hardly
# have the first ones; commas many, so that they count only in RecBole's sequences.
SEPARATORS = {"|": 0.02, ";": 0.02, "；": 0.02, "、": 0.02, " / ": 0.02, "，": 0.2, ",": 0.2}
COMMAS = "，,"
# What a list may be written in; around other labels brackets may be part of a name, "rock (live)".
_LIST, _LISTS = "[]", ("[]", "()", "{}")
_QUOTES = "'\""


def read_labels(
    cells: Sequence[Sequence[str]], separator: str | None, kind: FeatureType
) -> list[list[str]]:
    """The labels of each cell.

    A list that is written as Python shows it, ``['Books', 'Food & Wine']``, is read as a list.

    Args:
        cells: RecBole's tokens of each item.
        separator: What stands between labels; empty if a cell is one label; None for whichever of
            :data:`SEPARATORS` is seen, and RecBole's own tokens where there is none.
        kind: RecBole's type of the column.
    """
    texts = [" ".join(cell) for cell in cells]
    if separator is None:
        separator = visible_separator(texts, kind)
    else:
        separator = separator.strip()
    return [_labels(cell, text, separator) for cell, text in zip(cells, texts, strict=True)]


def visible_separator(texts: Sequence[str], kind: FeatureType) -> str | None:
    """What separates the labels in a column's cells, or None."""
    written = [text for text in texts if text.strip() and not is_listed(text)]
    for separator, share in SEPARATORS.items():
        if kind == FeatureType.TOKEN and separator in COMMAS:
            continue
        if written and sum(separator in text for text in written) >= share * len(written):
            return separator
    return None


def is_listed(text: str) -> bool:
    """Whether a cell is a list in Python's own form."""
    return _listed(text) is not None


def _labels(cell: Sequence[str], text: str, separator: str | None) -> list[str]:
    labels = _listed(text)
    if labels is None and separator is None:
        labels = list(cell)
    elif labels is None:
        parts = _inside(text, _LIST).split(separator) if separator else [text]
        labels = [_unquoted(part) for part in parts]
    return [html.unescape(label) for label in labels]


def _listed(text: str) -> list[str] | None:
    """The labels of a list in Python's own form, None where it is none."""
    bare = _inside(text, *_LISTS)
    if bare[:1] not in _QUOTES or not bare:
        return None
    try:
        found = ast.literal_eval(f"[{bare}]")
    except (ValueError, SyntaxError, MemoryError):
        return None
    return [label.strip() for label in found] if all(isinstance(x, str) for x in found) else None


def _inside(text: str, *brackets: str) -> str:
    """A cell without the pair of brackets around it."""
    text = text.strip()
    return text[1:-1].strip() if text[:1] + text[-1:] in brackets and len(text) > 1 else text


def _unquoted(label: str) -> str:
    label = label.strip()
    quoted = len(label) > 1 and label[0] == label[-1] and label[0] in _QUOTES
    return label[1:-1].strip() if quoted else label
