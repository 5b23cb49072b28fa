"""What labels stand for, by whatever name of whatever language: 喜剧 is the entry ``comedy``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from recbole_instructrec.instruction.lexicon import key


class Concepts:
    """The entries that some languages have under ``labels:``, found by their names as well.

    A name that comes first in one language's entries is not sought behind others: 浪漫 is
    ``romantic``, although ``romance`` is called so as well. A language that calls an entry by the
    entry's own key has only synonyms beside it, and no names of its own.

    Args:
        tables: For each language its entries, each with its names.
    """

    def __init__(self, tables: Iterable[Mapping[str, Sequence[str]]]) -> None:
        tables = list(tables)
        self._entries = {entry for table in tables for entry in table}
        first: dict[str, list[str]] = {}
        further: dict[str, list[str]] = {}
        for table in tables:
            for entry, names in table.items():
                called = list(dict.fromkeys(map(key, names)))
                if entry in called:
                    continue
                for place, name in enumerate(called):
                    (further if place else first).setdefault(name, []).append(entry)
        self._named = {**further, **first}

    def of(self, label: str) -> tuple[str, ...]:
        """The entries that a label stands for: that of its own name where there is one, or no
        other has that name."""
        name = key(label)
        if name in self._entries or name not in self._named:
            return (name,)
        return tuple(self._named[name])

    def among(self, labels: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
        """Those of some labels that stand for the same entry as one of those wanted."""
        entries = {entry for label in wanted for entry in self.of(label)}
        return tuple(label for label in labels if not entries.isdisjoint(self.of(label)))
