"""The catalogue: who satisfies what, what is missing, and what a checkpoint keeps."""

import time

import numpy as np
import pytest
import torch

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.structure import Constraint as C

NAN = float("nan")


HORROR, COMEDY = C("category", "is", label="horror"), C("category", "is", label="comedy")


@pytest.fixture
def catalogue() -> Catalogue:
    """Items 1 to 4; of item 4 nothing is known. The padding item has what nothing should see."""
    return Catalogue(
        tokens=["[PAD]", "a", "b", "c", "d"],
        titles=["", "Alien", "Airplane!", "Scary Movie", "?"],
        labels={
            "category": Labels.of([["horror"], ["horror", "sci-fi"], ["comedy"],
                                   ["comedy", "horror"], []]),
        },
        numbers={"year": [1999, 1979, 1980, 2000, NAN], "price": [1, 2.5, NAN, 9, NAN]},
        roles={"year": Role("year", "y", "number", recent=2, classic=20)},
        popularity=[9, 5, 0, 7, 1],
    )  # fmt: skip


def items(mask: np.ndarray) -> list[int]:
    assert mask.dtype == bool
    return np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    ("constraints", "satisfied_by"),
    [
        ([], [1, 2, 3, 4]),
        ([C("category", "is", label="horror")], [1, 3]),
        ([C("category", "is_not", label="horror")], [2]),
        ([C("category", "is_any", label=("comedy", "sci-fi"))], [1, 2, 3]),
        ([C("category", "is", label="comedy"), C("category", "is", label="horror")], [3]),
        ([C("category", "is", label="horror"), C("category", "is_not", label="comedy")], [1]),
        ([C("year", "at_least", low=1980)], [2, 3]),
        ([C("year", "at_most", high=1980)], [1, 2]),
        ([C("year", "between", low=1980, high=1980)], [2]),
        ([C("year", "decade", low=1980, high=1989)], [2]),
        ([C("year", "outside", low=1980, high=1989)], [1, 3]),
        ([C("year", "recent", low=1998)], [3]),
        ([C("price", "at_most", high=2.5)], [1]),
        ([C("price", "at_least", low=-1e9)], [1, 3]),
        ([C("category", "is", label="comedy"), C("price", "at_most", high=10)], [3]),
        ([C("year", "at_least", low=2001)], []),
        ([C("popularity", "popular", low=7)], [3]),
        ([C("popularity", "between", low=0, high=5)], [1, 2, 4]),
        ([C("popularity", "popular", low=5), C("year", "at_least", low=1990)], [3]),
        ([C.not_together([COMEDY, HORROR])], [1, 2]),
        ([C.not_together([COMEDY, C("year", "at_most", high=1990)])], [1, 3]),
        # Of item 2 the price is not known, but that it is no horror; of item 4 nothing is.
        ([C.not_together([HORROR, C("price", "at_most", high=5)])], [2, 3]),
        ([C.not_together([C("title", "about", label=("movie",)), COMEDY])], [1, 2, 4]),
        ([C.not_together([C("year", "outside", low=1980, high=1999), HORROR])], [2]),
    ],
)
def test_mask(catalogue, constraints, satisfied_by):
    assert items(catalogue.mask(constraints)) == satisfied_by


def test_a_mask_may_be_changed(catalogue):
    constraint = C("category", "is", label="horror")
    catalogue.mask([constraint])[:] = False
    assert items(catalogue.mask([constraint])) == [1, 3]


@pytest.mark.parametrize(
    ("constraint", "complaint"),
    [
        (C("colour", "is", label="red"), "no labels in the role 'colour'; .* are: category"),
        (C("year", "is", label="1999"), "no labels in the role 'year'; .* are: category"),
        (C("category", "at_least", low=1), "no numbers in the role 'category'; .* year, price"),
        (C("category", "is", label="horor"), "no item carries the label 'horor'; .* 3 .* 'horror'"),
    ],
)
def test_an_unknown_role_or_label_names_those_there_are(catalogue, constraint, complaint):
    with pytest.raises(ValueError, match=complaint):
        catalogue.mask([constraint])


