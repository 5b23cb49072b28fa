"""What reports do with figures: means of those there are, and tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tabulate import tabulate


def mean(values: np.ndarray) -> float | None:
    """The mean of those that are numbers; None where there is none."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in Markdown, its cells as they are given."""
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
