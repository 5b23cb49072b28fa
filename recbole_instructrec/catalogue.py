"""Every item as text and attributes, by role.

A role says what a column means (title, category, year, price, tags, ...) so that nothing
after this module knows a dataset's column names. A missing value stays missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from recbole_instructrec.instruction.lexicon import key
from recbole_instructrec.instruction.structure import ANY_OF, NEGATED, TEXT_RELATIONS, Constraint
from recbole_instructrec.instruction.word_index import WordIndex

KINDS = ("text", "labels", "number")
ROLE_KINDS = {
    "title": "text",
    "description": "text",
    "category": "labels",
    "tags": "labels",
    "brand": "labels",
    "year": "number",
    "price": "number",
}
# Roles whose labels say what kinds of things there are.
KIND_ROLES = ("category", "tags")
BRAND = "brand"
SOURCE = "source"
PERSON = "person"  # whoever takes part, in whatever way
# By the role in which somebody made an item, the roles where that may stand, the surest one first.
# An author is none of the persons of a film.
MADE_BY = {"director": ("director", PERSON), "author": ("author",), "artist": ("artist",)}
# What an item has several of: "eggs and tomatoes" are both of them.
PART_ROLES = ("ingredients", "ingredient", "features", "amenities", "facilities", "mechanics")
# Whose labels say what items are about. They are ordinary words, "a dog", and so asked for only
# where the words around say so: "about a dog".
ABOUT = "about"
# Not roles of a column: what the catalogue counts itself, and all texts of an item together.
POPULARITY = "popularity"
TOPIC = "topic"
POPULAR_SHARE = 0.1
OBSCURE_SHARE = 0.5
# A label carried by fewer items rather names one than describes it.
FEWEST_DESCRIBED = 5
DESCRIBED_SHARE = 0.01
# These mean small numbers; recent and expensive mean large ones.
LOWER_END = ("classic", "cheap")
# The share of recurring words from which titles describe. Films have .4 (ml-100k) and .5 (ml-1m),
# and artists .2 (lastfm-tag); Amazon's games have .8 and the things of online-retail .85.
DESCRIBING = 0.65
# The share of a role's known numbers that a word means where the role does not say.
SHARES = {
    ("price", "cheap"): 0.25,
    ("price", "expensive"): 0.25,
    ("year", "recent"): 0.1,
    ("year", "classic"): 0.25,
}


@dataclass(frozen=True)
class Role:
    """How one column is read.

    Attributes:
        name: The role, e.g. ``category``.
        column: The column of the ``.item`` file that plays it.
        kind: ``text``, ``labels`` (any number of labels an item) or ``number``.
        separator: What separates labels inside a cell, ``""`` if each is one label; None for what
            :mod:`.plugin.label_cells` finds, or else RecBole's own tokens.
        recent: For a number: how far below the largest value still counts as recent; by default
            for a year so far that a tenth of the items is recent, else none.
        classic: For a number: how far below the largest value counts as classic already; by
            default for a year so far that a quarter of the items is, else none.
        cheap: For a number: the share of the items with one, from 0 to 1, that count as cheap,
            and at the other end as expensive; by default 0.25 for a price, else none.
    """

    name: str
    column: str
    kind: str
    separator: str | None = None
    recent: float | None = None
    classic: float | None = None
    cheap: float | None = None

    @property
    def in_years(self) -> bool:
        """Whether its numbers are years."""
        return self.name == "year" or (self.recent or self.classic) is not None

    @classmethod
    def parse(cls, name: str, value: Any) -> Role:
        """Reads one entry of ``item_roles``: a column name, or a mapping with more.

        Raises:
            ValueError: If the role's name is taken, the entry has unknown keys, or a key has a
                value it cannot have.
        """
        if name in (POPULARITY, TOPIC):
            raise ValueError(
                f"item_roles['{name}'] cannot be given: {POPULARITY} is counted in the training "
                f"part, and {TOPIC} is what titles and descriptions hold; call the role something "
                f"else, e.g. {name}_given"
            )
        entry = dict(value) if isinstance(value, Mapping) else {"column": value}
        entry.setdefault("kind", ROLE_KINDS.get(name))
        unknown = set(entry) - {"column", "kind", "separator", "recent", "classic", "cheap"}
        if unknown or not isinstance(entry.get("column"), str):
            raise ValueError(
                f"item_roles['{name}'] is {value!r}: give a column name, or a mapping with "
                f"`column` and optionally `kind`, `separator`, `recent`, `classic`, `cheap`"
            )
        if entry["kind"] not in KINDS:
            raise ValueError(
                f"item_roles['{name}'] has kind {entry['kind']!r}; choose one of "
                f"{', '.join(KINDS)}, as {{column: {entry['column']}, kind: labels}}; only "
                f"{', '.join(ROLE_KINDS)} have a kind of their own"
            )
        separator = entry.get("separator")
        if separator is not None and (not isinstance(separator, str) or separator.isspace()):
            raise ValueError(
                f"item_roles['{name}'] has separator {separator!r}; give a visible character, '' "
                f"if a cell is one label, or leave it out for RecBole's own tokens"
            )
        for side in ("recent", "classic"):
            within = entry.get(side)
            if within is None:
                continue
            if entry["kind"] != "number" or not isinstance(within, (int, float)) or within < 0:
                raise ValueError(
                    f"item_roles['{name}'] has {side} {within!r}; give a number of at least 0, "
                    f"and only to a role of kind number"
                )
        share = entry.get("cheap")
        if share is not None and not (
            entry["kind"] == "number" and isinstance(share, (int, float)) and 0 < share <= 0.5
        ):
            raise ValueError(
                f"item_roles['{name}'] has cheap {share!r}; give a share above 0 and up to 0.5, "
                f"and only to a role of kind number"
            )
        return cls(name=name, **entry)


@dataclass(frozen=True)
class Labels:
    """The labels of every item under one role.

    Labels that only their case or hyphens tell apart, such as "hip-hop" and "Hip Hop", are one.

    Attributes:
        names: Label names, sorted, each in the spelling that most items have.
        carried: Boolean matrix, sparse, shape [n_items, n_labels].
    """

    names: tuple[str, ...]
    carried: sparse.csr_matrix

    @classmethod
    def of(cls, cells: Sequence[Iterable[str]]) -> Labels:
        """From each item's labels, shape [n_items] of any number of strings; blank ones are not
        labels."""
        cells = [[label for label in dict.fromkeys(cell) if label.strip()] for cell in cells]
        spelling = _spellings(Counter(label for cell in cells for label in cell))
        cells = [list(dict.fromkeys(spelling[label] for label in cell)) for cell in cells]
        names = sorted({label for cell in cells for label in cell})
        column = {name: index for index, name in enumerate(names)}
        columns = [index for cell in cells for index in sorted(column[label] for label in cell)]
        ends = np.cumsum([0, *map(len, cells)])
        carried = sparse.csr_matrix(
            (np.ones(len(columns), dtype=bool), np.array(columns, dtype=np.int64), ends),
            shape=(len(cells), len(names)),
        )
        return cls(tuple(names), carried)

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {_key(name): column for name, column in self.index.items()}

    @cached_property
    def frequency(self) -> np.ndarray:
        """Number of items carrying each label, int64 [n_labels]."""
        return np.bincount(self.carried.indices, minlength=len(self.names))

    @cached_property
    def describing(self) -> np.ndarray:
        """Whether each label describes items and does not rather name one, bool [n_labels]: it is
        carried by ``FEWEST_DESCRIBED`` or, in a small catalogue, ``DESCRIBED_SHARE`` of them, and
        by two at least."""
        share = DESCRIBED_SHARE * (self.carried.shape[0] - 1)
        return self.frequency >= min(FEWEST_DESCRIBED, max(2, share))

    @cached_property
    def any(self) -> np.ndarray:
        """Whether each item carries any label at all, bool [n_items]."""
        return np.diff(self.carried.indptr) > 0

    def of_item(self, item: int) -> list[str]:
        """The labels of one item, sorted."""
        columns, ends = self._rows
        return [self.names[column] for column in columns[ends[item] : ends[item + 1]]]

    def mask(self, *labels: str) -> np.ndarray:
        """Whether each item carries one of some labels, in any spelling, bool [n_items].

        Raises:
            ValueError: If there is no such label.
        """
        items, ends = self._columns
        mask = np.zeros(self.carried.shape[0], dtype=bool)
        for label in labels:
            column = self._by_key.get(_key(label))
            if column is None:
                close = get_close_matches(label, self.names, n=3, cutoff=0.0)
                raise ValueError(
                    f"no item carries the label {label!r}; the closest of {len(self.names)} are: "
                    f"{', '.join(map(repr, close)) or 'none'}"
                )
            mask[items[ends[column] : ends[column + 1]]] = True
        return mask

    @cached_property
    def _rows(self) -> tuple[list[int], list[int]]:
        # Python's own lists are several times faster to read one item from.
        return self.carried.indices.tolist(), self.carried.indptr.tolist()

    @cached_property
    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        columns = self.carried.tocsc()
        return columns.indices, columns.indptr


def _key(label: str) -> str:
    # What has neither letters nor digits is its own name.
    return key(label) or label


def _spellings(counts: Mapping[str, int]) -> dict[str, str]:
    """For each label the spelling that most items have, of those spelled as often the first."""
    most: dict[str, str] = {}
    for label in sorted(counts, key=lambda one: (-counts[one], one)):
        most.setdefault(_key(label), label)
    return {label: most[_key(label)] for label in counts}


class Catalogue:
    """All items of a dataset. Row 0 is RecBole's padding item and satisfies nothing.

    Args:
        tokens: The dataset's own item ids, shape [n_items].
        titles: Titles, shape [n_items].
        labels: By role, every item's labels.
        numbers: By role, every item's number as float64 [n_items]; NaN where missing.
        roles: How each role is read.
        popularity: How often each item was chosen in the training part, int64 [n_items]; 0
            throughout where nothing is given.
        texts: By role, what is written about every item besides its title, [n_items]; empty where
            missing.
        listed: Roles whose labels are lists of items: what no list has does not carry the label.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        titles: Sequence[str],
        labels: Mapping[str, Labels] | None = None,
        numbers: Mapping[str, np.ndarray] | None = None,
        roles: Mapping[str, Role] | None = None,
        popularity: Sequence[int] | np.ndarray | None = None,
        texts: Mapping[str, Sequence[str]] | None = None,
        listed: Collection[str] = (),
    ) -> None:
        self.listed = frozenset(listed)
        self.tokens = list(tokens)
        self.titles = list(titles)
        self.labels = dict(labels or {})
        self.numbers = {
            role: np.asarray(values, dtype=np.float64) for role, values in (numbers or {}).items()
        }
        self.roles = dict(roles or {})
        counts = np.zeros(len(self.tokens)) if popularity is None else popularity
        self.popularity = np.asarray(counts, dtype=np.int64)
        self.texts = {role: list(values) for role, values in (texts or {}).items()}

    def __len__(self) -> int:
        """Number of rows, the padding item included."""
        return len(self.tokens)

    def __deepcopy__(self, memo: dict) -> Catalogue:
        # RecBole copies the whole model to count its FLOPs; of a catalogue only the popularity
        # ever changes, and that once, before there is a model.
        return self

    @cached_property
    def item_of_token(self) -> dict[str, int]:
        return {token: item for item, token in enumerate(self.tokens) if item}

    @cached_property
    def words(self) -> WordIndex:
        """Finds items by the words of their titles."""
        return WordIndex(self.titles)

    @property
    def topic_role(self) -> str:
        """Where it stands what an item is about: in all its texts, or there are only titles."""
        return TOPIC if self.texts else "title"

    @cached_property
    def topic_words(self) -> WordIndex:
        """Finds items by the words of all their texts."""
        if not self.texts:
            return self.words
        return WordIndex(list(map("\n".join, zip(self.titles, self.descriptions, strict=True))))

    @cached_property
    def descriptions(self) -> list[str]:
        """All that is written about each item besides its title, [n_items]; empty where nothing
        is."""
        return list(map("\n".join, zip(*self.texts.values(), strict=True))) or [""] * len(self)

    @cached_property
    def _described(self) -> np.ndarray:
        return WordIndex(self.descriptions).any if self.texts else self.words.any

    @property
    def titles_describe(self) -> bool:
        """Whether titles say what things are, as in a shop, and are no names, as of films: then
        most of their words stand in other titles as well, or items have brands."""
        return BRAND in self.labels or self.words.recurring >= DESCRIBING

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """Which items satisfy every constraint, bool, shape [n_items].

        An item whose attribute is missing satisfies no limit and carries no label, so it
        never satisfies ``is``, ``is_any`` or a range. It satisfies ``is_not`` only if it has any
        label of that role, unless the role is ``listed``: of an item about which nothing is
        known, nothing is claimed. An item without a title satisfies neither ``about`` nor
        ``not_about``; one without a description is about what its title holds, and of nothing
        else it is known that it is not. It satisfies ``not_together`` if of one of its parts it
        is known that it does not hold, and ``any_of`` if it satisfies one of them.

        Raises:
            ValueError: If there is no such role, or no such label in it.
        """
        result = np.ones(len(self), dtype=bool)
        for constraint in constraints:
            result &= self._mask(constraint)
        result[0] = False
        return result

    def _mask(self, constraint: Constraint) -> np.ndarray:
        if constraint.relation == ANY_OF:
            return np.any([self._mask(one) for one in constraint.parts], axis=0)
        if constraint.parts:
            return np.any([self._known(one, False) for one in constraint.parts], axis=0)
        return self._known(constraint, True)

    def _known(self, constraint: Constraint, holds: bool) -> np.ndarray:
        """Of which items it is known that a constraint holds, or does not, bool [n_items]."""
        named, known = self._named(constraint)
        return known & (named == (holds != (constraint.relation in NEGATED)))

    def _named(self, constraint: Constraint) -> tuple[np.ndarray, np.ndarray]:
        """Which items have what a constraint on one attribute names, be it asked for or excluded,
        and of which the attribute is known, each bool [n_items]."""
        role, labels = constraint.role, constraint.labels
        if constraint.relation in TEXT_RELATIONS:
            named = np.zeros(len(self), dtype=bool)
            index = self.topic_words if role == TOPIC else self.words
            for phrase in labels:
                named[index.holding(phrase)] = True
            return named, named | (self._described if role == TOPIC else index.any)
        if role in self.labels and labels:
            known = self._items if role in self.listed else self.labels[role].any
            return self.labels[role].mask(*labels), known
        values = self.numbers_of(role)
        if values is not None and not labels:
            low, high = constraint.limits
            return (values >= low) & (values <= high), np.isfinite(values)
        kind, roles = ("labels", self.labels) if labels else ("numbers", self.numbers)
        raise ValueError(
            f"the catalogue has no {kind} in the role {role!r}; the roles with {kind} are: "
            f"{', '.join(roles) or 'none'}"
        )

    @cached_property
    def _items(self) -> np.ndarray:
        """All but the padding item, bool [n_items]."""
        return np.arange(len(self)) > 0

    def numbers_of(self, role: str) -> np.ndarray | None:
        """Every item's number in a role, the popularity included, [n_items]; None where the role
        has no numbers."""
        return self.popularity if role == POPULARITY else self.numbers.get(role)

    def extreme(
        self,
        role: str,
        relation: str,
        share: float | None = None,
        among: np.ndarray | None = None,
    ) -> Constraint | None:
        """What a word such as ``recent`` or ``cheap`` means for a role.

        ``recent`` and ``classic`` count from the role's largest number where it says how far, and
        otherwise are, like ``cheap`` and ``expensive``, a share of the known numbers at either end.
        ``popular`` and ``obscure`` are said of the popularity only: the top tenth of the items that
        anybody has chosen, and their lower half with those that nobody has, both with any that tie
        with the last of them.

        Args:
            share: What share of the known numbers is meant where the role says nothing about it.
            among: Whose numbers count, bool [n_items]; by default everybody's.

        Returns:
            None where neither says anything about it, or the role has no number at all.
        """
        if role == POPULARITY:
            chosen = np.sort(self.popularity[self.popularity > 0])
            if not len(chosen):
                return None
            if relation == "popular":
                least = chosen[-max(1, int(POPULAR_SHARE * len(chosen)))]
                return Constraint(role, relation, low=float(least))
            if relation == "obscure":
                most = np.quantile(chosen, OBSCURE_SHARE, method="lower")
                return Constraint(role, relation, high=float(most))
            return None
        given = self.roles.get(role)
        values = self.numbers.get(role)
        if given is None or values is None:
            return None
        values = values[1:] if among is None else values[1:][among[1:]]
        known = values[np.isfinite(values)]
        if not len(known):
            return None
        within = {"recent": given.recent, "classic": given.classic}.get(relation)
        own = given.cheap if relation in ("cheap", "expensive") else None
        if within is not None:
            limit = float(known.max()) - within
        elif (share := own or SHARES.get((role, relation), share)) is None:
            return None
        elif relation in LOWER_END:
            limit = float(np.quantile(known, share, method="lower"))
        else:
            limit = float(np.quantile(known, 1 - share, method="higher"))
        if relation in LOWER_END:
            return Constraint(role, relation, high=limit)
        return Constraint(role, relation, low=limit)

    def most_chosen(self, items: Iterable[int]) -> list[int]:
        """Some items, those chosen most often first; of those chosen as often the first ones."""
        return sorted(map(int, items), key=lambda item: -self.popularity[item])

    def maker(self, item: int, roles: Iterable[str]) -> Constraint | None:
        """Whoever stands in the first of some roles in which anybody does, as a label; None where
        nobody does.

        Args:
            roles: As in :data:`MADE_BY`.
        """
        known = (role for role in roles if role in self.labels)
        made = ((role, name) for role in known for name in self.labels[role].of_item(item))
        return next((Constraint(role, "is", label=name) for role, name in made), None)

    def typical(self, items: Sequence[int]) -> dict[str, float]:
        """By role, the median of the known numbers of some items; without the roles in which
        none is known."""
        numbers = {**self.numbers, POPULARITY: self.popularity}
        known = {role: values[list(items)] for role, values in numbers.items()}
        known = {role: values[np.isfinite(values)] for role, values in known.items()}
        return {role: float(np.median(values)) for role, values in known.items() if len(values)}

    def in_years(self, role: str) -> bool:
        """Whether a role's numbers are years, so that a decade can be named."""
        return role == "year" or (role in self.roles and self.roles[role].in_years)

    def attributes(self, item: int) -> dict[str, Any]:
        """What is known about an item, by role: a list of labels, a number, text, or None."""
        known: dict[str, Any] = {role: labels.of_item(item) for role, labels in self.labels.items()}
        for role, values in self.numbers.items():
            value = float(values[item])
            known[role] = None if np.isnan(value) else int(value) if value.is_integer() else value
        for role, texts in self.texts.items():
            known[role] = texts[item] or None
        return known

    def with_labels(self, labels: Mapping[str, Labels]) -> Catalogue:
        """A catalogue of the same items with further roles, whose labels are lists of items."""
        return Catalogue(
            self.tokens,
            self.titles,
            {**self.labels, **labels},
            self.numbers,
            self.roles,
            self.popularity,
            self.texts,
            listed={*self.listed, *labels},
        )

    def with_items(self, items: Sequence[Mapping[str, Any]]) -> Catalogue:
        """A catalogue with further items behind those there are.

        Args:
            items: For each its ``item_id`` and ``title``, and by role what is known besides:
                labels, as a list or a single one, a number, or text.

        Raises:
            ValueError: If an id is missing, empty or taken, a title is missing or empty, there is
                no such role, or what is given for a role is not what it takes.
        """
        state = self.state()
        roles = (*self.labels, *self.numbers, *self.texts)
        taken = set(self.tokens)
        if not isinstance(items, Iterable) or isinstance(items, (str, Mapping)):
            raise ValueError(f"items to be added are {items!r}; give a list of them")
        for item in items:
            if not isinstance(item, Mapping):
                raise ValueError(
                    f"an item to be added is {item!r}; give a mapping with item_id, title and "
                    f"what else is known by role"
                )
            token, title = (self._text_of(item, name) for name in ("item_id", "title"))
            if token in taken:
                raise ValueError(f"the item_id {token!r} is taken; give each item one of its own")
            taken.add(token)
            for role in item:
                if role not in ("item_id", "title", *roles):
                    raise ValueError(
                        f"item {token!r} has {role!r}, which is no role of this catalogue; the "
                        f"roles are: {', '.join(roles) or 'none'}"
                    )
            state["tokens"].append(token)
            state["titles"].append(title)
            for role, cells in state["labels"].items():
                cells.append(_labels_of(item, role))
            for role, values in state["numbers"].items():
                values.append(_number_of(item, role))
            for role, texts in state["texts"].items():
                texts.append("" if item.get(role) is None else self._text_of(item, role))
            state["popularity"].append(0)
        return self.from_state(state)

    @staticmethod
    def _text_of(item: Mapping[str, Any], name: str) -> str:
        text = item.get(name)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"an item to be added has the {name} {text!r}: {dict(item)}; give text"
            )
        return text

    def state(self) -> dict[str, Any]:
        """The catalogue as plain lists, numbers and strings, for a checkpoint."""
        return {
            "tokens": list(self.tokens),
            "titles": list(self.titles),
            "labels": {
                role: [labels.of_item(item) for item in range(len(self))]
                for role, labels in self.labels.items()
            },
            "numbers": {role: values.tolist() for role, values in self.numbers.items()},
            "roles": {role.name: vars(role) for role in self.roles.values()},
            "popularity": self.popularity.tolist(),
            "texts": {role: list(values) for role, values in self.texts.items()},
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
            popularity=state.get("popularity"),
            texts=state.get("texts"),
        )


def _labels_of(item: Mapping[str, Any], role: str) -> list[str]:
    """An item's labels; none where they are missing."""
    given = item.get(role)
    if given is None:
        return []
    labels = [given] if isinstance(given, str) else given
    texts = not isinstance(labels, Mapping) and isinstance(labels, Iterable)
    labels = list(labels) if texts else []
    if not texts or not all(isinstance(one, str) for one in labels):
        raise ValueError(
            f"item {item['item_id']!r} has the {role} {given!r}; give a list of labels as text, or "
            f"leave it out"
        )
    return labels


def _number_of(item: Mapping[str, Any], role: str) -> float:
    """An item's number, NaN where it is missing."""
    value = item.get(role)
    if value is None or value != value:  # as pandas has it
        return float("nan")
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not np.isfinite(number):
        raise ValueError(
            f"item {item['item_id']!r} has the {role} {value!r}; give a number, or leave it out"
        )
    return number
