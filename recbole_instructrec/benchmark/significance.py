"""Whether one model ranks better than another: a paired test over users."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import wilcoxon


@dataclass(frozen=True)
class Comparison:
    """One model against another.

    Attributes:
        difference: Mean over users, of the first less the second.
        relative: The difference as a share of the second's mean.
        p: Of Wilcoxon's signed-rank test, two-sided; users with equal values are left out of it.
        n_different: Number of users with different values.
    """

    difference: float
    relative: float
    p: float
    n_different: int


def compare(first: np.ndarray, second: np.ndarray) -> Comparison:
    """Compares two models user by user.

    Args:
        first: A metric for each user, float64 [n], NaN for users who are left out.
        second: The same users' values of another model.
    """
    there = ~(np.isnan(first) | np.isnan(second))
    # Means over seeds that are equal but for rounding are no difference.
    differences = np.round(first[there] - second[there], 12)
    n_different = int(np.count_nonzero(differences))
    mean = float(second[there].mean())
    return Comparison(
        difference=float(differences.mean()),
        relative=float(differences.mean() / mean) if mean else float("nan"),
        p=float(wilcoxon(differences).pvalue) if n_different else 1.0,
        n_different=n_different,
    )
