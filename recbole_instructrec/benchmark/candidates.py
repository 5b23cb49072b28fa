"""Files of candidates: for each user the items that another model puts in front."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from recbole_instructrec.benchmark.split import Split


def read(path: str | Path, split: Split) -> dict[int, np.ndarray]:
    """The candidates of each tested user that the file names.

    Each line is ``user_id<TAB>item_id item_id ...``, the best first, in the dataset's own ids.

    Returns:
        By place in ``split.users``, places in ``split.items``, int64 [n_candidates].

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line has another form, or names somebody or something unknown.
    """
    found = {}
    for number, line in enumerate(_content(path).decode().splitlines(), 1):
        user, tab, items = line.partition("\t")
        if not tab or not items.split():
            raise ValueError(
                f"{path}, line {number}: {line[:60]!r} is not `user_id<TAB>item_id item_id ...`"
            )
        if user not in split.place_of_user:
            raise ValueError(
                f"{path}, line {number}: nobody with the id {user!r} is tested in this dataset; "
                f"give candidates of the same dataset, in its own ids"
            )
        try:
            places = [split.place_of_item[item] for item in dict.fromkeys(items.split())]
        except KeyError as error:
            raise ValueError(
                f"{path}, line {number}: the dataset has no item {error.args[0]!r}; give "
                f"candidates of the same dataset, in its own ids"
            ) from error
        found[split.place_of_user[user]] = np.array(places, dtype=np.int64)
    return found


def fingerprint(path: str | Path) -> str:
    """SHA-256 of the file.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return hashlib.sha256(_content(path)).hexdigest()


def _content(path: str | Path) -> bytes:
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file of candidates {path}; correct --candidates")
    return Path(path).read_bytes()
