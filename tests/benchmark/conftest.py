"""The benchmark's settings on the small dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recbole_instructrec.benchmark.settings import Settings

QUICK = {"show_progress": False, "use_gpu": False, "train_batch_size": 16}


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Those that are shipped."""
    return Settings.read()


@pytest.fixture(scope="session")
def given(shop: Path, options: Any, settings: Settings) -> Any:
    """RecBole's options of a model on the dataset ``shop``, some of them changed."""

    def of(model: str, **changes: Any) -> dict[str, Any]:
        own = options() if model == settings.protocol["ours"] else QUICK
        benchmark = settings.options(model, "shop")
        return {**own, **benchmark, "data_path": str(shop), "seed": 2020, **changes}

    return of
