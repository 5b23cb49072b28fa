"""What stands in the first line of RecBole's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset


def header(dataset: InstructRecDataset, suffix: str) -> list[str]:
    """The columns that a file of a dataset has, loaded or not, each with its type; none where there
    is no such file.

    Args:
        suffix: ``inter``, ``item`` or ``user``.
    """
    file = Path(dataset.dataset_path, f"{dataset.dataset_name}.{suffix}")
    if not file.is_file():
        return []
    with file.open(encoding=dataset.config["encoding"]) as lines:
        return lines.readline().rstrip("\r\n").split(dataset.config["field_separator"])
