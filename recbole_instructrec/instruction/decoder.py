"""Understands a person's own words: free text to the parts of an instruction."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import plain
from recbole_instructrec.instruction.reader import Reader
from recbole_instructrec.instruction.structure import Constraint, Intention

MAX_LENGTH = 2000


@dataclass(frozen=True)
class Understood:
    """What was understood of a sentence.

    Attributes:
        language: Code of the language it is in.
        constraints: What it asks of an item, in the order of mention.
        rest: Words that say something else, in lower case; they reach the encoder.
    """

    language: str
    constraints: tuple[Constraint, ...]
    rest: str

    @property
    def intention(self) -> Intention:
        return Intention(self.constraints, self.rest)


class InstructionDecoder:
    """Turns free text into constraints on a catalogue and the words left over.

    Args:
        catalogue: Its labels and roles are what can be recognised.
        languages: The languages at hand, by code; the first one is the default.
    """

    def __init__(self, catalogue: Catalogue, languages: Mapping[str, Language]) -> None:
        self._readers = {code: Reader(one, catalogue) for code, one in languages.items()}
        self._scripts = {code: _scripts_of(one) for code, one in languages.items()}

    def decode(self, sentence: str, language: str | None = None) -> Understood:
        """Understands one sentence.

        Args:
            language: Code of its language; found out from its letters and words where not given.

        Raises:
            ValueError: If the sentence is empty or longer than ``MAX_LENGTH`` characters, or
                the language is not at hand.
        """
        if len(sentence) > MAX_LENGTH:
            raise ValueError(
                f"the instruction has {len(sentence)} characters; the limit is {MAX_LENGTH}"
            )
        text = plain(re.sub(r"\s*[\r\n]\s*", " ; ", sentence.strip()))
        if not text:
            raise ValueError("the instruction is empty; say what to recommend")
        code = self._detect(text) if language is None else language
        if code not in self._readers:
            raise ValueError(
                f"the language {code!r} is not among this model's languages: "
                f"{', '.join(self._readers)}"
            )
        constraints, rest = self._readers[code].read(text)
        return Understood(code, tuple(constraints), rest)

    def _detect(self, text: str) -> str:
        """The language in which most of a text is known, the first one on a tie.

        A letter outside of ASCII counts as much as two words: people mix English words into a
        sentence in another script, and hardly ever the other way round.
        """
        letters = Counter((_script(c), c.isascii()) for c in text if c.isalpha())

        def evidence(code: str) -> tuple[int, int]:
            own = {key: n for key, n in letters.items() if key[0] in self._scripts[code]}
            foreign = sum(n for (_, is_ascii), n in own.items() if not is_ascii)
            return self._readers[code].familiar(text) + 2 * foreign, sum(own.values())

        return max(self._readers, key=evidence)


def _scripts_of(language: Language) -> frozenset[str]:
    """The scripts in which a language writes, names that it borrows aside."""
    words: Iterable[str] = (
        *(re.sub(r"{.*?}", "", template.text) for template in language.templates),
        *(word for words in language.vocabulary.words.values() for word in words),
    )
    letters = Counter(_script(c) for word in words for c in word if c.isalpha())
    return frozenset(script for script, n in letters.items() if n > 0.1 * letters.total())


def _script(letter: str) -> str:
    """The script of a letter, e.g. ``LATIN`` or ``CJK``."""
    return unicodedata.name(letter, "").split(" ")[0]
