"""Untrained models, small enough to compare with their own forward pass item by item."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    MT5Config,
    MT5ForConditionalGeneration,
)

from recbole_instructrec.seq2seq.backbone import Backbone


def tiny_t5(vocab_size: int, **size: Any) -> Backbone:
    """A T5 of one encoder and two decoder layers."""
    torch.manual_seed(0)
    backbone = Backbone.new(
        vocab_size, 0, 1, d_model=16, d_kv=8, d_ff=32, num_heads=2, num_layers=1,
        num_decoder_layers=2, dropout_rate=0.1, **size,
    )  # fmt: skip
    # Larger than a new model's, so that logits differ a lot.
    nn.init.normal_(backbone.model.get_input_embeddings().weight, std=0.5)
    return backbone.eval()


def tiny_mt5(vocab_size: int) -> Backbone:
    """An mT5 of the same size: gated feed-forward layers, an output embedding of its own."""
    torch.manual_seed(0)
    config = MT5Config(
        vocab_size=vocab_size, d_model=16, d_kv=8, d_ff=32, num_heads=2, num_layers=1,
        num_decoder_layers=2, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
        relative_attention_num_buckets=6, relative_attention_max_distance=4, pad_token_id=0,
        eos_token_id=1, decoder_start_token_id=1,
    )  # fmt: skip
    return Backbone(MT5ForConditionalGeneration(config)).eval()


def tiny_bart(vocab_size: int, **size: Any) -> Backbone:
    """A BART of the same size, with a bias on its logits."""
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=vocab_size, d_model=16, encoder_layers=1, decoder_layers=2,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32,
        decoder_ffn_dim=32, max_position_embeddings=64, init_std=0.3, pad_token_id=0,
        bos_token_id=2, eos_token_id=1, decoder_start_token_id=1, forced_eos_token_id=1, **size,
    )  # fmt: skip
    model = BartForConditionalGeneration(config)
    model.final_logits_bias.normal_()
    return Backbone(model).eval()


FAMILIES = {"T5": tiny_t5, "BART": tiny_bart}
