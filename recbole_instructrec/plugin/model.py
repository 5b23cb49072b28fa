"""InstructRec as RecBole sees it: a sequential recommender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from recbole.data.interaction import Interaction
from recbole.model.abstract_recommender import SequentialRecommender
from recbole.utils import InputType

from recbole_instructrec.plugin.dataset import InstructRecDataset
from recbole_instructrec.plugin.transform import (
    COUNTED,
    DEMANDED,
    STRANGER,
    UNASKED,
    VERDICT,
    InstructionTransform,
    with_target,
)
from recbole_instructrec.scorers import ScorerMaker
from recbole_instructrec.seq2seq.backbone import Backbone, backbone_size
from recbole_instructrec.seq2seq.neighbours import neighbour_places
from recbole_instructrec.seq2seq.precision import has_bfloat16
from recbole_instructrec.seq2seq.scoring import left_out
from recbole_instructrec.seq2seq.training_loss import sentence_loss, training_loss

# The options that an answer depends on, kept in the checkpoint.
SERVING_OPTIONS = (
    "history_in", "item_identifier", "score_normalization", "scoring_memory",
    "max_instruction_history", "MAX_ITEM_LIST_LENGTH", "languages", "item_words",
    "item_id_dropout",
)  # fmt: skip


class InstructRec(SequentialRecommender):
    """An encoder-decoder that reads an instruction and continues a history.

    Args:
        config: RecBole's configuration.
        dataset: The training part.
    """

    input_type = InputType.POINTWISE

    def __init__(self, config: Any, dataset: InstructRecDataset) -> None:
        super().__init__(config, dataset)
        self.instruction_field = config["INSTRUCTION_FIELD"]
        self.history_in = config["history_in"]
        self._options = {name: config[name] for name in SERVING_OPTIONS}
        self._options["repeats"] = dataset.repeats
        wanted = config["bfloat16"]
        self._bfloat16 = has_bfloat16(self.device) if wanted == "auto" else wanted
        self._transform = InstructionTransform(config)
        self._shared = _Shared(dataset)
        self._text_vocab_size = dataset.text_vocab_size

        def backbone(vocab_size: int) -> Backbone:
            if config["backbone"]:
                made = Backbone.pretrained(config["backbone"], vocab_size)
            else:
                pad_id, end_id = dataset.tokenizer.pad_id, dataset.tokenizer.end_id
                made = Backbone.new(vocab_size, pad_id, end_id, **backbone_size(config))
            choices = dataset.training_choices
            if config["item_places"] and config["item_identifier"] == "token" and choices:
                places = neighbour_places(*choices, dataset.item_num, made.size.d_model)
                made.begin_items(dataset.text_vocab_size, torch.from_numpy(places))
            return made

        self.scorer = self._scorer_maker(codes=dataset.codes).scorer(backbone)
        self._sentence_batch_size = config["sentence_batch_size"]
        popularity = torch.from_numpy(dataset.catalogue.popularity).float()
        self.register_buffer("_popularity", popularity, persistent=False)

    def _scorer_maker(
        self,
        codes: Sequence[Sequence[int]] | None = None,
        saved: Mapping[str, Any] | None = None,
    ) -> ScorerMaker:
        dataset, size = self._shared.dataset, self._text_vocab_size
        return ScorerMaker(self._options, dataset.writer, dataset.tokenizer, size, codes, saved)

    def other_parameter(self) -> dict[str, Any]:
        """Everything but the weights that an answer needs, as plain data, for a checkpoint."""
        dataset = self._shared.dataset
        return {
            "options": {**self._options, "text_vocab_size": self._text_vocab_size},
            "backbone": self.scorer.backbone.state(),
            "tokenizer": dataset.tokenizer.state(),
            "identifiers": self.scorer.identifiers.state(),
            "writer": dataset.writer.state(),
            "knowledge": dataset.knowledge.content,
            "catalogue": dataset.catalogue.state(),
            "histories": dataset.histories(),
        }

    def load_other_parameter(self, para: dict[str, Any] | None) -> None:
        """Takes over the tokenizer and the prefix tree that the weights were trained with.

        Raises:
            ValueError: If the checkpoint is about other items than the dataset, or its tree was
                made of other titles.
        """
        if not para:
            return
        dataset = self._shared.dataset
        if para["catalogue"]["tokens"] != dataset.catalogue.tokens:
            raise ValueError(
                f"the checkpoint was trained on another catalogue than {dataset.dataset_name} has "
                f"now; load it with the dataset it was trained on"
            )
        saved, own = para.get("identifiers"), self.scorer.identifiers.state()
        other_tree = saved is not None and saved["seal"] != own["seal"]
        if other_tree or para["tokenizer"] != dataset.tokenizer.state():
            dataset.tokenizer.restore(para["tokenizer"])
            self._text_vocab_size = para["options"]["text_vocab_size"]
            self._scorer_maker(saved=saved).renew(self.scorer)

    def calculate_loss(self, interaction: Interaction) -> torch.Tensor:
        """Negative log-likelihood of what was chosen or asked for, a scalar float32.

        Rows that ask whether an item suits share in it by their number, the others as they do
        without them.
        """
        items = with_target(
            interaction[self.ITEM_SEQ], interaction[self.ITEM_SEQ_LEN], interaction[self.ITEM_ID]
        )
        counted = interaction[COUNTED]
        if self.history_in == "instruction":
            items, counted = interaction[self.ITEM_ID][:, None], counted.any(1, keepdim=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16):
            loss = training_loss(
                self.scorer,
                interaction[self.instruction_field],
                items,
                counted,
                interaction[DEMANDED],
                interaction[UNASKED],
                interaction[STRANGER],
                self._popularity,
            )
            verdict = interaction[VERDICT]
            asked = verdict[:, 0] >= 0
            if asked.any():
                odds = self.scorer.odds(
                    interaction[self.instruction_field][asked], items[asked], verdict[asked]
                )
                loss = loss.lerp(F.softplus(-odds).mean(), asked.float().mean())
            return loss + self._sentence_loss()

    def _sentence_loss(self) -> torch.Tensor | float:
        """That of some sentences that say nothing of a person; 0 where there are none."""
        if self.scorer.matching is None:
            return 0.0
        sentences = self._shared.dataset.sentences
        if not len(sentences):
            return 0.0
        instruction, demanded = sentences.draw(self._sentence_batch_size)
        return sentence_loss(
            self.scorer,
            instruction.to(self.device),
            demanded.to(self.device),
            self._popularity.log(),
        )

    def predict(self, interaction: Interaction) -> torch.Tensor:
        """Log-likelihood of each row's ``item_id``, float [batch]."""
        scores = self.full_sort_predict(interaction)
        return scores.gather(1, interaction[self.ITEM_ID][:, None]).squeeze(1)

    def full_sort_predict(self, interaction: Interaction) -> torch.Tensor:
        """Log-likelihood of every item, float [batch, n_items].

        Rows that repeat a request, as in an evaluation against sampled items, are scored once.
        """
        if self.instruction_field not in interaction:
            # RecBole's case study reads rows without the transform.
            interaction = self._transform(self._shared.dataset, interaction)
        history = interaction[self.ITEM_SEQ]
        instruction = interaction[self.instruction_field].to(history.device)
        longest = int(instruction.ne(self.scorer.backbone.pad_id).sum(1).max())
        instruction = instruction[:, :longest]
        requests, row = torch.unique(
            torch.cat([instruction, history], 1), dim=0, return_inverse=True
        )
        width = instruction.shape[1]
        instruction, history = requests[:, :width], requests[:, width:]
        if self.history_in == "instruction":
            history = history[:, :0]
        scores = self.scorer.score(instruction, history)[row]
        if not self.scorer.repeats:
            seen = self._shared.dataset.seen(interaction).to(scores.device)
            scores = left_out(scores, seen)
        return scores


class _Shared:
    """Holds what a copy of the model shares: RecBole deep-copies models to count FLOPs."""

    def __init__(self, dataset: InstructRecDataset) -> None:
        self.dataset = dataset.copy(dataset.inter_feat)
        self.dataset.part = None  # rows given to the model itself are never training rows

    def __deepcopy__(self, memo: dict) -> _Shared:
        return self
