"""Trains InstructRec with RecBole's trainer and writes checkpoints that load without pickle."""

from __future__ import annotations

import copy
import os
from typing import Any

import numpy as np
import torch
from recbole.trainer import Trainer
from recbole.utils import set_color


class InstructRecTrainer(Trainer):
    """RecBole's trainer; only the checkpoint is written differently.

    RecBole writes its checkpoint in a pickle protocol that ``torch.load(weights_only=True)``
    does not read. Here the same keys are written so that it does, and in one move, so that a
    killed run never leaves half a file.
    """

    def _save_checkpoint(self, epoch: int, verbose: bool = True, **kwargs: Any) -> None:
        if not self.config["single_spec"] and self.config["local_rank"] != 0:
            return
        path = kwargs.pop("saved_model_file", self.saved_model_file)
        state = {
            "config": _plain(self.config),
            "epoch": epoch,
            "cur_step": self.cur_step,
            "best_valid_score": float(self.best_valid_score),
            "state_dict": self.model.state_dict(),
            "other_parameter": self.model.other_parameter(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, f"{path}.part")
        os.replace(f"{path}.part", path)
        if verbose:
            self.logger.info(set_color("Saving current", "blue") + f": {path}")


def _plain(config: Any) -> Any:
    """A copy of the configuration whose numbers are Python's: a hyperparameter search gives
    numpy's, which cannot be loaded as weights only."""
    config = copy.copy(config)
    config.final_config_dict = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in config.final_config_dict.items()
    }
    return config