def test_attributes_keep_what_is_missing(catalogue):
    assert catalogue.attributes(1) == {
        "category": ["horror", "sci-fi"], "year": 1979, "price": 2.5,
    }  # fmt: skip
    assert catalogue.attributes(4) == {"category": [], "year": None, "price": None}


def test_roles_whose_labels_are_lists_stay_so_when_others_are_added(catalogue):
    nobody = Labels.of([[]] * len(catalogue))
    assert catalogue.with_labels({"actor": nobody}).with_labels({"prize": nobody}).listed == {
        "actor", "prize",
    }  # fmt: skip


def test_items_are_found_by_their_ids_and_not_the_padding(catalogue):
    assert catalogue.item_of_token == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_recent_and_classic_count_from_the_largest_number_of_an_item(catalogue):
    assert catalogue.extreme("year", "recent") == C("year", "recent", low=1998)
    assert catalogue.extreme("year", "classic") == C("year", "classic", high=1980)
    assert catalogue.extreme("price", "recent") is None
    assert catalogue.extreme("category", "recent") is None


def test_a_year_says_by_itself_what_is_recent_and_classic():
    years = [np.nan, *range(2001, 2021)]
    names = list(map(str, years))
    role = Role.parse("year", "y")
    bare = Catalogue(names, names, None, {"year": years}, {"year": role})
    assert bare.extreme("year", "recent") == C("year", "recent", low=2019)
    assert bare.extreme("year", "classic") == C("year", "classic", high=2005)


def test_recent_means_nothing_where_no_number_is_known():
    roles = {"year": Role("year", "y", "number", recent=2)}
    nothing = Catalogue(["", "a"], ["", "A"], numbers={"year": [1999, NAN]}, roles=roles)
    assert nothing.extreme("year", "recent") is None


@pytest.mark.parametrize(
    ("popularity", "least"),
    [
        ([0, 3, 0], 3),  # the only one that anybody has chosen
        ([0, *range(1, 21)], 19),  # two of twenty
        ([0, *range(1, 19), 18, 18], 18),  # and one that ties
        ([0, 4, 4, 4], 4),
    ],
)
def test_popular_is_the_top_tenth_of_what_anybody_has_chosen(popularity, least):
    names = [str(item) for item in range(len(popularity))]
    popular = Catalogue(names, names, popularity=popularity).extreme("popularity", "popular")
    assert popular == C("popularity", "popular", low=least)


@pytest.mark.parametrize(
    ("role", "relation", "constraint"),
    [
        ({}, "cheap", C("price", "cheap", high=2)),  # two of seven prices
        ({}, "expensive", C("price", "expensive", low=8)),
        ({"cheap": 0.5}, "cheap", C("price", "cheap", high=4)),
        ({"cheap": 0.1}, "expensive", C("price", "expensive", low=9)),
    ],
)
def test_cheap_and_expensive_are_a_share_of_the_known_prices(role, relation, constraint):
    names = [str(item) for item in range(9)]
    price = Role.parse("price", {"column": "p", **role})
    numbers = {"price": [NAN, 4, 1, 9, NAN, 2, 3, 8, 5]}
    assert (
        Catalogue(names, names, None, numbers, {"price": price}).extreme("price", relation)
        == constraint
    )


def test_only_a_price_is_cheap_without_being_told():
    roles = {"stars": Role("stars", "s", "number"), "fee": Role("fee", "f", "number", cheap=0.5)}
    hotels = Catalogue(["", "a", "b"], [""] * 3, None,
                       {"stars": [NAN, 1, 5], "fee": [NAN, 1, 5]}, roles)  # fmt: skip
    assert hotels.extreme("stars", "cheap") is None
    assert hotels.extreme("fee", "cheap") == C("fee", "cheap", high=1)


