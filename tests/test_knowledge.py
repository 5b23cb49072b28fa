"""What people know of items besides what a dataset's files say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from films import film_catalogue
from untrained import untrained

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.instruction.title_index import TitleIndex
from recbole_instructrec.knowledge import Knowledge, load_knowledge

FACTS = """
items: [films]
labels:
  actor:
    Al Pacino: [The Godfather (1972), Heat (1995), Scarface (1983)]
    Kathy Bates: [Titanic (1997)]
  category: {Noir: [Heat (1995)]}
titles:
  Inception (2010):
    kinds: [Sci-Fi, Action]
    alike: [Seven (1995), The Matrix (1999), Speed (1994), Fargo (1996)]
  Tenet (2020): {kinds: [Sci-Fi, Action], alike: [Heat (1995)]}
  The Conjuring (2013): {kinds: [Horror]}
  Toy Story 3 (2010): {kinds: [Animation], alike: [Speed (1994)]}
  Titanic (1997): {kinds: [Romance]}
names:
  zh:
    labels: {Al Pacino: [阿尔·帕西诺]}
    titles: {盗梦空间: Inception (2010)}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge/mine.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def knowledge(folder) -> Knowledge:
    return load_knowledge("mine", (), folder)


@pytest.fixture
def recommender(knowledge):
    return untrained(film_catalogue(), {"en": "films", "zh": "电影"}, knowledge=knowledge)


def extended(knowledge: Knowledge, catalogue: Catalogue) -> Catalogue:
    return knowledge.extended(catalogue, TitleIndex.of(catalogue))


def titles(answer) -> list[str]:
    return [item.title for item in answer.items]


def test_items_get_the_labels_that_are_known_of_their_titles(knowledge):
    known = extended(knowledge, film_catalogue())
    pacino, bates = (known.mask([C("actor", "is", label=name)]).nonzero()[0].tolist()
                     for name in ("Al Pacino", "Kathy Bates"))  # fmt: skip
    assert (pacino, bates) == ([4, 5], [8])  # and not the Titanic of 1953


def test_what_the_catalogue_says_itself_holds(knowledge):
    assert "Noir" not in extended(knowledge, film_catalogue()).labels["category"].names
    assert extended(Knowledge({}), catalogue := film_catalogue()) is catalogue


def test_the_catalogue_that_is_trained_stays_as_it_was(recommender):
    assert list(recommender.catalogue.labels) == ["category"]
    assert list(recommender.known.labels) == ["category", "actor"]


@pytest.mark.parametrize(
    ("sentence", "said", "found"),
    [
        ("films with Al Pacino", "Recommend Al Pacino films.", {"Godfather, The", "Heat"}),
        ("an action film with Al Pacino", "Recommend action Al Pacino films.", {"Heat"}),
        ("阿尔·帕西诺的电影", "推荐一些阿尔·帕西诺的电影。", {"Godfather, The", "Heat"}),
    ],
)
def test_people_are_asked_for_where_the_dataset_has_none(recommender, sentence, said, found):
    answer = recommender.recommend(sentence)
    assert answer.instruction == said
    assert set(titles(answer)) == found
    assert "Al Pacino" in answer.items[0].known["actor"]
    assert "actor" not in answer.items[0].attributes
    assert "Pacino" not in answer.read and "帕西诺" not in answer.read  # the model never learned it


def test_who_is_in_no_list_is_not_there(recommender):
    without = set(titles(recommender.recommend("no Al Pacino", k=20)))
    assert without == set(recommender.catalogue.titles[1:]) - {"Godfather, The", "Heat"}


@pytest.mark.parametrize("sentence", ["something like Inception (2010)", "像《盗梦空间》的电影"])
def test_what_is_like_a_title_stands_for_it(recommender, sentence):
    answer = recommender.recommend(sentence, k=2)
    (stands,) = answer.understood.alike
    assert [one.title for one in stands.titles] == ["Seven (Se7en)", "Speed", "Fargo"]
    assert answer.understood.unknown == (stands.said,)
    assert stands.said in answer.notes[0] and "Speed" in answer.notes[0]
    assert answer.understood.associated == ()


