"""The report as text and as data."""

from __future__ import annotations

import json

from recbole_instructrec.evaluation.report import Report, write

REPORT = Report(
    {"dataset": "shop", "language": "en"},
    {
        "swap": [{"attributes": 1, "pairs": 0}, {"attributes": 2, "pairs": 4, "pairs won": 0.75}],
        "misled": [],
        "served": [{"p": 0.00012, "answers": None}],
    },
)


def test_tables_have_every_column_of_their_rows():
    assert REPORT.markdown().splitlines() == [
        "- dataset: shop",
        "- language: en",
        "",
        "## Two users' intentions exchanged, encoder alone",
        "",
        "| attributes   | pairs   | pairs won   |",
        "|--------------|---------|-------------|",
        "| 1            | 0       |             |",
        "| 2            | 4       | 0.7500      |",
        "",
        "## Everything served",
        "",
        "| p       | answers   |",
        "|---------|-----------|",
        "| 1.2e-04 |           |",
    ]


def test_both_files_say_the_same(tmp_path):
    markdown, data = write(REPORT, tmp_path / "new" / "folder")
    assert markdown.read_text() == REPORT.markdown() + "\n"
    assert json.loads(data.read_text()) == REPORT.to_dict()
