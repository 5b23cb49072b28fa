"""One part of a benchmark: a model with a seed, trained and ranked, in a folder of its own.

The folder holds what is computed (``part.json``), RecBole's checkpoint of the best epoch
(``best.pth``), all that is needed to go on after the last epoch (``running.pth``), the learning
curve (``curve.csv``), RecBole's messages (``log``), where each user's target stands (``ranks.npz``)
and ``result.json``, which is written last.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock, Timeout
from recbole.config import Config
from recbole.utils.logger import RemoveColorFilter

from recbole_instructrec.benchmark import candidates, machine, protocol, ranks, split
from recbole_instructrec.benchmark.training import prepare, train
from recbole_instructrec.plugin.allocator import keep_freed_memory
from recbole_instructrec.whole_file import whole_file

# Options that say where or how it is computed, and nothing about the result; and that of rows in
# files of their own, which the benchmark does not take (benchmark/protocol.yaml).
PLACES = {
    "data_path", "checkpoint_dir", "config_files", "device", "gpu_id", "use_gpu", "worker", "state",
    "show_progress", "log_wandb", "wandb_project", "save_dataset", "dataset_save_path",
    "save_dataloaders", "dataloaders_save_path", "single_spec", "local_rank", "eval_batch_size",
    "scoring_memory", "benchmark_filename",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one part computes.

    Attributes:
        model: RecBole's name.
        dataset: RecBole's name.
        seed: Of the training.
        renumbered: Whether users and items have other internal numbers.
        options: RecBole's options, as given to it.
        split_options: Those with which the split is read, the same for all parts.
        parameters: All of RecBole's options that say something about the result, the defaults
            included.
        data_sha256: Of the dataset's files.
        versions: Of the libraries.
        protocols: Names of the protocols.
        negatives_seed: Of the uniform negatives.
        candidates: File of candidates, or None.
        candidates_sha256: Of the file.
        output: The benchmark's folder.
    """

    model: str
    dataset: str
    seed: int
    renumbered: bool
    options: dict[str, Any]
    split_options: dict[str, Any]
    parameters: dict[str, Any]
    data_sha256: str
    versions: dict[str, str]
    protocols: tuple[str, ...]
    negatives_seed: int
    candidates: str | None
    candidates_sha256: str | None
    output: str

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.model}-{self.seed}" + ("-renumbered" if self.renumbered else "")

    @property
    def trained(self) -> dict[str, Any]:
        """Everything that the trained model depends on."""
        names = ("model", "dataset", "seed", "renumbered", "parameters", "data_sha256", "versions")
        return {name: getattr(self, name) for name in names}

    @property
    def measured(self) -> dict[str, Any]:
        """Everything besides that the ranks depend on."""
        return {
            "protocols": list(self.protocols),
            "negatives_seed": self.negatives_seed,
            "candidates_sha256": self.candidates_sha256,
        }

    @property
    def folder(self) -> Path:
        """A part with other settings has another."""
        text = json.dumps(self.trained, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:8]
        return Path(self.output) / "parts" / f"{self.name}-{key}"

    def result(self) -> dict[str, Any] | None:
        """What was computed, None where it has not been yet."""
        path = self.folder / "result.json"
        found = json.loads(path.read_text()) if path.is_file() else None
        return found if found is not None and found["measured"] == self.measured else None

    def ranks(self) -> tuple[np.ndarray, dict[str, ranks.Ranks]]:
        """Users' ids, str [n_users], and the ranks of their targets by name of the protocol."""
        with np.load(self.folder / "ranks.npz") as file:
            return file["users"], {
                name: ranks.Ranks(file[f"{name}/above"], file[f"{name}/tied"])
                for name in self.protocols
            }

    def changed(self) -> list[str]:
        """Names of the settings in which this part differs from the one like it that was
        computed last, if there is one in another folder and none in this."""
        others = Path(self.output).glob(f"parts/{self.name}-????????/part.json")
        others = sorted(others, key=lambda path: path.stat().st_mtime)
        if not others or self.folder.exists():
            return []
        own, other = _flat(self.trained), _flat(json.loads(others[-1].read_text())["trained"])
        names = own.keys() | other.keys()
        return sorted(name for name in names if own.get(name) != other.get(name))


