"""Repairs that let RecBole 1.2.1 run on libraries that are newer than it.

With the numpy, pandas, scipy and torch of today it cannot be imported, reload a checkpoint or read
a missing cell. Each repair below is one function which says what breaks, since when, and what it
does about it. What a library still does as RecBole expects is left alone, and each repair may be
called twice.

``before_import`` has to run before ``recbole`` is first imported, ``after_import`` once it can be.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import logging
import os
import pickle
import sys
import types
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def before_import() -> None:
    """Make ``import recbole`` possible; raise ImportError where it is not installed."""
    if importlib.util.find_spec("recbole") is None:
        raise ImportError(
            "RecBole is not installed; install it with: pip install --no-deps recbole==1.2.1"
        )
    numpy_aliases()
    ray_stand_in()


def after_import() -> None:
    """Repair what RecBole does when it runs."""
    dok_matrix_update()
    checkpoint_reload()
    missing_sequences()
    missing_values()
    sequence_lengths()
    writable_columns()
    exhaustive_search()
    anomaly_detection()
    several_processes()
    remove_ray_stand_in()


# Tools --------------------------------------------------------------------------------------------


@contextmanager
def _swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Have ``owner.name`` be ``value`` for a while."""
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


def wrap_once(owner: Any, name: str, wrapper: Callable[[Callable], Callable]) -> None:
    """Replace ``owner.name`` by ``wrapper(owner.name)``, unless that was done before."""
    original = getattr(owner, name)
    if not hasattr(original, "repaired"):
        repaired = functools.wraps(original)(wrapper(original))
        repaired.repaired = True
        setattr(owner, name, repaired)


def _wrap_within(owner: Any, name: str, context: Callable[[], AbstractContextManager]) -> None:
    """Have ``owner.name`` run inside ``context()``."""

    def wrapper(original: Callable) -> Callable:
        def repaired(*args: Any, **kwargs: Any) -> Any:
            with context():
                return original(*args, **kwargs)

        return repaired

    wrap_once(owner, name, wrapper)


# Before RecBole is imported -----------------------------------------------------------------------

_NUMPY_ALIASES = {
    "float_": np.float64,
    "complex_": np.complex128,
    "unicode_": np.str_,
    "bool": np.bool_,
    "float": np.float64,
    "long": np.int_,
    "str": np.str_,
}


def numpy_aliases() -> None:
    """Put back the names which RecBole uses and numpy removed.

    ``float_``, ``complex_`` and ``unicode_`` left in numpy 2.0: every ``Config`` needs them.
    ``bool``, ``float``, ``long`` and ``str`` left in 1.24; ``Config`` sets them itself, but a
    process that only loads a checkpoint never builds one, and the metrics need them all the same.
    """
    for name, alias in _NUMPY_ALIASES.items():
        # Not hasattr: numpy 1.26 answers it with a FutureWarning for some of these names.
        if name not in vars(np):
            setattr(np, name, alias)


_RAY = types.ModuleType("ray", "What RecBole imports of ray, where ray is missing.")
_RAY.tune = types.ModuleType("ray.tune")
_RAY.tune.report = lambda **metrics: None


def ray_stand_in() -> None:
    """Let ``from ray import tune`` succeed where ray cannot be imported.

    RecBole's quick start imports it at its top and calls only ``tune.report``, which outside of a
    Ray session does nothing. The ray that RecBole asks for (<= 2.6.3) has no wheel for Python 3.12
    and needs ``pkg_resources``, which left in setuptools 81. Ray, where it works, is left alone.
    """
    if "recbole.quick_start.quick_start" in sys.modules:
        return
    try:
        from ray import tune  # noqa: F401 (as RecBole imports it)
    except Exception as error:  # a half-working ray fails in more ways than ImportError
        missing = isinstance(error, ModuleNotFoundError) and error.name == "ray"
        if not missing:
            logging.getLogger().warning(
                "ray is installed but `from ray import tune` fails (%s: %s), so results are not "
                "reported to Ray Tune; ray 2.6.3 needs numpy<2 and setuptools<81",
                type(error).__name__,
                error,
            )
        for name in [name for name in sys.modules if name.split(".")[0] == "ray"]:
            del sys.modules[name]
        for module in (_RAY, _RAY.tune):
            module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, loader=None)
            sys.modules[module.__name__] = module


