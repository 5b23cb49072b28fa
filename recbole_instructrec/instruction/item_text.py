"""What can be said of an item in words: its title, its labels and its years, in every language, and
what is written about it besides."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress

from recbole_instructrec.catalogue import KIND_ROLES, Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Constraint


def item_texts(
    catalogue: Catalogue, languages: Iterable[Language], whole: bool = True
) -> list[str]:
    """The words of every item, as instructions would use them, [n_items]; the padding item's are
    empty.

    Numbers other than years are left out: of two prices, their digits do not tell which is lower.

    Args:
        whole: Whether descriptions are among them, and labels such as actors that few others carry.
    """
    languages = list(languages)
    names = {
        role: [
            " ".join(lang.name_of_label(label) for lang in languages)
            if whole or describes or role in KIND_ROLES
            else ""
            for label, describes in zip(labels.names, labels.describing, strict=True)
        ]
        for role, labels in catalogue.labels.items()
    }
    years = {
        role: values.tolist()
        for role, values in catalogue.numbers.items()
        if catalogue.in_years(role)
    }
    texts = [""]
    for item in range(1, len(catalogue)):
        words = [catalogue.titles[item]]
        for role, named in names.items():
            labels = catalogue.labels[role]
            words += [named[labels.index[label]] for label in labels.of_item(item)]
        for role, values in years.items():
            if math.isfinite(values[item]):
                words += _year(role, values[item], languages)
        words += [text[item] for text in catalogue.texts.values() if whole]
        texts.append(" ".join(filter(None, words)))
    return texts


def _year(role: str, year: float, languages: Iterable[Language]) -> list[str]:
    """A year and its decade, in words."""
    first = year // 10 * 10
    decade = Constraint(role, "decade", low=first, high=first + 9)
    words = [f"{year:.0f}"]
    for language in languages:
        # A language need not have words for everything that a catalogue knows.
        with suppress(ValueError):
            words.append(language.demand(decade, language.noun))
    return words
