"""Writes instruction data to a file, with any number of workers."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tqdm import tqdm

from recbole_instructrec.export.formats import FORMATS, line
from recbole_instructrec.export.source import ExampleSource
from recbole_instructrec.export.statistics import Statistics
from recbole_instructrec.instruction.structure import Phrase
from recbole_instructrec.whole_file import whole_file

CHUNK = 200
_source: ExampleSource  # each worker's own
_rewritten: Mapping[Phrase, str]


def export(
    source: ExampleSource,
    path: str | Path,
    form: str = "seq2seq",
    limit: int | None = None,
    workers: int = 0,
    rewritten: Mapping[Phrase, str] | None = None,
) -> Statistics:
    """Writes examples 0 to ``limit``, one JSON object a line; the same bytes whatever ``workers``.

    The file appears when it is whole.

    Args:
        form: One of :data:`.FORMATS`.
        limit: Number of examples; as many as there are rows where it is None.
        workers: Processes beside this one; 0 for none.
        rewritten: Other words for some phrases.

    Raises:
        ValueError: If the format or the limit cannot be.
    """
    if form not in FORMATS:
        raise ValueError(f"the format is {form!r}; choose one of {', '.join(FORMATS)}")
    if limit is not None and limit < 1:
        raise ValueError(f"the limit is {limit}; write at least one example")
    statistics = Statistics()
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        numbers = len(source) if limit is None else limit
        for one in _each(source, _sentence, numbers, workers, rewritten or {}, "instructions"):
            file.write(line(one, form) + "\n")
            statistics.add(one)
    return statistics


def phrases(source: ExampleSource, limit: int | None = None, workers: int = 0) -> list[Phrase]:
    """What a teacher may put into other words in as many examples, each once, in order."""
    numbers = len(source) if limit is None else limit
    found = _each(source, _phrases, numbers, workers, {}, "phrases")
    return list(dict.fromkeys(phrase for several in found for phrase in several))


def _each(
    source: ExampleSource,
    make: Callable[[int], Any],
    numbers: int,
    workers: int,
    rewritten: Mapping[Phrase, str],
    what: str,
) -> Iterator[Any]:
    """What ``make`` makes of each number, in their order."""
    with tqdm(total=numbers, desc=what, unit="", disable=None) as bar:
        if not workers:
            _start(source, rewritten)
            for number in range(numbers):
                yield make(number)
                bar.update()
            return
        # A forked worker begins with what is loaded here.
        forks = "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if forks else None)
        with ProcessPoolExecutor(workers, context, _start, (source, rewritten)) as pool:
            for made in pool.map(make, range(numbers), chunksize=CHUNK):
                yield made
                bar.update()


def _start(source: ExampleSource, rewritten: Mapping[Phrase, str]) -> None:
    global _source, _rewritten
    _source, _rewritten = source, rewritten


def _sentence(number: int) -> Any:
    return _source.sentence(number, _rewritten)


def _phrases(number: int) -> list[Phrase]:
    return _source.phrases(number)
