"""Persons who are not called by their names: "anything else by him", "the same director"."""

from __future__ import annotations

from collections.abc import Callable

from recbole_instructrec.instruction.lexicon import Lexicon, folded, lower, rewritten
from recbole_instructrec.instruction.vocabulary import ANYONE, Vocabulary

_NAME = "{name}"


class Pronouns:
    """Writes the names of persons for the words that stand for them.

    Args:
        vocabulary: Its ``pronouns`` are these words.
        words_apart: Whether the language separates its words.
    """

    def __init__(self, vocabulary: Vocabulary, words_apart: bool) -> None:
        entries = (
            (phrase, ("" if role == ANYONE else role, meant))
            for role, said in vocabulary.pronouns.items()
            for phrase, meant in said.items()
        )
        self._phrases = Lexicon(entries, words_apart)

    def written_out(self, text: str, name: Callable[[str], str | None]) -> str:
        """A tidy text with names in it.

        Args:
            name: Who is meant, given the role in which somebody is, or no role; None where nobody
                is known to be meant.
        """
        spans = self._phrases.spans(folded(lower(text)))
        named = (
            (start, end, meant, name(role) if _NAME in meant else None)
            for start, end, (role, meant) in spans
        )
        return rewritten(
            text,
            (
                (start, end, meant.replace(_NAME, said))
                for start, end, meant, said in named
                if said is not None
            ),
        )
