"""Sentences to token ids: a tokenizer trained on the catalogue's own words, or a given one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from torch.nn.utils.rnn import pad_sequence

PAD, END = "<pad>", "</s>"


class TextTokenizer:
    """Encodes batches of sentences for the encoder.

    A sentence is text all through: where it spells a special token, e.g. ``</s>``, it means
    those characters.

    Args:
        tokenizer: A Hugging Face tokenizer that closes every sentence with its end token.
        pad_id: Id of the padding token.
        end_id: Id of the end token.
        max_length: Longest sentence in tokens, the end token included; the rest is cut off.
    """

    def __init__(self, tokenizer: Tokenizer, pad_id: int, end_id: int, max_length: int) -> None:
        self.tokenizer = tokenizer
        self.pad_id = pad_id
        self.end_id = end_id
        self.max_length = max_length
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length)
        tokenizer.encode_special_tokens = True

    def __deepcopy__(self, memo: dict) -> TextTokenizer:
        # A copied model goes on sharing its dataset's tokenizer, whatever is restored later.
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickled Tokenizer forgets that it reads special tokens as text.
        return self.from_state, (self.state(),)

    @classmethod
    def train(cls, texts: Iterable[str], vocab_size: int, max_length: int) -> TextTokenizer:
        """A byte-level BPE tokenizer: any text can be encoded, none is unknown.

        Text is brought into Unicode's NFKC, lowercased, and one space stands for any run of
        white space. Chinese characters stand alone, so that a word means the same whatever
        surrounds it.

        Args:
            texts: What to learn the vocabulary from.
            vocab_size: Most tokens; the 256 bytes and two special tokens are there in any case.
            max_length: Longest sentence in tokens, the end token included.
        """
        tokenizer = Tokenizer(models.BPE())
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.NFKC(),
                normalizers.BertNormalizer(
                    clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True
                ),
                # The line above puts spaces around every Chinese character.
                normalizers.Replace(Regex(" +"), " "),
                normalizers.Strip(),
            ]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size,
            special_tokens=[PAD, END],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        end_id = tokenizer.token_to_id(END)
        tokenizer.post_processor = closing(END, end_id)
        return cls(tokenizer, tokenizer.token_to_id(PAD), end_id, max_length)

    @property
    def vocab_size(self) -> int:
        """Number of tokens, special ones included."""
        return self.tokenizer.get_vocab_size()

    def encode(self, texts: Sequence[str]) -> torch.Tensor:
        """Token ids, int64 [n_texts, longest], padded on the right with ``pad_id``."""
        distinct = list(dict.fromkeys(texts))  # a batch says many things more than once
        encodings = self.tokenizer.encode_batch_fast(distinct)
        ids = {text: torch.tensor(one.ids) for text, one in zip(distinct, encodings, strict=True)}
        return pad_sequence([ids[text] for text in texts], True, self.pad_id)

    def words(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text without special tokens, at most ``max_length`` of them."""
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def pieces(self) -> list[str]:
        """The text of every token that is a piece of text, with a space where it begins a word."""
        ids = range(self.tokenizer.get_vocab_size())
        tokens = map(self.tokenizer.id_to_token, ids)
        decode = self.tokenizer.decoder.decode if self.tokenizer.decoder else "".join
        texts = (decode([one]) for one in tokens if one not in (PAD, END))
        return [one for one in texts if one.strip() and one.isprintable() and "\ufffd" not in one]

    def telling(self, one: str, other: str) -> tuple[int, int]:
        """The first tokens in which two texts differ.

        Raises:
            ValueError: If one is the beginning of the other.
        """
        for first, second in zip(*self.words([one, other]), strict=False):
            if first != second:
                return first, second
        raise ValueError(f"{one!r} and {other!r} cannot be told apart by a token; reword one")

    def state(self) -> dict[str, Any]:
        """The tokenizer as plain data, for a checkpoint."""
        return {
            "json": self.tokenizer.to_str(),
            "pad_id": self.pad_id,
            "end_id": self.end_id,
            "max_length": self.max_length,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TextTokenizer:
        """The inverse of :meth:`state`."""
        tokenizer = Tokenizer.from_str(state["json"])
        return cls(tokenizer, state["pad_id"], state["end_id"], state["max_length"])

    def restore(self, state: dict[str, Any]) -> None:
        """Becomes the tokenizer that gave a state, for everyone who holds this one."""
        vars(self).update(vars(self.from_state(state)))


def closing(end: str, end_id: int) -> processors.TemplateProcessing:
    """Closes a sentence with an end token."""
    return processors.TemplateProcessing(single=f"$A {end}", special_tokens=[(end, end_id)])
