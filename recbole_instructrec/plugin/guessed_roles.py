"""Guesses what the columns of a dataset mean by their names, where no property file says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from recbole.utils import FeatureType

from recbole_instructrec import property_files
from recbole_instructrec.catalogue import ROLE_KINDS
from recbole_instructrec.plugin.files import header
from recbole_instructrec.plugin.item_columns import read_number
from recbole_instructrec.plugin.label_cells import is_listed, read_labels, visible_separator

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

TITLE, YEAR = "title", "year"
# Of a cell's tokens, more are a text and not one name.
LONGEST_NAME = 6


def guess_roles(dataset: InstructRecDataset) -> None:
    """Sets ``item_roles``, ``item_noun`` and ``load_col`` of a dataset whose options give no roles.

    Columns that ``load_col`` leaves out play none. What was guessed is logged as the lines of a
    property file. Where no column is called like a title, nothing is set.

    Args:
        dataset: Before its files are loaded.
    """
    config = dataset.config
    types = dict(column.rpartition(":")[::2] for column in header(dataset, "item"))
    asked = (config["load_col"] or {}).get("item") or list(types)
    ids = {config["USER_ID_FIELD"], config["ITEM_ID_FIELD"], config["TIME_FIELD"]}
    columns = [name for name in types if name in asked and name not in ids]
    known = property_files.read(property_files.find("roles", "columns", config["properties_path"]))
    played = _by_name(columns, known["roles"])
    if TITLE not in played:
        return
    cells = pd.read_csv(
        Path(dataset.dataset_path, f"{dataset.dataset_name}.item"),
        sep=config["field_separator"], encoding=config["encoding"], dtype=str,
        keep_default_na=False, engine="python",
    )  # fmt: skip
    cells.columns = list(types)
    roles = {
        role: entry
        for role, column in played.items()
        if (entry := _known(role, known["roles"][role], cells[column], types[column]))
    }
    titles = cells[played[TITLE]]
    for column in columns:
        # Of two columns of titles one is enough.
        again = (cells[column] == titles).mean() > 0.5
        if column not in played.values() and column.lower() not in known["ignored"] and not again:
            entry = _unknown(cells[column], types[column])
            roles |= {column: {"column": column, **entry}} if entry else {}
    given = dict(config["load_col"] or {})
    inter = [column.rpartition(":")[0] for column in header(dataset, "inter")]
    if inter:
        given["inter"] = [name for name in inter if name in {*given.get("inter", ()), *ids}]
    load_col = {**given, "item": [config["ITEM_ID_FIELD"], *_columns(roles)]}
    noun = config["item_noun"] or _noun(f"{dataset.dataset_name}_{played[TITLE]}", known["nouns"])
    guessed = {"load_col": load_col, "item_roles": roles, "item_noun": noun}
    for name, value in guessed.items():
        config[name] = value
    shown = yaml.safe_dump(guessed, allow_unicode=True, sort_keys=False, default_flow_style=None)
    getLogger().warning(
        f"no property file says what the columns of {dataset.dataset_name} mean; taken from their "
        f"names. To change it, put into {config['properties_path']}/dataset/"
        f"{dataset.dataset_name}.yaml:\n{shown}"
    )


def _by_name(columns: Sequence[str], roles: Mapping[str, Any]) -> dict[str, str]:
    """The column of each role, every column once."""
    played: dict[str, str] = {}
    for role, entry in roles.items():
        free = [column for column in columns if column not in played.values()]
        for name in entry["names"]:
            whole = [column for column in free if column.lower() == name]
            behind = f"_{name}" if name.isascii() else name
            ending = [column for column in free if column.lower().endswith(behind)]
            if whole or ending:
                played[role] = (whole or ending)[0]
                break
    return played


def _known(
    role: str, known: Mapping[str, Any], cells: pd.Series, kind: str
) -> str | dict[str, Any] | None:
    """The entry of a role in ``item_roles``; None if it is a number, and the column has none."""
    played = ROLE_KINDS.get(role) or known["kind"]
    entry: dict[str, Any] = {"column": str(cells.name)}
    if role not in ROLE_KINDS:
        entry["kind"] = played
    if played == "number" and all(read_number(cell, role == YEAR) is None for cell in cells):
        return None
    if played == "labels" and _of_one_name(cells, kind):
        entry["separator"] = ""
    return entry if len(entry) > 1 else entry["column"]


def _unknown(cells: pd.Series, kind: str) -> dict[str, Any] | None:
    """How a column of no known name is read: as a number if its name is a word, or as labels. None
    where it is neither, a text, say, or a name that hardly any two items share."""
    filled = cells[cells.str.strip() != ""]
    if kind == FeatureType.FLOAT.value:
        return {"kind": "number"} if str(cells.name).isalpha() and not filled.empty else None
    if kind not in (FeatureType.TOKEN.value, FeatureType.TOKEN_SEQ.value) or filled.empty:
        return None
    if not filled.str.lower().map(_says_something).any():
        return None
    if not _separated(filled, kind) and filled.str.split().str.len().median() > LONGEST_NAME:
        return None
    separator = "" if _of_one_name(filled, kind) else None
    words = [cell.split() if kind == FeatureType.TOKEN_SEQ.value else [cell] for cell in filled]
    labels = [label for cell in read_labels(words, separator, FeatureType(kind)) for label in cell]
    if len(set(labels)) > len(labels) / 2:
        return None
    return {"kind": "labels"} if separator is None else {"kind": "labels", "separator": separator}


def _says_something(text: str) -> bool:
    """Whether a cell holds words, and not numbers or whether something is so."""
    return text not in ("true", "false") and any(sign.isalpha() for sign in text)


def _of_one_name(cells: pd.Series, kind: str) -> bool:
    """Whether each cell of several words is one name, "New Orleans": words of several labels,
    "Comedy Drama", are put together in more ways than there are words."""
    filled = cells[cells.str.strip() != ""]
    if kind != FeatureType.TOKEN_SEQ.value or _separated(filled, kind):
        return False
    words = {word for cell in filled for word in cell.split()}
    return len(words) >= filled.nunique() and bool((filled.str.split().str.len() > 1).any())


def _separated(filled: pd.Series, kind: str) -> bool:
    """Whether something visible stands between the labels of a cell."""
    seen = visible_separator(filled.tolist(), FeatureType(kind))
    return seen is not None or bool(filled.map(is_listed).any())


def _columns(roles: Mapping[str, Any]) -> list[str]:
    return [role if isinstance(role, str) else role["column"] for role in roles.values()]


def _noun(names: str, nouns: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """What the items are called, by a word in the names of the dataset and the title's column."""
    words = set(re.split(r"[\W_]+", names.lower()))
    return next((entry["noun"] for entry in nouns if words & set(entry["words"])), None)
