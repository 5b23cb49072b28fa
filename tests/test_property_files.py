"""Property files: where they are found, what a broken one says, and the shipped dataset files."""

import sys
from pathlib import Path

import pytest

import recbole_instructrec  # noqa: F401  attaches the model
from recbole_instructrec import property_files

from recbole.config import Config  # isort: skip
from recbole.data import create_dataset  # isort: skip

HERE = Path(__file__).resolve().parent


def test_the_shipped_files_lie_beside_the_package_in_a_checkout():
    assert property_files.shipped() == HERE.parent / "properties"
    assert property_files.find("model", "InstructRec") == (
        HERE.parent / "properties" / "model" / "InstructRec.yaml"
    )


def test_in_a_wheel_they_lie_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "properties").mkdir()
    monkeypatch.setattr(property_files, "_HERE", tmp_path)
    assert property_files.shipped() == tmp_path / "properties"


def test_an_own_file_goes_before_the_shipped_one(tmp_path):
    own = tmp_path / "instructions" / "en.yaml"
    own.parent.mkdir()
    own.write_text("name: Mine", encoding="utf-8")
    assert property_files.find("instructions", "en", tmp_path) == own
    assert property_files.find("instructions", "en", str(tmp_path)) == own
    shipped = property_files.shipped() / "instructions" / "zh.yaml"
    assert property_files.find("instructions", "zh", tmp_path) == shipped
    assert property_files.find("instructions", "fr", tmp_path) is None
    assert property_files.find("instructions", "en", tmp_path / "missing") is not None


def test_choices_are_own_and_shipped_files(tmp_path):
    (tmp_path / "instructions").mkdir()
    (tmp_path / "instructions" / "fr.yaml").touch()
    assert property_files.choices("instructions", tmp_path) == ["en", "fr", "zh"]
    assert property_files.choices("instructions") == ["en", "zh"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a: [1, 2", "cannot be read as yaml"),
        ("noun: café".encode("latin-1"), "cannot be read as yaml in UTF-8"),
        (b"- one\n- two", "must hold `key: value` lines, but holds a list"),
        (b"just words", "but holds a str"),
        (b"# only a comment", "but holds nothing"),
    ],
)
def test_a_broken_file_is_named(tmp_path, content, complaint):
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        property_files.read(path)
    assert str(path) in str(error.value)
    assert complaint in str(error.value)


# Dataset files --------------------------------------------------------------------------------

# The columns that each dataset has, and one item; what is known of it in the end.
DATASETS = {
    "ml-1m": (
        "user_id:token item_id:token timestamp:float",
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tgenre:token_seq",
        "Matrix, The\t1999\tAction Sci-Fi Thriller",
        {"category": ["Action", "Sci-Fi", "Thriller"], "year": 1999},
    ),
    "Games": (
        "user_id:token item_id:token timestamp:float",
        "item_id:token\ttitle:token_seq",
        "Fire Emblem: The Sacred Stones",
        {},
    ),
    "online-retail": (
        "user_id:token item_id:token quantity:float unit_price:float timestamp:float",
        "item_id:token\ttitle:token_seq\tprice:float",
        "RED RETROSPOT MUG\t1.25",
        {"price": 1.25},
    ),
    "lastfm-tag": (
        "user_id:token item_id:token timestamp:float",
        "item_id:token\tname:token_seq\ttags:token_seq",
        "Diary of Dreams\tdarkwave, seen live, true goth emo",
        {"tags": ["darkwave", "seen live", "true goth emo"]},
    ),
}


def test_every_dataset_file_is_tried_here():
    assert property_files.choices("dataset") == sorted(["ml-100k", *DATASETS])


def test_ml_100k_is_read_as_it_ships_inside_recbole(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["test"])
    catalogue = create_dataset(Config("InstructRec", "ml-100k")).catalogue
    assert len(catalogue) == 1683
    item = catalogue.item_of_token["1"]
    assert catalogue.titles[item] == "Toy Story"
    assert catalogue.attributes(item) == {
        "category": ["Animation", "Children's", "Comedy"], "year": 1995,
    }  # fmt: skip


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_file_reads_the_columns_of_its_dataset(tmp_path, monkeypatch, name):
    inter, item, known_item, attributes = DATASETS[name]
    title, *cells = known_item.split("\t")
    folder = tmp_path / name
    folder.mkdir()
    columns = inter.split(" ")
    row = ["9"] * (len(columns) - 2)
    (folder / f"{name}.inter").write_text(
        "\n".join("\t".join(line) for line in [columns, ["u", "1", *row], ["u", "2", *row]])
    )
    unknown = "\t".join(["2", "Nothing Known", *("" for _ in cells)])
    (folder / f"{name}.item").write_text("\n".join([item, f"1\t{known_item}", unknown]))
    monkeypatch.setattr(sys, "argv", ["test"])

    config = Config("InstructRec", name, config_dict={"data_path": str(tmp_path)})
    catalogue = create_dataset(config).catalogue

    by_title = {catalogue.titles[i]: catalogue.attributes(i) for i in range(1, len(catalogue))}
    missing = {role: [] if isinstance(cell, list) else None for role, cell in attributes.items()}
    assert by_title == {title: attributes, "Nothing Known": missing}
    assert set(config["item_noun"]) == {"en", "zh"}
    first_line = property_files.find("dataset", name).read_text(encoding="utf-8").splitlines()[0]
    assert first_line.startswith("# ")
