"""InstructRecDataset: RecBole's rows without copies, and training rows that cover everything."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset
from shop import ITEMS_HEADER, SPLIT, write_shop, write_split_shop

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer


def dataset(config_dict, model="InstructRec"):
    return create_dataset(Config(model=model, dataset="shop", config_dict=config_dict))


def rows(part):
    """Every row as (user, history, target), sorted."""
    found = part[torch.arange(len(part))]
    return sorted(
        (int(user), tuple(history[:length].tolist()), int(item))
        for user, history, length, item in zip(
            found["user_id"],
            found["item_id_list"],
            found["item_length"],
            found["item_id"],
            strict=True,
        )  # fmt: skip
    )


def stock_options(options):
    kept = ("data_path", "MAX_ITEM_LIST_LENGTH", "load_col", "state")
    return {name: options[name] for name in kept} | {"train_neg_sample_args": None}


@pytest.mark.parametrize(
    "split", [{"LS": "valid_and_test"}, {"LS": "test_only"}, {"RS": [3, 1, 1]}]
)
def test_rows_are_those_of_recbole(options, split):
    args = {"eval_args": {"split": split, "order": "TO", "group_by": "user", "mode": "full"}}
    ours = dataset(options(history_in="instruction", **args)).build()
    stock = dataset({**stock_options(options()), **args}, model="GRU4Rec").build()
    for own, theirs in zip(ours, stock, strict=True):
        assert rows(own) == rows(theirs)


def test_evaluation_rows_are_recboles_when_training_rows_are_thinned(options):
    ours = dataset(options()).build()
    stock = dataset(stock_options(options()), model="GRU4Rec").build()
    assert rows(ours[1]) == rows(stock[1])
    assert rows(ours[2]) == rows(stock[2])


def test_training_rows_hold_each_training_interaction_once(options):
    whole = dataset(options())
    train, valid, test = whole.build()
    covered = Counter()
    for user, history, target in rows(train):
        covered.update((user, item) for item in (*history, target))
    everything = Counter()
    for user, _, target in rows(valid) + rows(test):
        everything[user, target] -= 1
    users = whole._sequence_users.tolist()
    everything.update(zip(users, whole.sequence.tolist(), strict=True))
    left_out = everything - covered
    assert covered - everything == Counter()
    # A user's very first item alone makes no row: it has no history to continue.
    starts = {u: whole.sequence[users.index(u)].item() for u in set(users)}
    assert all(starts[user] == item for user, item in left_out)


def test_no_validation_or_test_target_is_in_a_training_row(options):
    train, valid, test = dataset(options()).build()
    held_out = {(user, target) for user, _, target in rows(valid) + rows(test)}
    seen = {(user, item) for user, history, target in rows(train) for item in (*history, target)}
    assert not held_out & seen  # nobody walks round the circle of 12 items


def test_popularity_metrics_count_every_training_interaction(options):
    thinned = dataset(options()).build()[0]
    whole = dataset(options(history_in="instruction")).build()[0]
    assert thinned.item_counter == whole.item_counter
    assert len(thinned) < len(whole)


@pytest.mark.parametrize("history_in", ["decoder", "instruction"])
def test_popularity_leaves_out_each_users_validation_and_test_item(options, history_in):
    whole = dataset(options(history_in=history_in))
    parts = whole.build()
    expected = Counter(whole.sequence.tolist())
    expected.subtract(target for part in parts[1:] for _, _, target in rows(part))
    popularity = parts[0].catalogue.popularity
    assert popularity.tolist() == [expected[item] for item in range(len(whole.catalogue))]
    # u0 walks from i1 to i5: i1, i2 and i3 are known in training.
    assert popularity.sum() == len(whole.sequence) - 2 * 30


def test_choices_of_training_are_those_of_each_person_in_order(options):
    whole = dataset(options())
    users, items = whole.build()[0].training_choices
    for name, known in {"u0": ["i1", "i2", "i3"], "u1": ["i2", "i3", "i4", "i5"]}.items():
        own = items[users == whole.token2id("user_id", name)]
        assert whole.id2token("item_id", own).tolist() == known
    assert (users[1:] != users[:-1]).sum() == 29  # of 30 persons each stands in one place


def test_popularity_follows_another_split(options):
    args = {"split": {"RS": [3, 1, 1]}, "order": "TO", "group_by": "user", "mode": "full"}
    parts = dataset(options(history_in="instruction", eval_args=args)).build()
    first_choices = 30
    assert parts[0].catalogue.popularity.sum() == len(parts[0]) + first_choices


def test_codes_come_from_the_training_part_alone(options, tmp_path):
    given = options(item_identifier="code", code_branching=3)
    codes = dataset(given).build()[0].codes
    lines = ["user_id:token\titem_id:token\ttimestamp:float"]
    for user in range(30):
        walked = [1 + (user + step) % 12 for step in range(5 + user % 7)]
        walked[-2:] = [12 - walked[0] % 12, 1 + walked[0]]  # held out, and quite another
        lines += [f"u{user}\ti{item}\t{1000 * user + n}" for n, item in enumerate(walked)]
    write_shop(tmp_path, inter=lines)
    other = dataset({**given, "data_path": str(tmp_path)}).build()[0]

    by_key = dict(zip(other.catalogue.tokens, other.codes, strict=True))
    first = dataset(given)
    assert [by_key[token] for token in first.catalogue.tokens] == codes


def test_the_catalogue_reads_roles_and_keeps_what_is_missing_missing(options):
    catalogue = dataset(options()).catalogue
    item = catalogue.item_of_token
    assert catalogue.titles[item["i1"]] == "Red Running Shoes"
    assert catalogue.attributes(item["i3"]) == {"category": ["kitchen"], "year": 1992, "price": 3.5}
    assert catalogue.attributes(item["i12"]) == {"category": [], "year": None, "price": None}


def test_scaling_and_filling_do_not_reach_the_catalogue(options):
    scaled = dataset(options(normalize_all=True))
    item = scaled.catalogue.item_of_token
    assert scaled.catalogue.attributes(item["i11"])["price"] == 120
    assert np.isnan(scaled.catalogue.numbers["price"][item["i12"]])
    assert float(scaled.item_feat["cost"].max()) == 1.0


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("hip hop, rock", ["hip hop", "rock"]),
        ("['hip hop', 'rock']", ["hip hop", "rock"]),  # a list as it is shown
        ("rock 'n' roll, kids'", ["kids'", "rock 'n' roll"]),
        (", ,'jazz'", ["jazz"]),
    ],
)
def test_labels_can_have_a_separator_of_their_own(options, cell, labels):
    item = ["item_id:token\tname:token_seq\tlabels:token_seq"]
    item += [f"i{n}\tThing {n}\t{cell}" for n in range(1, 13)]
    write_shop(Path("tags"), item=item)
    read = dataset(
        options(
            data_path="tags",
            load_col={"inter": ["user_id", "item_id", "timestamp"],
                      "item": ["item_id", "name", "labels"]},
            item_roles={"title": "name", "tags": {"column": "labels", "separator": ","}},
        )
    )  # fmt: skip
    assert read.catalogue.attributes(1) == {"tags": labels}


def goods_with(options, column: str, values: list[str], role: str) -> dict:
    """Options of a shop whose items have one more column."""
    item = [f"item_id:token\tname:token_seq\t{column}"]
    item += [f"i{n}\tThing {n}\t{values[n % len(values)]}" for n in range(1, 13)]
    write_shop(Path("goods"), item=item)
    name = column.partition(":")[0]
    return options(
        data_path="goods",
        load_col={"inter": ["user_id", "item_id", "timestamp"], "item": ["item_id", "name", name]},
        item_roles={"title": "name", role: name},
    )


@pytest.mark.parametrize(
    ("column", "values", "role", "numbers"),
    [
        ("cost:token", ["$12.99", "1,299", "€5", "7.50 USD"], "price", {12.99, 1299, 5, 7.5}),
        ("made:token", ["2019-05-04", "1984", "04/2001"], "year", {2019, 1984, 2001}),
        ("made:token_seq", ["Nov 1, 2000", "May 17, 2016"], "year", {2000, 2016}),
        ("cost:float", ["3.5", "", "4"], "price", {3.5, 4}),
    ],
)
def test_amounts_and_dates_are_read(options, caplog, column, values, role, numbers):
    caplog.set_level("INFO")
    read = dataset(goods_with(options, column, values, role)).catalogue.numbers[role]
    assert set(read[np.isfinite(read)]) == numbers
    assert "no numbers" not in caplog.text


def test_what_is_no_number_is_told_and_missing(options, caplog):
    given = goods_with(options, "cost:token", ["3", "on request"], "price")
    caplog.set_level("INFO")
    assert set(dataset(given).catalogue.numbers["price"][1:]) >= {3}
    assert "in which 6 of 12 values are no numbers" in caplog.text
    assert "'on request'" in caplog.text


def test_a_column_without_any_number_is_refused(options):
    given = goods_with(options, "cost:token", ["cheap", "dear"], "price")
    with pytest.raises(ValueError, match="no value is a number: the first is '(dear|cheap)'"):
        dataset(given)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item_roles": {"category": "kind"}}, "gives no column the role 'title'"),
        ({"item_roles": {"title": "nam"}}, "names the column 'nam', which is not loaded"),
        ({"item_roles": {"title": "name", "year": "year"}}, "name, kind, made, cost; name one"),
        ({"item_roles": {"title": "name", "mood": "kind"}}, "has kind None; choose one of text"),
        ({"load_col": {"inter": ["user_id", "item_id", "timestamp"]}}, "token_seq, .*loaded: none"),
    ],
)
def test_a_role_that_cannot_be_read_says_so(options, changes, message):
    with pytest.raises(ValueError, match=message):
        dataset(options(**changes))


@pytest.mark.parametrize(
    ("column", "values", "years"),
    [
        ("made:float", ["1303171200", "0", "949449600"], {2011, 2000}),  # seconds since 1970
        ("made:float", ["1303171200000", "949449600000"], {2011, 2000}),
        ("made:token", ["20110419", "20000202"], {2011, 2000}),
        ("made:float", ["0", "1475", "2011"], {1475, 2011}),  # 0 stands for a missing one
    ],
)
def test_years_are_read_however_they_are_written(options, column, values, years):
    read = dataset(goods_with(options, column, values, "year")).catalogue.numbers["year"]
    assert set(read[np.isfinite(read)]) == years


def test_a_column_without_any_value_is_told(options, caplog):
    dataset(goods_with(options, "maker:token", [""], "brand"))
    assert "names the column 'maker', which is empty in every row" in caplog.text


def test_a_type_that_recbole_does_not_know_is_told_with_the_file(options):
    given = goods_with(options, "made:bool", ["True"], "year")
    with pytest.raises(ValueError, match="shop.item cannot be read: .*bool.* give the column one"):
        dataset(given)


def test_characters_of_html_are_read(options, tmp_path):
    rows = [f"i{n}\tTea &amp; Cup\tx\t1990\t1" for n in range(1, 13)]
    write_shop(tmp_path, item=[ITEMS_HEADER, *rows])
    assert dataset(options(data_path=str(tmp_path))).catalogue.titles[1] == "Tea & Cup"


def test_titles_that_are_all_empty_are_refused(options, tmp_path):
    write_shop(tmp_path, item=[ITEMS_HEADER, *(f"i{n}\t\tx\t1990\t1" for n in range(1, 13))])
    with pytest.raises(ValueError, match="title column 'name' of shop.item is empty"):
        dataset(options(data_path=str(tmp_path)))


def test_a_file_in_another_encoding_is_refused_by_name(options, tmp_path):
    write_shop(tmp_path)
    file = tmp_path / "shop" / "shop.item"
    file.write_bytes(file.read_text(encoding="utf-8").replace("Tea", "Thé").encode("latin-1"))
    with pytest.raises(ValueError, match="shop.item is not in utf-8"):
        dataset(options(data_path=str(tmp_path)))
    read = dataset(options(data_path=str(tmp_path), encoding="latin-1"))
    assert "Thé Cup" in read.catalogue.titles


def test_a_cell_that_opens_a_quotation_is_refused_by_name(options, tmp_path):
    rows = [f'i{n}\t"Tea" Pot\tx\t1990\t1' for n in range(1, 13)]
    write_shop(tmp_path, item=[ITEMS_HEADER, *rows])
    with pytest.raises(ValueError, match="shop.item cannot be split into columns: .*twice"):
        dataset(options(data_path=str(tmp_path)))
    rows = [row.replace('"Tea" Pot', '"""Tea"" Pot"') for row in rows]
    write_shop(tmp_path, item=[ITEMS_HEADER, *rows])
    assert '"Tea" Pot' in dataset(options(data_path=str(tmp_path))).catalogue.titles


