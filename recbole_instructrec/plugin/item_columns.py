"""Reads the catalogue out of RecBole's item columns, by the roles that the options give them."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta, timezone
from logging import getLogger
from typing import TYPE_CHECKING

import numpy as np
from recbole.utils import FeatureType

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.plugin.files import header
from recbole_instructrec.plugin.label_cells import read_labels

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?!\d)")
_AMOUNT = re.compile(r"(?:[A-Z]{0,3}[$£€¥] ?)?(-?\d[\d,]*(?:\.\d+)?)(?: ?[^\W\d]+)?")
# From where on a number is no year but a day, 20190504, seconds since 1970, or milliseconds.
_DAYS, _SECONDS, _MILLISECONDS = 1e7, 1e8, 1e11
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_READABLE = (FeatureType.TOKEN, FeatureType.TOKEN_SEQ, FeatureType.FLOAT)


def read_catalogue(dataset: InstructRecDataset) -> Catalogue:
    """The catalogue of a dataset whose item columns are in id order, not filled, not scaled.

    Raises:
        ValueError: If there is no title, or a role names a column that is missing, empty or of
            a type that cannot be read.
    """
    roles = _roles(dataset)
    cells = {name: _cells(dataset, role) for name, role in roles.items()}
    titles = [" ".join(cell) for cell in cells["title"]]
    if not any(titles[1:]):
        raise ValueError(
            f"the title column {roles['title'].column!r} of {dataset.dataset_name}.item is empty "
            f"in every row; set item_roles['title'] to a column with text"
        )
    return Catalogue(
        tokens=[str(token) for token in dataset.field2id_token[dataset.iid_field]],
        titles=titles,
        labels={
            name: Labels.of(cells[name]) for name, role in roles.items() if role.kind == "labels"
        },
        numbers={
            name: _numbers(dataset, role, cells[name])
            for name, role in roles.items()
            if role.kind == "number"
        },
        texts={
            name: list(map(" ".join, cells[name]))
            for name, role in roles.items()
            if role.kind == "text" and name != "title"
        },
        roles=roles,
    )


def _roles(dataset: InstructRecDataset) -> dict[str, Role]:
    given = dataset.config["item_roles"]
    columns = [] if dataset.item_feat is None else list(dataset.item_feat.columns)
    found = header(dataset, "item")
    there = (
        f"{dataset.dataset_name}.item has the columns {', '.join(found)}, of which are loaded: "
        f"{', '.join(columns) or 'none'}"
        if found
        else f"there is no file {dataset.dataset_name}.item in {dataset.dataset_path}; write one "
        f"with the columns {dataset.iid_field}:token and title:token_seq at least"
    )
    if not isinstance(given, dict) or not given.get("title"):
        raise ValueError(
            f"item_roles is {given!r} and gives no column the role 'title'; {there}; set "
            f"item_roles, e.g. {{title: name}}, in a file dataset/{dataset.dataset_name}.yaml of "
            f"properties_path ({dataset.config['properties_path']}), and name the column under "
            f"load_col: item"
        )
    roles = {name: Role.parse(name, value) for name, value in given.items() if value}
    for role in roles.values():
        if role.column not in columns:
            raise ValueError(
                f"item_roles['{role.name}'] names the column {role.column!r}, which is not loaded; "
                f"{there}; name one of these, or add it to load_col: item"
            )
        if dataset.field2type[role.column] not in _READABLE:
            raise ValueError(
                f"item_roles['{role.name}'] names {role.column!r}, whose type is "
                f"{dataset.field2type[role.column].value}; choose a column of type "
                f"{', '.join(kind.value for kind in _READABLE)}"
            )
    return roles


def _cells(dataset: InstructRecDataset, role: Role) -> list[list[str]]:
    """A column's content, for each item a list of words or labels."""
    values = dataset.item_feat[role.column]
    kind = dataset.field2type[role.column]
    if kind == FeatureType.FLOAT:
        cells = [[repr(float(value))] for value in values]
    else:
        names = dataset.field2id_token[role.column]
        cells = [[str(names[token]) for token in _tokens(value)] for value in values]
    if not any(cell and cell != ["nan"] for cell in cells):
        getLogger().warning(
            f"item_roles['{role.name}'] names the column {role.column!r}, which is empty in every "
            f"row"
        )
    if role.kind == "labels":
        return read_labels(cells, role.separator, kind)
    return [[html.unescape(word) for word in cell] for cell in cells]


def _numbers(dataset: InstructRecDataset, role: Role, cells: list[list[str]]) -> np.ndarray:
    """The numbers in a column, float64 [n_items], NaN where there is none."""
    numbers = np.full(len(cells), np.nan)
    unread = []
    for item, cell in enumerate(map(" ".join, cells)):
        number = read_number(cell, role.in_years)
        if number is not None:
            numbers[item] = number
        elif item and cell.strip() and cell != "nan":
            unread.append(cell)
    if unread:
        wanted = "year" if role.in_years else "number"
        where = f"item_roles['{role.name}'] names the column {role.column!r}"
        if np.isnan(numbers[1:]).all():
            raise ValueError(
                f"{where}, in which no value is a {wanted}: the first is {unread[0]!r}; name a "
                f"column of {wanted}s, or give the role the kind labels"
            )
        getLogger().info(
            f"{where}, in which {len(unread)} of {len(cells) - 1} values are no {wanted}s and "
            f"count as missing; the first of them is {unread[0]!r}"
        )
    return numbers


def read_number(cell: str, in_years: bool) -> float | None:
    """The number that a cell is: as it is, the year of a date, or an amount such as ``$1,299.00``
    or ``300 pages``; None where it is none.

    Args:
        in_years: Whether it is a year: the number may then also be a day, 20190504, or seconds or
            milliseconds since 1970, and 0 is none.
    """
    if _is_number(cell):
        return _year(float(cell)) if in_years else float(cell)
    if in_years:
        year = _YEAR.search(cell)
        return float(year[0]) if year else None
    amount = _AMOUNT.fullmatch(cell.strip())
    return float(amount[1].replace(",", "")) if amount else None


def _year(number: float) -> float | None:
    """The year that a number is or lies in; none where it is 0, which stands for a missing one."""
    if abs(number) < _DAYS:
        return number or None
    if _DAYS <= number < _SECONDS:
        return number // 10000
    seconds = number / 1000 if abs(number) >= _MILLISECONDS else number
    return float((_EPOCH + timedelta(seconds=seconds)).year)


def _tokens(value: object) -> list[int]:
    """RecBole's ids in one cell; none where the cell is missing."""
    if isinstance(value, np.ndarray):
        return [int(token) for token in value]
    return [int(value)] if _is_number(value) and int(value) > 0 else []


def _is_number(value: object) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError):
        return False
