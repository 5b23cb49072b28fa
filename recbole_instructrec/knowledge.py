"""What people know of items that a dataset's files do not say: who is in a film, what a film is
that the catalogue has not got. It is looked up when somebody asks, and never trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files
from recbole_instructrec.catalogue import Catalogue, Labels
from recbole_instructrec.instruction.title_index import Known, Link, TitleIndex
from recbole_instructrec.property_values import check_keys, mapping, texts

KEYS = ("items", "labels", "titles", "names")
KNOWN = ("kinds", "alike")
NAMED = ("labels", "titles")
AUTO = "auto"


class Knowledge:
    """Facts about items by their titles, each title with its year.

    Args:
        content: ``labels``, by role and label the titles of the items that carry it; ``titles``,
            by title labels of its ``kinds`` and the titles ``alike``; ``names``, by language what
            labels and titles are called in it; ``items``, what items must be called for the facts
            to be about them.

    Attributes:
        labels, titles, names, items: The same, read.

    Raises:
        ValueError: If a key is unknown or something in it cannot be read.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        check_keys("", content, KEYS)
        self.content = dict(content)
        self.items: Sequence[str] = texts("items", content.get("items") or [])
        self.labels: dict[str, dict[str, Sequence[str]]] = {
            role: {
                label: texts(f"labels: {role}: {label}", titles)
                for label, titles in _mapping(f"labels: {role}", carried).items()
            }
            for role, carried in _mapping("labels", content.get("labels")).items()
        }
        self.titles: dict[str, Known] = {
            title: _known(f"titles: {title}", entry)
            for title, entry in _mapping("titles", content.get("titles")).items()
        }
        self.names: dict[str, dict[str, Mapping[str, Any]]] = {
            code: {
                kind: _mapping(f"names: {code}: {kind}", entries)
                for kind, entries in _of(f"names: {code}", names, NAMED).items()
            }
            for code, names in _mapping("names", content.get("names")).items()
        }

    def extended(self, catalogue: Catalogue, titles: TitleIndex) -> Catalogue:
        """A catalogue with the labels of its items that are known here, in roles that it does not
        have itself.

        Args:
            titles: The index of its titles.
        """
        roles = {role: known for role, known in self.labels.items() if role not in catalogue.labels}
        if not roles:
            return catalogue
        named = cache(titles.named)  # a title stands under many labels
        return catalogue.with_labels(
            {role: Labels.of(_cells(named, known, len(catalogue))) for role, known in roles.items()}
        )


def load_knowledge(
    wanted: str | Sequence[str], nouns: Iterable[str], own: str | Path | None = None
) -> Knowledge:
    """Reads files of knowledge as one; of what two of them say, the later one holds.

    Args:
        wanted: Their names; ``auto`` among them stands for all that are about items called as
            these are.
        nouns: What the items are called.
        own: A folder of the user's own, looked at before the shipped one.

    Raises:
        ValueError: If there is no such file or it does not hold what it should.
    """
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    files = [_read(name, own) for name in names if name != AUTO]
    if AUTO in names:
        called = set(nouns)
        every = (_read(name, own) for name in property_files.choices("knowledge", own))
        files = [*(one for one in every if not called.isdisjoint(one.items)), *files]
    joined: dict[str, Any] = {"titles": {}, "labels": {}, "names": {}}
    for one in files:
        joined["titles"] |= one.content.get("titles") or {}
        for role, known in one.labels.items():
            joined["labels"].setdefault(role, {}).update(known)
        for code, names in one.names.items():
            for kind, entries in names.items():
                joined["names"].setdefault(code, {}).setdefault(kind, {}).update(entries)
    return Knowledge(joined)


def _read(name: str, own: str | Path | None) -> Knowledge:
    path = property_files.find("knowledge", name, own)
    if path is None:
        choices = ", ".join([AUTO, *property_files.choices("knowledge", own)])
        raise ValueError(
            f"there is no knowledge {name!r}; choose among {choices}, or add "
            f"knowledge/{name}.yaml to your properties_path"
        )
    try:
        return _of_file(path, path.stat().st_mtime_ns)
    except ValueError as error:
        raise ValueError(f"knowledge/{name}.yaml: {error}") from error


@lru_cache(maxsize=4)
def _of_file(path: Path, modified: int) -> Knowledge:
    # The films alone take most of a second.
    return Knowledge(property_files.read(path))


def _cells(
    named: Callable[[str], Link | None], known: Mapping[str, Sequence[str]], n_items: int
) -> list[list[str]]:
    """The labels of each item, [n_items] of any number.

    Args:
        named: Finds the items of a title.
        known: By label the titles that carry it.
    """
    cells: list[list[str]] = [[] for _ in range(n_items)]
    for label, titles in known.items():
        for title in titles:
            link = named(title)
            for item in link.items if link else ():
                cells[item].append(label)
    return cells


def _known(name: str, entry: Any) -> Known:
    given = _of(name, entry, KNOWN)
    return Known(*(tuple(texts(f"{name}: {part}", given.get(part) or [])) for part in KNOWN))


def _of(name: str, value: Any, keys: Sequence[str]) -> Mapping[str, Any]:
    """A mapping that has no other keys."""
    given = _mapping(name, value)
    check_keys(f"{name}: ", given, keys)
    return given


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    """A mapping whose keys are texts, also where yaml reads a number: a film called 1917."""
    return {str(key): one for key, one in mapping(name, value).items()}
