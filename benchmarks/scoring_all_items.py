"""How fast the scores of all items are, against scoring them one pair or one title at a time.

    python benchmarks/scoring_all_items.py

For one request on ml-100k, with an instruction of 200 random tokens and a history of 20 items, in
one run:

* ``ours``: ``Scorer.score``, all items exactly, over the prefix tree.
* ``pairs``: one forward pass of transformers' model for every item, instruction and identifier
  together; timed on some of the items and multiplied (``--pairs``, said in the table).
* ``teacher forcing``: the instruction is encoded once, and every identifier decoded behind the
  history by the model's own forward pass; at T5-small's size timed on some of the items, too
  (``--forced``), which takes minutes for all of them.

Weights are random: these times do not depend on them. Likelihoods are the model's own (softmax over
the vocabulary), which all three compute, and with ``ours`` also over the tree, which costs less.
``error`` is the largest difference between ours and teacher forcing, in float32, for these items.
``multiplications`` counts what must be done at least: each distinct prefix through the decoder
once, the instruction through the encoder and into keys and values once, and one logit for each
entry of each softmax; ``of the limit`` is the share of the machine's speed for one large matrix
product at which ours does them.
"""

from __future__ import annotations

import multiplications
import numpy as np
import torch
import torch.nn.functional as F
from measuring import (
    SIZES,
    arguments,
    matrix_product,
    of_the_limit,
    plot,
    record,
    seconds,
    untrained,
)
from transformers.modeling_outputs import BaseModelOutput

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
from recbole.config import Config
from recbole.data import create_dataset

from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer

N_INSTRUCTION = 200
N_HISTORY = 20
T5_SMALL_VOCABULARY = 32_128


def main() -> None:
    options = arguments(__doc__, pairs=32, forced=128, batch=32)
    dataset = create_dataset(
        Config(model="InstructRec", dataset="ml-100k", config_dict={"show_progress": False})
    )
    rows = []
    for size in ["default"] if options.quick else SIZES:
        text = T5_SMALL_VOCABULARY if size == "t5-small" else dataset.text_vocab_size
        for kind in ("title", "token"):
            catalogue = dataset.catalogue
            identifiers = Identifiers(
                kind, catalogue.titles, catalogue.tokens, dataset.tokenizer, text
            )
            backbone = untrained(size, identifiers.vocab_size)
            for normalization in ("vocabulary", "tree"):
                scorer = Scorer(backbone, identifiers, normalization).eval()
                rows.append(measure(scorer, size, options))
                print(rows[-1])
    record("scoring_all_items", options, rows)
    if not options.quick:
        for row in rows:
            row["scored"] = f"{row['size']}\n{row['identifier']}"
        panels = {
            name: name
            for name in ("times faster than pairs", "times faster than teacher forcing",
                         "of the limit")
        }  # fmt: skip
        plot("scoring_all_items", rows, "scored", panels, ["likelihood"], log="y")


@torch.no_grad()
def measure(scorer: Scorer, size: str, options) -> dict[str, object]:
    identifiers = scorer.identifiers
    n_items = len(identifiers.length) - 1
    instruction = torch.randint(3, 900, (1, N_INSTRUCTION))
    history = torch.randint(1, n_items + 1, (1, N_HISTORY))
    some = torch.arange(1, options.pairs + 1)
    tasks = {"ours": lambda: scorer.score(instruction, history), "product": matrix_product}
    if scorer.normalization == "vocabulary":
        tasks["pairs"] = lambda: forced(scorer, instruction, history, some, options.batch, False)
        most = torch.arange(1, 1 + (n_items if size == "default" else options.forced))
        tasks["teacher forcing"] = lambda: forced(
            scorer, instruction, history, most, options.batch, True
        )
    spent = seconds(tasks, 1 if options.quick else options.repetitions)
    must = least_multiplications(scorer, 1 + int(identifiers.length[history].sum()))
    row = {
        "size": size, "identifier": identifiers.kind, "likelihood": scorer.normalization,
        "nodes": len(identifiers.tree), "ours, ms": 1000 * spent["ours"],
        "times faster than pairs": "", "times faster than teacher forcing": "", "error": "",
        "multiplications, millions": must / 1e6,
        "of the limit": of_the_limit(must, spent["ours"], spent["product"]),
    }  # fmt: skip
    if scorer.normalization == "vocabulary":
        for name, items in (("pairs", some), ("teacher forcing", most)):
            row[f"times faster than {name}"] = spent[name] * n_items / len(items) / spent["ours"]
        ours = scorer.score(instruction, history)[0, most]
        row["error"] = float((ours - tasks["teacher forcing"]()).abs().max())
    return row


def forced(
    scorer: Scorer,
    instruction: torch.Tensor,
    history: torch.Tensor,
    items: torch.Tensor,
    batch: int,
    encode_once: bool,
) -> torch.Tensor:
    """Log-likelihoods of some items by the model's own forward pass, float [n]."""
    model, identifiers = scorer.backbone.model, scorer.identifiers
    past, _, _ = identifiers.spell(history)
    states = model.get_encoder()(input_ids=instruction).last_hidden_state
    scores = []
    for some in items.split(batch):
        tokens, nodes, _ = identifiers.spell(some[:, None])
        answers = torch.cat([past.expand(len(some), -1), tokens], 1)
        decoder_ids = F.pad(answers[:, :-1], (1, 0), value=scorer.backbone.start_id)
        given = {"input_ids": instruction.expand(len(some), -1)}
        if encode_once:
            shared = states.expand(len(some), -1, -1)
            given = {"encoder_outputs": BaseModelOutput(last_hidden_state=shared)}
        logits = model(decoder_input_ids=decoder_ids, use_cache=False, **given).logits
        log_probs = logits[:, past.shape[1] :].log_softmax(-1)
        of_tokens = log_probs.gather(2, tokens[..., None]).squeeze(2)
        scores.append((of_tokens * (nodes > 0)).sum(1))
    return torch.cat(scores)


def least_multiplications(scorer: Scorer, n_history: int) -> int:
    """Multiplications that exact scores of all items need, whatever the program."""
    config, identifiers = scorer.backbone.model.config, scorer.identifiers
    tree, n_nodes = identifiers.tree, len(scorer.traversal.nodes)
    if scorer.normalization == "vocabulary":
        n_logits = (n_nodes + 1) * identifiers.vocab_size
    else:
        n_logits = int(tree.n_children[np.r_[0, scorer.traversal.nodes]].sum())
    return (
        multiplications.encoder(config, N_INSTRUCTION)
        + multiplications.decoder(config, N_INSTRUCTION, n_history, n_nodes)
        + multiplications.logits(config, n_logits)
    )


if __name__ == "__main__":
    main()
