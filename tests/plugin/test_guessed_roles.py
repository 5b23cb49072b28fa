"""Datasets for which nobody has written a property file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.plugin.dataset import InstructRecDataset

INTER = ["user_id:token\titem_id:token\trating:float\ttimestamp:float"]
INTER += [f"u{u}\ti{1 + (u + n) % 8}\t5\t{n}" for u in range(9) for n in range(5)]


def opened(name: str, header: str, *rows: str, **options: object) -> InstructRecDataset:
    """The dataset of that name, of whose items these are the rows, eight in all."""
    place = Path("data", name)
    place.mkdir(parents=True)
    items = [f"item_id:token\t{header}"]
    items += [f"i{n}\t{rows[(n - 1) % len(rows)]}" for n in range(1, 9)]
    (place / f"{name}.inter").write_text("\n".join(INTER) + "\n", encoding="utf-8")
    (place / f"{name}.item").write_text("\n".join(items) + "\n", encoding="utf-8")
    return reopened(name, **options)


def reopened(name: str, **options: object) -> InstructRecDataset:
    given = {"data_path": "data", "topk": [3], "valid_metric": "MRR@3", **options}
    return create_dataset(Config(model="InstructRec", dataset=name, config_dict=given))


def test_amazons_columns(caplog):
    data = opened(
        "Amazon_Books",
        "title:token\tprice:float\tsales_rank:float\tbrand:token\tcategories:token_seq",
        "The Hobbit\t8.66\t7\tJ.R.R. Tolkien\t'Books', 'Mystery, Thriller & Suspense'",
        "Dune\t\t3\tFrank Herbert\t'Books', 'Science Fiction'",
    )  # fmt: skip
    assert data.config["item_roles"] == {
        "title": "title", "category": "categories", "brand": "brand", "price": "price",
    }  # fmt: skip
    assert data.config["item_noun"] == {"en": "books", "zh": "书"}
    assert data.catalogue.attributes(1) == {
        "category": ["Books", "Mystery, Thriller & Suspense"],
        "brand": ["J.R.R. Tolkien"],
        "price": 8.66,
    }


def test_what_is_guessed_is_logged_as_the_property_file_that_says_it(caplog):
    data = opened("fruit", "fruit_name:token_seq\tprice:float", "Red Apple\t3")
    assert "put into properties/dataset/fruit.yaml" in caplog.text
    written = yaml.safe_load(caplog.text.partition("fruit.yaml:\n")[2].partition("\n\n")[0])
    assert written["item_roles"] == data.config["item_roles"]
    assert written["load_col"] == {
        "inter": ["user_id", "item_id", "timestamp"], "item": ["item_id", "fruit_name", "price"],
    }  # fmt: skip


def test_names_of_several_words_are_not_cut_and_labels_beside_one_another_are():
    rows = [
        "The Shining\tHorror\tStephen King\t1977", "It\tHorror Drama\tStephen King\t1986",
        "Emma\tDrama Comedy\tJane Austen\t1815", "Persuasion\tDrama\tJane Austen\t0",
        "Misery\tHorror Comedy\tStephen King\t1987",
    ]  # fmt: skip
    header = "book_title:token_seq\tgenre:token_seq\tbook_author:token_seq\tpublication_year:float"
    data = opened("book-crossing", header, *rows)
    assert data.config["item_roles"]["author"] == {
        "column": "book_author", "kind": "labels", "separator": "",
    }  # fmt: skip
    item = data.catalogue.item_of_token
    assert data.catalogue.attributes(item["i3"]) == {
        "category": ["Comedy", "Drama"], "author": ["Jane Austen"], "year": 1815,
    }  # fmt: skip
    assert data.catalogue.attributes(item["i4"])["year"] is None


def test_columns_of_other_names_are_labels_if_items_share_them():
    rows = [
        f"Flat {n}\t{n}\t{n} Long Street, door {n}\t{'North End' if n % 2 else 'Old Town'}\tTrue"
        for n in range(8)
    ]
    header = "name:token_seq\tnumber:token\taddress:token_seq\tdistrict:token_seq\tfree:token"
    roles = opened("flats", header, *rows).config["item_roles"]
    assert roles == {
        "title": "name", "district": {"column": "district", "kind": "labels", "separator": ""},
    }  # fmt: skip


def test_numbers_of_other_names_are_roles_of_their_own():
    header = "name:token\tbattery:float\tlatitude:float\tn_photos:float"
    roles = opened("phones", header, "A\t90\t1\t3").config["item_roles"]
    assert roles == {"title": "name", "battery": {"column": "battery", "kind": "number"}}


def test_prices_without_numbers_and_titles_that_come_twice_play_no_role():
    header = "title:token\tprice:token\tapp_name:token"
    assert opened("apps", header, "Chess\t$$\tChess").config["item_roles"] == {"title": "title"}


def test_chinese_columns():
    rows = ["霸王别姬\t剧情、爱情\t陈凯歌\t1993-01-01", "无间道\t剧情、犯罪\t刘伟强\t2002-12-12"]
    data = opened(
        "电影", "电影名称:token_seq\t影片类型:token_seq\t导演:token\t上映时间:token", *rows
    )
    assert data.catalogue.attributes(1) == {
        "category": ["剧情", "爱情"], "director": ["陈凯歌"], "year": 1993,
    }  # fmt: skip
    assert data.config["item_noun"] == {"en": "films", "zh": "电影"}


def test_columns_that_are_not_loaded_play_no_role():
    load_col = {"inter": ["user_id", "item_id", "timestamp"], "item": ["item_id", "title"]}
    data = opened("fruit", "title:token\tprice:float", "Apple\t3", load_col=load_col)
    assert data.config["item_roles"] == {"title": "title"}


def test_roles_that_are_given_are_left_as_they_are():
    roles = {"title": "name"}
    load_col = {"inter": ["user_id", "item_id", "timestamp"], "item": ["item_id", "name"]}
    data = opened(
        "fruit", "name:token\tprice:float", "Apple\t3", item_roles=roles, load_col=load_col
    )
    assert data.config["item_roles"] == roles


def test_without_anything_like_a_title_it_says_what_there_is():
    with pytest.raises(ValueError, match="item has the columns item_id:token, colour:token, of"):
        opened("fruit", "colour:token", "red")
    with pytest.raises(ValueError, match="there is no file fruit.item .*; write one with the col"):
        Path("data/fruit/fruit.item").unlink()
        reopened("fruit")