def test_descriptions_are_read_whole(options, tmp_path):
    rows = [f"i{n}\tTea Pot\tHolds  tea, {n} cups.\t1990\t1" for n in range(1, 12)]
    write_shop(tmp_path, item=[ITEMS_HEADER, *rows, "i12\tTea Cup\t\t1990\t1"])
    roles = {"title": "name", "description": "kind"}
    catalogue = dataset(options(data_path=str(tmp_path), item_roles=roles)).catalogue
    item = catalogue.item_of_token
    assert catalogue.attributes(item["i3"]) == {"description": "Holds tea, 3 cups."}
    assert catalogue.attributes(item["i12"]) == {"description": None}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"USER_ID_FIELD": "uid"}, "USER_ID_FIELD is 'uid', of which .*shop.inter has no column"),
        ({"ITEM_ID_FIELD": "iid"}, "loaded are: user_id, item_id, timestamp, and the file has "),
        ({"TIME_FIELD": "when"}, "TIME_FIELD is 'when', .* loaded are user_id, item_id, timestamp"),
        ({"topk": [13]}, "topk is \\[13\\], and shop has 12 items; give at most 12"),
    ],
)
def test_interactions_without_what_is_needed_are_refused(options, changes, message):
    valid_metric = f"MRR@{changes.get('topk', [10])[0]}"
    with pytest.raises(ValueError, match=message):
        dataset(options(valid_metric=valid_metric, **changes)).build()