def remove_ray_stand_in() -> None:
    """Take the stand-in away once RecBole holds it: nobody else shall take it for ray."""
    for module in (_RAY, _RAY.tune):
        if sys.modules.get(module.__name__) is module:
            del sys.modules[module.__name__]


# scipy --------------------------------------------------------------------------------------------


def dok_matrix_update() -> None:
    """Put back ``scipy.sparse.dok_matrix._update``, which left in scipy 1.13.

    LightGCN, NGCF, NCL, GCMC, SpectralCF, KGIN and MCCLK fill their adjacency matrix with it.
    """
    from scipy.sparse import dok_matrix

    if not hasattr(dok_matrix, "_update"):
        dok_matrix._update = lambda self, entries: self._dict.update(entries)


# torch --------------------------------------------------------------------------------------------

_torch_load = torch.load  # the name is swapped while RecBole reloads


def load_checkpoint(file: str | os.PathLike[str], map_location: Any = None) -> Any:
    """Read a checkpoint; run code from it only if it is one of stock RecBole's.

    Args:
        file: a file that ``torch.save`` wrote.
        map_location: as in ``torch.load``; by default the CPU on a machine without CUDA.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: the file is not a checkpoint, or is incomplete.
    """
    if not os.path.exists(file):
        raise FileNotFoundError(f"checkpoint {file} does not exist; train, or correct the path")
    if not zipfile.is_zipfile(file):  # the directory of a zip file stands at its end
        raise ValueError(f"{file} is no checkpoint or was cut short; copy it again, or train again")
    if map_location is None and not torch.cuda.is_available():
        map_location = "cpu"
    load = functools.partial(_torch_load, file, map_location=map_location)
    try:
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Detected pickle protocol")  # said better below
                checkpoint = load(weights_only=True)
        except pickle.UnpicklingError:
            logging.getLogger().warning(
                "%s is a stock RecBole checkpoint: a pickle, which can run code when it is loaded. "
                "Load only files that you trust.",
                file,
            )
            checkpoint = load(weights_only=False)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ValueError(
            f"checkpoint {file} cannot be read ({str(error).splitlines()[0]}); "
            "copy it again, or train again"
        ) from error
    return _on_this_machine(checkpoint)


def _on_this_machine(checkpoint: Any) -> Any:
    """Have the ``Config`` inside a checkpoint name a device that exists here."""
    config = checkpoint.get("config") if isinstance(checkpoint, dict) else None
    device = getattr(config, "device", None)
    if isinstance(device, torch.device) and device.type == "cuda" and not torch.cuda.is_available():
        config["device"] = torch.device("cpu")
    return checkpoint


@contextmanager
def _reloading() -> Iterator[None]:
    def load(file: Any, map_location: Any = None, **options: Any) -> Any:
        if options:  # not one of RecBole's calls
            return _torch_load(file, map_location=map_location, **options)
        return load_checkpoint(file, map_location)

    with _swapped(torch, "load", load):
        yield


def anomaly_detection() -> None:
    """Leave autograd's anomaly detection as it was when a model is looked up.

    RecBole's ``sine.py`` turns it on for the whole process when it is imported, which happens along
    with any sequential model: every value of every gradient is then checked for NaN, a third of a
    training step of SASRec. RecBole looks for a NaN in the loss itself.
    """

    @contextmanager
    def unchanged() -> Iterator[None]:
        enabled = torch.is_anomaly_enabled()
        try:
            yield
        finally:
            torch.autograd.set_detect_anomaly(enabled)

    from recbole.config import Config

    _wrap_within(Config, "__init__", unchanged)


def checkpoint_reload() -> None:
    """Let RecBole reload what it saved.

    Since torch 2.6 ``torch.load`` defaults to ``weights_only=True`` and refuses the ``Config``
    object in RecBole's checkpoints, so that every ``run_recbole(saved=True)`` fails at its test.
    ``load_data_and_model`` names no ``map_location`` either, and fails without the GPU of the
    training. While the three functions that reload run, ``torch.load`` is `load_checkpoint`.
    """
    import recbole.quick_start
    from recbole.quick_start import quick_start
    from recbole.trainer import Trainer

    _wrap_within(Trainer, "evaluate", _reloading)
    _wrap_within(Trainer, "resume_checkpoint", _reloading)
    _wrap_within(quick_start, "load_data_and_model", _reloading)
    recbole.quick_start.load_data_and_model = quick_start.load_data_and_model


