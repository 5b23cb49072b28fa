"""The encoder-decoder Transformer, whichever of Hugging Face's it is."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    DynamicCache,
    EncoderDecoderCache,
    PreTrainedModel,
    T5Config,
)

from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

# Standard deviation of a new model's tied embedding. T5's own, 1, divides the output by
# sqrt(d_model) instead, with which a small model learns nothing but popularity for long.
EMBEDDING_STD = 0.05


class Backbone(nn.Module):
    """One interface over Hugging Face's encoder-decoders (T5, BART and their families).

    Args:
        model: The encoder-decoder with its output embedding.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model
        config = model.config
        self.start_id: int = config.decoder_start_token_id
        self.pad_id: int = config.pad_token_id
        scaled = getattr(config, "scale_decoder_outputs", False)
        self.scale = config.d_model**-0.5 if scaled else 1.0

    @classmethod
    def new(cls, vocab_size: int, pad_id: int, end_id: int, **size: Any) -> Backbone:
        """A small T5 built from its configuration, not yet trained.

        Args:
            size: T5Config's own names: d_model, d_kv, d_ff, num_layers, num_decoder_layers,
                num_heads, dropout_rate.
        """
        config = T5Config(
            vocab_size=vocab_size,
            pad_token_id=pad_id,
            eos_token_id=end_id,
            decoder_start_token_id=pad_id,
            tie_word_embeddings=False,  # T5Config's way to say: the output is not scaled
            **size,
        )
        model = AutoModelForSeq2SeqLM.from_config(config)
        nn.init.normal_(model.get_input_embeddings().weight, std=EMBEDDING_STD)
        return cls(model)

    @classmethod
    def pretrained(cls, name: str, vocab_size: int) -> Backbone:
        """A pretrained model, from a folder or a hub, with room for tokens of our own.

        Raises:
            ValueError: If nothing can be loaded under that name.
        """
        try:
            model = AutoModelForSeq2SeqLM.from_pretrained(name)
        except (OSError, ValueError) as error:
            raise ValueError(_not_loaded(name)) from error
        model.resize_token_embeddings(vocab_size)
        return cls(model)

    @classmethod
    def from_state(cls, state: str) -> Backbone:
        """A model of the same shape as the one that gave :meth:`state`, weights not loaded."""
        values = json.loads(state)
        config = AutoConfig.for_model(values.pop("model_type"), **values)
        return cls(AutoModelForSeq2SeqLM.from_config(config))

    def state(self) -> str:
        """The model's configuration as JSON, for a checkpoint."""
        return json.dumps(self.model.config.to_dict(), default=str)

    def encode(self, ids: torch.Tensor) -> torch.Tensor:
        """Encoder states, float [batch, n_tokens, d_model], of ids int64 [batch, n_tokens]."""
        mask = ids.ne(self.pad_id)
        return self.model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state

    def decode(
        self,
        tokens: torch.Tensor,
        states: torch.Tensor,
        mask: torch.Tensor,
        cache: EncoderDecoderCache | None = None,
        use_cache: bool = False,
    ) -> tuple[torch.Tensor, EncoderDecoderCache | None]:
        """One pass of the decoder.

        Args:
            tokens: Int64 [batch, n_tokens]; position 0 is the start token or follows ``cache``.
            states: Encoder states, float [batch, n_instruction, d_model].
            mask: Which encoder positions are tokens, bool [batch, n_instruction].
            cache: Keys and values of earlier positions.
            use_cache: Whether to return keys and values.

        Returns:
            The decoder's last states, float [batch, n_tokens, d_model], and the cache.
        """
        output = self.model.get_decoder()(
            input_ids=tokens,
            encoder_hidden_states=states,
            encoder_attention_mask=mask,
            cache=cache,
            use_cache=use_cache,
        )
        return output.last_hidden_state * self.scale, output.cache if use_cache else None

    def logits(self, hidden: torch.Tensor, tokens: slice | torch.Tensor) -> torch.Tensor:
        """Logits of some tokens, float [..., n_tokens], for decoder states [..., d_model]."""
        weight = self.model.get_output_embeddings().weight[tokens]
        bias = getattr(self.model, "final_logits_bias", None)
        logits = hidden @ weight.T
        return logits if bias is None else logits + bias[0, tokens]


def pretrained_tokenizer(name: str, max_length: int) -> tuple[TextTokenizer, int]:
    """A pretrained model's own tokenizer, and the number of tokens its embedding has room for.

    Raises:
        ValueError: If there is none, or it is not of the fast kind.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        config = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ValueError(_not_loaded(name)) from error
    if not tokenizer.is_fast:
        raise ValueError(
            f"backbone {name!r} has only a slow tokenizer; save it with a tokenizer.json "
            f"(tokenizer.save_pretrained) or name another backbone"
        )
    text = TextTokenizer(
        tokenizer.backend_tokenizer, tokenizer.pad_token_id, tokenizer.eos_token_id, max_length
    )
    return text, max(config.vocab_size, len(tokenizer))


def select(cache: EncoderDecoderCache, rows: torch.Tensor) -> EncoderDecoderCache:
    """A cache with only some rows, in the order given; the original stays as it is."""

    def picked(one: DynamicCache) -> DynamicCache:
        one = copy.copy(one)
        one.layers = [copy.copy(layer) for layer in one.layers]
        one.batch_select_indices(rows)
        return one

    chosen = EncoderDecoderCache(
        picked(cache.self_attention_cache), picked(cache.cross_attention_cache)
    )
    chosen.is_updated = dict(cache.is_updated)
    return chosen


def _not_loaded(name: str) -> str:
    return (
        f"backbone {name!r} cannot be loaded: give the folder of a saved encoder-decoder with its "
        f"tokenizer, the name of one on the hub if this machine reaches it, or leave `backbone` "
        f"empty for a small one trained from scratch"
    )


def backbone_size(options: Mapping[str, Any]) -> dict[str, Any]:
    """T5Config's size arguments out of InstructRec's options, as plain Python numbers."""
    return {
        "d_model": int(options["hidden_size"]),
        "d_kv": int(options["hidden_size"]) // int(options["n_heads"]),
        "d_ff": int(options["inner_size"]),
        "num_heads": int(options["n_heads"]),
        "num_layers": int(options["n_encoder_layers"]),
        "num_decoder_layers": int(options["n_decoder_layers"]),
        "dropout_rate": float(options["dropout_prob"]),
        "relative_attention_num_buckets": int(options["position_buckets"]),
        "relative_attention_max_distance": int(options["position_max_distance"]),
    }
