"""All that a training needs to go on after an epoch as if it had not been interrupted.

RecBole's checkpoint is that of the best epoch and holds no generators: a run that goes on from it
repeats epochs, and with other draws. What is saved here after every epoch is what changes in
training: weights, optimizer, the trainer's counters, generators. A model's ``other_parameter`` does
not: it is made of the data, or from the weights.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import torch

from recbole_instructrec.whole_file import whole_file


def save(path: Path, trainer: Any, train_data: Any, epoch: int, told: Any) -> None:
    """Writes the state after an epoch, in one move.

    Args:
        trainer: RecBole's.
        train_data: Its training dataloader, which shuffles.
        epoch: The last one that is finished, counted from 0.
        told: What is known of the epochs so far: lists, dictionaries, numbers and texts.
    """
    numpy_state = np.random.get_state(legacy=False)
    numpy_state["state"]["key"] = numpy_state["state"]["key"].tolist()
    state = {
        "epoch": epoch,
        "cur_step": trainer.cur_step,
        "best_valid_score": float(trainer.best_valid_score),
        "best_valid_result": _plain(trainer.best_valid_result),
        "model": trainer.model.state_dict(),
        "optimizer": trainer.optimizer.state_dict(),
        "trainer": trainer.state_dict() if hasattr(trainer, "state_dict") else {},
        "generators": {
            "python": random.getstate(),
            "numpy": numpy_state,
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
            "shuffling": train_data.generator.get_state(),
        },
        "told": told,
    }
    with whole_file(path) as part:
        torch.save(state, part)


def restore(path: Path, trainer: Any, train_data: Any) -> Any:
    """Has a new trainer go on after the last saved epoch.

    Returns:
        What was told when the state was saved.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    trainer.start_epoch = state["epoch"] + 1
    trainer.cur_step = state["cur_step"]
    trainer.best_valid_score = state["best_valid_score"]
    trainer.best_valid_result = state["best_valid_result"]
    trainer.model.load_state_dict(state["model"])
    trainer.optimizer.load_state_dict(state["optimizer"])
    if hasattr(trainer, "load_state_dict"):
        trainer.load_state_dict(state["trainer"])
    generators = state["generators"]
    random.setstate(generators["python"])
    numpy_state = generators["numpy"]
    numpy_state["state"]["key"] = np.array(numpy_state["state"]["key"], dtype=np.uint32)
    np.random.set_state(numpy_state)
    torch.set_rng_state(generators["torch"])
    if torch.cuda.is_available():
        torch.cuda.set_rng_state_all(generators["cuda"])
    train_data.generator.set_state(generators["shuffling"])
    return state["told"]


def has_stopped(trainer: Any) -> bool:
    """Whether training is at its end: stopped early, or after the last epoch."""
    return trainer.cur_step > trainer.stopping_step or trainer.start_epoch >= trainer.epochs


def _plain(result: Any) -> dict[str, float] | None:
    return None if result is None else {name: float(value) for name, value in result.items()}
