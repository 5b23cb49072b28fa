"""A place to run RecBole in, and a model that has been trained in it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from shop import SMALL, write_shop

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# What is compared is exact on the processor, so a GPU is not looked for, then or later.
os.environ["CUDA_VISIBLE_DEVICES"] = ""
torch.cuda.is_available()


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """RecBole writes logs into the working folder, reads sys.argv, and adds log handlers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["test"])
    handlers = logging.getLogger().handlers[:]
    yield
    for handler in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``data_path`` of the dataset ``shop``."""
    return write_shop(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def options(shop: Path) -> Callable[..., dict[str, Any]]:
    """Options of a model that trains in a second, some of them changed."""

    def changed(**changes: Any) -> dict[str, Any]:
        return {**SMALL, "data_path": str(shop), **changes}

    return changed


@pytest.fixture(scope="session")
def checkpoint(options: Callable[..., dict[str, Any]], tmp_path_factory: Any) -> Path:
    """A checkpoint of a model that has learnt the circle."""
    from recbole.quick_start import run_recbole

    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["test"])
        torch.set_num_threads(1)
        run_recbole(
            model="InstructRec",
            dataset="shop",
            config_dict=options(
                epochs=40, eval_step=10, checkpoint_dir=str(folder), learning_rate=0.01
            ),
        )
    return next(folder.glob("InstructRec-*.pth"))
