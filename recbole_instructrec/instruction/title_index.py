"""Finds the item that somebody means by a title: exactly, or by likeness."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

import numpy as np
from rapidfuzz import fuzz, process, utils

from recbole_instructrec.instruction.lexicon import Lexicon, key, tidy

# A year of release may be off by one between two sources.
YEAR_TOLERANCE = 1
LIKENESS = 82  # rapidfuzz's ratio, from 0 to 100
SHORTEST_LIKENED = 4
# A shorter beginning of a title in a script without spaces is a word like any other.
SHORTEST_BEGUN = 3
_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d\)")
_PARENTHESES = re.compile(r"^(.*?)\s*\(([^()]*)\)\s*$")
_ARTICLE = re.compile(r"^(.*), ([^\W\d_]{1,3}'?)$")
_SEQUEL = re.compile(r"\s+(?:\d{1,2}|[IVX]{1,4}|(?:Part|Vol\.|Chapter)\s.*)$")
# "Godfather: Part II, The", "Star Wars: Episode IV - A New Hope", "Alien³"
_PART = re.compile(
    r"^(?P<base>.+?)[:,]?(?:\s+(?:(?:Part|Episode|Vol\.|Chapter)\s+)?|(?<=[^\W\d])(?=\d$))"
    r"(?P<number>\d{1,2}|[IVX]{1,4}|Two|Three)(?:(?::| [-–—])\s.*)?$"
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_NUMBER = {
    **{roman: place for place, roman in enumerate(_ROMAN, 1)},
    **{str(place): place for place in range(1, len(_ROMAN) + 1)},
    **{"Two": 2, "Three": 3},
}
_NUMBERED = ("{base} {number}", "{base} part {number}", "{base} episode {number}")
_AND_MORE = re.compile(r"\s+and the\s.*$", re.IGNORECASE)
_CLOSING = "!?."
_SUBTITLE = re.compile(r"\s*(?:(?:, or|\sor)?:\s|\s[-–—]\s)")


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
        elsewhere: What titles are called in other languages: by that name, the titles that it
            may be here, each with its year.
        known: By title with its year, what is known of it; it may be no item here.

    Attributes:
        lexicon: Every name, as itself.
        series: Those that several titles only begin with: "Star Wars: ...".
    """

    def __init__(
        self,
        titles: Sequence[str],
        years: np.ndarray | None = None,
        popularity: Sequence[int] | None = None,
        joiners: Iterable[str] = (),
        elsewhere: Iterable[tuple[str, Sequence[str]]] = (),
        known: Mapping[str, Known] | None = None,
    ) -> None:
        self._years = np.full(len(titles), np.nan) if years is None else np.array(years)
        self._popularity = [0] * len(titles) if popularity is None else list(popularity)
        self._joiners = tuple(joiners)
        whole: dict[str, list[int]] = {}
        short: dict[str, list[int]] = {}
        parts_of: dict[str, list[int]] = {}
        self._bases_of: list[tuple[str, ...]] = []
        split = [_parts(title) for title in titles]
        in_parentheses = Counter(other for _, _, others in split for other in others)
        # What stands in parentheses behind several titles is a name of none: "(Xbox 360)".
        shared = {other for other, n in in_parentheses.items() if n > 1}
        for item, (title, parts) in enumerate(zip(titles, split, strict=True)):
            if np.isnan(self._years[item]):
                self._years[item] = _year(title)
            names = list(dict.fromkeys(_spelled(_names(*parts, shared), self._joiners)))
            for name in dict.fromkeys(map(key, names)):
                whole.setdefault(name, []).append(item)
            for begun in dict.fromkeys(key(one) for name in names for one in _begun(name)):
                if " " in begun or begun.isdigit():  # "2001: A Space Odyssey"
                    short.setdefault(begun, []).append(item)
            bases = (base for name in names for base in self._bases(name))
            self._bases_of.append(tuple(dict.fromkeys(map(key, bases))))
            for base in self._bases_of[item]:
                parts_of.setdefault(base, []).append(item)
        self._parts_of = {name: items for name, items in parts_of.items() if len(items) > 1}
        # "Indiana Jones and the ..."
        for name, items in self._parts_of.items():
            if " " in name:
                short.setdefault(name, items)
        whole.pop("", None)
        self._add_numbers(whole, split, shared)
        self._whole = whole
        self._short = {name: items for name, items in short.items() if name not in whole}
        self.series = frozenset(name for name, items in self._short.items() if len(items) > 1)
        self._likened: dict[str, str] = {}
        for name in (*self._whole, *self._short):
            self._likened.setdefault(_bare(name), name)
        # By name the links of titles that no item has, each with its year.
        self._absent: dict[str, list[tuple[float, Link]]] = {}
        absent = {title: one for title, one in (known or {}).items() if not self.named(title)}
        for title, one in absent.items():
            names = _spelled(_names(*_parts(title), ()), self._joiners)
            self._add_absent(list(dict.fromkeys(map(key, names))), title, one)
        self._elsewhere: set[str] = set()
        for name, others in elsewhere:
            link = next(filter(None, map(self.named, others)), None)
            self._elsewhere.add(key(name))
            if link is not None and link.items:
                whole.setdefault(key(name), list(link.items))
                self._likened.setdefault(_bare(key(name)), key(name))
            elif link is not None:
                self._absent.setdefault(key(name), []).append((np.nan, link))
        self.lexicon = Lexicon(
            ((name, name) for name in (*self._whole, *self._short, *self._absent)),
            words_apart=False,
        )
        for name in self._absent:
            self._likened.setdefault(_bare(name), name)
        self._in_signs = sorted(name for name in self._whole if not name.isascii())

    def _add_numbers(
        self, whole: dict[str, list[int]], split: Sequence[tuple], shared: Collection[str]
    ) -> None:
        """Adds the parts of series by their numbers: "Godfather II", "Die Hard 1"."""
        numbered: dict[str, set[int]] = {}
        for item, parts in enumerate(split):
            for name in _names(*parts, shared):
                match = _PART.match(name)
                number = _NUMBER.get(match["number"]) if match else None
                base = match and key(match["base"])
                first = whole.get(base, [])
                if number is None or not (first or base in self._parts_of):
                    continue
                for called in _by_number(base, number):
                    numbered.setdefault(called, set()).add(item)
                for called in _by_number(base, 1) if number == 2 and len(first) == 1 else ():
                    numbered.setdefault(called, set()).update(first)
        for name, items in numbered.items():
            whole.setdefault(name, sorted(items))

    def _add_absent(self, names: Sequence[str], title: str, known: Known) -> None:
        """Adds a title that no item has; the sequel of an item is taken for that."""
        first = key(_SEQUEL.sub("", _SUBTITLE.split(_YEAR.sub("", title))[0]))
        sequel_of = None if first in names else self._whole.get(first) or self._short.get(first)
        links = filter(None, map(self.named, known.alike))
        alike = dict.fromkeys(link.items[0] for link in links if link.items)
        for name in names:
            if sequel_of:
                self._short.setdefault(name, sequel_of)
            else:
                link = Link((), kinds=known.kinds, alike=tuple(alike))
                self._absent.setdefault(name, []).append((_year(title), link))

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

    def _bases(self, name: str) -> Iterator[str]:
        """What the name of a part of a series begins with: all before a subtitle, the number of the
        part, or a joining word."""
        first = _SUBTITLE.split(name)[0]
        yield _SEQUEL.sub("", first)
        yield from (first.partition(f" {one} ")[0] for one in ("&", *self._joiners))

    def similar(self, name: str, likeness: float = LIKENESS) -> Link | None:
        """The item whose title is most similar to a name; None where none is similar enough."""
        said = _bare(name)
        if len(said) < SHORTEST_LIKENED:
            return None
        found = process.extractOne(
            said, self._likened.keys(), scorer=fuzz.ratio, score_cutoff=likeness
        )
        # "Star Trek II" is none of "Star Trek III".
        if found is None or _numbers(found[0]) != _numbers(said):
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
        name, year = _YEAR.sub("", title), _year(title)
        known_year = None if np.isnan(year) else year
        for form in _spelled([name], self._joiners):
            link = self.exact(key(form), known_year)
            if link is None and (same := self._likened.get(_bare(form))):
                link = self.exact(same, known_year)
            if link is not None:
                return link
        return None

    def link(self, title: str) -> Link | None:
        """The item of a title that is known to be one: exactly, or else by likeness."""
        link = self.named(title)
        if link is not None:
            return link
        name = key(_YEAR.sub("", title))
        link = self.exact(name) or self.similar(name)
        return link and replace(link, doubtful=True)


