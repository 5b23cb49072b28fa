"""Puts together what scores items: their identifiers, and a backbone that knows their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from recbole_instructrec.instruction.item_text import item_texts
from recbole_instructrec.instruction.label_names import label_names
from recbole_instructrec.instruction.telling_words import word_names
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding
from recbole_instructrec.seq2seq.label_matching import LabelMatching
from recbole_instructrec.seq2seq.matching import Matching
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer


class ScorerMaker:
    """Makes the scorer of a catalogue, for training as for answering.

    Args:
        options: InstructRec's options, or those of a checkpoint.
        writer: Words instructions about the catalogue.
        tokenizer: Encodes them.
        text_vocab_size: Number of text tokens that the backbone has room for.
        codes: Each item's code, with ``item_identifier: code``.
        saved: The :meth:`.Identifiers.state` of a checkpoint, whose prefix tree is then used.
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        writer: InstructionWriter,
        tokenizer: TextTokenizer,
        text_vocab_size: int,
        codes: Sequence[Sequence[int]] | None = None,
        saved: Mapping[str, Any] | None = None,
    ) -> None:
        self.options = options
        self.writer = writer
        self.tokenizer = tokenizer
        self.text_vocab_size = text_vocab_size
        self.codes = codes
        self.saved = saved

    def scorer(self, backbone: Callable[[int], Backbone]) -> Scorer:
        """A new scorer.

        Args:
            backbone: Makes the backbone, given the number of tokens.
        """
        identifiers = self._identifiers()
        made = backbone(identifiers.vocab_size)
        matching = None
        if self._in_words:
            d_model, n_text = made.size.d_model, self.text_vocab_size
            names, carried, n_labels = self._labels()
            labels = LabelMatching(d_model, names, carried, n_text, n_labels) if names else None
            matching = Matching(d_model, identifiers.vocab_size, n_text, labels)
        scorer = Scorer(
            made,
            identifiers,
            self.options["score_normalization"],
            self.options["scoring_memory"],
            self._chosen(),
            matching,
            self.options["repeats"],
        )
        self._describe(scorer)
        return scorer

    def renew(self, scorer: Scorer) -> None:
        """Gives a scorer other identifiers and words, and leaves its weights as they are."""
        scorer.identifiers = self._identifiers().to(scorer.identifiers.token.device)
        self._describe(scorer)
        self._name_labels(scorer)

    def extend(self, scorer: Scorer, n_known: int) -> None:
        """Lets a scorer whose items are settled score those from ``n_known`` on too, by their
        words alone.

        Raises:
            ValueError: If the identifiers are not made of words.
        """
        kind = self.options["item_identifier"]
        if kind != "title" and not self._in_words:
            raise ValueError(
                f"this model knows items by item_identifier {kind!r} and item_words "
                f"{self.options['item_words']}, and so none that nobody has chosen; to add items, "
                f"train with 'token' and item_words True, or with 'title'"
            )
        device = scorer.identifiers.token.device
        scorer.identifiers = self._identifiers(scorer.identifiers.n_trained).to(device)
        scorer.chosen = self._chosen().to(device)
        scorer.resize(scorer.identifiers.vocab_size)
        if self._in_words:
            words = [[]] * n_known + self._words()[n_known:]
            known = torch.arange(len(words)) < n_known
            items = ItemEmbedding(words, self.text_vocab_size, known)
            scorer.describe_items(items.to(device))
            scorer.settle_items()
            self._name_labels(scorer)

    @property
    def _in_words(self) -> bool:
        """Whether the tokens of items mean what their words say: a title is words already, and a
        code stands for many items."""
        return self.options["item_identifier"] == "token" and self.options["item_words"]

    def _identifiers(self, n_trained: int | None = None) -> Identifiers:
        catalogue = self.writer.catalogue
        return Identifiers(
            self.options["item_identifier"],
            catalogue.titles,
            catalogue.tokens,
            self.tokenizer,
            self.text_vocab_size,
            self.codes,
            self.saved,
            n_trained,
        )

    def _words(self) -> list[list[int]]:
        """Text tokens of what can be said of each item, [n_items] of any number.

        Not all: when they are added up, those that items have in common would drown among words of
        descriptions and names, which are found one by one (:class:`.LabelMatching`).
        """
        texts = item_texts(self.writer.catalogue, self.writer.languages.values(), whole=False)
        return self.tokenizer.words(texts)

    def _labels(self) -> tuple[list[list[int]], list[list[int]], int]:
        """Text tokens of the names of labels and behind them of telling words, by item those of
        its own, and how many of them are of labels."""
        catalogue, languages = self.writer.catalogue, self.writer.languages.values()
        names, carried = label_names(catalogue, languages)
        words, told = word_names(catalogue, languages)
        carried = [
            [*labels, *(len(names) + word for word in words)]
            for labels, words in zip(carried, told, strict=True)
        ]
        return self.tokenizer.words([*names, *words]), carried, len(names)

    def _name_labels(self, scorer: Scorer) -> None:
        if scorer.matching is not None and scorer.matching.labels is not None:
            names, carried, n_labels = self._labels()
            scorer.matching.labels.know(names, carried, self.text_vocab_size, n_labels)

    def _chosen(self) -> torch.Tensor:
        """Whether anybody has chosen each item in training, bool [n_items]."""
        return torch.from_numpy(self.writer.catalogue.popularity > 0)

    def _describe(self, scorer: Scorer) -> None:
        if self._in_words:
            items = ItemEmbedding(
                self._words(),
                self.text_vocab_size,
                self._chosen(),
                self.options["item_id_dropout"],
            )
            scorer.describe_items(items.to(scorer.identifiers.token.device))