def test_a_title_without_words_satisfies_no_demand_on_it():
    shop = Catalogue(["", "a", "b", "c"], ["", "Red Mug", "Lamp", ""])
    assert items(shop.mask([C("title", "about", label=("mug", "mugs"))])) == [1]
    assert items(shop.mask([C("title", "not_about", label=("mug", "mugs"))])) == [2]


@pytest.mark.parametrize(
    ("popularity", "most"),
    [([0, 3, 0], 3), ([0, *range(1, 21)], 10), ([0, 9, 0, 7, 8, 0], 8)],
)
def test_obscure_is_the_lower_half_of_what_anybody_has_chosen_with_what_nobody_has(
    popularity, most
):
    names = [str(item) for item in range(len(popularity))]
    catalogue = Catalogue(names, names, popularity=popularity)
    obscure = catalogue.extreme("popularity", "obscure")
    assert obscure == C("popularity", "obscure", high=most)
    assert items(catalogue.mask([obscure])) == [
        item for item, count in enumerate(popularity) if item and count <= most
    ]


def test_nothing_is_popular_where_nobody_has_chosen():
    catalogue = Catalogue(["", "a"], ["", "A"])
    assert catalogue.popularity.tolist() == [0, 0]
    assert catalogue.extreme("popularity", "popular") is None
    assert catalogue.extreme("popularity", "obscure") is None
    assert catalogue.extreme("popularity", "recent") is None


def test_a_checkpoint_keeps_everything(catalogue, tmp_path):
    torch.save(catalogue.state(), tmp_path / "state.pth")
    kept = Catalogue.from_state(torch.load(tmp_path / "state.pth", weights_only=True))
    assert kept.tokens == catalogue.tokens
    assert kept.titles == catalogue.titles
    assert kept.roles == catalogue.roles
    assert kept.popularity.tolist() == catalogue.popularity.tolist()
    for item in range(1, len(catalogue)):
        assert kept.attributes(item) == catalogue.attributes(item)
    assert items(kept.mask([C("category", "is_not", label="horror")])) == [2]
    assert kept.state().keys() == catalogue.state().keys()


def test_an_empty_catalogue_has_no_items():
    empty = Catalogue(["[PAD]"], [""], {"category": Labels.of([[]])}, {"year": [NAN]})
    assert items(empty.mask([C("year", "at_least", low=0)])) == []
    assert empty.attributes(0) == {"category": [], "year": None}


def test_descriptions_are_kept_and_added():
    texts = {"plot": ["", "Robots."]}
    catalogue = Catalogue(["", "a"], ["", "A"], texts=texts)
    given = [{"item_id": "b", "title": "B", "plot": "Ghosts."}, {"item_id": "c", "title": "C"}]
    more = Catalogue.from_state(catalogue.state()).with_items(given)
    assert [more.attributes(item)["plot"] for item in (1, 2, 3)] == ["Robots.", "Ghosts.", None]
    assert items(more.mask([C("topic", "about", label=("ghosts", "a"))])) == [1, 2]
    assert items(more.mask([C("title", "about", label=("ghosts", "a"))])) == [1]
    assert items(more.mask([C("topic", "not_about", label=("ghosts",))])) == [1]
    with pytest.raises(ValueError, match="has the plot 7: .*; give text"):
        more.with_items([{"item_id": "d", "title": "D", "plot": 7}])


def test_labels_are_sorted_and_counted_once_an_item():
    labels = Labels.of([[], ["b", "a", "b"], ["", "  "], ["b"]])
    assert labels.names == ("a", "b")
    assert labels.frequency.tolist() == [1, 2]
    assert [labels.of_item(item) for item in range(4)] == [[], ["a", "b"], [], ["b"]]
    assert labels.any.tolist() == [False, True, False, True]


def test_labels_describe_that_several_items_carry():
    few = Labels.of([[], ["a", "b"], ["a"], ["c"]])
    assert dict(zip(few.names, few.describing, strict=True)) == {"a": True, "b": False, "c": False}
    many = Labels.of([[], *[["a"]] * 4, *[["b"]] * 5, *[[]] * 500])
    assert many.describing.tolist() == [False, True]


