"""What the labels of items are called, in every language, and the telling words of descriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.telling_words import telling_words
from recbole_instructrec.instruction.vocabulary import SHORTEST_THING

# Of a role with more labels only those that most items carry are named: in a step of the training
# each name takes some kilobytes.
MOST_LABELS = 20_000


def label_names(
    catalogue: Catalogue, languages: Iterable[Language]
) -> tuple[list[str], list[list[int]]]:
    """Every name of every label, in each role of the ``MOST_LABELS`` that most items carry, and as
    many telling words of descriptions, with their plurals.

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
    words = telling_words(catalogue, languages)
    counts = Counter(word for told in words for word in told).most_common(MOST_LABELS)
    forms = {word: _forms(word, languages) for word, _ in counts}
    place: dict[str, int] = {}
    for form in chain(*forms.values()):
        place.setdefault(form, len(names) + len(place))
    for of_item, told in zip(carried, words, strict=True):
        said = chain(*(forms[word] for word in told if word in forms))
        of_item += [place[form] for form in dict.fromkeys(said)]
    return [*names, *place], carried


def _forms(word: str, languages: Iterable[Language]) -> dict[str, None]:
    """A word, and its commonest plural, or all that it may be the plural of."""
    forms = [word]
    for vocabulary in (language.vocabulary for language in languages):
        inflected = vocabulary.inflected(word, SHORTEST_THING)
        if vocabulary.is_plural(word):
            forms += [form for form in inflected if len(form) < len(word)]
        else:
            forms += islice((form for form in inflected if vocabulary.is_plural(form)), 1)
    return dict.fromkeys(forms)
