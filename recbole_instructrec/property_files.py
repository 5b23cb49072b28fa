"""Finds the yaml files that hold options, dataset roles, wording and what people know.

The files are shipped inside the package. A folder of the user's own with the same layout
(``dataset/<name>.yaml``, ``instructions/<language>.yaml``) is looked at first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).resolve().parent
# The one in C, which every wheel of PyYAML brings along, is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped() -> Path:
    """The folder of the shipped property files.

    In an installed wheel it lies inside the package, in a checkout beside it.
    """
    inside = _HERE / "properties"
    return inside if inside.is_dir() else _HERE.parent / "properties"


def find(kind: str, name: str, own: str | Path | None = None) -> Path | None:
    """Path of ``<kind>/<name>.yaml``, or None where no such file exists.

    Args:
        kind: The folder: ``model``, ``dataset``, ``instructions``, ``knowledge``, ``titles``,
            ``evaluation`` or ``benchmark``.
        name: The file's name without its ending.
        own: A folder of the user's own, looked at before the shipped one.
    """
    folders = [Path(own)] if own else []
    for folder in [*folders, shipped()]:
        path = folder / kind / f"{name}.yaml"
        if path.is_file():
            return path
    return None


def choices(kind: str, own: str | Path | None = None) -> list[str]:
    """The names for which :func:`find` has a file, sorted."""
    folders = [shipped(), *([Path(own)] if own else [])]
    return sorted({path.stem for folder in folders for path in (folder / kind).glob("*.yaml")})


def read(path: Path) -> dict[str, Any]:
    """The mapping in a yaml file.

    Raises:
        ValueError: If the file is not yaml, not UTF-8, or not a mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as yaml in UTF-8: {error}") from error
    if not isinstance(content, dict):
        held = "nothing" if content is None else f"a {type(content).__name__}"
        raise ValueError(f"{path} must hold `key: value` lines, but holds {held}")
    return content
