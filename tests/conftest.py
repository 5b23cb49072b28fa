"""Small data that the tests make, and a place to run RecBole in."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

import recbole_instructrec  # noqa: F401  attaches the model

# A shop in which everybody walks along the same circle of items: after item n comes item n + 1.
N_ITEMS = 12
N_USERS = 30
TITLES = [
    "Red Running Shoes", "Blue Running Shoes", "Tea Pot", "Tea Cup", "Tea Pot", "Robot Kit",
    "Robot Dog", "Ghost Lamp", "Ghost Mask", "Garden Chair", "Garden Table", "Garden",
]  # fmt: skip
KINDS = ["shoes", "shoes", "kitchen", "kitchen", "kitchen", "toys",
         "toys", "horror", "horror", "garden", "garden", ""]  # fmt: skip
YEARS = [1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998, 1999, 2000, ""]
PRICES = [10, 20, 3.5, 2, 4, 50, 80, 15, 12, 60, 120, ""]

ITEMS_HEADER = "item_id:token\tname:token_seq\tkind:token_seq\tmade:token\tcost:float"
ROLES = {
    "title": "name",
    "category": "kind",
    "year": {"column": "made", "recent": 2},
    "price": "cost",
}
SMALL = {
    "hidden_size": 16, "inner_size": 32, "n_decoder_layers": 1, "dropout_prob": 0.0,
    "tokenizer_vocab_size": 400, "max_instruction_length": 40, "MAX_ITEM_LIST_LENGTH": 6,
    "train_batch_size": 16, "epochs": 2, "show_progress": False, "state": "WARNING",
    "load_col": {
        "inter": ["user_id", "item_id", "timestamp"],
        "item": ["item_id", "name", "kind", "made", "cost"],
    },
    "item_roles": ROLES, "item_noun": {"en": "things", "zh": "东西"},
}  # fmt: skip


def write_shop(folder: Path, **changed: list[str]) -> Path:
    """Writes the dataset ``shop`` in RecBole's format; returns its ``data_path``."""
    place = folder / "shop"
    place.mkdir(parents=True, exist_ok=True)
    inter = ["user_id:token\titem_id:token\ttimestamp:float"]
    for user in range(N_USERS):
        for step in range(5 + user % 7):
            item = 1 + (user + step) % N_ITEMS
            inter.append(f"u{user}\ti{item}\t{1000 * user + step}")
    item = [ITEMS_HEADER]
    columns = zip(TITLES, KINDS, YEARS, PRICES, strict=True)
    item += [f"i{n}\t" + "\t".join(map(str, row)) for n, row in enumerate(columns, 1)]
    lines = {"inter": inter, "item": item, **changed}
    for suffix, content in lines.items():
        (place / f"shop.{suffix}").write_text("\n".join(content) + "\n", encoding="utf-8")
    return folder


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
                epochs=60, checkpoint_dir=str(folder), learning_rate=0.01, stopping_step=100
            ),
        )
    return next(folder.glob("InstructRec-*.pth"))
