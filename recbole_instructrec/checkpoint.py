"""Reads a checkpoint that training InstructRec has written."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch


def read(checkpoint: str | Path, device: str = "cpu") -> dict[str, Any]:
    """The content of a checkpoint, loaded as weights only.

    Args:
        device: Where its tensors go.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is not a whole checkpoint of InstructRec, or there is no such
            device.
    """
    try:
        place = torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:
        raise ValueError(
            f"device is {device!r}, on which nothing can be computed here ({_first_line(error)}); "
            f"choose cpu or another"
        ) from error
    path = Path(checkpoint)
    if not path.is_file():
        raise FileNotFoundError(f"there is no checkpoint {path}; train one first")
    try:
        content = torch.load(path, map_location=place, weights_only=True)
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError, KeyError) as error:
        # RecBole's checkpoints of other models hold more than weights, and are refused as such.
        if zipfile.is_zipfile(path) and isinstance(error, pickle.UnpicklingError):
            raise _of_another_model(path) from error
        raise ValueError(
            f"{path} is not a whole InstructRec checkpoint ({_first_line(error)}); "
            f"train again, or copy the file again if it was cut short"
        ) from error
    state = content.get("other_parameter") if isinstance(content, dict) else None
    if not isinstance(state, dict) or "catalogue" not in state:
        raise _of_another_model(path)
    return content


def _of_another_model(path: Path) -> ValueError:
    return ValueError(
        f"{path} is no checkpoint of InstructRec, but of another model or program; give one that "
        f"training InstructRec has written"
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
