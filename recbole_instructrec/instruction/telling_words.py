"""The words by which one description is told from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.vocabulary import SHORTEST_THING
from recbole_instructrec.instruction.word_index import terms

# A word that more of the descriptions hold tells little.
MOST_COMMON = 0.05
SHORTEST = 3
# Of more telling words only those of most items are found one by one: each takes time in a step.
MOST_WORDS = 5_000


def telling_words(catalogue: Catalogue, languages: Iterable[Language]) -> list[list[str]]:
    """The telling words of what is written about every item besides its title, each once, in
    their order, [n_items] of any number; in a script without spaces pairs of characters.

    Args:
        languages: What stands in their lists of words is part of the asking, and tells nothing.
    """
    told = [list(dict.fromkeys(terms(text))) for text in catalogue.descriptions]
    counts = Counter(word for words in told for word in words)
    most = max(1, MOST_COMMON * sum(map(bool, told)))
    asking = {
        word
        for language in languages
        for phrases in language.vocabulary.words.values()
        for phrase in phrases
        for word in terms(phrase)
    }
    telling = {word for word in counts if counts[word] <= most and _long(word)} - asking
    return [[word for word in words if word in telling] for words in told]


def word_names(
    catalogue: Catalogue, languages: Iterable[Language]
) -> tuple[list[str], list[list[int]]]:
    """The ``MOST_WORDS`` telling words that most items have, with their plurals and what else
    languages call them.

    Returns:
        All these names, and by item the numbers of its own, [n_items] of any number.
    """
    languages = list(languages)
    told = telling_words(catalogue, languages)
    counts = Counter(chain(*told)).most_common(MOST_WORDS)
    forms = {word: _forms(word, languages) for word, _ in counts}
    place = {form: number for number, form in enumerate(dict.fromkeys(chain(*forms.values())))}
    carried = []
    for words in told:
        said = chain(*(forms[word] for word in words if word in forms))
        carried.append([place[form] for form in dict.fromkeys(said)])
    return list(place), carried


def _forms(word: str, languages: Iterable[Language]) -> list[str]:
    """A word, its commonest plural or all that it may be the plural of, and its other names."""
    forms = [word]
    for vocabulary in (language.vocabulary for language in languages):
        inflected = vocabulary.inflected(word, SHORTEST_THING)
        if vocabulary.is_plural(word):
            forms += [form for form in inflected if len(form) < len(word)]
        else:
            forms += islice((form for form in inflected if vocabulary.is_plural(form)), 1)
        forms += vocabulary.called.get(word, [])
    return forms


def _long(word: str) -> bool:
    return len(word) >= (SHORTEST if word.isascii() else 2)
