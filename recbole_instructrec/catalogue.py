"""Every item as text and attributes, by role.

A role says what a column means (title, category, year, price, tags, ...) so that nothing
after this module knows a dataset's column names. A missing value stays missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from recbole_instructrec.instruction.structure import Constraint

KINDS = ("text", "labels", "number")
ROLE_KINDS = {
    "title": "text",
    "category": "labels",
    "tags": "labels",
    "brand": "labels",
    "year": "number",
    "price": "number",
}


@dataclass(frozen=True)
class Role:
    """How one column is read.

    Attributes:
        name: The role, e.g. ``category``.
        column: The column of the ``.item`` file that plays it.
        kind: ``text``, ``labels`` (any number of labels an item) or ``number``.
        separator: What separates labels inside a cell; None for RecBole's own tokens.
        recent: For a number: how far below the newest value still counts as recent.
    """

    name: str
    column: str
    kind: str
    separator: str | None = None
    recent: float | None = None

    @classmethod
    def parse(cls, name: str, value: Any) -> Role:
        """Reads one entry of ``item_roles``: a column name, or a mapping with more.

        Raises:
            ValueError: If the kind is unknown or the entry has unknown keys.
        """
        entry = dict(value) if isinstance(value, Mapping) else {"column": value}
        entry.setdefault("kind", ROLE_KINDS.get(name))
        unknown = set(entry) - {"column", "kind", "separator", "recent"}
        if unknown or not isinstance(entry.get("column"), str):
            raise ValueError(
                f"item_roles['{name}'] is {value!r}: give a column name, or a mapping with "
                f"`column` and optionally `kind`, `separator`, `recent`"
            )
        if entry["kind"] not in KINDS:
            raise ValueError(
                f"item_roles['{name}'] has kind {entry['kind']!r}; choose one of {', '.join(KINDS)}"
            )
        return cls(name=name, **entry)


@dataclass(frozen=True)
class Labels:
    """The labels of every item under one role.

    Attributes:
        names: Label names, sorted.
        carried: Boolean matrix, sparse, shape [n_items, n_labels].
    """

    names: tuple[str, ...]
    carried: sparse.csr_matrix

    @classmethod
    def of(cls, cells: Sequence[Iterable[str]]) -> Labels:
        """From each item's labels, shape [n_items] of any number of strings."""
        cells = [list(dict.fromkeys(cell)) for cell in cells]
        names = sorted({label for cell in cells for label in cell})
        column = {name: index for index, name in enumerate(names)}
        rows = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
        columns = np.array([column[label] for cell in cells for label in cell], dtype=np.int64)
        carried = sparse.csr_matrix(
            (np.ones(len(columns), dtype=bool), (rows, columns)), shape=(len(cells), len(names))
        )
        return cls(tuple(names), carried)

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}

    @cached_property
    def frequency(self) -> np.ndarray:
        """Number of items carrying each label, int, shape [n_labels]."""
        return np.asarray(self.carried.sum(axis=0)).ravel()

    def of_item(self, item: int) -> list[str]:
        row = self.carried.indices[self.carried.indptr[item] : self.carried.indptr[item + 1]]
        return [self.names[column] for column in sorted(row)]

    def mask(self, label: str) -> np.ndarray:
        """Whether each item carries the label, bool, shape [n_items]."""
        return self.carried[:, self.index[label]].toarray().ravel()


class Catalogue:
    """All items of a dataset. Row 0 is RecBole's padding item and satisfies nothing.

    Args:
        tokens: The dataset's own item ids, shape [n_items].
        titles: Titles, shape [n_items].
        labels: By role, every item's labels.
        numbers: By role, every item's number as float64 [n_items]; NaN where missing.
        roles: How each role is read.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        titles: Sequence[str],
        labels: Mapping[str, Labels] | None = None,
        numbers: Mapping[str, np.ndarray] | None = None,
        roles: Mapping[str, Role] | None = None,
    ) -> None:
        self.tokens = list(tokens)
        self.titles = list(titles)
        self.labels = dict(labels or {})
        self.numbers = {role: np.asarray(v, dtype=np.float64) for role, v in (numbers or {}).items()}
        self.roles = dict(roles or {})
        self._masks: dict[Constraint, np.ndarray] = {}

    def __len__(self) -> int:
        """Number of rows, the padding item included."""
        return len(self.tokens)

    def __deepcopy__(self, memo: dict) -> Catalogue:
        # RecBole copies the whole model to count its FLOPs; a catalogue is never changed.
        return self

    @cached_property
    def item_of_token(self) -> dict[str, int]:
        return {token: item for item, token in enumerate(self.tokens) if item}

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """Which items satisfy every constraint, bool, shape [n_items].

        An item whose attribute is missing satisfies no limit and carries no label, so it
        never satisfies ``is`` or a range. It does satisfy ``is_not`` only if it has any label
        of that role: of an item about which nothing is known, nothing is claimed.
        """
        result = np.ones(len(self), dtype=bool)
        result[0] = False
        for constraint in constraints:
            result &= self._mask(constraint)
        return result

    def _mask(self, constraint: Constraint) -> np.ndarray:
        if constraint not in self._masks:
            self._masks[constraint] = self._compute_mask(constraint)
        return self._masks[constraint]

    def _compute_mask(self, constraint: Constraint) -> np.ndarray:
        if constraint.role in self.labels:
            labels = self.labels[constraint.role]
            carries = labels.mask(constraint.label)
            if constraint.relation == "is":
                return carries
            return ~carries & (np.diff(labels.carried.indptr) > 0)
        values = self.numbers[constraint.role]
        low = -np.inf if constraint.low is None else constraint.low
        high = np.inf if constraint.high is None else constraint.high
        return (values >= low) & (values <= high)  # NaN compares false

    def attributes(self, item: int) -> dict[str, Any]:
        """What is known about an item, by role: a list of labels, a number, or None."""
        known: dict[str, Any] = {role: labels.of_item(item) for role, labels in self.labels.items()}
        for role, values in self.numbers.items():
            value = float(values[item])
            known[role] = None if np.isnan(value) else int(value) if value.is_integer() else value
        return known

    def state(self) -> dict[str, Any]:
        """The catalogue as plain lists, numbers and strings, for a checkpoint."""
        return {
            "tokens": self.tokens,
            "titles": self.titles,
            "labels": {
                role: [labels.of_item(item) for item in range(len(self))]
                for role, labels in self.labels.items()
            },
            "numbers": {role: values.tolist() for role, values in self.numbers.items()},
            "roles": {role.name: vars(role) for role in self.roles.values()},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Catalogue:
        """The inverse of :meth:`state`."""
        return cls(
            tokens=state["tokens"],
            titles=state["titles"],
            labels={role: Labels.of(cells) for role, cells in state["labels"].items()},
            numbers=state["numbers"],
            roles={name: Role(**role) for name, role in state["roles"].items()},
        )