def test_labels_that_case_or_hyphens_tell_apart_are_one():
    labels = Labels.of([[], ["hip-hop", "Hip Hop"], ["Hip Hop"], ["hip-hop"], ["R&B"], ["!!!"]])
    assert labels.names == ("!!!", "Hip Hop", "R&B")
    assert labels.of_item(1) == ["Hip Hop"]
    assert labels.mask("HIP HOP").tolist() == [False, True, True, True, False, False]
    assert labels.mask("!!!", "r&b").tolist() == [False, False, False, False, True, True]


def test_labels_of_empty_cells():
    labels = Labels.of([[], []])
    assert labels.names == ()
    assert labels.frequency.tolist() == []
    assert labels.of_item(1) == []
    with pytest.raises(ValueError, match="the closest of 0 are: none"):
        labels.mask("a")


@pytest.mark.parametrize(
    ("name", "value", "role"),
    [
        ("category", "genre", Role("category", "genre", "labels")),
        ("year", {"column": "y", "recent": 2}, Role("year", "y", "number", recent=2)),
        ("mood", {"column": "m", "kind": "labels"}, Role("mood", "m", "labels")),
        ("description", "plot", Role("description", "plot", "text")),
        ("tags", {"column": "t", "separator": ", "}, Role("tags", "t", "labels", separator=", ")),
    ],
)
def test_a_role_is_a_column_or_a_mapping(name, value, role):
    assert Role.parse(name, value) == role


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("year", {"column": "y", "recnt": 2}, r"item_roles\['year'\] is .*: give a column name"),
        ("year", {"recent": 2}, "give a column name, or a mapping with `column`"),
        ("year", 7, r"item_roles\['year'\] is 7"),
        ("year", None, r"item_roles\['year'\] is None"),
        ("mood", "m", "has kind None; choose one of text, labels, number, as {column: m, kind"),
        ("mood", {"column": "m", "kind": "label"}, "has kind 'label'; choose one of text, labels"),
        ("tags", {"column": "t", "separator": " "}, "has separator ' '; give a visible character"),
        ("tags", {"column": "t", "separator": 1}, "has separator 1; give a visible character"),
        ("year", {"column": "y", "recent": "two"}, "has recent 'two'; give a number of at least 0"),
        ("year", {"column": "y", "classic": -1}, "has classic -1; give a number of at least 0"),
        ("price", {"column": "p", "cheap": 0.9}, "has cheap 0.9; give a share above 0 and up to"),
        ("tags", {"column": "t", "cheap": 0.1}, "has cheap 0.1; .* only to a role of kind number"),
        ("popularity", "p", r"item_roles\['popularity'\] cannot be given: popularity is counted"),
        ("topic", "t", r"item_roles\['topic'\] cannot be given: .* what titles and descriptions"),
        ("tags", {"column": "t", "recent": 2}, "has recent 2; .* only to a role of kind number"),
    ],
)
def test_a_mistaken_role_says_what_to_write(name, value, complaint):
    with pytest.raises(ValueError, match=complaint):
        Role.parse(name, value)


def test_a_hundred_thousand_items_take_no_time():
    generator = np.random.default_rng(0)
    cells = [[f"tag {n}" for n in row] for row in generator.integers(0, 2000, (100_000, 5))]
    started = time.process_time()
    labels = Labels.of(cells)
    ids = [str(item) for item in range(100_000)]
    catalogue = Catalogue(ids, ids, {"tags": labels}, {"price": range(100_000)})
    kept = Catalogue.from_state(catalogue.state())
    assert time.process_time() - started < 10  # 1.1 s
    started = time.process_time()
    for n in range(100):
        kept.mask([C("tags", "is_not", label=f"tag {n}"), C("price", "at_least", low=5)])
    assert time.process_time() - started < 1  # 0.03 s
