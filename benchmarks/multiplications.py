"""Multiplications that an exact answer needs at least, whatever the program.

The instruction goes through the encoder and into keys and values once, the history and each node
that has to be decoded through the decoder once, and each softmax needs its logits.
"""

from __future__ import annotations

from transformers import T5Config


def encoder(config: T5Config, n_instruction: int) -> int:
    """Of reading an instruction, and of the keys and values that the decoder sees of it."""
    width, inner = config.d_model, config.num_heads * config.d_kv
    position = 4 * width * inner + 2 * n_instruction * inner + 2 * width * config.d_ff
    keys = config.num_decoder_layers * 2 * width * inner
    return n_instruction * (config.num_layers * position + keys)


def decoder(config: T5Config, n_instruction: int, n_history: int, n_nodes: int) -> int:
    """Of decoding a history and nodes behind it; what a node sees of others is left out."""
    width, inner = config.d_model, config.num_heads * config.d_kv
    position = 6 * width * inner + 2 * width * config.d_ff + 2 * n_instruction * inner
    behind = n_nodes * n_history + n_history * n_history // 2
    seen = 2 * behind * inner
    return config.num_decoder_layers * ((n_history + n_nodes) * position + seen)


def logits(config: T5Config, n: int) -> int:
    """Of a number of logits."""
    return n * config.d_model
