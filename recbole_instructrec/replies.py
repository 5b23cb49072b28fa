"""What is said to the person beside the items, in the words of the property files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recbole_instructrec.answer import Influence, Reasons, Relaxation
from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.decoder import LinkedTitle, Understood
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.relaxation import Relaxed


def notes(language: Language, said: Understood, catalogue: Catalogue) -> list[str]:
    """What the person should know about how a sentence was understood."""
    taken: dict[str, list[LinkedTitle]] = {}
    for one in said.doubtful:
        taken.setdefault(one.said, []).append(one)
    told = [_taken(language, title, titles, catalogue) for title, titles in taken.items()]
    alike = {one.said: one.titles for one in said.alike}
    for title in said.unknown:
        titles = language.list_separator.join(one.title for one in alike.get(title, ()))
        told.append(language.reply("alike" if titles else "unknown", said=title, titles=titles))
    for one in said.likened:
        titles = language.list_separator.join(title.title for title in one.titles)
        told.append(language.reply("likened", said=one.said, titles=titles))
    told += [language.reply("talked_of", said=title) for title in said.talked_of]
    if said.rest:
        told.append(language.reply("rest", rest=said.rest))
    for one in said.associated:
        separator = language.list_separator if one.together else language.or_separator
        names = separator.join(map(language.name_of_label, one.labels))
        told.append(language.reply("associated", said=one.said, read=names))
    told += [language.reply("misspelt", said=one.said, meant=one.name) for one in said.misspelt]
    return [note for note in told if note]


def _taken(
    language: Language, said: str, titles: Sequence[LinkedTitle], catalogue: Catalogue
) -> str:
    """What a title was taken for, of a series every part; and what else goes by the same name."""
    first, *others = titles
    if others:
        names = language.list_separator.join(one.title for one in titles)
        return language.reply("series", said=said, titles=names)
    if first.same:
        title, *others = (_dated(one, catalogue) for one in first.item_ids)
        names = language.list_separator.join(others)
        return language.reply("doubtful_of", said=said, title=title, others=names)
    return language.reply("doubtful", said=said, title=first.title)


def _dated(token: str, catalogue: Catalogue) -> str:
    """The title of an item with its year, where it is known and the title does not say it."""
    item = catalogue.item_of_token[token]
    title, years = catalogue.titles[item], catalogue.numbers.get("year")
    year = None if years is None or np.isnan(years[item]) else int(years[item])
    return title if year is None or str(year) in title else f"{title} ({year})"


def settled(
    writer: InstructionWriter, language: Language, constraints: Sequence[Constraint]
) -> list[str]:
    """What some words mean here that mean something else in the whole catalogue."""
    told = []
    for one in constraints:
        relation = "at_least" if one.high is None else "at_most"
        limit = Constraint(one.role, relation, low=one.low, high=one.high)
        words = {"demand": writer.demand(one, language), "limit": writer.demand(limit, language)}
        told.append(language.reply("relative", **words))
    return list(filter(None, told))


def nothing(
    writer: InstructionWriter, language: Language, constraints: Sequence[Constraint]
) -> str:
    """That nothing satisfies some constraints, or nothing but what may not come back."""
    wanted = writer.intention(Intention(tuple(constraints)), language)
    known = writer.catalogue.mask(constraints).any()
    return language.reply("no_others" if known else "nothing", intention=wanted)


def reasons(
    writer: InstructionWriter,
    language: Language,
    constraints: Sequence[Constraint],
    influences: Sequence[Influence],
) -> Reasons:
    """The reasons for an item that meets some constraints, in words as well."""
    words = []
    if constraints:
        words.append(language.reply("met", demands=_demands(writer, language, constraints)))
    if influences:
        titles = language.list_separator.join(one.title for one in influences)
        words.append(language.reply("because", titles=titles))
    text = language.word_separator.join(words)
    return Reasons(tuple(constraints), tuple(influences), text)


def relaxation(
    writer: InstructionWriter, language: Language, one: Relaxed, best: int
) -> Relaxation:
    """A relaxation with its best item, in words as well."""
    catalogue = writer.catalogue
    count, title = int(one.items.sum()), catalogue.titles[best]
    words = {"demands": _demands(writer, language, one.constraints), "count": count, "title": title}
    if one.instead is None:
        text = language.reply("dropped", **words)
    else:
        text = language.reply("widened", instead=writer.demand(one.instead, language), **words)
    return Relaxation(one.constraints, one.instead, count, catalogue.tokens[best], title, text)


def _demands(
    writer: InstructionWriter, language: Language, constraints: Sequence[Constraint]
) -> str:
    return language.list_separator.join(writer.demand(one, language) for one in constraints)