def without_year(title: str) -> str:
    """A title as it is looked up, without the year behind it."""
    return key(_YEAR.sub("", title))


def _year(title: str) -> float:
    """The year behind a title, NaN where there is none."""
    year = _YEAR.search(title)
    return float(year[0].strip(" ()")) if year else np.nan


def _apart(year: float, other: float) -> bool:
    """Whether two years are known not to be the same."""
    return abs(year - other) > YEAR_TOLERANCE


def _names(whole: str, first: str, others: Sequence[str], shared: Collection[str]) -> Iterator[str]:
    """The names by which a title may be called, given its :func:`_parts`; those in parentheses
    that it shares aside."""
    yield whole
    for part in (first, *(one for one in others if one not in shared)):
        yield part
        if article := _ARTICLE.match(part):
            name, word = article.groups()
            yield f"{word}{name}" if word.endswith("'") else f"{word} {name}"
            yield name


def _by_number(base: str, number: int) -> Iterator[str]:
    """What the part of a series with a number goes by."""
    for said in (str(number), _ROMAN[number - 1]):
        yield from (key(pattern.format(base=base, number=said)) for pattern in _NUMBERED)


def _numbers(name: str) -> list[int]:
    """The numbers of parts that a name holds, "I" aside."""
    words = (word.upper() for word in name.split()[1:])
    return [_NUMBER[word] for word in words if word in _NUMBER and word != "I"]


def _begun(name: str) -> Iterator[str]:
    """What a name begins with that it may be called by: without a subtitle, the number of a sequel,
    or what a hero has to do with, "Indiana Jones and the Last Crusade"."""
    name = _SUBTITLE.split(name)[0]
    yield name
    yield _SEQUEL.sub("", name)
    yield _AND_MORE.sub("", name)


def _parts(title: str) -> tuple[str, str, list[str]]:
    """A title without its year, the same before what stands behind it in parentheses, and that."""
    whole = title = tidy(_YEAR.sub("", title))
    others: list[str] = []
    while (match := _PARENTHESES.match(title)) and match[1]:
        title = match[1]
        others.insert(0, match[2].removeprefix("a.k.a. "))
    return whole, title, others


def _spelled(names: Iterable[str], joiners: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield name
        if " & " in name:
            yield from (name.replace("&", joiner) for joiner in joiners)
        if "." in name and " " in name:  # "Dr Strangelove"
            yield name.replace(".", "")
        if name[-1:] in _CLOSING and (bare := name.rstrip(_CLOSING)):  # "Airplane!"
            yield bare


def _bare(name: str) -> str:
    """A name without signs, as likeness is measured."""
    return " ".join(utils.default_process(name).split())
