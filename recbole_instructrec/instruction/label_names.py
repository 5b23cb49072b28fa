"""What the labels of items are called, in every language."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language


def label_names(
    catalogue: Catalogue, languages: Iterable[Language]
) -> tuple[list[str], list[list[int]]]:
    """Every name of every label.

    Returns:
        The names, and by item the numbers of the names of its labels, [n_items] of any number.
    """
    languages = list(languages)
    names: list[str] = []
    carried: list[list[int]] = [[] for _ in range(len(catalogue))]
    for labels in catalogue.labels.values():
        named = []
        for label in labels.names:
            called = dict.fromkeys(
                [label, *chain(*(one.names_of_label(label) for one in languages))]
            )
            named.append(range(len(names), len(names) + len(called)))
            names += called
        for item, of_item in enumerate(carried):
            for label in labels.of_item(item):
                of_item += named[labels.index[label]]
    return names, carried
