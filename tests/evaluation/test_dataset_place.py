"""Where a checkpoint's dataset lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from recbole_instructrec.evaluation.dataset_place import locate


@pytest.fixture
def moved(tmp_path):
    """A folder with a dataset, and a configuration that remembers another place."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "shop.inter").touch()
    return tmp_path, {"dataset": "shop", "data_path": "gone/shop"}


def test_a_dataset_that_is_where_it_was(moved):
    folder, config = moved
    config["data_path"] = str(folder / "shop")
    locate(config)
    assert config["data_path"] == str(folder / "shop")


def test_a_dataset_that_has_moved(moved):
    folder, config = moved
    with pytest.raises(FileNotFoundError, match=r"shop is not in .*gone/shop; .* --data_path"):
        locate(config)
    locate(config, folder)
    assert config["data_path"] == str(folder / "shop")


def test_a_dataset_in_parts_of_its_own(moved):
    folder, config = moved
    (folder / "shop" / "shop.inter").rename(folder / "shop" / "shop.train.inter")
    locate(config, folder)
    assert config["data_path"] == str(folder / "shop")


def test_another_dataset_beside_it_is_not_it(moved):
    folder, config = moved
    (folder / "shop" / "shop.inter").rename(folder / "shop" / "shops.inter")
    with pytest.raises(FileNotFoundError):
        locate(config, folder)


def test_recboles_own_dataset_is_found_wherever_recbole_is():
    config = {"dataset": "ml-100k", "data_path": "gone/ml-100k"}
    locate(config)
    assert (Path(config["data_path"]) / "ml-100k.inter").is_file()
