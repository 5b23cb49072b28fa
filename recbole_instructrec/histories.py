"""Whose history a request comes with: a known user's, or one given by ids and titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

from rapidfuzz import process

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.title_index import TitleIndex

# What is longer is neither compared with all names nor quoted as a whole.
LONGEST_NAME = 200


class Histories:
    """Finds histories.

    Args:
        catalogue: The items.
        titles: Finds an item by its title.
        of_users: Each known user's items, oldest first, by the dataset's own user id.
    """

    def __init__(
        self, catalogue: Catalogue, titles: TitleIndex, of_users: Mapping[str, Sequence[int]]
    ) -> None:
        self._catalogue = catalogue
        self._titles = titles
        self.of_users = of_users

    def of(self, user: str | None, history: Sequence[str] | None) -> tuple[int, ...]:
        """A user's items, or those of a list of ids and titles, oldest first.

        Raises:
            ValueError: If both are given, one is of another type, or there is no such user, id or
                title.
        """
        if user is not None and history is not None:
            raise ValueError("give a user or a history, not both")
        if user is None:
            return tuple(self._item(name) for name in _listed(history))
        if not _is_user(user):
            raise ValueError(
                f"user is {_quoted(user)}; give the dataset's own id of a user, as text"
            )
        if str(user) not in self.of_users:
            close = _closest(str(user), self.of_users)
            raise ValueError(f"there is no user {_quoted(user)} in this checkpoint{close}")
        return tuple(self.of_users[str(user)])

    def of_each(
        self,
        user: str | Sequence[str | None] | None,
        history: Sequence[str] | Sequence[Sequence[str] | None] | None,
        n: int,
    ) -> list[tuple[int, ...]]:
        """The history of each of n requests: one for all, or a list with one for each.

        Raises:
            ValueError: As :meth:`of`, or if there are not as many as requests.
        """
        one_each = isinstance(user, Iterable) and not _is_user(user)
        users = list(user) if one_each else [user] * n
        listed = _listed(history)
        nested = bool(listed) and all(one is None or _is_list(one) for one in listed)
        histories = listed if nested else [None if history is None else listed] * n
        for name, given in (("users", users), ("histories", histories)):
            if len(given) != n:
                raise ValueError(f"there are {len(given)} {name} for {n} sentences; give one each")
        return [self.of(*one) for one in zip(users, histories, strict=True)]

    def _item(self, name: str) -> int:
        """An item by its id, or else by its title as people write it."""
        if not isinstance(name, str):
            raise ValueError(f"history holds {_quoted(name)}; give item ids or titles, as text")
        if name in self._catalogue.item_of_token:
            return self._catalogue.item_of_token[name]
        link = self._titles.named(name)
        if link is not None and link.items:
            return link.items[0]
        close = _closest(name, self._catalogue.titles[1:])
        raise ValueError(f"there is no item with the id or title {_quoted(name)}{close}")


def _is_user(user: object) -> bool:
    return isinstance(user, (str, Integral)) and not isinstance(user, bool)


def _is_list(history: object) -> bool:
    return isinstance(history, Iterable) and not isinstance(history, (str, bytes))


def _listed(history: Any) -> list[Any]:
    if history is None:
        return []
    if not _is_list(history):
        raise ValueError(f"history is {_quoted(history)}; give a list of item ids or titles")
    return list(history)


def _quoted(name: object) -> str:
    text = repr(name)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}..."


def _closest(name: str, names: Iterable[str]) -> str:
    if len(name) > LONGEST_NAME:
        return ""
    found = [match for match, _, _ in process.extract(name, list(filter(None, names)), limit=3)]
    return f"; the closest are {', '.join(map(repr, found))}" if found else ""
