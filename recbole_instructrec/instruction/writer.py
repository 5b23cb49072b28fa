"""Words an instruction: the one place where a sentence for the encoder is made."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.label_senses import LabelSenses
from recbole_instructrec.instruction.language import Language, Template, read_languages
from recbole_instructrec.instruction.structure import (
    Answer,
    Constraint,
    Instruction,
    Intention,
    Preference,
)


class InstructionWriter:
    """Turns an :class:`Instruction` into a sentence.

    Args:
        catalogue: Gives the titles of items that an instruction names.
        languages: The languages at hand, by code; the first one is the default.
        nouns: What this dataset's items are called, by language code.
        units: By role and language code, how a number is written: ``{number} pounds``.

    Attributes:
        units_in: The same, by language code and role.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        languages: Mapping[str, Language],
        nouns: Mapping[str, str] | None = None,
        units: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.languages = dict(languages)
        self.nouns = dict(nouns or {})
        self.units = {role: dict(patterns) for role, patterns in (units or {}).items()}
        self._senses = {code: LabelSenses(one, catalogue) for code, one in languages.items()}
        self.units_in = {
            code: {role: own[code] for role, own in self.units.items() if code in own}
            for code in self.languages
        }

    def __deepcopy__(self, memo: dict) -> InstructionWriter:
        return self

    def about(self, catalogue: Catalogue) -> InstructionWriter:
        """The same for another catalogue."""
        if catalogue is self.catalogue:
            return self
        return InstructionWriter(catalogue, self.languages, self.nouns, self.units)

    def write(
        self,
        instruction: Instruction,
        choice: random.Random | None = None,
        template: Template | None = None,
    ) -> str:
        """The instruction as a sentence.

        Args:
            choice: Draws the template and the wording among those not held out; None always
                takes the first of each, so that the same instruction gives the same sentence.
            template: A particular template, instead of a drawn one.

        Raises:
            ValueError: If no template fits or the language is unknown.
        """
        language = self.language(instruction.language)
        if template is None:
            template = self.template(instruction, choice)
        candidates = instruction.task.candidates
        # Of two candidates one is to be chosen.
        separator = language.or_separator if len(candidates) == 2 else language.list_separator
        words = {
            "noun": self.noun(language),
            "intention": self.intention(instruction.intention, language, choice),
            "history": self._titles(instruction.preference.history, language.list_separator),
            "preference": self.preference(instruction.preference, language, choice),
            "candidates": self._titles(candidates, separator),
            "context": language.situation(instruction.context),
        }
        sentence = template.text.format(**words)
        if instruction.context and "context" not in template.parts:
            lead = choice.choice(language.leads) if choice else language.leads[0]
            sentence = lead.text.format(**words) + language.lead_separator + sentence
        return sentence

    def template(
        self,
        instruction: Instruction,
        choice: random.Random | None = None,
        held_out: bool = False,
    ) -> Template:
        """A template for an instruction, drawn or the first.

        Raises:
            ValueError: If no template fits or the language is unknown.
        """
        fitting = self.language(instruction.language).fitting(instruction, held_out)
        return choice.choice(fitting) if choice else fitting[0]

    def answer(self, answer: Answer, code: str, choice: random.Random | None = None) -> str:
        """The right answer as text, in a language.

        Raises:
            ValueError: If the language has no wording for this kind of answer.
        """
        language = self.language(code)
        kind = kind_of(answer)
        if kind not in language.answers:
            raise ValueError(
                f"instructions/{code}.yaml has no wording for the answer {kind!r}; add it under "
                f"`answers:`"
            )
        return language.answers[kind].format(
            items=self._titles(answer.items, language.list_separator),
            intention=self.intention(answer.intention, language, choice),
            preference=self.preference(answer.preference, language, choice),
        )

    def noun(self, language: Language) -> str:
        """What the items are called."""
        return self.nouns.get(language.code, language.noun)

    def intention(
        self, intention: Intention, language: Language, choice: random.Random | None = None
    ) -> str:
        """An intention as a noun phrase."""
        units, senses = self.units_in[language.code], self._senses[language.code]
        return language.phrase(intention, self.noun(language), choice, units, senses.doubtful)

    def read(self, intention: Intention, code: str) -> Intention:
        """An intention as its words in a language are read: labels that share a name are meant
        alike."""
        senses = self._senses[code]
        constraints = (read for one in intention.constraints for read in senses.read(one))
        return replace(intention, constraints=tuple(dict.fromkeys(constraints)))

    def demand(self, constraint: Constraint, language: Language) -> str:
        """A constraint alone, e.g. ``from the 1990s``."""
        units, senses = self.units_in[language.code], self._senses[language.code]
        return language.demand(constraint, self.noun(language), units, senses.doubtful)

    def preference(
        self, preference: Preference, language: Language, choice: random.Random | None = None
    ) -> str:
        """A preference as a description; empty where it has only a history."""
        units, senses = self.units_in[language.code], self._senses[language.code]
        return language.description(preference, self.noun(language), choice, units, senses.doubtful)

    def _titles(self, items: tuple[int, ...], separator: str) -> str:
        return separator.join(self.catalogue.titles[item] for item in items)

    def language(self, code: str) -> Language:
        """A language by its code; ValueError where it is not at hand."""
        if code not in self.languages:
            raise ValueError(
                f"the language {code!r} is not among this model's languages: "
                f"{', '.join(self.languages)}; add it to `languages`"
            )
        return self.languages[code]

    def state(self) -> dict[str, Any]:
        """Languages, nouns and units as plain data, for a checkpoint."""
        return {
            "languages": {code: language.content for code, language in self.languages.items()},
            "nouns": self.nouns,
            "units": self.units,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], catalogue: Catalogue) -> InstructionWriter:
        """The inverse of :meth:`state`."""
        languages = read_languages(state["languages"])
        return cls(catalogue, languages, state["nouns"], state.get("units"))


def kind_of(answer: Answer) -> str:
    """Which wording under ``answers:`` an answer takes."""
    if answer.yes is not None:
        return "yes" if answer.yes else "no"
    if answer.preference.kind == "explicit":
        return "reasoning" if answer.items else "taste"
    if answer.intention:
        return "related" if answer.items else "query"
    return "items"
