"""A recommender over a catalogue of the test's own, whose model has learnt nothing.

What is demanded has to hold whatever the scores are, so nothing need be trained to test it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.corpus import tokenizer_corpus
from recbole_instructrec.instruction.language import load_languages
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.knowledge import Knowledge
from recbole_instructrec.recommender import Recommender
from recbole_instructrec.scorers import ScorerMaker
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer


def untrained(
    catalogue: Catalogue,
    nouns: Mapping[str, str] | None = None,
    histories: Mapping[str, Sequence[int]] | None = None,
    history_in: str = "decoder",
    item_identifier: str = "token",
    item_words: bool = False,
    knowledge: Knowledge | None = None,
) -> Recommender:
    """A recommender with random weights, the same every time."""
    torch.manual_seed(0)
    languages = load_languages(("en", "zh"), names=knowledge and knowledge.names)
    writer = InstructionWriter(catalogue, languages, nouns)
    tokenizer = TextTokenizer.train(tokenizer_corpus(writer), 400, 64)
    options = {
        "history_in": history_in, "max_instruction_history": 5, "MAX_ITEM_LIST_LENGTH": 6,
        "item_identifier": item_identifier, "item_words": item_words, "item_id_dropout": 0.0,
        "repeats": True,
        "score_normalization": "tree", "scoring_memory": 64,
        "text_vocab_size": tokenizer.vocab_size,
    }  # fmt: skip
    codes = [(item - 1,) if item else () for item in range(len(catalogue))]
    maker = ScorerMaker(options, writer, tokenizer, tokenizer.vocab_size, codes)

    def backbone(vocab_size: int) -> Backbone:
        made = Backbone.new(
            vocab_size, tokenizer.pad_id, tokenizer.end_id, d_model=16, d_kv=8, d_ff=32,
            num_layers=1, num_decoder_layers=1, num_heads=2, dropout_rate=0.0,
        )  # fmt: skip
        # Larger than a new model's, so that scores differ.
        nn.init.normal_(made.model.get_input_embeddings().weight, std=0.5)
        return made

    scorer = maker.scorer(backbone)
    scorer.settle_items()
    return Recommender(catalogue, writer, tokenizer, scorer, histories or {}, options, knowledge)