def test_files_that_are_split_already_need_no_times(options, tmp_path):
    data_path = write_split_shop(tmp_path)
    columns = ["user_id", "item_id", "item_id_list"]
    load_col = {**options()["load_col"], "inter": columns}
    given = options(**SPLIT, data_path=str(data_path)) | {"load_col": load_col}
    assert "timestamp" not in dataset(given).inter_feat


def test_what_somebody_chose_is_known_where_rows_are_files_own(options, tmp_path):
    given = options(data_path=str(write_split_shop(tmp_path)), **SPLIT)
    whole = dataset(given)
    for part in whole.build():
        chosen = part.chosen[part.token2id("user_id", "u0")]
        assert chosen == set(part.token2id("item_id", ["i1", "i2", "i3", "i4", "i5"]))
        assert pickle.loads(pickle.dumps(part)).chosen == part.chosen


def test_histories_are_everything_a_user_has_chosen(options):
    whole = dataset(options())
    whole.build()
    past = whole.histories()
    first = past["items"][: past["lengths"][0]].tolist()
    tokens = [whole.catalogue.tokens[item] for item in first]
    assert past["users"][0] == "u0"
    assert tokens == ["i1", "i2", "i3", "i4", "i5"]


def test_a_pickled_dataset_reads_its_templates_anew(options):
    whole = dataset(options())
    assert whole.writer is whole.writer
    again = pickle.loads(pickle.dumps(whole))
    assert "writer" not in vars(again)
    assert again.tokenizer.state() == whole.tokenizer.state()


def test_the_parts_share_the_tokenizer_that_a_checkpoint_replaces(options):
    train, _, test = dataset(options()).build()
    other = TextTokenizer.train(["other words"], vocab_size=300, max_length=9)
    train.copy(train.inter_feat).tokenizer.restore(other.state())
    assert test.tokenizer.state() == other.state()
