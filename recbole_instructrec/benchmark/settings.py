"""The properties of the benchmark: how it measures, and RecBole's options for each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files

BASELINES = "baselines"


@dataclass(frozen=True)
class Settings:
    """``benchmark/protocol.yaml`` and ``benchmark/models.yaml``.

    Attributes:
        protocol: How it is measured; the file says what each key means.
        models: By model, ``all`` and datasets' names, each with RecBole's options.
    """

    protocol: dict[str, Any]
    models: dict[str, Any]

    @classmethod
    def read(cls, own: str | Path | None = None) -> Settings:
        """Reads both files.

        Args:
            own: A folder of the user's own, looked at before the shipped one.

        Raises:
            ValueError: If one of them is not a mapping.
        """
        return cls(*(
            property_files.read(property_files.find("benchmark", name, own))
            for name in ("protocol", "models")
        ))  # fmt: skip

    def options(self, model: str, dataset: str) -> dict[str, Any]:
        """RecBole's options for a model on a dataset."""
        options = dict(self.protocol["options"])
        for name in (model,) if model == self.protocol["ours"] else (BASELINES, model):
            of_model = self.models.get(name) or {}
            for scope in ("all", dataset):
                options.update(of_model.get(scope) or {})
        return options

    def seeds(self, model: str, seeds: Sequence[int]) -> list[int]:
        """Those that say something: of a model that draws nothing, the first."""
        deterministic = (self.models.get(model) or {}).get("deterministic", False)
        return list(seeds[:1] if deterministic else seeds)
