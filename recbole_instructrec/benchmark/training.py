"""Trains one model with RecBole until it stops early, epoch by epoch, and goes on where it was."""

from __future__ import annotations

import csv
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import ModelType, get_model, get_trainer, init_seed

from recbole_instructrec.benchmark import machine, resuming
from recbole_instructrec.benchmark.renumbering import other_numbers
from recbole_instructrec.whole_file import whole_file

BEST = "best.pth"
RUNNING = "running.pth"
CURVE = "curve.csv"
TOLD = ("epochs", "building", "peak_memory")
SECONDS = ("train_s", "train_cpu_s", "valid_s", "valid_cpu_s")


@dataclass
class Training:
    """A model that is trained, with what RecBole made for it.

    Attributes:
        epochs: The learning curve: for each epoch its number from 0, the training loss, RecBole's
            validation metrics, and seconds on the clock and of the processor in training and
            in validation.
        building: Seconds to build the model, of the ``clock`` and of the processor (``cpu``):
            for a model in closed form, to fit it.
        peak_memory: Most bytes in memory so far, of any process that was at it.
        n_parameters: Number of weights.
        in_closed_form: Whether the model was fitted when it was built, and has no epochs.
        stopped_early: Whether it stopped because validation got no better; a model in closed
            form is done at once.
    """

    config: Config
    trainer: Any
    train_data: Any
    valid_data: Any
    test_data: Any
    building: dict[str, float]
    epochs: list[dict[str, float]] = field(default_factory=list)
    peak_memory: int = 0

    @property
    def n_parameters(self) -> int:
        return sum(weight.numel() for weight in self.trainer.model.parameters())

    @property
    def in_closed_form(self) -> bool:
        return self.config["MODEL_TYPE"] == ModelType.TRADITIONAL

    @property
    def stopped_early(self) -> bool:
        return self.in_closed_form or self.trainer.cur_step > self.trainer.stopping_step


def prepare(
    model: str, dataset: str, options: Mapping[str, Any], folder: Path, renumbered: bool = False
) -> Training:
    """Builds data, model and trainer as RecBole's quick start does.

    Args:
        options: RecBole's.
        folder: Where the checkpoints are.
        renumbered: Whether users and items get other internal numbers.
    """
    given = {**options, "checkpoint_dir": str(folder)}
    config = Config(model=model, dataset=dataset, config_dict=given)
    init_seed(config["seed"], config["reproducibility"])
    with other_numbers(config["USER_ID_FIELD"]) if renumbered else nullcontext():
        data = create_dataset(config)
    train_data, valid_data, test_data = data_preparation(config, data)
    init_seed(config["seed"], config["reproducibility"])
    start, cpu_start = time.perf_counter(), time.process_time()
    instance = get_model(model)(config, train_data._dataset).to(config["device"])
    building = {"clock": time.perf_counter() - start, "cpu": time.process_time() - cpu_start}
    trainer = get_trainer(config["MODEL_TYPE"], model)(config, instance)
    trainer.saved_model_file = str(folder / BEST)
    return Training(config, trainer, train_data, valid_data, test_data, building)


def train(training: Training, folder: Path) -> None:
    """Trains to the end; the model is then that of the best epoch.

    After each epoch everything needed to go on is in ``folder/running.pth``; where that is, this
    goes on from there. RecBole's checkpoint of the best epoch is ``folder/best.pth``. A model in
    closed form has neither: they would hold all that it computes with, which can be gigabytes, and
    it is soon fitted again.
    """
    trainer = training.trainer
    running = folder / RUNNING
    if running.is_file():
        told = resuming.restore(running, trainer, training.train_data)
        for name in TOLD:
            setattr(training, name, told[name])
        logging.getLogger().info(f"going on at epoch {trainer.start_epoch}")
    if not resuming.has_stopped(trainer):
        _fit(training, folder)
    if not training.in_closed_form:
        best = torch.load(folder / BEST, map_location=trainer.device, weights_only=False)
        trainer.model.load_state_dict(best["state_dict"])
        trainer.model.load_other_parameter(best.get("other_parameter"))


def _fit(training: Training, folder: Path) -> None:
    trainer = training.trainer
    last: dict[str, Any] = {}
    trainer._train_epoch = _watched(trainer._train_epoch, "train", last)
    trainer._valid_epoch = _watched(trainer._valid_epoch, "valid", last)

    def finished(epoch: int, _: float) -> None:
        training.epochs.append(
            {"epoch": epoch, "train_loss": float(trainer.train_loss_dict[epoch])}
            | {name: last[name] for name in SECONDS}
            | {f"valid_{name}": float(value) for name, value in last["valid"][1].items()}
        )
        training.peak_memory = max(training.peak_memory, machine.peak_memory())
        _write_curve(training.epochs, folder / CURVE)
        if not training.in_closed_form:
            told = {name: getattr(training, name) for name in TOLD}
            resuming.save(folder / RUNNING, trainer, training.train_data, epoch, told)

    trainer.fit(
        training.train_data,
        training.valid_data,
        saved=not training.in_closed_form,
        show_progress=training.config["show_progress"],
        callback_fn=finished,
    )


def _watched(method: Callable[..., Any], name: str, last: dict[str, Any]) -> Callable[..., Any]:
    """The method; what it gave last and the seconds it took are written into ``last``."""

    def watched(*args: Any, **kwargs: Any) -> Any:
        start, cpu_start = time.perf_counter(), time.process_time()
        last[name] = method(*args, **kwargs)
        last[f"{name}_s"] = time.perf_counter() - start
        last[f"{name}_cpu_s"] = time.process_time() - cpu_start
        return last[name]

    return watched


def _write_curve(epochs: Sequence[Mapping[str, float]], path: Path) -> None:
    with whole_file(path) as part, part.open("w", newline="") as file:
        writer = csv.DictWriter(file, epochs[0])
        writer.writeheader()
        writer.writerows(epochs)
