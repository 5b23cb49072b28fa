"""Writes a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A place to write a file's content to; behind the ``with`` it is moved to its path in one go.

    So whoever reads the file finds a whole one, even where this process is killed. Where writing
    fails, what there was before stays.
    """
    part = Path(f"{path}.part")
    try:
        yield part
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
