"""A small dataset whose right answers are known: what the tests train on."""

from __future__ import annotations

from pathlib import Path

import torch

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

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
    "item_id_dropout": 0.0, "n_sentences": 64, "sentence_batch_size": 16,
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


def write_split_shop(folder: Path) -> Path:
    """Writes ``shop`` with rows in files of its own, for ``benchmark_filename``; returns its
    ``data_path``. Each person's last choice is the test's, the one before the validation's."""
    header = "user_id:token\titem_id:token\titem_id_list:token_seq\ttimestamp:float"
    parts = {}
    for name, n_walked in (("train", 3), ("valid", 4), ("test", 5)):
        parts[f"{name}.inter"] = [header]
        for user in range(N_USERS):
            *history, target = (f"i{1 + (user + step) % N_ITEMS}" for step in range(n_walked))
            parts[f"{name}.inter"].append(f"u{user}\t{target}\t{' '.join(history)}\t{n_walked}")
    return write_shop(folder, **parts)


SPLIT = {
    "benchmark_filename": ["train", "valid", "test"], "alias_of_item_id": ["item_id_list"],
    "load_col": {
        **SMALL["load_col"], "inter": ["user_id", "item_id", "item_id_list", "timestamp"],
    },
}  # fmt: skip


def spelled(tokenizer: TextTokenizer, ids: torch.Tensor) -> list[str]:
    """The sentences of token ids, int64 [n, n_tokens]."""
    decode = tokenizer.tokenizer.decode
    return [decode(row.tolist(), skip_special_tokens=True).strip() for row in ids]
