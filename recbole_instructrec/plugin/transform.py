"""RecBole's batch transform ``instruction``: writes an instruction for every row of a batch."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from recbole.data.interaction import Interaction

from recbole_instructrec.instruction.structure import Instruction, Intention, Preference, Task
from recbole_instructrec.instruction.template import Template
from recbole_instructrec.plugin.lesson import Lesson, LessonMaker

if TYPE_CHECKING:
    from recbole_instructrec.plugin.dataset import InstructRecDataset

COUNTED, DEMANDED, UNASKED, VERDICT = "counted", "demanded", "unasked", "verdict"
STRANGER = "stranger"


class InstructionTransform:
    """Adds the instruction's token ids to a batch, and to a training batch what counts.

    A training row gets a language, a scenario, a template and a wording, all drawn afresh from
    torch's generator, which RecBole seeds and which differs between workers and epochs; see
    :class:`.LessonMaker`.

    An evaluation row gets what the options that begin with ``eval_`` say; what is drawn for it
    depends on its user and target only.
    """

    def __init__(self, config: Any) -> None:
        self.config = config
        self.field = config["INSTRUCTION_FIELD"]
        self.user = config["USER_ID_FIELD"]
        self.item = config["ITEM_ID_FIELD"]
        self.history = self.item + config["LIST_SUFFIX"]
        self.length = config["ITEM_LIST_LENGTH_FIELD"]

    def __call__(self, dataset: InstructRecDataset, interaction: Interaction) -> Interaction:
        """A batch with the fields added, on the same device.

        ``instruction``, int64 [batch, n_tokens], padded on the right, outside training up to
        ``max_instruction_length``, since RecBole concatenates what belongs to several users. In
        training also ``counted``, bool [batch, MAX_ITEM_LIST_LENGTH + 1], at which positions of
        history and target the instruction stands, ``demanded``, bool [batch, n_items], which
        items it asks for, and ``unasked``, int64 [batch, n_unasked], the instruction without what
        it asks for, an empty sentence where it asks for nothing. A history that a description
        replaces is taken out of its row.

        Where the instruction asks whether an item suits, that item stands in place of the target,
        nothing counts, and ``verdict``, int64 [batch, 2], holds the tokens of the right answer and
        of the wrong one; elsewhere it is -1.
        """
        device = interaction[self.item].device  # RecBole counts FLOPs with a batch on the GPU
        interaction = interaction.cpu()
        if dataset.part == "train":
            texts = self._training(dataset, interaction)
        else:
            texts = self._evaluation(dataset, interaction)
        ids = dataset.tokenizer.encode(texts)
        if dataset.part != "train":
            missing = self.config["max_instruction_length"] - ids.shape[1]
            ids = F.pad(ids, (0, missing), value=dataset.tokenizer.pad_id)
        interaction.update(Interaction({self.field: ids}))
        return interaction.to(device)

    def _training(self, dataset: InstructRecDataset, interaction: Interaction) -> list[str]:
        choice = random.Random(int(torch.randint(2**62, ())))
        maker = LessonMaker(dataset, self.config, choice)
        lengths = interaction[self.length].numpy()
        items = with_target(interaction[self.history], lengths, interaction[self.item]).numpy()
        users, places = interaction[self.user].tolist(), dataset.places(interaction)
        kept = np.zeros_like(items)
        counted = np.zeros(items.shape, dtype=bool)
        demanded = np.ones((len(items), dataset.item_num), dtype=bool)
        left = np.zeros_like(lengths)
        verdict = np.full((len(items), 2), -1)
        stranger = np.zeros(len(items), dtype=bool)
        texts, unasked = [], []
        for row, length in enumerate(lengths):
            lesson: Lesson = maker.make(items[row, : length + 1], users[row], places[row])
            if lesson.yes is not None:
                items[row, lesson.last] = lesson.instruction.task.candidates[0]
                lesson.counted[:] = False
                yes, no = dataset.yes_and_no[lesson.instruction.language]
                verdict[row] = (yes, no) if lesson.yes else (no, yes)
            left[row] = lesson.last - lesson.first
            kept[row, : left[row] + 1] = items[row, lesson.first : lesson.last + 1]
            counted[row, : left[row] + 1] = lesson.counted[lesson.first :]
            stranger[row] = lesson.stranger
            texts.append(dataset.writer.write(lesson.instruction, choice, lesson.template))
            unasked.append("")
            if lesson.demanded is not None:
                demanded[row] = lesson.demanded
                unasked[-1] = self._unasked(dataset, lesson.instruction)
        targets = kept[np.arange(len(kept)), left]
        histories = kept[:, :-1] * (np.arange(items.shape[1] - 1) < left[:, None])
        interaction.update(
            Interaction(
                {
                    self.history: torch.from_numpy(histories),
                    self.length: torch.from_numpy(left),
                    self.item: torch.from_numpy(targets),
                    COUNTED: torch.from_numpy(counted),
                    DEMANDED: torch.from_numpy(demanded),
                    UNASKED: dataset.tokenizer.encode(unasked),
                    VERDICT: torch.from_numpy(verdict),
                    STRANGER: torch.from_numpy(stranger),
                }
            )
        )
        return texts

    def _unasked(self, dataset: InstructRecDataset, instruction: Instruction) -> str:
        """The instruction without what it asks for; where a language has no words for the rest,
        one that says nothing."""
        try:
            return dataset.writer.write(replace(instruction, intention=Intention()))
        except ValueError:
            return dataset.writer.write(Instruction(instruction.language))

    def _evaluation(self, dataset: InstructRecDataset, interaction: Interaction) -> list[str]:
        kind = self.config["eval_preference"]
        lengths = interaction[self.length].numpy()
        histories = interaction[self.history].numpy()
        users, targets = interaction[self.user].tolist(), interaction[self.item].tolist()
        code = self.config["eval_language"] or self.config["languages"][0]
        in_decoder = self.config["history_in"] == "decoder"
        texts = []
        for row, length in enumerate(lengths):
            choice = random.Random(f"{users[row]} {targets[row]}")
            history = histories[row, :length].tolist()
            preference = Preference()
            if not (in_decoder and kind == "implicit"):
                preference = dataset.composer.preference(kind, history, choice)
            intention: Intention = dataset.composer.intention_for(
                self.config["eval_intention"], targets[row], history, code, choice
            )
            instruction = Instruction(code, preference, intention, Task())
            texts.append(self._written(dataset, instruction, choice))
        if in_decoder and kind != "implicit":
            nothing = torch.zeros_like(interaction[self.history])
            interaction.update(Interaction({self.history: nothing}))
        return texts

    def _written(
        self, dataset: InstructRecDataset, instruction: Instruction, choice: random.Random
    ) -> str:
        which = self.config["eval_templates"]
        if which == "first":
            return dataset.writer.write(instruction)
        template: Template = dataset.writer.template(instruction, choice, which == "held_out")
        return dataset.writer.write(instruction, choice, template)


def with_target(history: torch.Tensor, lengths: Any, target: torch.Tensor) -> torch.Tensor:
    """Histories with their targets behind them, int64 [batch, n + 1], padded with 0."""
    items = F.pad(history, (0, 1))
    items[torch.arange(len(items)), torch.as_tensor(lengths)] = target
    return items
