"""Which of several items of a name is meant, "the 1953 one", and which may come back after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.decoder import LinkedTitle, Understood
from recbole_instructrec.instruction.lexicon import Lexicon, folded, key, lower, rewritten
from recbole_instructrec.instruction.vocabulary import Vocabulary

# Of several items the one with the lowest, or the highest, year is the old one, or the new one.
_FIRST = {"classic": np.argmin, "recent": np.argmax}


class Versions:
    """Reads what is said of titles that were named before.

    Args:
        vocabulary: Its ``version``, ``settles`` and ``taken_back`` say that it is of these.
        words_apart: Whether the language separates its words.
        catalogue: Has the items.
    """

    def __init__(self, vocabulary: Vocabulary, words_apart: bool, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        words = vocabulary.words
        self._version, self._settles, self._taken_back, self._definite, self._stand_in = (
            Lexicon(((phrase, True) for phrase in words[name]), words_apart)
            for name in ("version", "settles", "taken_back", "definite", "version_after")
        )

    def speaks_of(self, text: str) -> bool:
        """Whether a tidy sentence may say which of several items of a name is meant."""
        look_up = folded(lower(text))
        one = any(self._definite.within(look_up)) and self._stand_in.ends(look_up.rstrip(" .!?"))
        return one or any(self._version.within(look_up))

    def meant(
        self, text: str, now: Understood, before: Understood
    ) -> tuple[LinkedTitle, LinkedTitle] | None:
        """The title whose item a sentence corrects, and the one that is meant; None if it does not
        say.

        Args:
            text: The sentence, tidy, that :meth:`speaks_of` one.
            now: What was understood of it alone.
            before: What was understood before it.
        """
        look_up = folded(lower(text))
        doubted = [one for one in before.doubtful if one in before.named]
        if doubted and any(self._settles.within(look_up)):
            name = _without(look_up, self._settles)
            items = {*self._catalogue.words.holding(name)} & {*self._of_the_name(doubted[-1])}
            if name and len(items) == 1:
                return doubted[-1], self._linked(doubted[-1], *items, self._same(doubted[-1]))
        rest = _without(_without(now.rest, self._version), self._stand_in)
        if not now.constraints or rest or now.named or now.dropped or now.likened:
            return None
        certain = all(one.is_range for one in now.constraints)
        for title in reversed(before.named):
            for items in (self._same(title), self._of_the_name(title)):
                chosen = self._chosen(now, items)
                if chosen is not None and (certain or len(items) > 1):
                    return title, self._linked(title, chosen, items)
        return None

    def taken_back(
        self, text: str, titles: Sequence[LinkedTitle]
    ) -> tuple[str, tuple[LinkedTitle, ...]]:
        """A sentence without those of some unwanted titles that may come back, and these."""
        look_up = folded(lower(text))
        if not titles or not any(self._taken_back.within(look_up)):
            return text, ()
        names = Lexicon((name, True) for one in titles for name in _names(one))
        place, left, found = 0, [], set()
        while place < len(text):
            hit = names.longest(look_up, place)
            if hit:
                found.add(look_up[place : hit[0]])
            else:
                hit = self._taken_back.longest(look_up, place)
            if hit is None:
                left.append(text[place])
            place = hit[0] if hit else place + 1
        if not found:
            return text, ()
        taken = tuple(one for one in titles if found & {*_names(one)})
        return " ".join("".join(left).split()), taken

    def _same(self, title: LinkedTitle) -> list[int]:
        return [self._catalogue.item_of_token[token] for token in title.item_ids]

    def _of_the_name(self, title: LinkedTitle) -> list[int]:
        """The same, and the items whose titles hold the name: "Bram Stoker's Dracula"."""
        holding = self._catalogue.words.holding(title.said)
        return list(dict.fromkeys((*self._same(title), *holding)))

    def _chosen(self, now: Understood, items: Sequence[int]) -> int | None:
        """The single one of some items of which all is true that a sentence says; None if there
        is none."""
        vague = [one for one in now.constraints if one.relation in _FIRST]
        exact = [one for one in now.constraints if one not in vague]
        mask = self._catalogue.mask(exact)
        left = [item for item in items if mask[item]]
        for one in vague:
            numbers = self._catalogue.numbers[one.role][left]
            known = len(left) > 0 and np.isfinite(numbers).all()
            left = [left[int(_FIRST[one.relation](numbers))]] if known else []
        return left[0] if len(left) == 1 else None

    def _linked(self, title: LinkedTitle, item: int, items: Sequence[int]) -> LinkedTitle:
        catalogue = self._catalogue
        others = tuple(catalogue.tokens[one] for one in items if one != item)
        same = others if item in self._same(title) else ()
        return replace(
            title, item_id=catalogue.tokens[item], title=catalogue.titles[item], same=same
        )


def _without(text: str, phrases: Lexicon) -> str:
    """A text as phrases are looked up, without some, and without signs at its ends."""
    left = rewritten(text, ((start, end, "") for start, end, _ in phrases.spans(text)))
    return " ".join(left.split()).strip(" ,.;!?")


def _names(title: LinkedTitle) -> tuple[str, ...]:
    """What a title goes by when it is said again."""
    return (key(title.said), key(title.title))
