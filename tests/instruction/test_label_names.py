"""What labels are called."""

from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction import label_names as module
from recbole_instructrec.instruction.label_names import label_names
from recbole_instructrec.instruction.language import Language

LANGUAGES = [
    Language(code, {"templates": [{"text": "{noun}"}], "wording": {}, "labels": labels})
    for code, labels in (
        ("en", {"sci-fi": ["science fiction", "space"]}),
        ("zh", {"sci-fi": ["科幻"]}),
    )
]


def test_a_label_goes_by_its_own_name_and_all_others():
    catalogue = Catalogue(
        list("0abc"),
        ["", "Alien", "Heat", "Moon"],
        {
            "category": Labels.of([[], ["Sci-Fi"], [], ["Drama", "Sci-Fi"]]),
            "brand": Labels.of([[], ["Drama"], ["Acme"], []]),
        },
    )
    names, carried = label_names(catalogue, LANGUAGES)
    assert names == ["Drama", "Sci-Fi", "science fiction", "space", "科幻", "Acme", "Drama"]
    assert carried == [[], [1, 2, 3, 4, 6], [5], [0, 1, 2, 3, 4]]


def test_of_too_many_labels_the_rarest_have_no_names(monkeypatch):
    monkeypatch.setattr(module, "MOST_LABELS", 2)
    labels = Labels.of([[], ["a", "b"], ["b", "c"], ["c", "d"]])
    catalogue = Catalogue(list("0123"), ["", "A", "B", "C"], {"tags": labels})
    assert label_names(catalogue, LANGUAGES) == (["b", "c"], [[], [0], [0, 1], [1]])


def test_without_labels_there_are_no_names():
    assert label_names(Catalogue(["", "a"], ["", "Alien"]), LANGUAGES) == ([], [[], []])
