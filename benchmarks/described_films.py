"""Writes ml-100k or ml-1m anew, with what happens in the films and who made them.

    python benchmarks/described_films.py FOLDER --dataset=ml-100k

Makes the dataset FOLDER/<dataset>-described and its file in FOLDER/properties/dataset, for

    instructrec run --dataset=ml-100k-described --data_path=FOLDER \\
        --properties_path=FOLDER/properties

Plots, directors and actors come from data/requests/movie_info.jsonl in the folder --shared, which
knows 645 films of ml-100k and 1,356 of ml-1m; nearly all that is right in data/requests is among
them, so that knowing anything of a film tells something already.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from recbole_instructrec import property_files

# isort: split
from recbole.config import Config

COLUMNS = {"director": "director", "actor": "star", "description": "plot"}
LABELS = ("director", "actor")
BETWEEN = "|"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dataset", choices=["ml-100k", "ml-1m"], default="ml-100k")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="default: ../shared")
    options = parser.parse_args()
    name = f"{options.dataset}-described"
    given = {"data_path": str(options.shared / "data")}
    source = Path(Config(model="Pop", dataset=options.dataset, config_dict=given)["data_path"])
    place = options.folder / name
    place.mkdir(parents=True, exist_ok=True)
    for kind in ("inter", "user"):
        shutil.copy(source / f"{options.dataset}.{kind}", place / f"{name}.{kind}")
    known = read_info(options.shared / "data/requests/movie_info.jsonl", options.dataset)
    add_columns(source / f"{options.dataset}.item", place / f"{name}.item", known)
    file = options.folder / "properties/dataset" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(roles(options.dataset), allow_unicode=True), encoding="utf-8")


def read_info(path: Path, dataset: str) -> dict[str, dict[str, Any]]:
    """What is known of the films of a dataset, by item id."""
    films = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {film["items"][dataset]: film for film in films if dataset in film["items"]}


def add_columns(source: Path, target: Path, known: dict[str, dict[str, Any]]) -> None:
    """Writes a file of items with further columns; they are empty of films not known."""
    with (
        source.open(encoding="utf-8") as rows,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        # A plot may begin with a quotation mark.
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        header = next(rows).rstrip("\n").split("\t")
        writer.writerow([*header, *(f"{column}:token_seq" for column in COLUMNS)])
        for row in rows:
            cells = row.rstrip("\n").split("\t")
            film = known.get(cells[0], {})
            told = [film.get(key) or "" for key in COLUMNS.values()]
            writer.writerow([*cells, *(_cell(one) for one in told)])


def _cell(value: str | list[str]) -> str:
    return BETWEEN.join(value) if isinstance(value, list) else " ".join(value.split())


def roles(dataset: str) -> dict[str, Any]:
    """The property file of a dataset, with the roles of the further columns."""
    options = property_files.read(property_files.find("dataset", dataset))
    options["load_col"]["item"] += list(COLUMNS)
    for column in COLUMNS:
        role = {"column": column, "kind": "labels", "separator": BETWEEN}
        options["item_roles"][column] = role if column in LABELS else column
    return options


if __name__ == "__main__":
    main()
