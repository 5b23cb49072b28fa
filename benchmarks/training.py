"""Training examples a second, against transformers' own Seq2SeqTrainer.

    pip install '.[benchmark]'
    python benchmarks/training.py

The same model (default size, dropout 0.2), the same rows of ml-100k in the same batches of 64, in
turn in one run, an epoch each:

* ``InstructRec``: RecBole's loop over RecBole's dataloader, instructions written and tokenised on
  the way, of the rows alone (``n_sentences: 0``), which is what the other one learns from.
* ``with sentences``: the same by default, where each step reads sentences without a person besides.
* ``Seq2SeqTrainer``: the same instructions, histories and followed positions as ``input_ids``,
  ``decoder_input_ids`` and ``labels``, written beforehand and padded to the longest of a batch.

``bf16`` is the option ``bfloat16`` and the Seq2SeqTrainer's own. ``transform`` is the share of
InstructRec's time that the instructions take.
"""

from __future__ import annotations

import copy
import tempfile
import time

import torch
from measuring import arguments, record, seconds

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments

from recbole_instructrec.plugin.transform import COUNTED, DEMANDED, with_target

WITH_SENTENCES = "with sentences"


def main() -> None:
    options = arguments(__doc__, dataset="ml-100k", data_path="dataset/")
    rows = []
    for bf16 in (False, True):
        given = {"show_progress": False, "bfloat16": bf16}
        if options.dataset != "ml-100k":
            given["data_path"] = options.data_path
        ours = {
            name: prepared(options, {**given, **more})
            for name, more in (("InstructRec", {"n_sentences": 0}), (WITH_SENTENCES, {}))
        }
        train, trainer = ours["InstructRec"]
        theirs = seq2seq_trainer(trainer.model, train, trainer.config, bf16)
        tasks = {
            name: lambda train=train, trainer=trainer: trainer._train_epoch(train, 0)
            for name, (train, trainer) in ours.items()
        } | {"Seq2SeqTrainer": theirs.train}
        spent = seconds(tasks, 1 if options.quick else options.repetitions)
        n = len(train._dataset)
        rows.append(
            {
                "dataset": options.dataset, "precision": "bf16" if bf16 else "fp32", "rows": n,
                **{f"{name}, rows a second": n / spent[name] for name in tasks},
                "times faster": spent["Seq2SeqTrainer"] / spent["InstructRec"],
                "times faster, with sentences": spent["Seq2SeqTrainer"] / spent[WITH_SENTENCES],
                "transform": transform_seconds(train) / spent["InstructRec"],
            }
        )  # fmt: skip
    record("training", options, rows)


def prepared(options, given: dict) -> tuple:
    """RecBole's training dataloader and its trainer, with some options."""
    config = Config(model="InstructRec", dataset=options.dataset, config_dict=given)
    init_seed(config["seed"], config["reproducibility"])
    torch.set_num_threads(options.threads)
    train, _, _ = data_preparation(config, create_dataset(config))
    model = get_model("InstructRec")(config, train._dataset)
    return train, get_trainer(config["MODEL_TYPE"], "InstructRec")(config, model)


def seq2seq_trainer(model, train, config, bf16: bool) -> Seq2SeqTrainer:
    """transformers' trainer on the same rows, for one epoch at a time."""
    examples = []
    identifiers = model.scorer.identifiers
    for batch in train:
        items = with_target(batch[model.ITEM_SEQ], batch[model.ITEM_SEQ_LEN], batch[model.ITEM_ID])
        tokens, nodes, _ = identifiers.spell(items)
        followed = batch[COUNTED] & batch[DEMANDED].gather(1, items)
        counted = followed[:, : tokens.shape[1]] & (nodes > 0)
        instructions = batch[model.instruction_field]
        for ids, answer, node, counts in zip(instructions, tokens, nodes, counted, strict=True):
            labels = answer.masked_fill(~counts, -100)[: int((node > 0).sum())]
            begun = torch.cat([torch.tensor([model.scorer.backbone.start_id]), answer])
            examples.append(
                {
                    "input_ids": ids[ids.ne(model.scorer.backbone.pad_id)].tolist(),
                    "labels": labels.tolist(),
                    "decoder_input_ids": begun[: len(labels)].tolist(),
                }
            )
    own = copy.deepcopy(model.scorer.backbone.model).train()
    own.set_attn_implementation("sdpa")
    arguments_ = Seq2SeqTrainingArguments(
        output_dir=tempfile.mkdtemp(), num_train_epochs=1, use_cpu=True, bf16=bf16,
        per_device_train_batch_size=config["train_batch_size"], report_to=[], disable_tqdm=True,
        learning_rate=config["learning_rate"], save_strategy="no", logging_strategy="no",
        optim="adamw_torch_fused", max_grad_norm=0.0,
    )  # fmt: skip
    return Seq2SeqTrainer(
        model=own, args=arguments_, train_dataset=examples, data_collator=Padded(own, config)
    )


class Padded:
    """Pads examples to the longest of a batch, as transformers' collator does, the decoder's input
    included."""

    def __init__(self, model, config) -> None:
        self.pad_id = model.config.pad_token_id

    def __call__(self, examples: list[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        def padded(name: str, value: int) -> torch.Tensor:
            rows = [torch.tensor(example[name]) for example in examples]
            return torch.nn.utils.rnn.pad_sequence(rows, True, value)

        ids = padded("input_ids", self.pad_id)
        return {
            "input_ids": ids, "attention_mask": ids.ne(self.pad_id).long(),
            "labels": padded("labels", -100),
            "decoder_input_ids": padded("decoder_input_ids", self.pad_id),
        }  # fmt: skip


def transform_seconds(train) -> float:
    """What an epoch's batches take without a model."""
    start = time.perf_counter()
    for _ in train:
        pass
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
