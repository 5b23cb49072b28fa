"""Facts about persons and moments, read from RecBole's user columns and timestamps."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from recbole.utils import FeatureType

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

# Seasons of the northern hemisphere, by months from December; quarters of the day, from midnight.
MOMENTS = {
    "season": ("winter", "spring", "summer", "autumn"),
    "week": ("weekday", "weekend"),
    "daytime": ("night", "morning", "afternoon", "evening"),
}


@dataclass(frozen=True)
class Facts:
    """What is known about each person and each moment.

    Attributes:
        persons: By user id, facts by name.
        moments: By name, one of :data:`MOMENTS`' values for each interaction in the dataset's
            sequence, as its number there: int8 [n_interactions].
    """

    persons: list[dict[str, str]] = field(default_factory=list)
    moments: dict[str, np.ndarray] = field(default_factory=dict)

    def of(self, user: int, place: int | None) -> dict[str, str]:
        """The facts about a user at one place of the sequence, or at none."""
        known = dict(self.persons[user]) if self.persons else {}
        if place is not None:
            known |= {name: MOMENTS[name][codes[place]] for name, codes in self.moments.items()}
        return known

    def same_moment(self, places: np.ndarray, place: int) -> np.ndarray:
        """At which of some places all facts about the moment are those of one, bool [n]."""
        same = np.ones(len(places), dtype=bool)
        for codes in self.moments.values():
            same &= codes[places] == codes[place]
        return same


def check_context(user_roles: Any, moments: Any) -> None:
    """Raises ValueError if the options that name the facts cannot be read."""
    if not isinstance(user_roles, (Mapping, type(None))):
        raise ValueError(
            f"user_roles is {user_roles!r}; give names of facts, each with a column of the .user "
            f"file, e.g. {{'age': 'age'}}"
        )
    for name, entry in (user_roles or {}).items():
        if not isinstance(entry, str) and not (
            isinstance(entry, Mapping) and "column" in entry and set(entry) <= {"column", "values"}
        ):
            raise ValueError(
                f"user_roles['{name}'] is {entry!r}; give a column of the .user file, or a mapping "
                f"with `column` and `values`"
            )
    if moments is None:
        return
    asked = moments if isinstance(moments, Mapping) else {}
    if set(asked) != {"zone", "facts"} or not isinstance(asked["facts"], list):
        raise ValueError(
            f"moments is {moments!r}; give `zone`, e.g. Europe/London, and a list `facts`"
        )
    try:
        pd.Timestamp(0, tz=str(moments["zone"]))
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"moments has the zone {moments['zone']!r}, which is not known; give a name such as "
            f"Europe/London, or UTC"
        ) from error
    for name in moments["facts"]:
        if name not in MOMENTS:
            raise ValueError(f"moments has the fact {name!r}; choose among {', '.join(MOMENTS)}")


def read_persons(dataset: InstructRecDataset) -> list[dict[str, str]]:
    """Each user's facts, while the user columns are in id order, not filled and not scaled.

    A column that is not loaded tells no facts, which is said in the log.
    """
    roles = dataset.config["user_roles"] or {}
    users = dataset.user_feat
    columns = [] if users is None else list(users.columns)
    persons: list[dict[str, str]] = [{} for _ in range(dataset.user_num)] if roles else []
    for name, entry in roles.items():
        entry = {"column": entry} if isinstance(entry, str) else entry
        if entry["column"] not in columns:
            logging.getLogger().warning(
                f"user_roles['{name}'] names the column {entry['column']!r}, which is not loaded; "
                f"{dataset.dataset_name}.user has: {', '.join(columns) or 'no loaded columns'}; "
                f"no instruction tells this fact"
            )
            continue
        words = {str(code): word for code, word in entry.get("values", {}).items()}
        for user, value in enumerate(_values(dataset, entry["column"])):
            if value:
                persons[user][name] = words.get(value, value)
    return persons


def _values(dataset: InstructRecDataset, column: str) -> list[str]:
    """A user column as text; empty where it is missing."""
    values = dataset.user_feat[column].tolist()
    if dataset.field2type[column] == FeatureType.TOKEN:
        names = dataset.field2id_token[column]
        return [str(names[int(v)]) if v == v and v > 0 else "" for v in values]
    return [f"{v:.15g}" if isinstance(v, float) and v == v else "" for v in values]


def read_moments(seconds: np.ndarray, options: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The facts about moments given in seconds since 1970, float64 [n]."""
    times = pd.to_datetime(pd.Series(seconds), unit="s", utc=True).dt.tz_convert(options["zone"])
    codes = {
        "season": times.dt.month % 12 // 3,
        "week": (times.dt.dayofweek > 4).astype(int),
        "daytime": times.dt.hour // 6,
    }
    return {name: codes[name].to_numpy(dtype=np.int8) for name in options["facts"]}
