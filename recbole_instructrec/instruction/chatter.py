"""Words that ask for nothing: what people say besides what they want."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Intention
from recbole_instructrec.instruction.template import Template
from recbole_instructrec.instruction.writer import InstructionWriter

MOST_WORDS = 10
MOST_PIECES = 3
# How often something is said on one side of what is asked for.
SAID = 0.7
_WORD = re.compile(r"\w+")


class Chatter:
    """Puts words that mean nothing beside what is wanted, so that a model learns to read over them.

    They are drawn one by one from a language's small talk, from its words that say nothing about
    items, and from pieces of words put together, which is what a word looks like that training has
    not shown. Small talk in which a title or label of the catalogue stands is none.

    Args:
        writer: Gives the languages and the catalogue.
        pieces: Pieces of words, as a tokenizer has them.
    """

    def __init__(self, writer: InstructionWriter, pieces: Sequence[str]) -> None:
        self.languages = writer.languages
        self.pieces = pieces
        self._sources = {
            code: list(
                filter(
                    None,
                    (_small_talk(one, writer.catalogue), one.vocabulary.words["filler"], pieces),
                )
            )
            for code, one in writer.languages.items()
        }

    def put_in(
        self, intention: Intention, code: str, choice: random.Random
    ) -> tuple[Intention, Template | None]:
        """Has words that mean nothing said, too.

        Returns:
            The intention, with such words before or behind its own; and where it has constraints,
            which leave no place for them, a template of such words around it.
        """
        if intention.constraints:
            return intention, self._around(code, choice)
        return beside(intention, self._words(code, choice), self.languages[code], choice), None

    def _around(self, code: str, choice: random.Random) -> Template:
        """A template that asks for something, in words that mean nothing or in none at all."""
        before, after = (
            self._words(code, choice).replace("{", "{{").replace("}", "}}")
            if choice.random() < SAID
            else ""
            for _ in range(2)
        )
        parts = filter(None, [before, "{intention}", after])
        return Template(self.languages[code].word_separator.join(parts))

    def _words(self, code: str, choice: random.Random) -> str:
        drawn = []
        for _ in range(choice.randint(1, MOST_WORDS)):
            source = choice.choice(self._sources[code])
            n_pieces = choice.randint(1, MOST_PIECES) if source is self.pieces else 1
            drawn.append("".join(map(str.strip, choice.choices(source, k=n_pieces))))
        return self.languages[code].word_separator.join(drawn)


def beside(
    intention: Intention, words: str, language: Language, choice: random.Random
) -> Intention:
    """The words of an intention, which has no constraints, and others before or behind them."""
    said = [words]
    if intention.text:
        said.insert(choice.randrange(2), intention.text)
    return Intention(text=language.after_separator.join(said))


def _small_talk(language: Language, catalogue: Catalogue) -> list[str]:
    """A language's small talk in which no whole title or label stands; where words are not apart,
    that which does not stand in one."""
    labels = [name for one in catalogue.labels.values() for name in one.names]
    if not language.word_separator:
        text = " ".join([*catalogue.titles, *labels]).lower()
        return [one for one in language.small_talk if one not in text]
    called = {" ".join(_WORD.findall(name.lower())) for name in [*catalogue.titles, *labels]}
    called -= set(language.vocabulary.words["filler"])
    return [one for one in language.small_talk if called.isdisjoint(_runs(_WORD.findall(one)))]


def _runs(words: Sequence[str]) -> Iterator[str]:
    """All words that stand side by side."""
    for begin, end in itertools.combinations(range(len(words) + 1), 2):
        yield " ".join(words[begin:end])
