"""Trains InstructRec with RecBole's trainer and writes checkpoints that load without pickle."""

from __future__ import annotations

import copy
import os
from typing import Any

import numpy as np
import torch
from recbole.trainer import Trainer
from recbole.utils import set_color

from recbole_instructrec.plugin.allocator import keep_freed_memory
from recbole_instructrec.whole_file import whole_file


class InstructRecTrainer(Trainer):
    """RecBole's trainer; only the checkpoint is written differently.

    RecBole writes its checkpoint in a pickle protocol that ``torch.load(weights_only=True)``
    does not read. Here the same keys are written so that it does, and in one move, so that a
    killed run never leaves half a file.

    Validation, checkpoints and answers see a running average of the weights, which is steadier
    than the last ones (``average_decay``); training goes on with the weights themselves. A run
    resumed from a checkpoint goes on from the average.
    """

    def __init__(self, config: Any, model: torch.nn.Module) -> None:
        super().__init__(_plain(config), model)
        if self.device.type == "cpu":
            keep_freed_memory()
            for group in self.optimizer.param_groups:
                if "fused" in group:
                    group["fused"] = True  # goes through the weights once, not ten times
        self._own_weights: list[torch.Tensor] = []
        self._average = [weight.detach().clone() for weight in self.model.parameters()]
        self._steps = 0
        self.optimizer.register_step_post_hook(self._update_average)

    def _update_average(self, *_: Any) -> None:
        # The first steps are averaged over what there is, not over the start.
        self._steps += 1
        decay = min(self.config["average_decay"], self._steps / (10 + self._steps))
        weights = [weight.detach() for weight in self.model.parameters()]
        torch._foreach_lerp_(self._average, weights, 1 - decay)

    def _train_epoch(self, *args: Any, **kwargs: Any) -> Any:
        self._copy_into_model(self._own_weights)
        loss = super()._train_epoch(*args, **kwargs)
        self._own_weights = [weight.detach().clone() for weight in self.model.parameters()]
        self._copy_into_model(self._average)
        return loss

    @torch.no_grad()
    def _copy_into_model(self, weights: list[torch.Tensor]) -> None:
        for own, weight in zip(self.model.parameters(), weights, strict=False):
            own.copy_(weight)

    def resume_checkpoint(self, resume_file: str | os.PathLike[str]) -> None:
        super().resume_checkpoint(resume_file)
        self._average = [weight.detach().clone() for weight in self.model.parameters()]

    def state_dict(self) -> dict[str, Any]:
        """What changes in training besides model and optimizer: to go on after an epoch exactly."""
        return {
            "own_weights": self._own_weights, "average": self._average, "steps": self._steps,
        }  # fmt: skip

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from a :meth:`state_dict`; model and optimizer are the caller's to load."""
        self._own_weights = [weight.to(self.device) for weight in state["own_weights"]]
        self._average = [weight.to(self.device) for weight in state["average"]]
        self._steps = state["steps"]

    def _save_checkpoint(self, epoch: int, verbose: bool = True, **kwargs: Any) -> None:
        if not self.config["single_spec"] and self.config["local_rank"] != 0:
            return
        path = kwargs.pop("saved_model_file", self.saved_model_file)
        state = {
            "config": self.config,
            "epoch": epoch,
            "cur_step": self.cur_step,
            "best_valid_score": float(self.best_valid_score),
            "state_dict": self.model.state_dict(),
            "other_parameter": self.model.other_parameter(),
            "optimizer": self.optimizer.state_dict(),
        }
        with whole_file(path) as part:
            torch.save(state, part)
        if verbose:
            self.logger.info(set_color("Saving current", "blue") + f": {path}")


def _plain(config: Any) -> Any:
    """A copy of the configuration whose numbers are Python's: a hyperparameter search gives
    numpy's, which cannot be loaded as weights only."""
    config = copy.copy(config)
    for name, options in vars(config).items():
        if isinstance(options, dict):
            plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in options.items()}
            setattr(config, name, plain)
    return config
