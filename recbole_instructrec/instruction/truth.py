"""Checks what an example says back against the data: every claim must hold.

Nothing here draws anything: what holds is counted anew from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import folded, plain
from recbole_instructrec.instruction.preference import count, holds
from recbole_instructrec.instruction.structure import (
    TEXT_RELATIONS,
    Example,
    Intention,
    Preference,
)

_NOT_IN_WORDS = re.compile(r"[^\w']+")


def problems(
    example: Example,
    catalogue: Catalogue,
    own: Collection[int],
    facts: Mapping[str, str],
    language: Language,
) -> list[str]:
    """Everything that an example says and that is not so; empty where all of it holds.

    Args:
        own: All that the person ever chose.
        facts: What the data says about the person and the moment.
        language: The example's, for whether a vague intention names an attribute.
    """
    instruction, answer = example.instruction, example.answer
    found = [
        *_about_preference(instruction.preference, example, catalogue),
        *_about_preference(answer.preference, example, catalogue),
        *_about_intention(instruction.intention, example.target, catalogue, language),
        *_about_intention(answer.intention, example.target, catalogue, language),
        *_about_candidates(example, own),
    ]
    found += [
        f"the context says {name} {value!r}, and the data {facts.get(name)!r}"
        for name, value in instruction.context.items()
        if facts.get(name) != value
    ]
    return found


def _about_preference(
    preference: Preference, example: Example, catalogue: Catalogue
) -> Iterator[str]:
    newest = example.known[len(example.known) - len(preference.history) :]
    if preference.history != newest:
        yield f"the history {preference.history} is not what was chosen last, {newest}"
    described = example.instruction.preference.history or example.known
    for claim in preference.claims:
        counted = count(catalogue, described, claim.constraints)
        if not holds(claim.amount, *counted):
            yield f"{claim.amount} {claim.constraints} does not hold of {counted}"


def _about_intention(
    intention: Intention, target: int, catalogue: Catalogue, language: Language
) -> Iterator[str]:
    for constraint in intention.demands:
        if not catalogue.mask([constraint])[target]:
            yield f"{constraint} does not hold of {catalogue.attributes(target)}"
    if intention.meaning and not intention.constraints:
        meant = (c.labels for c in intention.meaning if c.relation not in TEXT_RELATIONS)
        for name in sorted(named(intention.text, meant, language)):
            yield f"the vague {intention.text!r} names {name!r}"


def _about_candidates(example: Example, own: Collection[int]) -> Iterator[str]:
    candidates = example.instruction.task.candidates
    yes = example.answer.yes
    if candidates and yes is not False and example.target not in candidates:
        yield f"the target {example.target} is not among the candidates {candidates}"
    if len(set(candidates)) < len(candidates):
        yield f"a candidate is offered twice: {candidates}"
    wrong = [item for item in candidates if item != example.target and item in own]
    if wrong or (yes is False and example.target in candidates):
        yield f"the candidates {wrong or candidates} were chosen by the person"
    if example.answer.items not in ((), (example.target,)):
        yield f"the answer {example.answer.items} is not the target {example.target}"


def named(text: str, labels: Iterable[tuple[str, ...]], language: Language) -> set[str]:
    """The names of some labels that stand in a text, in whatever case."""
    words = _words(text)
    names = {
        _words(name)
        for group in labels
        for label in group
        for name in (label, *language.names_of_label(label)[:1])
    }
    apart = " " if language.word_separator else ""
    return {name.strip() for name in names if f"{apart}{name.strip()}{apart}" in words}


def _words(text: str) -> str:
    return f" {_NOT_IN_WORDS.sub(' ', folded(plain(text))).strip()} "
