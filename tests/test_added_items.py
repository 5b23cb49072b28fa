"""Items added to a loaded model: found by their attributes, scored by their words."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from films import film_catalogue
from untrained import untrained

from recbole_instructrec import Recommender
from recbole_instructrec.instruction.item_text import item_texts

CAT = {"item_id": "n1", "title": "Robot Cat", "category": ["toys"], "year": 1997, "price": 30}
MOVIE = {"item_id": "new", "title": "Hackers", "category": "Thriller", "year": 1995}


@pytest.fixture
def recommender(checkpoint):
    return Recommender.load(checkpoint)


def test_an_added_item_is_recommended_where_it_is_asked_for(recommender):
    recommender.add_items([CAT])
    (item,) = recommender.recommend("toys under 40", user="u0").items
    assert (item.item_id, item.title) == ("n1", "Robot Cat")
    assert item.attributes == {"category": ["toys"], "year": 1997, "price": 30}
    assert [item.title for item in recommender.recommend("一些40元以内的toys").items] == [
        "Robot Cat"
    ]


def test_an_added_item_can_be_named_and_be_a_history(recommender):
    recommender.add_items([CAT])
    assert recommender.decoder.decode("something like Robot Cat").liked[0].item_id == "n1"
    answer = recommender.recommend("anything", history=["n1", "Robot Dog"], k=100)
    assert "n1" not in [item.item_id for item in answer.items]


def test_items_added_leave_the_others_where_they_were(recommender):
    before = recommender.scores(["recommend toys"], [[1, 2]])[0, 3:]
    recommender.add_items([CAT, {"item_id": "n2", "title": "Robot Cat"}])
    after = recommender.scores(["recommend toys"], [[1, 2]])[0, 3:]
    assert after.exp().sum() == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(after[:-2] - after[0], before - before[0])


def test_an_added_item_is_embedded_as_the_scaled_sum_of_its_words(recommender):
    recommender.add_items([CAT])
    table = recommender.scorer.backbone.output_table
    text = item_texts(recommender.catalogue, recommender.writer.languages.values())[-1]
    (words,) = recommender.tokenizer.words([text])
    torch.testing.assert_close(table[-1], table[words].sum(0) / len(words) ** 0.5)


def test_with_titles_as_identifiers_an_added_item_is_spelled():
    films = film_catalogue()
    recommender = untrained(films, item_identifier="title")
    for n in (1, 2):  # the second by a title that three films have then
        recommender.add_items([{**MOVIE, "item_id": f"new{n}"}, {**MOVIE, "item_id": f"old{n}",
                                                                 "title": "Titanic"}])  # fmt: skip
    scores = recommender.scores(["recommend films"], [[1, 2]])[0]
    assert len(scores) == len(films) + 4
    assert scores.exp().sum() == pytest.approx(1, abs=1e-5)
    answer = recommender.recommend("thrillers from 1995")
    assert {item.item_id for item in answer.items} == {"new1", "new2", "old1", "old2"}


def test_an_added_copy_of_a_title_takes_no_mark_that_another_item_has():
    recommender = untrained(film_catalogue(), item_identifier="title")
    everything = torch.arange(1, len(recommender.catalogue))[:, None]
    before = recommender.scorer.identifiers.spell(everything)[0]
    for token in ("b0", "a0"):  # before all others in the order of ids, and then before the first
        recommender.add_items([{"item_id": token, "title": "Heat", "year": 1986}])
    after = recommender.scorer.identifiers.spell(everything)[0]
    assert after.equal(before)


def test_of_an_added_item_it_is_known_that_nobody_has_chosen_it():
    recommender = untrained(film_catalogue(), item_words=True)
    recommender.add_items([MOVIE])
    assert recommender.scorer.chosen.tolist() == (recommender.catalogue.popularity > 0).tolist()


@pytest.mark.parametrize("how", [{"item_identifier": "code"}, {"item_words": False}])
def test_identifiers_that_say_nothing_take_no_further_items(how):
    recommender = untrained(film_catalogue(), **how)
    with pytest.raises(ValueError, match="none that nobody has chosen; to add items, train with"):
        recommender.add_items([MOVIE])
    assert "new" not in recommender.catalogue.item_of_token


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"title": "Hackers"}, "to be added has the item_id None: {'title': 'Hackers'}; give"),
        ({"item_id": "new", "title": " "}, "an item to be added has the title ' ': {.*}; give"),
        ({**MOVIE, "item_id": "f1"}, "the item_id 'f1' is taken; give each item one of its own"),
        ({**MOVIE, "colour": "red"}, "'colour', which is no role of this catalogue; the roles are"),
        ({**MOVIE, "year": "soon"}, "item 'new' has the year 'soon'; give a number, or leave it"),
        ({**MOVIE, "year": float("inf")}, "item 'new' has the year inf; give a number, or leave"),
        ({**MOVIE, "year": True}, "item 'new' has the year True; give a number, or leave it"),
        ({**MOVIE, "category": [5]}, "'new' has the category .5.; give a list of labels as text"),
        ({**MOVIE, "category": 5}, "item 'new' has the category 5; give a list of labels as text"),
        ("Hackers", "an item to be added is 'Hackers'; give a mapping with item_id, title and"),
    ],
)
def test_an_item_that_cannot_be_added(item, message):
    recommender = untrained(film_catalogue(), item_words=True)
    with pytest.raises(ValueError, match=message):
        recommender.add_items([MOVIE | {"item_id": "other"}, item])
    assert len(recommender.catalogue) == len(film_catalogue())


def test_what_is_not_known_of_an_item_is_missing():
    catalogue = film_catalogue().with_items([{"item_id": "new", "title": "Hackers"}])
    item = catalogue.item_of_token["new"]
    assert catalogue.attributes(item) == {"category": [], "year": None}
    assert catalogue.popularity[item] == 0
    assert np.isnan(catalogue.numbers["year"][item])
