"""The encoder-decoder Transformer, whichever of Hugging Face's it is."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    EncoderDecoderCache,
    PretrainedConfig,
    PreTrainedModel,
    T5Config,
)

from recbole_instructrec.seq2seq.attention import ATTENTION
from recbole_instructrec.seq2seq.dropout import replace_dropout
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding, describe, settle
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer, closing

# Standard deviation of a new model's tied embedding. T5's own, 1, divides the output by
# sqrt(d_model) instead, with which a small model learns nothing but popularity for long.
EMBEDDING_STD = 0.05
# By how much less a token further away is looked at to begin with, in logits.
NEARNESS = 0.5


@dataclass(frozen=True)
class DecoderSize:
    """Sizes of a decoder.

    Attributes:
        n_layers: Layers.
        heads: Attention heads.
        inner: Width of all heads together.
        d_model: Width of its states.
        d_ff: Width inside its feed-forward layers.
    """

    n_layers: int
    heads: int
    inner: int
    d_model: int
    d_ff: int

    @classmethod
    def of(cls, config: PretrainedConfig) -> DecoderSize:
        """Out of a configuration, whichever names its family has for them."""

        def first(*names: str) -> int:
            return next(value for name in names if (value := getattr(config, name, None)))

        heads = first("decoder_attention_heads", "num_attention_heads", "num_heads")
        d_head = getattr(config, "d_kv", None) or config.hidden_size // heads
        return cls(
            n_layers=first("num_decoder_layers", "decoder_layers"),
            heads=heads,
            inner=heads * d_head,
            d_model=config.hidden_size,
            d_ff=first("decoder_ffn_dim", "d_ff"),
        )


class Backbone(nn.Module):
    """One interface over Hugging Face's encoder-decoders (T5, BART and their families).

    Args:
        model: The encoder-decoder with its output embedding.

    Attributes:
        start_id: Token that begins every answer.
        pad_id: Padding token; the encoder does not attend to it.
        size: The decoder's.
        cache_name: What transformers calls the argument that holds keys and values.

    Raises:
        ValueError: If the configuration names no start token.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model
        model.set_attn_implementation(ATTENTION)
        replace_dropout(model)
        config = model.config
        start_id = getattr(config, "decoder_start_token_id", None)
        if start_id is None:
            raise ValueError(
                f"decoder_start_token_id is {start_id} in the configuration of the backbone "
                f"({config.model_type}); set it in its config.json"
            )
        self.start_id: int = start_id
        self.pad_id: int = config.pad_token_id
        self._tied = _is_tied(model)
        self.size = DecoderSize.of(config)
        scaled = getattr(config, "scale_decoder_outputs", False)
        self.scale = config.d_model**-0.5 if scaled else 1.0
        # transformers renamed it in 5.24, which needs Python 3.11.
        known = inspect.signature(model.get_decoder().forward).parameters
        self.cache_name = "cache" if "cache" in known else "past_key_values"

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
        _begin(model)
        # transformers before 5 takes the flag by its name; tied it is, scaled it is not.
        model.get_output_embeddings().weight = model.get_input_embeddings().weight
        return cls(model)

    @classmethod
    def pretrained(cls, name: str, vocab_size: int) -> Backbone:
        """A pretrained model, from a folder or a hub, with room for tokens of our own.

        Its weights are float32 whatever they were stored in, for they are to be trained.

        Raises:
            ValueError: If nothing can be loaded under that name, or if the model computes its
                logits otherwise than from decoder states and one output embedding.
        """
        try:
            model = AutoModelForSeq2SeqLM.from_pretrained(name, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise ValueError(_not_loaded(name)) from error
        ids = torch.tensor([[int(model.config.pad_token_id == 0)]])
        with torch.no_grad():
            own = model(input_ids=ids, decoder_input_ids=ids).logits
        backbone = cls(model)
        backbone.resize(vocab_size)
        with torch.no_grad():
            hidden, _ = backbone.decode(ids, backbone.encode(ids), ids >= 0)
            ours = backbone.logits(hidden, slice(0, own.shape[-1]))
        if not torch.allclose(ours, own, rtol=1e-3, atol=1e-3):
            raise ValueError(
                f"backbone {name!r} ({model.config.model_type}) gives other logits here than by "
                f"itself: it scales them in a way of its own, or its encoder and decoder have "
                f"embeddings of their own; name a T5, mT5, BART, mBART, Pegasus or the like"
            )
        return backbone

    @classmethod
    def from_state(cls, state: str) -> Backbone:
        """A model of the same shape as the one that gave :meth:`state`, weights not loaded."""
        values = json.loads(state)
        tied = values.pop("tie_word_embeddings", True)
        model = AutoModelForSeq2SeqLM.from_config(
            AutoConfig.for_model(values.pop("model_type"), **values)
        )
        if not tied:
            output = model.get_output_embeddings()
            output.weight = nn.Parameter(output.weight.detach().clone())
            model.config.tie_word_embeddings = False
        return cls(model)

    def state(self) -> str:
        """The model's configuration as JSON, for a checkpoint."""
        values = self.model.config.to_dict()
        values.pop("_name_or_path", None)  # where it lay on this machine
        return json.dumps(values, default=str)

    def resize(self, vocab_size: int) -> None:
        """Makes room for so many tokens."""
        # Flan-T5 and others have an output embedding of their own, which resizing replaces by
        # the input embedding where the configuration says that the two are one.
        self.model.config.tie_word_embeddings = self._tied
        self.model.resize_token_embeddings(vocab_size)

    @torch.no_grad()
    def begin_items(self, first: int, places: torch.Tensor) -> None:
        """Lets the embedding of items begin at some places, as far from zero as it is on average.

        Args:
            first: The padding item's own token; those of the items follow.
            places: Float [n_items, d_model], rows of length 1, or 0 for an item that stays where
                it is.
        """
        for weight in {module.weight for module in self._decoder_embeddings}:
            rows = weight[first : first + len(places)]
            far = places * rows.norm(dim=1).mean()
            rows.copy_(torch.where(places.any(1, keepdim=True), far, rows))

    def describe_items(self, items: ItemEmbedding) -> None:
        """Lets the decoder's tokens of items mean what their words say, too."""
        describe(self._decoder_embeddings, items)

    def settle_items(self) -> None:
        """Ends the training of items described."""
        settle(self._decoder_embeddings)

    @property
    def _decoder_embeddings(self) -> tuple[nn.Module, nn.Module]:
        """The embeddings of what goes into the decoder, and of what comes out of it."""
        decoder = self.model.get_decoder()
        return decoder.get_input_embeddings(), self.model.get_output_embeddings()

    def encode(self, ids: torch.Tensor) -> torch.Tensor:
        """Encoder states, float [batch, n_tokens, d_model], of ids int64 [batch, n_tokens].

        Raises:
            ValueError: If the sequence is longer than the model has positions.
        """
        self._check_length(ids.shape[1])
        mask = ids.ne(self.pad_id)
        return self.model.get_encoder()(input_ids=ids, attention_mask=mask).last_hidden_state

    def decode(
        self,
        tokens: torch.Tensor,
        states: torch.Tensor,
        mask: torch.Tensor | None = None,
        cache: EncoderDecoderCache | None = None,
        use_cache: bool = False,
    ) -> tuple[torch.Tensor, EncoderDecoderCache | None]:
        """One pass of the decoder.

        Args:
            tokens: Int64 [batch, n_tokens]; position 0 is the start token or follows ``cache``.
            states: Encoder states, float [batch, n_instruction, d_model]; a batch of 1 for the
                branches of one request.
            mask: Which encoder positions are tokens, bool [batch, n_instruction]; None for all.
            cache: Keys and values of earlier positions, to which those of ``tokens`` are added.
            use_cache: Whether to keep keys and values, in a new cache if none is given.

        Returns:
            The decoder's last states, float [batch, n_tokens, d_model], and the cache.

        Raises:
            ValueError: If the sequence is longer than the model has positions.
        """
        self._check_length(tokens.shape[1] + (0 if cache is None else cache.get_seq_length()))
        output = self.model.get_decoder()(
            inputs_embeds=self.embed(tokens),
            encoder_hidden_states=states,
            encoder_attention_mask=mask,
            use_cache=use_cache,
            **{self.cache_name: cache},
        )
        hidden = output.last_hidden_state * self.scale
        return hidden, output[self.cache_name] if use_cache else None

    @property
    def input_table(self) -> torch.Tensor:
        """Embeddings of the tokens that the decoder reads, float [vocab_size, d_model]."""
        return self.model.get_decoder().get_input_embeddings().weight

    @property
    def output_table(self) -> torch.Tensor:
        """Embeddings that its states are multiplied with, float [vocab_size, d_model]."""
        # Where both are one it is computed once.
        return self.input_table if self._tied else self.model.get_output_embeddings().weight

    def embed(self, tokens: torch.Tensor) -> torch.Tensor:
        """What the decoder reads for tokens int64 [...], float [..., d_model]."""
        scale = getattr(self.model.get_decoder().get_input_embeddings(), "embed_scale", 1.0)
        embedded = F.embedding(tokens, self.input_table)
        return embedded if scale == 1.0 else embedded * scale

    def _check_length(self, n_tokens: int) -> None:
        most = getattr(self.model.config, "max_position_embeddings", None)  # T5 has no limit
        if most is not None and n_tokens > most:
            raise ValueError(
                f"a sequence has {n_tokens} tokens, and the backbone only {most} positions "
                f"(max_position_embeddings); lower MAX_ITEM_LIST_LENGTH or max_instruction_length"
            )

    def logits_of(self, hidden: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Logit of one token each, float32 [n], for decoder states [n, d_model]."""
        weight = self.output_table[tokens]
        bias = getattr(self.model, "final_logits_bias", None)
        logits = torch.linalg.vecdot(hidden, weight).float()
        return logits if bias is None else logits + bias[0, tokens]

    def logits(
        self, hidden: torch.Tensor, tokens: slice | torch.Tensor, multiple: int = 1
    ) -> torch.Tensor:
        """Logits of some tokens for decoder states [..., d_model].

        Args:
            multiple: Of what the number of columns is to be one, by further ones of 0.

        Returns:
            Float32 [..., n_tokens or a few more].
        """
        weight = self.output_table[tokens]
        n_more = -len(weight) % multiple
        if n_more:  # which copies the table
            weight = F.pad(weight, (0, 0, 0, n_more))
        # A softmax needs more digits than autocast keeps.
        logits = (hidden @ weight.T).float()
        bias = getattr(self.model, "final_logits_bias", None)
        return logits if bias is None else logits + F.pad(bias[0, tokens], (0, n_more))


def pretrained_tokenizer(name: str, max_length: int) -> tuple[TextTokenizer, int]:
    """A pretrained model's own tokenizer, and the number of tokens its embedding has room for.

    Args:
        name: A folder, or a name on the hub.
        max_length: Longest sentence in tokens, special tokens included.

    Raises:
        ValueError: If there is none, it is not of the fast kind, or it has no end token.
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
    end, end_id = tokenizer.eos_token, tokenizer.eos_token_id
    if end_id is None:
        raise ValueError(
            f"the tokenizer of backbone {name!r} has no eos_token; set it in its "
            f"tokenizer_config.json or name another backbone"
        )
    backend = tokenizer.backend_tokenizer
    if end_id not in backend.encode("").ids:
        backend.post_processor = closing(end, end_id)
    # The model, not the tokenizer, says which token it takes for padding.
    text = TextTokenizer(backend, config.pad_token_id, end_id, max_length)
    return text, max(config.vocab_size, len(tokenizer))


def _is_tied(model: PreTrainedModel) -> bool:
    return model.get_output_embeddings().weight is model.get_input_embeddings().weight


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


@torch.no_grad()
def _begin(model: PreTrainedModel) -> None:
    """Makes the first weights of a new T5 fit an embedding of :data:`EMBEDDING_STD`.

    T5 draws the others as if tokens came with a standard deviation of 1. What its layers add would
    drown the tokens that it is added to, and with them which token stands where, so what each layer
    adds starts as much smaller as the tokens are.
    """
    nn.init.normal_(model.get_input_embeddings().weight, std=EMBEDDING_STD)
    for name, weight in model.named_parameters():
        if name.endswith((".o.weight", ".wo.weight")):
            weight *= EMBEDDING_STD
    _look_beside(model.get_encoder().block[0].layer[0].SelfAttention)


def _look_beside(attention: nn.Module) -> None:
    """Starts the heads of a T5 encoder off by looking at the tokens before, and after, in turn.

    Otherwise the biases of relative positions start as noise and a small encoder stays a bag of
    words: it notices the "no" of a sentence and not what it belongs to. Like ALiBi's (arXiv
    2108.12409) they fall off with the distance, but they learn from there.
    """
    weight = attention.relative_attention_bias.weight  # [buckets, heads]
    # One half of the buckets is for tokens before and one for those after, and in the first half
    # of each there is a bucket for every distance.
    after = len(weight) // 2
    n_near = after // 2
    falling = -NEARNESS * torch.arange(n_near)[:, None]
    weight.fill_(-NEARNESS * n_near)
    weight[:n_near, 0::2] = falling
    weight[after : after + n_near, 1::2] = falling
    weight[0] = 0.0  # the token itself
