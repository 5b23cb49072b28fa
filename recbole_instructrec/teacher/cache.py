"""Keeps what a teacher has said on disk, so that nothing is asked twice."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path


class Cache:
    """Answers by the content of their questions.

    Args:
        path: The file; it is made where there is none.

    Raises:
        ValueError: If the file holds something else, or is none.
    """

    def __init__(self, path: str | Path) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = sqlite3.connect(path)
            with self._database:
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT)"
                )
        except sqlite3.DatabaseError as error:
            raise ValueError(
                f"the cache {path} cannot be read ({error}); remove it, or name another file"
            ) from error

    def get(self, key: str) -> str | None:
        """The answer under a key, or None."""
        row = self._database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, answers: Mapping[str, str]) -> None:
        """Keeps answers, all of them or none."""
        with self._database:
            self._database.executemany("REPLACE INTO answers VALUES (?, ?)", answers.items())

    def __len__(self) -> int:
        return self._database.execute("SELECT COUNT(*) FROM answers").fetchone()[0]


def key_of(parts: Sequence[object]) -> str:
    """A key for everything that an answer depends on."""
    content = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
