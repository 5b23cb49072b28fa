"""Other internal numbers of users and items, to see that they say nothing to a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd


@contextmanager
def other_numbers(user_field: str) -> Iterator[None]:
    """Has RecBole number users and items in another order of appearance.

    Its files are read with the users in another order. A user's own rows keep theirs, so that
    nothing else changes.
    """
    read_csv = pd.read_csv

    def read(*args: Any, **kwargs: Any) -> pd.DataFrame:
        frame = read_csv(*args, **kwargs)
        user = next((name for name in frame if name.startswith(f"{user_field}:")), None)
        if user is None:
            return frame
        users = frame[user].unique()
        place = dict(zip(users, np.random.default_rng(0).permutation(len(users)), strict=True))
        return frame.iloc[np.argsort(frame[user].map(place), kind="stable")]

    pd.read_csv = read
    try:
        yield
    finally:
        pd.read_csv = read_csv
