"""What the labels of items are called, in every language."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language

# Of a role with more labels only those that most items carry are named: in a step of the training
# each name takes some kilobytes.
MOST_LABELS = 20_000


def label_names(
    catalogue: Catalogue, languages: Iterable[Language]
) -> tuple[list[str], list[list[int]]]:
    """Every name of every label, in each role of the ``MOST_LABELS`` that most items carry.

    Returns:
        The names, and by item the numbers of the names of its labels, [n_items] of any number.
    """
    languages = list(languages)
    names: list[str] = []
    carried: list[list[int]] = [[] for _ in range(len(catalogue))]
    for labels in catalogue.labels.values():
        named = [range(0)] * len(labels.names)
        for column in sorted(np.argsort(-labels.frequency, kind="stable")[:MOST_LABELS].tolist()):
            label = labels.names[column]
            others = chain(*(one.names_of_label(label) for one in languages))
            called = dict.fromkeys([label, *others])
            named[column] = range(len(names), len(names) + len(called))
            names += called
        for item, of_item in enumerate(carried):
            for label in labels.of_item(item):
                of_item += named[labels.index[label]]
    return names, carried
