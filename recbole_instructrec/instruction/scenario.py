"""The grid of scenarios: what is known of a person, what is wanted, and what form is asked for.

The three axes are those of InstructRec (arXiv 2305.07001, section 2.1 and table 1).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Any

from recbole_instructrec.instruction.structure import INTENTIONS, PREFERENCES, TASKS

# Their answers put into words what another task is given, so not every combination has a sense.
_TOLD = {
    "query": (("none",), INTENTIONS[1:]),
    "taste": (("implicit",), ("none",)),
    "related": (("implicit",), INTENTIONS[1:]),
    "reasoning": (("implicit",), INTENTIONS),
}


@dataclass(frozen=True)
class Scenario:
    """One cell of the grid.

    Attributes:
        preference: One of :data:`.PREFERENCES`.
        intention: One of :data:`.INTENTIONS`; for ``query`` and ``related`` the answer says it.
        task: One of :data:`.TASKS`.
    """

    preference: str
    intention: str
    task: str

    @property
    def name(self) -> str:
        """The three names with hyphens between them, e.g. ``implicit-specific-matching``."""
        return f"{self.preference}-{self.intention}-{self.task}"

    @classmethod
    def parse(cls, name: str) -> Scenario:
        """The inverse of :attr:`name`.

        Raises:
            ValueError: If there is no such scenario.
        """
        if name not in GRID:
            raise ValueError(
                f"there is no scenario {name!r}; write <preference>-<intention>-<task> with a "
                f"preference among {', '.join(PREFERENCES)}, an intention among "
                f"{', '.join(INTENTIONS)} and a task among {', '.join(TASKS)}"
                + "".join(
                    f"; {task} only with {' or '.join(first)} and {' or '.join(second)}"
                    for task, (first, second) in _TOLD.items()
                    if name.endswith(f"-{task}")
                )
            )
        return GRID[name]


GRID = {
    one.name: one
    for one in (
        Scenario(preference, intention, task)
        for task in TASKS
        for preference, intention in product(*_TOLD.get(task, (PREFERENCES, INTENTIONS)))
    )
}


class Mixture:
    """Scenarios with weights.

    Args:
        weights: By scenario name, a number of at least 0; their sum need not be 1.

    Raises:
        ValueError: If a name or a weight cannot be, or all weights are 0.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        for name, weight in weights.items():
            Scenario.parse(name)
            if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not weight >= 0:
                raise ValueError(f"the weight of {name} is {weight!r}; give a number of at least 0")
        self.weights = {GRID[name]: float(weight) for name, weight in weights.items() if weight}
        if not self.weights:
            raise ValueError(f"no scenario has a weight above 0; give one to some of {_some()}")
        self._scenarios = list(self.weights)
        self._sums = list(accumulate(self.weights.values()))

    def draw(self, choice: random.Random) -> Scenario:
        """A scenario, with a probability proportional to its weight."""
        (scenario,) = choice.choices(self._scenarios, cum_weights=self._sums)
        return scenario

    def without(self, dropped: set[Scenario]) -> Mixture:
        """The same weights without some scenarios.

        Raises:
            ValueError: If none is left.
        """
        left = {one.name: w for one, w in self.weights.items() if one not in dropped}
        return Mixture(left)


def _some() -> str:
    return f"{', '.join(list(GRID)[:3])}, ..."
