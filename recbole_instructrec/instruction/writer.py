"""Words an instruction: the one place where a sentence for the encoder is made."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language, Template
from recbole_instructrec.instruction.structure import Instruction


class InstructionWriter:
    """Turns an :class:`Instruction` into a sentence.

    Args:
        catalogue: Gives the titles of items that an instruction names.
        languages: The languages at hand, by code; the first one is the default.
        nouns: What this dataset's items are called, by language code.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        languages: Mapping[str, Language],
        nouns: Mapping[str, str] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.languages = dict(languages)
        self.nouns = dict(nouns or {})

    def __deepcopy__(self, memo: dict) -> InstructionWriter:
        return self

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
            fitting = language.fitting(instruction)
            template = choice.choice(fitting) if choice else fitting[0]
        titles = self.catalogue.titles
        noun = self.nouns.get(language.code, language.noun)
        words = {
            "noun": noun,
            "intention": language.phrase(instruction.intention, noun, choice),
            "history": language.list_separator.join(
                titles[item] for item in instruction.preference.history
            ),
            "preference": instruction.preference.text,
            "candidates": language.list_separator.join(
                titles[item] for item in instruction.task.candidates
            ),
            "context": language.list_separator.join(instruction.context.values()),
        }
        return template.text.format(**words)

    def language(self, code: str) -> Language:
        """A language by its code; ValueError where it is not at hand."""
        if code not in self.languages:
            raise ValueError(
                f"the language {code!r} is not among this model's languages: "
                f"{', '.join(self.languages)}; add it to `languages`"
            )
        return self.languages[code]

    def state(self) -> dict[str, Any]:
        """Languages and nouns as plain data, for a checkpoint."""
        return {
            "languages": {code: language.content for code, language in self.languages.items()},
            "nouns": self.nouns,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], catalogue: Catalogue) -> InstructionWriter:
        """The inverse of :meth:`state`."""
        languages = {code: Language(code, content) for code, content in state["languages"].items()}
        return cls(catalogue, languages, state["nouns"])
