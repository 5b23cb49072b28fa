"""Protocols: which items a user's target is ranked among.

``full``
    The catalogue, as RecBole ranks it: general models without what the user has chosen before,
    sequential models with it.
``unseen``
    The catalogue without what the user has chosen before, whatever the model: the fair comparison.
``uni<n>``
    ``n`` items drawn uniformly from those that the user never chose; the same for all models.
``hard<n>``
    The first ``n`` of the user's candidates in a file, without what the user has chosen before;
    users of whom it names fewer are left out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recbole_instructrec.benchmark.split import Split

SAMPLED = "uni"
FROM_FILE = "hard"
ABSENT = -1


@dataclass(frozen=True)
class Protocol:
    """One of the module's protocols.

    Attributes:
        name: As it is typed.
        kind: ``full``, ``unseen``, ``uni`` or ``hard``.
        n_negatives: Number of other items, 0 where it is all.
    """

    name: str
    kind: str
    n_negatives: int = 0

    @property
    def group(self) -> str:
        """Which of the property file's settings hold: ``catalogue`` or ``candidates``."""
        return "candidates" if self.n_negatives else "catalogue"

    @property
    def described(self) -> str:
        """In words, for whoever reads the figures."""
        return {
            "full": "full ranking as RecBole's: general models leave out what was chosen before, "
            "sequential ones do not",
            "unseen": "full ranking without what the user has chosen before, for every model",
            SAMPLED: f"1 + {self.n_negatives}: the target among uniformly drawn items that the "
            f"user never chose",
            FROM_FILE: f"1 + {self.n_negatives}: the target among the first items of a file of "
            f"candidates that the user has not chosen before",
        }[self.kind]


def parse(name: str) -> Protocol:
    """The protocol of that name.

    Raises:
        ValueError: If there is none.
    """
    found = re.fullmatch(r"(full|unseen)|(uni|hard)([1-9][0-9]*)", name)
    if found is None:
        raise ValueError(
            f"there is no protocol {name!r}; choose among full, unseen, uni<n> and hard<n>, "
            f"e.g. uni9"
        )
    if found[1]:
        return Protocol(name, found[1])
    return Protocol(name, found[2], int(found[3]))


def negatives(
    protocols: Sequence[Protocol],
    split: Split,
    seed: int,
    candidates: Mapping[int, np.ndarray],
) -> dict[str, np.ndarray]:
    """The items beside the target, of the protocols that name some.

    Args:
        seed: What is drawn for a user depends on it and on the user's id.
        candidates: By place in ``split.users``, as read from a file.

    Returns:
        By name of the protocol, places in ``split.items``, int64 [n_users, n_negatives], with
        :data:`ABSENT` for users who are left out.

    Raises:
        ValueError: If a user has too few items that were never chosen.
    """
    drawn = {}
    for protocol in protocols:
        if protocol.kind == SAMPLED:
            rows = [_uniform(split, user, protocol, seed) for user in range(len(split.users))]
        elif protocol.kind == FROM_FILE:
            rows = [
                _first(split, user, candidates.get(user), protocol.n_negatives)
                for user in range(len(split.users))
            ]
        else:
            continue
        drawn[protocol.name] = np.stack(rows)
    return drawn


def _uniform(split: Split, user: int, protocol: Protocol, seed: int) -> np.ndarray:
    chosen = np.unique(np.append(split.seen[user], split.targets[user]))
    n_free = len(split.items) - len(chosen)
    if n_free < protocol.n_negatives:
        raise ValueError(
            f"{protocol.name} needs {protocol.n_negatives} items that user "
            f"{str(split.users[user])!r} never chose, and there are {n_free}; take a smaller number"
        )
    # The n-th free item stands behind as many chosen ones as have fewer than n free before them.
    draw = np.random.default_rng([seed, zlib.crc32(split.users[user].encode())])
    nth = draw.choice(n_free, protocol.n_negatives, replace=False)
    return nth + np.searchsorted(chosen - np.arange(len(chosen)), nth, side="right")


def _first(split: Split, user: int, candidates: np.ndarray | None, n: int) -> np.ndarray:
    if candidates is None:
        return np.full(n, ABSENT)
    chosen = np.append(split.seen[user], split.targets[user])
    left = candidates[~np.isin(candidates, chosen)][:n]
    return left if len(left) == n else np.full(n, ABSENT)