def parameters(model: str, dataset: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], Path]:
    """All of RecBole's options for a model that matter, and the folder of the dataset.

    Raises:
        ValueError: If there is no such model, or an option has a value it cannot have.
    """
    config = Config(model=model, dataset=dataset, config_dict=dict(options))
    final = config.final_config_dict
    plain = {name: final[name] for name in final if name not in PLACES | {"seed"}}
    return json.loads(json.dumps(plain, default=str, sort_keys=True)), Path(config["data_path"])


def run(part: Part) -> None:
    """Computes a part, or goes on with it.

    Raises:
        BlockingIOError: If another process is at it.
        ValueError: If a setting cannot be.
    """
    sys.argv = sys.argv[:1]  # RecBole takes flags from here
    keep_freed_memory()  # as InstructRec's trainer does: for every model alike
    part.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(part.folder / "lock", timeout=0), _log_into(part.folder / "log"):
            _run(part)
    except Timeout as error:
        raise BlockingIOError(
            f"another process is computing {part.folder}; wait for it, or end it"
        ) from error


def _run(part: Part) -> None:
    _write({"trained": part.trained, "measured": part.measured}, part.folder / "part.json")
    # Before the training, so that a mistake is told at once.
    tests = split.read(part.dataset, part.split_options)
    protocols = [protocol.parse(name) for name in part.protocols]
    named = candidates.read(part.candidates, tests) if part.candidates else {}
    negatives = protocol.negatives(protocols, tests, part.negatives_seed, named)
    training = prepare(part.model, part.dataset, part.options, part.folder, part.renumbered)
    train(training, part.folder)
    start, cpu_start = time.perf_counter(), time.process_time()
    show_progress = training.config["show_progress"]
    found = ranks.rank(
        training.trainer, training.test_data, tests, protocols, negatives, show_progress
    )
    seconds = {"clock": time.perf_counter() - start, "cpu": time.process_time() - cpu_start}
    arrays = {name: array for name, one in found.items() for name, array in _arrays(name, one)}
    np.savez_compressed(
        part.folder / "ranks.npz", users=tests.users, history_lengths=tests.history_lengths,
        popularity=tests.popularity[tests.targets], **arrays,
    )  # fmt: skip
    result = {
        "trained": part.trained, "measured": part.measured,
        "options": {name: value for name, value in part.options.items() if name not in PLACES},
        "n_parameters": training.n_parameters, "stopped_early": training.stopped_early,
        "building_s": training.building, "evaluation_s": seconds, "epochs": training.epochs,
        "peak_memory": max(training.peak_memory, machine.peak_memory()),
        "threads": torch.get_num_threads(), "machine": machine.computer(training.config["device"]),
    }  # fmt: skip
    _write(result, part.folder / "result.json")


def _write(content: Mapping[str, Any], path: Path) -> None:
    with whole_file(path) as part:
        part.write_text(json.dumps(content, indent=1) + "\n")


def _arrays(name: str, found: ranks.Ranks) -> list[tuple[str, np.ndarray]]:
    return [(f"{name}/{field}", array.astype(np.int32)) for field, array in asdict(found).items()]


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by name, those of a group by the group's name and their own."""
    flat = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": value[inner] for inner in value}
        else:
            flat[name] = value
    return flat


@contextmanager
def _log_into(path: Path) -> Any:
    """Writes RecBole's log into a file as well, behind what is there."""
    logger = logging.getLogger()
    handler = logging.FileHandler(path)
    handler.addFilter(RemoveColorFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()
