"""Finds the dataset that a checkpoint was trained on, which may have moved since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import recbole

SHIPPED = Path(recbole.__file__).parent / "dataset_example"


def locate(config: Any, data_path: str | Path | None = None) -> None:
    """Lets a checkpoint's configuration name a folder in which its dataset lies.

    Args:
        config: RecBole's configuration, out of the checkpoint.
        data_path: Folder that holds a folder of the dataset's name; where not given, the
            dataset is looked for where it was in training, and then inside RecBole.

    Raises:
        FileNotFoundError: If the dataset is in none of these.
    """
    name = config["dataset"]
    if data_path is not None:
        folders = [Path(data_path) / name]
    else:
        folders = [Path(config["data_path"]), SHIPPED / name]
    for folder in folders:
        if any(folder.glob(f"{name}.*inter")):
            config["data_path"] = str(folder)
            return
    raise FileNotFoundError(
        f"the dataset {name} is not in {folders[0].resolve()}; give the folder that holds the "
        f"folder {name} with --data_path"
    )
