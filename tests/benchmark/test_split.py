"""The split that all models are tested on."""

from __future__ import annotations

import numpy as np
import pytest
from shop import write_shop

from recbole_instructrec.benchmark import split


def options_of(folder, **more):
    return {
        "data_path": str(folder),
        "eval_args": {"split": {"LS": "valid_and_test"}, "order": "TO", "group_by": "user"},
        "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
        **more,
    }


@pytest.fixture(scope="module")
def shop_split(shop):
    return split.read("shop", options_of(shop))


def test_the_last_item_is_the_target_and_all_before_were_seen(shop_split):
    """User n begins at item n + 1 and takes 5 + n % 7 steps along the circle."""
    place = shop_split.place_of_user["u3"]
    items = [shop_split.items[item] for item in shop_split.seen[place]]
    assert items == [f"i{n}" for n in range(4, 11)]
    assert shop_split.items[shop_split.targets[place]] == "i11"
    assert shop_split.history_lengths[place] == 7


def test_users_and_items_are_in_the_order_of_their_ids(shop_split):
    assert shop_split.users.tolist() == sorted(f"u{n}" for n in range(30))
    assert shop_split.items.tolist() == sorted(f"i{n}" for n in range(1, 13))


def test_popularity_is_counted_in_the_training_part(shop_split):
    n_choices = sum(len(seen) - 1 for seen in shop_split.seen)
    assert shop_split.popularity.sum() == n_choices


def test_items_chosen_at_the_same_moment_keep_the_order_of_the_file(tmp_path):
    rows = [f"u1\ti{n}\t7" for n in (5, 2, 9, 1, 4, 3)]
    write_shop(tmp_path, inter=["user_id:token\titem_id:token\ttimestamp:float", *rows])
    found = split.read("shop", options_of(tmp_path))
    assert found.items[np.append(found.seen[0], found.targets)].tolist() == [
        "i5", "i2", "i9", "i1", "i4", "i3",
    ]  # fmt: skip


def test_nobody_to_test_is_told(tmp_path):
    rows = [f"u{n}\ti{n}\t7" for n in range(1, 4)]
    write_shop(tmp_path, inter=["user_id:token\titem_id:token\ttimestamp:float", *rows])
    with pytest.raises(ValueError, match="no user of shop has enough interactions to be tested"):
        split.read("shop", options_of(tmp_path))


def test_the_fingerprint_changes_with_the_files(tmp_path):
    write_shop(tmp_path)
    before = split.fingerprint("shop", tmp_path / "shop")
    assert before == split.fingerprint("shop", tmp_path / "shop")
    with (tmp_path / "shop" / "shop.item").open("a") as file:
        file.write("\n")
    assert split.fingerprint("shop", tmp_path / "shop") != before


def test_a_missing_dataset_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no dataset 'shop': .*; give the folder"):
        split.fingerprint("shop", tmp_path / "shop")
