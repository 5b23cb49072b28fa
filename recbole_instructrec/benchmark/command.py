"""What ``instructrec benchmark`` does: one part after another, then the report."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import (
    active_children,
    get_all_start_methods,
    get_context,
    parent_process,
)
from pathlib import Path
from threading import Thread
from typing import Any

from recbole.config import Config

from recbole_instructrec.benchmark import candidates, machine, part, plots, protocol, report, split
from recbole_instructrec.benchmark.part import Part
from recbole_instructrec.benchmark.settings import BASELINES, Settings
from recbole_instructrec.plugin.options import check_names

# A server that has imported everything gives birth to the processes, where the system can fork.
START = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"


def run_benchmark(options: argparse.Namespace, given: Mapping[str, Any]) -> Iterator[str]:
    """Computes what is missing of a benchmark, and reports on it.

    Each part is computed in a process of its own, so that its peak of memory is its own.

    Args:
        options: The command's.
        given: RecBole's options, for every model.

    Yields:
        What to tell: a line for each part, then the tables.

    Raises:
        FileNotFoundError: If there is no such dataset or file of candidates.
        ValueError: If there is no such model or protocol, or an option cannot be.
        ImportError: If matplotlib is missing.
        BlockingIOError: If another process is at one of the parts.
        ChildProcessError: If a part's process was killed.
    """
    plots.check_installed()
    settings = Settings.read(given.get("properties_path"))
    parts = plan(options, settings, given)
    processes = get_context(START)
    processes.set_forkserver_preload([part.__name__])
    for number, one in enumerate(parts, 1):
        which = f"[{number}/{len(parts)}] {one.name}"
        if one.result() is not None:
            yield f"{which}: kept, {one.folder}"
            continue
        changed = one.changed()
        if changed:
            yield f"{which}: computed anew, since these changed: {', '.join(changed)}"
        yield f"{which}: computed in {one.folder}"
        with ProcessPoolExecutor(1, processes, _end_with_parent) as pool:
            try:
                pool.submit(part.run, one).result()
            except BrokenProcessPool as error:
                raise ChildProcessError(
                    f"{one.name} was ended from outside, perhaps for want of memory; the same "
                    f"command goes on where it was, see {one.folder}/log"
                ) from error
            except (KeyboardInterrupt, SystemExit):
                # The pool waits for its process, and ray makes an exception of SIGTERM.
                for process in active_children():
                    process.terminate()
                raise
        done = [each for each in parts if each.result() is not None]
        report.write(Path(options.output), done, settings.protocol)
    yield report.write(Path(options.output), parts, settings.protocol)


def _end_with_parent() -> None:
    """Has this process end when the one that started it is killed, so that a new one can go on."""

    def wait() -> None:
        parent_process().join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def plan(options: argparse.Namespace, settings: Settings, given: Mapping[str, Any]) -> list[Part]:
    """All parts, in the order of the models; nothing is computed yet.

    Raises:
        FileNotFoundError: If there is no such dataset or file of candidates.
        ValueError: If there is no such model or protocol, or an option cannot be.
    """
    names = listed(options.protocols) or settings.protocol["protocols"]
    if options.candidates and not any(name.startswith(protocol.FROM_FILE) for name in names):
        names = [*names, settings.protocol["candidates_protocol"]]
    for name in names:
        if protocol.parse(name).kind == protocol.FROM_FILE and not options.candidates:
            raise ValueError(f"{name} ranks candidates of a file; give one as --candidates=FILE")
    sha256 = candidates.fingerprint(options.candidates) if options.candidates else None
    models = listed(options.models)
    if not models:
        raise ValueError(f"--models is {options.models!r}; give names, e.g. Pop,SASRec,InstructRec")
    seeds = _seeds(options.seeds) or settings.protocol["seeds"]
    for name in settings.protocol["options"].keys() & given.keys():
        raise ValueError(
            f"--{name}={given[name]} would measure the models differently; the benchmark has its "
            f"own in benchmark/protocol.yaml of the properties"
        )
    check_names(given, _known(models, options.dataset, settings))
    # The split is that of the baselines' options.
    split_options = {**settings.options(BASELINES, options.dataset), **given}
    versions, parts, data_sha256 = machine.versions(), [], None
    for model in dict.fromkeys(models):
        own = {**settings.options(model, options.dataset), **given}
        parameters, folder = part.parameters(model, options.dataset, own)
        ours = {"code": machine.code()} if model == settings.protocol["ours"] else {}
        data_sha256 = data_sha256 or split.fingerprint(options.dataset, folder)
        parts += [
            Part(
                model=model, dataset=options.dataset, seed=seed, renumbered=options.renumbered,
                options={**own, "seed": seed}, split_options=split_options, parameters=parameters,
                data_sha256=data_sha256, versions={**versions, **ours}, protocols=tuple(names),
                negatives_seed=settings.protocol["negatives_seed"],
                candidates=options.candidates, candidates_sha256=sha256,
                output=str(options.output),
            )
            for seed in settings.seeds(model, seeds)
        ]  # fmt: skip
    return parts


def _known(models: Sequence[str], dataset: str, settings: Settings) -> set[str]:
    """Names of the options that RecBole has for one of the models."""
    known = set()
    for model in models:
        config = Config(model=model, dataset=dataset, config_dict=settings.options(model, dataset))
        known |= set(config.final_config_dict).union(*config.parameters.values())
    return known


def listed(names: str | None) -> list[str]:
    """Names separated by commas."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def _seeds(given: str | None) -> Sequence[int]:
    try:
        return [int(seed) for seed in listed(given)]
    except ValueError as error:
        raise ValueError(
            f"--seeds is {given!r}; give whole numbers, e.g. 2020,2021,2022"
        ) from error
