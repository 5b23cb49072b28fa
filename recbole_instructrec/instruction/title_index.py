"""Finds the item that somebody means by a title: exactly, or by likeness."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, takewhile

import numpy as np
from rapidfuzz import fuzz, process

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, key
from recbole_instructrec.instruction.title_names import (
    TitleNames,
    bare,
    without_year,
    year_of,
)

# A year of release may be off by one between two sources.
YEAR_TOLERANCE = 1
LIKENESS = 82  # rapidfuzz's ratio, from 0 to 100
SHORTEST_LIKENED = 4
# A shorter beginning of a title in a script without spaces is a word like any other.
SHORTEST_BEGUN = 3


@dataclass(frozen=True)
class Link:
    """What a title is taken for.

    Attributes:
        items: The item meant, and behind it others of the very same name; none where it is a
            title, but of no item.
        doubtful: Whether the title was only similar, or only began like that, or was the name of
            several items.
        kinds: Labels of the kind of thing that it is known to be, where no item has the title.
        alike: The items known to be like it, the most alike first.
        series: Whether all of the items are meant, which are parts of a series.
    """

    items: tuple[int, ...]
    doubtful: bool = False
    kinds: tuple[str, ...] = ()
    alike: tuple[int, ...] = ()
    series: bool = False


@dataclass(frozen=True)
class Known:
    """What people know of a title, be it an item or not.

    Attributes:
        kinds: Labels of the kind of thing that it is.
        alike: Titles of what is like it, the most alike first.
    """

    kinds: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


class TitleIndex:
    """Titles as people write them: without the year, and with the article in front.

    Args:
        titles: Titles, [n_items]; item 0 has none.
        years: Years, float [n_items], NaN where unknown; tell apart items of one name.
        popularity: How often each item was chosen, [n_items]; of several items of one name the
            most popular one is meant.
        joiners: Words for ``&``.

    Attributes:
        series: Names that several titles only begin with: "Star Wars: ...".
    """

    def __init__(
        self,
        titles: Sequence[str],
        years: np.ndarray | None = None,
        popularity: Sequence[int] | None = None,
        joiners: Iterable[str] = (),
    ) -> None:
        self._names = TitleNames.read(joiners)
        self._popularity = [0] * len(titles) if popularity is None else list(popularity)
        given = np.full(len(titles), np.nan) if years is None else years
        self._years = np.where(np.isnan(given), list(map(year_of, titles)), given)
        split = list(map(self._names.parts, titles))
        in_parentheses = Counter(other for parts in split for other in parts.others)
        # What stands in parentheses behind several titles is a name of none: "(Xbox 360)".
        shared = {other for other, n in in_parentheses.items() if n > 1}
        names_of = [list(self._names.names(parts, shared)) for parts in split]
        spelled = [list(dict.fromkeys(self._names.spelled(names))) for names in names_of]
        self._bases_of = [_keys(one for name in names for one in self._names.bases(name))
                          for names in spelled]  # fmt: skip
        parts_of = _items_by_name(self._bases_of)
        self._parts_of = {name: items for name, items in parts_of.items() if len(items) > 1}
        self._whole = _items_by_name(map(_keys, spelled))
        self._whole.pop("", None)
        self._add_numbers(names_of)
        self._short = self._beginnings(spelled)
        self.series = frozenset(name for name, items in self._short.items() if len(items) > 1)
        self._likened: dict[str, str] = {}
        self._add_likened((*self._whole, *self._short))
        # By name the links of titles that no item has, each with its year.
        self._absent: dict[str, list[tuple[float, Link]]] = {}
        self._elsewhere: frozenset[str] = frozenset()

    @classmethod
    def of(cls, catalogue: Catalogue, languages: Iterable[Language] = ()) -> TitleIndex:
        """The index of a catalogue's titles, in which ``&`` may be any of the languages' words for
        it."""
        years = catalogue.numbers.get("year")
        return cls(catalogue.titles, years, catalogue.popularity, _joiners(languages))

    def with_known(
        self,
        known: Mapping[str, Known] | None = None,
        elsewhere: Iterable[tuple[str, Sequence[str]]] = (),
    ) -> TitleIndex:
        """An index that also finds what people know of titles.

        Args:
            known: By title with its year, what is known of it; it may be no item here.
            elsewhere: What titles are called in other languages: by that name, the titles that it
                may be here, each with its year.
        """
        index = copy(self)
        for computed in ("lexicon", "_in_signs"):
            vars(index).pop(computed, None)
        index._whole, index._short = dict(self._whole), dict(self._short)
        index._likened = dict(self._likened)
        index._absent = {name: list(links) for name, links in self._absent.items()}
        absent = {title: one for title, one in (known or {}).items() if not self.named(title)}
        for title, one in absent.items():
            index._add_absent(title, one)
        for name, titles in elsewhere:
            index._add_elsewhere(key(name), titles)
        index._add_likened(index._absent)
        return index

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every name, as itself."""
        names = (*self._whole, *self._short, *self._absent)
        return Lexicon(((name, name) for name in names), words_apart=False)

    @cached_property
    def _in_signs(self) -> list[str]:
        """The names of items in other scripts than Latin ones, sorted."""
        return sorted(name for name in self._whole if not name.isascii())

    def _beginnings(self, spelled: Sequence[Iterable[str]]) -> dict[str, list[int]]:
        """By what names begin with, which are whole names of nothing, the items."""
        begun = (_keys(one for name in names for one in self._names.begun(name))
                 for names in spelled)  # fmt: skip
        short = {
            name: items
            for name, items in _items_by_name(begun).items()
            if " " in name or name.isdigit()  # "2001: A Space Odyssey"
        }
        # "Indiana Jones and the ..."
        for name, items in self._parts_of.items():
            if " " in name:
                short.setdefault(name, items)
        return {name: items for name, items in short.items() if name not in self._whole}

    def _add_numbers(self, names_of: Sequence[Iterable[str]]) -> None:
        """Adds the parts of series by their numbers: "Godfather II", "Die Hard 1"."""
        numbered: dict[str, set[int]] = {}
        for item, names in enumerate(names_of):
            for base, number in filter(None, map(self._names.numbered, names)):
                first = self._whole.get(base, [])
                if not (first or base in self._parts_of):
                    continue
                for called in self._names.by_number(base, number):
                    numbered.setdefault(called, set()).add(item)
                alone = number == 2 and len(first) == 1
                for called in self._names.by_number(base, 1) if alone else ():
                    numbered.setdefault(called, set()).update(first)
        for name, items in numbered.items():
            self._whole.setdefault(name, sorted(items))

    def _add_likened(self, names: Iterable[str]) -> None:
        """Adds names to those to which others are compared."""
        for name in names:
            self._likened.setdefault(bare(name), name)

    def _add_absent(self, title: str, known: Known) -> None:
        """Adds a title that no item has; the sequel of an item is taken for that."""
        names = _keys(self._names.spelled(self._names.names(self._names.parts(title))))
        first = key(self._names.followed(without_year(title)))
        sequel_of = None if first in names else self._whole.get(first) or self._short.get(first)
        links = filter(None, map(self.named, known.alike))
        alike = dict.fromkeys(link.items[0] for link in links if link.items)
        for name in names:
            if sequel_of:
                self._short.setdefault(name, sequel_of)
            else:
                link = Link((), kinds=known.kinds, alike=tuple(alike))
                self._absent.setdefault(name, []).append((year_of(title), link))

    def _add_elsewhere(self, name: str, titles: Sequence[str]) -> None:
        """Adds what the first of some titles that is known is called in another language."""
        self._elsewhere |= {name}
        link = next(filter(None, map(self.named, titles)), None)
        if link is not None and link.items:
            self._whole.setdefault(name, list(link.items))
            self._add_likened([name])
        elif link is not None:
            self._absent.setdefault(name, []).append((np.nan, link))

    def exact(self, name: str, year: float | None = None) -> Link | None:
        """The item of a name that :func:`.lexicon.key` has made, or what it is known to be; None
        where it is no title.

        Args:
            year: Its year; an item known to be of another one is not meant then.
        """
        items = self._whole.get(name) or self._short.get(name)
        if items and year is not None:
            items = [item for item in items if not _apart(self._years[item], year)]
        if not items:
            absent = self._absent.get(name, ())
            return next(
                (link for own, link in absent if year is None or not _apart(own, year)), None
            )
        first, *others = self._popular_first(items)
        whole = name in self._whole
        return Link((first, *(others if whole else ())), doubtful=bool(others) or not whole)

    def series_of(self, names: Iterable[str], item: int) -> Link | None:
        """The parts of a series that goes by any of some names, the most popular one first, or that
        an item is a part of; None where there are not several."""
        for called in (names, self._bases_of[item]):
            items = {
                part
                for name in called
                for parts in (self._parts_of, self._whole)
                for part in parts.get(name, ())
            }
            if len(items) > 1:
                return Link(self._popular_first(items), doubtful=True, series=True)
        return None

    def names_series(self, name: str, item: int) -> bool:
        """Whether several titles only begin with a name, or with what it is in their language:
        星球大战 of "Star Wars: ...".

        Args:
            item: What the name is taken for.
        """
        begins = (base in self.series for base in self._bases_of[item])
        return name in self.series or (name in self._elsewhere and any(begins))

    def similar(self, name: str, likeness: float = LIKENESS) -> Link | None:
        """The item whose title is most similar to a name; None where none is similar enough."""
        said = bare(name)
        if len(said) < SHORTEST_LIKENED:
            return None
        found = process.extractOne(
            said, self._likened.keys(), scorer=fuzz.ratio, score_cutoff=likeness
        )
        # "Star Trek II" is none of "Star Trek III".
        if found is None or self._names.numbers(found[0]) != self._names.numbers(said):
            return None
        link = self.exact(self._likened[found[0]])
        return replace(link, doubtful=link.doubtful or found[1] < 100)

    def begun(self, name: str) -> Link | None:
        """The items whose titles, in a script without spaces, begin with a name, 海底捞 of
        海底捞火锅; None where there are none."""
        name = key(name)
        if len(name) < SHORTEST_BEGUN or name.isascii():
            return None
        first = bisect_left(self._in_signs, name)
        names = takewhile(lambda one: one.startswith(name), islice(self._in_signs, first, None))
        items = {item for one in names for item in self._whole[one]}
        return Link(self._popular_first(items), doubtful=True) if items else None

    def _popular_first(self, items: Iterable[int]) -> tuple[int, ...]:
        """Some items, those chosen most often first."""
        return tuple(sorted(items, key=lambda item: (-self._popularity[item], item)))

    def named(self, title: str) -> Link | None:
        """The item of exactly this title, with or without its year, whatever signs it has; None
        where there is none."""
        name, year = without_year(title), year_of(title)
        known_year = None if np.isnan(year) else year
        for form in self._names.spelled([name]):
            link = self.exact(key(form), known_year)
            if link is None and (same := self._likened.get(bare(form))):
                link = self.exact(same, known_year)
            if link is not None:
                return link
        return None

    def link(self, title: str) -> Link | None:
        """The item of a title that is known to be one: exactly, or else by likeness."""
        link = self.named(title)
        if link is not None:
            return link
        name = key(without_year(title))
        link = self.exact(name) or self.similar(name)
        return link and replace(link, doubtful=True)


def _joiners(languages: Iterable[Language]) -> list[str]:
    """The words for ``&`` in titles, sorted."""
    words = (
        word
        for language in languages
        for name in ("and", "each")
        for word in language.vocabulary.words[name]
    )
    return sorted({word for word in words if word.isalpha()})


def _apart(year: float, other: float) -> bool:
    """Whether two years are known not to be the same."""
    return abs(year - other) > YEAR_TOLERANCE


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they are looked up, each once."""
    return tuple(dict.fromkeys(map(key, names)))


def _items_by_name(names_of: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """By name the items that have it, ascending, given each item's names."""
    items: dict[str, list[int]] = {}
    for item, names in enumerate(names_of):
        for name in names:
            items.setdefault(name, []).append(item)
    return items
