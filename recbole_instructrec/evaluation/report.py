"""What an evaluation found, as tables in Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recbole_instructrec.figures import table
from recbole_instructrec.whole_file import whole_file

Row = Mapping[str, Any]
TITLES = {
    "scenarios": "Each kind of instruction",
    "verdicts": "Yes or no",
    "intentions": "What is asked for",
    "swap": "Two users' intentions exchanged, encoder alone",
    "misled": "Misled by an intention against the history, encoder alone",
    "paraphrases": "The same intention in other words",
    "small_talk": "With words beside it that ask for nothing, encoder alone",
    "served": "Everything served",
}
DECIMALS = 4


@dataclass(frozen=True)
class Report:
    """What was measured.

    Attributes:
        protocol: How, by name.
        tables: Rows by the table's name, one of :data:`TITLES`.
    """

    protocol: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]

    def markdown(self) -> str:
        """The protocol and the tables; those without a row are left out."""
        parts = ["\n".join(f"- {name}: {value}" for name, value in self.protocol.items())]
        for name, rows in self.tables.items():
            if rows:
                parts.append(f"## {TITLES[name]}\n\n{_table(rows)}")
        return "\n\n".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, with the same names."""
        return {"protocol": dict(self.protocol), **self.tables}


def write(report: Report, folder: str | Path) -> list[Path]:
    """Writes ``evaluation.md`` and ``evaluation.json`` into a folder; returns both paths."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    texts = {
        place / "evaluation.md": report.markdown(),
        place / "evaluation.json": json.dumps(report.to_dict(), ensure_ascii=False, indent=1),
    }
    for path, text in texts.items():
        with whole_file(path) as part:
            part.write_text(text + "\n", encoding="utf-8")
    return list(texts)


def _table(rows: Sequence[Row]) -> str:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return table(headers, [[_shown(row.get(name)) for name in headers] for row in rows])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.{DECIMALS}f}" if value == 0 or abs(value) >= 0.001 else f"{value:.1e}"
