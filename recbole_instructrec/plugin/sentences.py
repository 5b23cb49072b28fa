"""Sentences with what each asks for, by which the encoder learns to read them, whoever asks."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from recbole_instructrec.instruction.scenario import Mixture
from recbole_instructrec.instruction.structure import Instruction, Intention

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

# Bytes that what they ask for may take; of a larger catalogue there are fewer sentences.
MOST_BYTES = 2**26
# The sentences of one batch are drawn from so many batches of sentences of like length.
BATCHES_OF_LIKE_LENGTH = 4
# How many of them are words of an item's description, where it has one: there are many such words.
TELLING_SHARE = 0.4


class Sentences:
    """Sentences drawn once, which say nothing of a person.

    What a training row asks for is one of very many combinations, and a small dataset has few rows.
    A sentence alone costs next to nothing to read, so there can be as many as it takes to learn
    what belongs to a "no".

    Args:
        dataset: The training part.
        config: The options. ``n_sentences`` are drawn, with the languages, scenarios and wordings
            of training rows, each true of an item that is drawn as often as it was chosen. The same
            seed gives the same sentences.
    """

    def __init__(self, dataset: InstructRecDataset, config: Any) -> None:
        choice = random.Random(config["seed"])
        mixtures = {code: _asking(one) for code, one in dataset.mixtures.items()}
        codes = [code for code, mixture in mixtures.items() if mixture]
        telling = {code for code in codes if dataset.catalogue.texts and _vague(mixtures[code])}
        most = min(config["n_sentences"], 8 * MOST_BYTES // dataset.item_num)
        chosen = dataset.catalogue.popularity.cumsum().tolist()
        texts, demanded = [], []
        for _ in range(most if codes else 0):
            code = choice.choice(codes)
            kind = mixtures[code].draw(choice).intention
            (item,) = choice.choices(range(len(chosen)), cum_weights=chosen)
            intention, template = Intention(), None
            if code in telling and choice.random() < TELLING_SHARE:
                intention = dataset.composer.telling(item, code, choice)
            intention = intention or dataset.composer.intention(kind, item, code, choice)
            if not intention:
                continue
            demanded.append(np.packbits(dataset.catalogue.mask(intention.demands)))
            if choice.random() < config["chatter_share"]:
                intention, template = dataset.chatter.put_in(intention, code, choice)
            instruction = Instruction(code, intention=intention)
            texts.append(dataset.writer.write(instruction, choice, template))
        self._n_items = dataset.item_num
        if texts:
            ids = dataset.tokenizer.encode(texts)
            lengths = ids.ne(dataset.tokenizer.pad_id).sum(1)
            self._lengths, order = lengths.sort()
            self._ids, self._demanded = ids[order], np.stack(demanded)[order.numpy()]
        else:
            self._demanded = []

    def __len__(self) -> int:
        return len(self._demanded)

    def draw(self, n: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Some sentences of like length, since padding costs time, drawn by torch's generator.

        Returns:
            Token ids, int64 [n, n_tokens], padded on the right, and which items each asks for, bool
            [n, n_items].
        """
        n_near = min(len(self), BATCHES_OF_LIKE_LENGTH * n)
        which = torch.randint(len(self) - n_near + 1, ()) + torch.randint(n_near, (n,))
        ids = self._ids[which, : self._lengths[which].max()]
        demanded = np.unpackbits(self._demanded[which.numpy()], axis=1, count=self._n_items)
        return ids, torch.from_numpy(demanded).bool()


def _vague(mixture: Mixture) -> bool:
    return any(scenario.intention == "vague" for scenario in mixture.weights)


def _asking(mixture: Mixture) -> Mixture | None:
    """The scenarios that ask for something, each as often as it is trained; None where there are
    none."""
    others = {one for one in mixture.weights if one.intention == "none"}
    return mixture.without(others) if len(others) < len(mixture.weights) else None
