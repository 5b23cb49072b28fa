"""RecBole's batch transform ``instruction``: writes an instruction for every row of a batch."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from recbole.data.interaction import Interaction

from recbole_instructrec.instruction.intention import IntentionDrawer
from recbole_instructrec.instruction.structure import Instruction, Intention, Preference

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

COUNTED = "counted"


class InstructionTransform:
    """Adds the instruction's token ids to a batch, and to a training batch what counts.

    A training row gets a language, a template and, for a share of the rows, a specific
    intention, all drawn afresh from torch's generator, which RecBole seeds and which differs
    between workers and epochs. The intention is true of one item of the row; the loss counts
    the positions whose item satisfies it, each of them a true example of (history, intention,
    item).

    An evaluation row gets the first template of the first language.
    """

    def __init__(self, config: Any) -> None:
        self.config = config
        self.field = config["INSTRUCTION_FIELD"]
        self.user = config["USER_ID_FIELD"]
        self.item = config["ITEM_ID_FIELD"]
        self.history = self.item + config["LIST_SUFFIX"]
        self.length = config["ITEM_LIST_LENGTH_FIELD"]
        self._drawer: IntentionDrawer | None = None

    def __call__(self, dataset: InstructRecDataset, interaction: Interaction) -> Interaction:
        """Adds the fields to a batch and returns it.

        ``instruction``, int64 [batch, n_tokens], padded on the right, outside training up to
        ``max_instruction_length``, since RecBole concatenates what belongs to several users. In
        training also ``counted``, bool [batch, MAX_ITEM_LIST_LENGTH + 1], over history and
        target.
        """
        if dataset.part == "train":
            choice = random.Random(int(torch.randint(2**62, ())))
            instructions, counted = self._training(dataset, interaction, choice)
            interaction.update(Interaction({COUNTED: torch.from_numpy(counted)}))
        else:
            choice = None
            instructions = self._evaluation(dataset, interaction)
        texts = [dataset.writer.write(instruction, choice) for instruction in instructions]
        ids = dataset.tokenizer.encode(texts)
        if dataset.part != "train":
            missing = self.config["max_instruction_length"] - ids.shape[1]
            ids = F.pad(ids, (0, missing), value=dataset.tokenizer.pad_id)
        interaction.update(Interaction({self.field: ids}))
        return interaction

    def _training(
        self, dataset: InstructRecDataset, interaction: Interaction, choice: random.Random
    ) -> tuple[list[Instruction], np.ndarray]:
        lengths = interaction[self.length].numpy()
        items = with_target(interaction[self.history], lengths, interaction[self.item]).numpy()
        counted = items > 0
        if self.config["history_in"] == "instruction":
            counted &= np.arange(items.shape[1]) == lengths[:, None]
        instructions = []
        for row, length in enumerate(lengths):
            intention = Intention()
            if choice.random() < self.config["specific_intention"]:
                wanted = choice.choice(np.flatnonzero(counted[row]))
                intention = self._draw(dataset, int(items[row, wanted]), choice)
                counted[row] &= dataset.catalogue.mask(intention.constraints)[items[row]]
            instructions.append(
                Instruction(
                    language=choice.choice(self.config["languages"]),
                    preference=self._preference(items[row, :length]),
                    intention=intention,
                )
            )
        return instructions, counted

    def _evaluation(
        self, dataset: InstructRecDataset, interaction: Interaction
    ) -> list[Instruction]:
        lengths = interaction[self.length].numpy()
        histories = interaction[self.history].numpy()
        users, targets = interaction[self.user].tolist(), interaction[self.item].tolist()
        instructions = []
        for row, length in enumerate(lengths):
            intention = Intention()
            if self.config["eval_intention"] == "specific":
                choice = random.Random(f"{users[row]} {targets[row]}")
                intention = self._draw(dataset, targets[row], choice)
            instructions.append(
                Instruction(
                    language=self.config["languages"][0],
                    preference=self._preference(histories[row, :length]),
                    intention=intention,
                )
            )
        return instructions

    def _preference(self, history: np.ndarray) -> Preference:
        if self.config["history_in"] == "decoder":
            return Preference()
        newest = history[-self.config["max_instruction_history"] :]
        return Preference(history=tuple(int(item) for item in newest))

    def _draw(self, dataset: InstructRecDataset, item: int, choice: random.Random) -> Intention:
        if self._drawer is None:
            self._drawer = IntentionDrawer(dataset.catalogue, self.config["max_constraints"])
        return self._drawer.draw(item, choice)


def with_target(history: torch.Tensor, lengths: Any, target: torch.Tensor) -> torch.Tensor:
    """Histories with their targets behind them, int64 [batch, n + 1], padded with 0."""
    items = F.pad(history, (0, 1))
    items[torch.arange(len(items)), torch.as_tensor(lengths)] = target
    return items
