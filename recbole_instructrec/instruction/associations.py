"""Words that go with labels. The encoder was never taught them and is told the labels instead:
"zombies" as "horror". They demand nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.demands import Token
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.instruction.token_text import TokenText

# A label that fewer of the items with labels carry is meant otherwise: what somebody has tagged
# "comedy" among a thousand bands is no comedy.
RAREST = 0.01
# A phrase may have words that say nothing in it, "in the future", but not only such.
_WITHIN = ("word", "small", "noun", "filler", "space", "and")


@dataclass(frozen=True)
class Association:
    """A word that is read as labels.

    Attributes:
        said: The word as the person wrote it, in lower case.
        labels: The labels that it goes with.
        together: Whether all of them are meant, and not one or another.
    """

    said: str
    labels: tuple[str, ...]
    together: bool = False


class Associations:
    """Finds the words that a language associates with labels of a catalogue.

    Args:
        language: Its ``associations``.
        catalogue: Has the labels. A word that stands in its descriptions is left as it is: the
            encoder has learned it from these.
    """

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        self._language, self._catalogue = language, catalogue
        told = catalogue.topic_words if catalogue.texts else ()
        self._lexicon = Lexicon(
            (
                (form, Token(0, 0, "label", constraints))
                for entry in language.associations
                for constraints in _constraints(entry["labels"], language, catalogue)
                for word in entry["words"]
                if word not in told
                for form in (word, *language.vocabulary.inflected(word))
            ),
            language.words_apart,
        )

    def kinds(self, labels: Sequence[str]) -> tuple[Constraint, ...]:
        """What a thing of some labels is, in the first role that has any of them."""
        return next(_constraints(labels, self._language, self._catalogue), ())

    def find(self, tokens: Sequence[Token], text: str) -> tuple[list[Token], list[Association]]:
        """The tokens of a plain text with labels in place of words that go with them, and which
        words these are."""
        looked_up = TokenText(tokens, folded(text))
        read: list[Token] = []
        found = []
        place = 0
        while place < len(tokens):
            label, behind = looked_up.label(self._lexicon, place)
            kinds = {one.kind for one in tokens[place:behind]}
            if label and "word" in kinds <= {*_WITHIN}:
                read.append(label)
                labels = tuple(one.label for one in label.constraints)
                found.append(Association(text[label.start : label.end], labels))
                place = behind
            else:
                read.append(tokens[place])
                place += 1
        return read, found


def _constraints(
    wanted: Sequence[str], language: Language, catalogue: Catalogue
) -> Iterator[tuple[Constraint, ...]]:
    """What some labels stand for in a catalogue, for each role that has some of them."""
    for role, labels in catalogue.labels.items():
        least = RAREST * labels.any.sum()
        names = [
            name
            for name in language.concepts.among(labels.names, wanted)
            if labels.frequency[labels.index[name]] >= least
        ]
        if names:
            yield tuple(Constraint(role, "is", label=name) for name in names)