def test_it_has_a_share_of_the_likelihood_beside_what_the_model_says(recommender):
    with_share = recommender.recommend("something like Inception (2010)", k=20)
    history = recommender.recommend("films", history=["Seven", "Speed", "Fargo"], k=20)
    share = {one.title: one.probability for one in with_share.items}
    model = {one.title: one.probability for one in history.items}
    for title in set(model) - {"Titanic"}:
        assert share[title] == pytest.approx(model[title] * 0.85, rel=1e-4)
    assert min(share["Speed"], share["Seven (Se7en)"], share["Fargo"]) >= 0.05
    assert sum(one.probability for one in with_share.items) == pytest.approx(1, abs=1e-4)


def test_what_stands_for_a_title_has_to_satisfy_what_is_demanded(recommender):
    answer = recommender.recommend("an action film like Inception (2010)")
    assert set(titles(answer)) == {"Heat", "Speed"}


def test_a_title_that_nothing_here_is_like_is_told_by_its_kinds(recommender):
    answer = recommender.recommend("something like The Conjuring (2013)")
    assert answer.understood.alike == ()
    assert answer.understood.wish.constraints == (C("category", "is", label="Horror"),)
    assert answer.notes == (
        "Nothing in the catalogue is called “The Conjuring (2013)”.",
        "“The Conjuring (2013)” is read as “horror”.",
    )


def test_kinds_are_told_as_well_where_little_stands_for_a_title(recommender):
    understood = recommender.recommend("something like Tenet (2020)").understood
    assert [one.title for stands in understood.alike for one in stands.titles] == ["Heat"]
    assert [one.label for one in understood.wish.constraints] == ["Action", "Sci-Fi"]


def test_a_sequel_stands_for_what_it_follows(recommender):
    understood = recommender.recommend("films like Toy Story 3 (2010)").understood
    assert [one.title for one in understood.liked] == ["Toy Story"]
    assert understood.doubtful == understood.liked and not understood.constraints


def test_a_title_alone_is_told_by_its_kinds(recommender):
    wish = recommender.recommend("the conjuring").understood.wish
    assert wish.constraints == (C("category", "is", label="Horror"),)


def test_a_title_that_is_not_liked_has_nothing_stand_for_it(recommender):
    understood = recommender.recommend("not like Inception (2010), please").understood
    assert understood.alike == () and understood.unknown == ("Inception (2010)",)


def test_it_stays_through_a_conversation_until_it_is_shown_itself(recommender):
    conversation = recommender.conversation(k=3)
    conversation.say("something like Inception (2010)")
    answer = conversation.say("only action")
    assert [one.said for one in answer.understood.alike] == ["Inception (2010)"]
    assert set(titles(answer)) == {"Heat", "Speed"}
    answer = conversation.say("I have seen Speed (1994)")
    assert titles(answer) == ["Heat"]
    assert conversation.say("not like Inception").understood.alike == ()


def test_whom_something_is_to_be_like_is_told_and_not_demanded(recommender):
    conversation = recommender.conversation(k=50)
    answer = conversation.say("films in the style of Al Pacino")
    assert not answer.understood.constraints
    (note,) = answer.notes
    assert note == "What is like Al Pacino is wanted, for whom stands: Godfather, The, Heat."
    assert {"Godfather, The", "Heat", "Fargo"} < set(titles(answer))
    answer = conversation.say("only action")
    assert [one.said for one in answer.understood.likened] == ["Al Pacino"]


@pytest.mark.parametrize("history", [[], ["Friday", "Heat"]])
def test_reasons_name_only_what_was_chosen(recommender, history):
    answer = recommender.recommend(
        "something like Inception (2010)", history=history, k=20, reasons=True
    )
    named = {one.title for item in answer.items for one in item.reasons.history}
    assert named <= set(history)


def test_added_items_are_known_as_well(knowledge):
    recommender = untrained(film_catalogue(), item_words=True, knowledge=knowledge)
    recommender.add_items([{"item_id": "new", "title": "Scarface (1983)", "category": ["Crime"]}])
    answer = recommender.recommend("crime with Al Pacino")
    assert set(titles(answer)) == {"Godfather, The", "Heat", "Scarface (1983)"}


# Files --------------------------------------------------------------------------------------------


def test_files_are_about_items_of_their_name(folder):
    labels = load_knowledge("auto", ["films"], folder).labels
    assert {"director", "actor", "category"} <= set(labels)  # the shipped ones and these
    assert load_knowledge("auto", ["songs"], folder).labels == {}
    assert set(load_knowledge(["auto", "mine"], ["songs"], folder).labels) == {"actor", "category"}
    assert load_knowledge([], ["films"], folder).titles == {}


