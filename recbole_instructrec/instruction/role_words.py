"""What the numbers of a role are called, and what they are counted in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_KEYS = {"names", "units"}
# Columns that count things are called so: n_ingredients, num_reviews.
_COUNTS = re.compile(r"^(?:n|nr|no|num|number)_(?:of_)?(?=.)")
_NUMBER = "{number}"


@dataclass(frozen=True)
class RoleWords:
    """The words about one role in one language.

    Attributes:
        names: What the numbers are called, at least one; the first is used in instructions.
        units: What may stand behind a number, each with what it is worth in numbers of the role:
            an hour is 60 where they are minutes.
        unit: What stands behind a number in instructions; nothing where the language does not say,
            or the name says it as well, "with stars of at least 4", "a number of reviews over 100".
    """

    names: tuple[str, ...]
    units: Mapping[str, float]
    unit: str | None = None

    @classmethod
    def of(cls, role: str) -> RoleWords:
        """Where a language says nothing of a role, its own name is both: what ``num_ratings``
        counts is ratings."""
        name = _COUNTS.sub("", role.lower()).replace("_", " ")
        return cls((name,), {name: 1})

    @classmethod
    def parse(cls, role: str, entry: Any) -> RoleWords:
        """Reads one entry of ``roles:`` of a language; the role's own name is always one of them.

        Raises:
            ValueError: If it has another form.
        """
        where = f"roles: {role}"
        if not isinstance(entry, Mapping) or not set(entry) <= _KEYS:
            raise ValueError(f"{where} is {entry!r}; give a mapping with `names`, `units` or both")
        own = cls.of(role)
        names, units = entry.get("names", list(own.names)), entry.get("units", own.units)
        if not isinstance(names, list) or not names or not all(map(_is_text, names)):
            raise ValueError(f"{where} has the names {names!r}; give a list of words")
        if not isinstance(units, Mapping) or not all(
            _is_text(unit) and isinstance(worth, (int, float)) and worth > 0
            for unit, worth in units.items()
        ):
            raise ValueError(
                f"{where} has the units {units!r}; give words, each with what it is worth"
            )
        called = tuple(dict.fromkeys([*names, *own.names]))
        written = next(iter(units)) if "units" in entry else None
        said = written is not None and written in called[0].split()
        return cls(called, dict(units), None if said else written)

    def of_column(self, column: str) -> RoleWords:
        """With what the column is called that the numbers stand in as a name as well: metascore of
        a role ``score``."""
        names = (*self.names, *RoleWords.of(column).names)
        return replace(self, names=tuple(dict.fromkeys(names)))

    def written(self, separator: str) -> str:
        """How a number is written, with the placeholder ``{number}``."""
        return _NUMBER if self.unit is None else f"{_NUMBER}{separator}{self.unit}"

    def with_unit(self, pattern: str | None) -> RoleWords:
        """With the unit in which a dataset writes its numbers, e.g. ``{number} pages``."""
        unit = (pattern or _NUMBER).replace(_NUMBER, "").strip().lower()
        return replace(self, units={unit: 1, **self.units}) if unit else self

    def also_called(self, others: Mapping[str, Sequence[str]]) -> RoleWords:
        """With other names of its units as well: km of 公里."""
        more = {name: self.units[unit] for unit in self.units for name in others.get(unit, ())}
        return replace(self, units={**self.units, **more, **self.units})

    def inflected(self, forms: Callable[[str], Iterable[str]]) -> RoleWords:
        """With its units as they are looked up, in lower case, and other forms of them as well:
        "page" where there is "pages"."""
        units = {unit.lower(): worth for unit, worth in self.units.items()}
        others = {form: worth for unit, worth in units.items() for form in forms(unit)}
        return replace(self, units={**others, **units})


def told_apart(words: Mapping[str, RoleWords]) -> dict[str, RoleWords]:
    """The words of several roles; a name of more than one stays with the role of that name, or
    else with the one that has it earliest, and so does a unit, unless several have it as early."""
    names: dict[str, list[tuple[int, str]]] = {}
    units: dict[str, list[tuple[int, str]]] = {}
    for role, one in words.items():
        (own,) = RoleWords.of(role).names
        for place, name in enumerate(one.names):
            names.setdefault(name, []).append((-1 if name == own else place, role))
        for place, unit in enumerate(one.units):
            units.setdefault(unit, []).append((place, role))
    owners = {name: min(claims)[1] for name, claims in names.items()}
    earliest = {unit: min(claims)[0] for unit, claims in units.items()}
    return {
        role: replace(
            one,
            names=tuple(name for name in one.names if owners[name] == role),
            units={
                unit: worth
                for place, (unit, worth) in enumerate(one.units.items())
                if place == earliest[unit]
            },
        )
        for role, one in words.items()
    }


def _is_text(word: Any) -> bool:
    return isinstance(word, str) and bool(word.strip())
