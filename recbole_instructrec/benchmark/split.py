"""Who is tested on what: RecBole's leave-one-out split, read once and the same for all models."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from recbole.config import Config
from recbole.data import create_dataset

# Of RecBole's models the one whose dataset is nothing but the interactions.
PLAIN = "Pop"
ATOMIC_FILES = ("inter", "item", "user")


@dataclass(frozen=True)
class Split:
    """The test part, in the order of users' ids as text.

    Attributes:
        users: The tested users' ids, str [n].
        items: All items' ids in order, str [n_items].
        targets: Place in ``items`` of each user's last item, int64 [n].
        seen: For each user, places in ``items`` of all that came before, int64 [n_i] each.
        popularity: How often each item was chosen in the training part, int64 [n_items].
    """

    users: np.ndarray
    items: np.ndarray
    targets: np.ndarray
    seen: list[np.ndarray]
    popularity: np.ndarray

    @cached_property
    def place_of_user(self) -> Mapping[str, int]:
        """Where each tested user is in ``users``."""
        return {user: place for place, user in enumerate(self.users.tolist())}

    @cached_property
    def place_of_item(self) -> Mapping[str, int]:
        """Where each item is in ``items``."""
        return {item: place for place, item in enumerate(self.items.tolist())}

    @cached_property
    def history_lengths(self) -> np.ndarray:
        """Number of items before the target, int64 [n]."""
        return np.array([len(seen) for seen in self.seen], dtype=np.int64)


def read(dataset: str, options: Mapping[str, Any]) -> Split:
    """Splits a dataset as RecBole does.

    Args:
        options: RecBole's, of which those of data and split matter.

    Raises:
        ValueError: If nobody is left to be tested.
    """
    config = Config(model=PLAIN, dataset=dataset, config_dict=dict(options))
    train, valid, test = create_dataset(config).build()
    if not len(test.inter_feat):
        raise ValueError(f"no user of {dataset} has enough interactions to be tested")
    uid, iid = test.uid_field, test.iid_field
    user_tokens = test.field2id_token[uid].astype(str)
    tokens = test.field2id_token[iid].astype(str)
    by_token = 1 + np.argsort(tokens[1:])
    place = np.zeros(len(tokens), dtype=np.int64)
    place[by_token] = np.arange(len(by_token))

    in_training = train.inter_feat[uid].numpy(), place[train.inter_feat[iid].numpy()]
    in_validation = valid.inter_feat[uid].numpy(), place[valid.inter_feat[iid].numpy()]
    users, chosen = map(np.concatenate, zip(in_training, in_validation, strict=True))
    by_user = np.argsort(users, kind="stable")
    ends = np.searchsorted(users[by_user], np.arange(len(user_tokens) + 1))

    tested, target = test.inter_feat[uid].numpy(), test.inter_feat[iid].numpy()
    order = np.argsort(user_tokens[tested])
    return Split(
        users=user_tokens[tested[order]],
        items=tokens[by_token],
        targets=place[target[order]],
        seen=[chosen[by_user[ends[user] : ends[user + 1]]] for user in tested[order]],
        popularity=np.bincount(in_training[1], minlength=len(by_token)),
    )


def fingerprint(dataset: str, folder: str | Path) -> str:
    """SHA-256 over a dataset's atomic files.

    Args:
        folder: Where they lie, RecBole's ``data_path`` with the dataset's name.

    Raises:
        FileNotFoundError: If there are none.
    """
    paths = [Path(folder) / f"{dataset}.{suffix}" for suffix in ATOMIC_FILES]
    if not paths[0].is_file():
        raise FileNotFoundError(
            f"there is no dataset {dataset!r}: {paths[0]} does not exist; give the folder that "
            f"{dataset}/ lies in as --data_path=FOLDER"
        )
    digest = hashlib.sha256()
    for path in filter(Path.is_file, paths):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