def test_of_two_files_the_later_one_holds(folder):
    text = "labels: {actor: {Al Pacino: [Serpico (1973)], Cher: [Moonstruck (1987)]}}"
    (folder / "knowledge/others.yaml").write_text(text, encoding="utf-8")
    labels = load_knowledge(["mine", "others"], (), folder).labels
    assert labels["actor"] == {
        "Al Pacino": ["Serpico (1973)"],
        "Kathy Bates": ["Titanic (1997)"],
        "Cher": ["Moonstruck (1987)"],
    }
    assert "category" in labels


def test_a_second_file_adds_its_names_to_those_of_the_first(folder):
    text = "names: {zh: {labels: {Cher: [雪儿]}}, fr: {titles: {Bogue: Fargo (1996)}}}"
    (folder / "knowledge/others.yaml").write_text(text, encoding="utf-8")
    assert load_knowledge(["mine", "others"], (), folder).names == {
        "zh": {
            "labels": {"Al Pacino": ["阿尔·帕西诺"], "Cher": ["雪儿"]},
            "titles": {"盗梦空间": "Inception (2010)"},
        },
        "fr": {"titles": {"Bogue": "Fargo (1996)"}},
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("peple: {}", "there is no key 'peple'; there are: items, labels, titles, names"),
        ("labels: {actor: [a]}", "labels: actor is ['a']; give `key: value` lines"),
        ("labels: {actor: {A: b}}", "labels: actor: A is 'b'; give a list of texts"),
        ("titles: {T: {kind: [a]}}", "titles: T: there is no key 'kind'; there are: kinds, alike"),
        ("titles: {T: {alike: [1]}}", "titles: T: alike is [1]; give a list of texts"),
        ("titles: {T: [a]}", "titles: T is ['a']; give `key: value` lines"),
        ("names: {zh: {labels: [a]}}", "names: zh: labels is ['a']; give `key: value` lines"),
        ("names: {zh: {label: {}}}", "names: zh: there is no key 'label'; there are: labels, "),
    ],
)
def test_what_cannot_be_read_is_quoted(folder, text, complaint):
    (folder / "knowledge/mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"knowledge/mine.yaml: {complaint}")):
        load_knowledge(["mine"], (), folder)


def test_a_file_that_is_not_there(folder):
    with pytest.raises(ValueError, match="there is no knowledge 'books'; choose among auto, films"):
        load_knowledge(["books"], (), folder)


YEAR = re.compile(r" \((?:18|19|20)\d\d\)$")


@pytest.fixture(scope="module")
def films() -> Knowledge:
    return load_knowledge(["films"], ())


def test_the_shipped_films_carry_their_years(films):
    named = [
        *(title for known in films.labels.values() for own in known.values() for title in own),
        *films.titles,
        *(title for known in films.titles.values() for title in known.alike),
    ]
    assert [title for title in named if not YEAR.search(title)] == []


def test_the_shipped_films_have_kinds_and_are_like_others(films):
    genres = {
        "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
        "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
        "Thriller", "War", "Western",
    }  # fmt: skip
    for title, known in films.titles.items():
        assert known.kinds and genres.issuperset(known.kinds), title
        assert title not in known.alike and len(set(known.alike)) == len(known.alike), title


def test_the_shipped_names_are_of_people_and_films_that_there_are(films):
    people = {name for known in films.labels.values() for name in known}
    assert set(films.names["zh"]["labels"]) <= people


def test_some_facts_that_everybody_knows(films):
    assert "Jaws (1975)" in films.labels["director"]["Steven Spielberg"]
    assert "Titanic (1997)" in films.labels["actor"]["Leonardo DiCaprio"]
    assert films.names["zh"]["labels"]["Steven Spielberg"][0] == "史蒂文·斯皮尔伯格"
    assert "The Matrix (1999)" in films.titles["Inception (2010)"].alike


def test_a_catalogue_without_years_has_them_too(films):
    catalogue = Catalogue(["[PAD]", "a", "b"], ["", "Jaws", "The Sting"])
    spielberg = C("director", "is", label="Steven Spielberg")
    assert extended(films, catalogue).mask([spielberg]).tolist() == [False, True, False]
