"""Which words of descriptions tell one from others."""

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction import telling_words as module
from recbole_instructrec.instruction.telling_words import telling_words, word_names


def test_rare_words_that_do_not_belong_to_the_asking_tell(languages):
    plots = ["", *["A war story with some robots"] * 30, "Robots recommend the Cellar in 1999", ""]
    titles = ["", *["Film"] * 32]
    catalogue = Catalogue(list(map(str, range(33))), titles, texts={"plot": plots, "review": plots})
    words = telling_words(catalogue, languages.values())
    assert words[31] == ["cellar"]
    assert words[1] == words[32] == []


def test_a_script_without_spaces_tells_by_pairs_of_characters(languages):
    catalogue = Catalogue(["", "a"], ["", "A"], texts={"plot": ["", "海底机器"]})
    assert telling_words(catalogue, languages.values()) == [[], ["海底", "底机", "机器"]]


def test_words_have_names_with_their_plurals(languages, monkeypatch):
    plots = ["", "Ghosts with a dog", "", "A dog and a ghost", "Some dog"]
    catalogue = Catalogue(list("01234"), ["", *"ABCD"], texts={"plot": plots})
    # "dog" stands in more than one, "with" and "some" belong to the asking.
    names, carried = word_names(catalogue, languages.values())
    assert names == ["ghosts", "ghost", "鬼", "鬼魂"]
    assert carried == [[], [0, 1, 2, 3], [], [1, 0, 2, 3], []]
    monkeypatch.setattr(module, "MOST_WORDS", 1)
    assert word_names(catalogue, languages.values())[1] == [[], [0, 1, 2, 3], [], [], []]


def test_without_descriptions_nothing_tells(catalogue, languages):
    assert telling_words(catalogue, languages.values()) == [[]] * len(catalogue)
