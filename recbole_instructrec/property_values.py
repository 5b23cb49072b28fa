"""Checks what stands under a key of a property file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def mapping(where: str, value: Any) -> Mapping[Any, Any]:
    """The mapping under a key; an empty one where nothing stands there.

    Args:
        where: The key, with those above it: ``understanding: things``.

    Raises:
        ValueError: If it is none.
    """
    if value is not None and not isinstance(value, Mapping):
        raise ValueError(f"{where} is {value!r}; give `key: value` lines")
    return value or {}


def entries(where: str, value: Any) -> list[Any]:
    """The list under a key; an empty one where nothing stands there.

    Raises:
        ValueError: If it is none.
    """
    if value is not None and not isinstance(value, list):
        raise ValueError(f"{where} is {value!r}; give a list")
    return value or []


def texts(where: str, value: Any) -> list[str]:
    """The list of texts under a key.

    Raises:
        ValueError: If it is none.
    """
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where} is {value!r}; give a list of texts")
    return value


def text(where: str, value: Any) -> str:
    """The text under a key.

    Raises:
        ValueError: If it is none.
    """
    if not isinstance(value, str):
        raise ValueError(
            f"{where} is {value!r}; give text, in quotation marks where yaml reads something else, "
            f"e.g. 'no'"
        )
    return value


def check_keys(where: str, given: Iterable[Any], keys: Sequence[str]) -> None:
    """Raises ValueError if one of the keys given is not among those that there are."""
    for one in given:
        if one not in keys:
            raise ValueError(f"{where}there is no key {one!r}; there are: {', '.join(keys)}")