# pandas -------------------------------------------------------------------------------------------


def _fills_copies() -> bool:
    """Whether ``frame[column].fillna(..., inplace=True)`` leaves the frame as it was."""
    frame = pd.DataFrame({"cell": [np.nan]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the very warning that this asks about
        frame["cell"].fillna(0.0, inplace=True)
    return bool(frame["cell"].isna().all())


@contextmanager
def _no_chained_assignment_warning() -> Iterator[None]:
    """RecBole's own in-place fill stays where it is, with nothing left to fill."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.ChainedAssignmentError)
        yield


def missing_sequences() -> None:
    """Read a missing cell of a ``token_seq`` or ``float_seq`` column as the empty sequence.

    Under pandas 3 ``_load_feat`` fills a copy of the column, and then fails to split a NaN. Here
    the file is filled as it is read: its columns are still called ``field:type`` then.
    """

    @contextmanager
    def filled() -> Iterator[None]:
        read_csv = pd.read_csv

        def read_filled(*args: Any, **kwargs: Any) -> pd.DataFrame:
            frame = read_csv(*args, **kwargs)
            return frame.fillna({column: "" for column in frame if column.endswith("_seq")})

        with _swapped(pd, "read_csv", read_filled), _no_chained_assignment_warning():
            yield

    if _fills_copies():
        from recbole.data.dataset import Dataset

        _wrap_within(Dataset, "_load_feat", filled)


def missing_values() -> None:
    """Fill a missing token with the padding and a missing float with the mean, as RecBole means to.

    Under pandas 3 ``_fill_nan`` fills copies: the NaN stay, and a NaN token becomes the id -2**63.
    """
    from recbole.data.dataset import Dataset
    from recbole.utils import FeatureType

    def wrapper(original: Callable) -> Callable:
        def fill_nan(self: Dataset) -> None:
            for name in self.feat_name_list:
                feat = getattr(self, name)
                for field in feat:
                    if self.field2type[field] == FeatureType.TOKEN:
                        feat[field] = feat[field].fillna(0)
                    elif self.field2type[field] == FeatureType.FLOAT:
                        feat[field] = feat[field].fillna(feat[field].mean())
            with _no_chained_assignment_warning():
                original(self)

        return fill_nan

    if _fills_copies():
        wrap_once(Dataset, "_fill_nan", wrapper)


def writable_columns() -> None:
    """Hand torch copies of the columns, which is all that ``_dataframe_to_interaction`` reads.

    It builds tensors upon ``column.values``. Under pandas 3 these are read-only and may be shared
    with another frame: torch warns, and writing to such a tensor would be undefined.
    """
    from recbole.data.dataset import Dataset

    def copied(column: pd.Series) -> types.SimpleNamespace:
        return types.SimpleNamespace(values=column.to_numpy(copy=True))

    def wrapper(original: Callable) -> Callable:
        def dataframe_to_interaction(self: Dataset, data: pd.DataFrame) -> Any:
            return original(self, {field: copied(data[field]) for field in data})

        return dataframe_to_interaction

    if not pd.DataFrame({"cell": [0]})["cell"].values.flags.writeable:
        wrap_once(Dataset, "_dataframe_to_interaction", wrapper)


def sequence_lengths() -> None:
    """Measure every cell of a sequence column.

    RecBole writes ``column.agg(len)`` for the lengths of the cells. Since pandas 3 this is the
    length of the column, and no data set with a sequence column loads, ml-100k's genres included.
    """

    @contextmanager
    def per_cell() -> Iterator[None]:
        agg = pd.Series.agg

        def agg_len(self: pd.Series, func: Any = None, *args: Any, **kwargs: Any) -> Any:
            return self.map(len) if func is len else agg(self, func, *args, **kwargs)

        with _swapped(pd.Series, "agg", agg_len):
            yield

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas 2 announces the change
        lengths = pd.Series(["ab"]).agg(len)
    if not isinstance(lengths, pd.Series):
        from recbole.data.dataset import Dataset

        for method in ("_remap", "_normalize", "_discretization"):
            _wrap_within(Dataset, method, per_cell)


# hyperopt -----------------------------------------------------------------------------------------


class _RandomState(np.random.RandomState):
    integers = np.random.RandomState.randint


def exhaustive_search() -> None:
    """Give hyperopt a random generator that it can use.

    RecBole's exhaustive search hands it a ``RandomState``; since 0.2.6 hyperopt calls ``integers``,
    which only a ``Generator`` has. While such a search draws, a ``RandomState`` has it too.
    """
    from recbole.trainer import hyper_tuning

    _wrap_within(
        hyper_tuning,
        "exhaustive_search",
        lambda: _swapped(np.random, "RandomState", _RandomState),
    )


# Several processes --------------------------------------------------------------------------------


def run_recboles(rank: int, *args: Any) -> None:
    """RecBole's worker of the same name, at an address in this package.

    A spawned process finds its function by import, and so attaches the plugin first.
    """
    before_import()
    after_import()
    run_recboles.__wrapped__(rank, *args)


def _init_device(original: Callable) -> Callable:
    def init_device(self: Any) -> None:
        settings = self.final_config_dict
        if "local_rank" not in settings:
            return original(self)
        nproc = settings["nproc"]
        init_group, set_device = dist.init_process_group, torch.cuda.set_device
        # Asking for CUDA settles which GPUs a process sees. RecBole has yet to choose them, so ask
        # here only where it is about to refuse, and otherwise inside its calls.
        if len(str(settings["gpu_id"]).split(",")) < nproc and not torch.cuda.is_available():
            settings["gpu_id"] = ",".join(map(str, range(nproc)))

        def init_any_group(backend: str, **options: Any) -> None:
            init_group(backend if torch.cuda.is_available() else "gloo", **options)

        def set_any_device(device: Any) -> None:
            if torch.cuda.is_available():
                set_device(device)

        with (
            _swapped(dist, "init_process_group", init_any_group),
            _swapped(torch.cuda, "set_device", set_any_device),
        ):
            original(self)
        if not torch.cuda.is_available():
            settings["device"] = torch.device("cpu")
        for folder in (os.path.join("log", self.model), settings["checkpoint_dir"]):
            os.makedirs(folder, exist_ok=True)

    return init_device


def _init_trainer(original: Callable) -> Callable:
    def init_trainer(self: Any, config: Any, model: Any) -> None:
        original(self, config, model)
        if not config["single_spec"]:
            name = [self.saved_model_file]
            dist.broadcast_object_list(name, src=0)
            self.saved_model_file = name[0]

    return init_trainer


def _fit(original: Callable) -> Callable:
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        if not self.config["single_spec"]:
            dist.barrier()
        return result

    return fit


def _distribute(module: torch.nn.Module, device_ids: list[int] | None = None) -> torch.nn.Module:
    on_cuda = any(parameter.is_cuda for parameter in module.parameters())
    return DistributedDataParallel(module, device_ids=device_ids if on_cuda else None)


def several_processes() -> None:
    """Let ``run(nproc=2)`` work without CUDA, attach the plugin in its children, reload its result.

    RecBole asks for the nccl backend and for one GPU a process; without CUDA this gives it gloo
    and the CPU. Also each process names the checkpoint by its own clock while only the first writes
    it: the name is now the first one's, and all wait at the end of ``fit`` until it is written. And
    of two processes that make the same folder at once the second fails: it may now find it made.
    """
    import recbole.quick_start
    from recbole.config import Config
    from recbole.quick_start import quick_start
    from recbole.trainer import Trainer, trainer

    wrap_once(Config, "_init_device", _init_device)
    wrap_once(Trainer, "__init__", _init_trainer)
    wrap_once(Trainer, "fit", _fit)
    trainer.DistributedDataParallel = _distribute
    if quick_start.run_recboles is not run_recboles:
        run_recboles.__wrapped__ = quick_start.run_recboles
        quick_start.run_recboles = recbole.quick_start.run_recboles = run_recboles
