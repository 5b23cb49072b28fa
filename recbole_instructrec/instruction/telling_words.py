"""The words by which one description is told from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.word_index import terms

# A word that more of the descriptions hold tells little.
MOST_COMMON = 0.05
SHORTEST = 3


def telling_words(catalogue: Catalogue, languages: Iterable[Language]) -> list[list[str]]:
    """The telling words of what is written about every item besides its title, each once, in
    their order, [n_items] of any number; in a script without spaces pairs of characters.

    Args:
        languages: What stands in their lists of words is part of the asking, and tells nothing.
    """
    told = [list(dict.fromkeys(terms(" ".join(texts)))) for texts in _by_item(catalogue)]
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


def _by_item(catalogue: Catalogue) -> list[tuple[str, ...]]:
    return list(zip(*catalogue.texts.values(), strict=True)) or [()] * len(catalogue)


def _long(word: str) -> bool:
    return len(word) >= (SHORTEST if word.isascii() else 2)
