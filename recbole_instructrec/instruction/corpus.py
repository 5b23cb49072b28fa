"""The text a tokenizer is trained on: titles, descriptions, a language's wording, and drawn
instructions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress

from recbole_instructrec.instruction.intention import IntentionDrawer
from recbole_instructrec.instruction.structure import Instruction, Intention
from recbole_instructrec.instruction.writer import InstructionWriter


def tokenizer_corpus(writer: InstructionWriter, seed: int = 0) -> Iterator[str]:
    """Every title, description and piece of wording once, and two drawn instructions an item and
    language.

    Only the catalogue is read, no interaction, so nothing of a test set can leak into it.
    """
    catalogue = writer.catalogue
    yield from catalogue.titles[1:]
    for described in catalogue.texts.values():
        yield from described[1:]
    choice = random.Random(seed)
    drawer = IntentionDrawer(catalogue, max_constraints=1)
    for code, language in writer.languages.items():
        yield from language.texts()
        for labels in catalogue.labels.values():
            for label in labels.names:
                yield from language.names_of_label(label)
        for item in range(1, len(catalogue)):
            for intention in (drawer.draw(item, choice), Intention()):
                # A language need not have words for everything that a catalogue knows.
                with suppress(ValueError):
                    yield writer.write(Instruction(code, intention=intention), choice)
