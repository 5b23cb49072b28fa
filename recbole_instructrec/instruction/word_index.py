"""Finds the texts that hold the words of a phrase, such as titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from recbole_instructrec.instruction.lexicon import key

_WORDS = re.compile(r"\w+(?:'\w+)*")
# From here on in Unicode are the scripts of East Asia, which do not separate their words.
_UNSPACED = "\u2e80"
_LETTER = rf"(?:(?![{_UNSPACED}-\U0010ffff])\w)"  # of any other script

LEAST_RECURRING = 5
RECURRING_PART = 1000
MOST_COUNTED = 20_000


class WordIndex:
    """An inverted index of titles or longer texts, so that a look-up does not read all of them.

    Args:
        titles: One for each item, [n_items]; an empty one holds nothing.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = titles

    def holding(self, phrase: str) -> list[int]:
        """The items whose titles hold every word of a phrase, in any order, ascending.

        Case and hyphens do not count. What stands between spaces in a script without them is
        one word, and is found anywhere in a title: 运动鞋 in 红色运动鞋.
        """
        words = list(_pieces(key(phrase)))
        found = [set(self._postings.get(word, ())) for word in words if word < _UNSPACED]
        for word in words:
            if word >= _UNSPACED:
                candidates = set.intersection(*(set(self._postings.get(c, ())) for c in word))
                found.append({item for item in candidates if word in self._keys[item]})
        return sorted(set.intersection(*found)) if found else []

    def has(self, phrase: str) -> bool:
        """Whether a phrase stands in any title as it is, its words in this order. In a script
        without spaces it may begin and end anywhere: 爱与和平 in 论爱与和平."""
        name = key(phrase)
        begins = rf"(?<!{_LETTER})" if name[:1] < _UNSPACED else ""
        ends = rf"(?!{_LETTER})" if name[-1:] < _UNSPACED else ""
        found = re.compile(f"{begins}{re.escape(name)}{ends}")
        return any(found.search(self._keys[item]) for item in self.holding(phrase))

    def begins(self, phrase: str) -> bool:
        """Whether a phrase stands where a word begins, for all that titles show in a script
        without spaces: at the beginning of one, behind a space, or behind different characters.
        运动鞋 does in "运动鞋 男", 色运动鞋 does not in 红色运动鞋."""
        name = key(phrase)
        if max(name) < _UNSPACED:
            return phrase in self  # which is a word of its own wherever it stands, NIKE in 耐克NIKE
        before = set()
        for item in self.holding(phrase):
            place = self._keys[item].find(name)
            if place == 0 or (place > 0 and self._keys[item][place - 1] < _UNSPACED):
                return True
            if place > 0:
                before.add(self._keys[item][place - 1])
        return len(before) > 1

    @cached_property
    def any(self) -> np.ndarray:
        """Whether there is any text for each item, bool [n_items]."""
        return np.array([bool(title.strip()) for title in self._titles])

    def __contains__(self, phrase: str) -> bool:
        return bool(self.holding(phrase))

    @cached_property
    def recurring(self) -> float:
        """The share, from 0 to 1, of the words of all titles that stand in several others. In a
        script without spaces, two characters count as a word; numbers do not count.

        Several are ``LEAST_RECURRING``, or one title of ``RECURRING_PART`` where that is more. Of
        more than ``MOST_COUNTED`` titles, every second, third, ... one is looked at.
        """
        titles = self._titles[:: max(1, len(self._titles) // MOST_COUNTED)]
        counts = Counter(word for one in titles for word in set(terms(one)))
        least = max(LEAST_RECURRING, len(titles) / RECURRING_PART)
        return sum(n for n in counts.values() if n >= least) / max(1, counts.total())

    @cached_property
    def _keys(self) -> list[str]:
        return [key(title) for title in self._titles]

    @cached_property
    def _postings(self) -> dict[str, list[int]]:
        postings: dict[str, list[int]] = {}
        for item, title in enumerate(self._keys):
            for word in dict.fromkeys(_parts(_pieces(title))):
                postings.setdefault(word, []).append(item)
        return postings


def _pieces(text: str) -> Iterator[str]:
    """The words of a text; a change to or from a script without spaces ends one."""
    for word in _WORDS.findall(text):
        start = 0
        for end in range(1, len(word) + 1):
            if end == len(word) or (word[end] >= _UNSPACED) != (word[start] >= _UNSPACED):
                yield word[start:end]
                start = end


def terms(text: str) -> Iterator[str]:
    """The words of a text as they are counted: those of a script without spaces by their pairs of
    characters, and no numbers."""
    for word in _pieces(key(text)):
        if word >= _UNSPACED:
            yield from map("".join, pairwise(word))
        elif not word.isdigit():
            yield word


def _parts(words: Iterable[str]) -> Iterator[str]:
    """Words as they are indexed: those of a script without spaces by their characters."""
    for word in words:
        yield from word if word >= _UNSPACED else (word,)
