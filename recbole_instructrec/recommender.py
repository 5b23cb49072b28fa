"""Answers a person's own words from a checkpoint alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from recbole_instructrec import replies
from recbole_instructrec.answer import Influence, Item, Reasons, Recommendation, Relaxation
from recbole_instructrec.best_items import BestItems, best_items
from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.checkpoint import read
from recbole_instructrec.histories import Histories
from recbole_instructrec.instruction.decoder import InstructionDecoder, LinkedTitle, Understood
from recbole_instructrec.instruction.structure import (
    Constraint,
    Instruction,
    Intention,
    Preference,
)
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.reasons import influences
from recbole_instructrec.relative import relative
from recbole_instructrec.relaxation import relaxed
from recbole_instructrec.scorers import ScorerMaker
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.scoring import Scorer, left_out
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

if TYPE_CHECKING:
    from recbole_instructrec.conversation import Conversation


# How many items where neither the caller nor the sentence says.
USUAL_COUNT = 10


def check_count(k: object) -> None:
    """Checks the number of items that a caller asks for.

    Raises:
        ValueError: If it is neither None nor a positive whole number.
    """
    if k is None or (isinstance(k, Integral) and not isinstance(k, bool) and k > 0):
        return
    raise ValueError(f"k is {k!r}; ask for at least one item, with a whole number")


@dataclass(frozen=True)
class Request:
    """A sentence that has been understood, and who said it.

    Attributes:
        understood: What is asked for.
        said: What was understood of the last sentence alone, which notes are about.
        history: Items, oldest first.
        excluded: Further items that are not to be recommended.
        k: Number of items; None for what the sentence says.
        instead: Those of what is asked for that mean something else than in the whole catalogue.
    """

    understood: Understood
    said: Understood
    history: tuple[int, ...] = ()
    excluded: frozenset[int] = frozenset()
    k: int | None = None
    instead: tuple[Constraint, ...] = ()


class Recommender:
    """A trained model with all it needs to answer.

    Args:
        catalogue: The items.
        writer: Words instructions.
        tokenizer: Encodes them.
        scorer: Scores items.
        histories: Each known user's items, oldest first, by the dataset's own user id.
        options: The checkpoint's serving options.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        writer: InstructionWriter,
        tokenizer: TextTokenizer,
        scorer: Scorer,
        histories: Mapping[str, Sequence[int]],
        options: Mapping[str, Any],
    ) -> None:
        self.tokenizer = tokenizer
        self.scorer = scorer.eval()
        self.options = options
        self._read(catalogue, writer, histories)

    def _read(
        self,
        catalogue: Catalogue,
        writer: InstructionWriter,
        histories: Mapping[str, Sequence[int]],
    ) -> None:
        self.catalogue = catalogue
        self.writer = writer
        self.decoder = InstructionDecoder(
            catalogue, writer.languages, writer.nouns, writer.units_in
        )
        self.histories = Histories(catalogue, self.decoder.titles, histories)

    @classmethod
    def load(cls, checkpoint: str | Path, device: str = "cpu") -> Recommender:
        """Loads a checkpoint that training InstructRec has written; nothing else is needed.

        Args:
            device: Where it computes, e.g. ``cpu`` or ``cuda``.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is not a whole checkpoint of InstructRec, or there is no such
                device.
        """
        content = read(checkpoint, device)
        return cls._from_state(content["other_parameter"], content["state_dict"], device)

    @classmethod
    def _from_state(
        cls, state: Mapping[str, Any], weights: Mapping[str, torch.Tensor], device: str
    ) -> Recommender:
        options = state["options"]
        catalogue = Catalogue.from_state(state["catalogue"])
        tokenizer = TextTokenizer.from_state(state["tokenizer"])
        writer = InstructionWriter.from_state(state["writer"], catalogue)
        # A checkpoint without a tree still says what a tree over titles or ids is made of.
        size, saved = options["text_vocab_size"], state.get("identifiers")
        maker = ScorerMaker(options, writer, tokenizer, size, saved=saved)
        scorer = maker.scorer(lambda _: Backbone.from_state(state["backbone"]))
        prefix = "scorer."
        scorer.load_state_dict(
            {name[len(prefix) :]: w for name, w in weights.items() if name.startswith(prefix)}
        )
        scorer.settle_items()
        past = state["histories"]
        split = past["items"].cpu().split(past["lengths"].tolist())
        histories = dict(zip(past["users"], (items.tolist() for items in split), strict=True))
        return cls(catalogue, writer, tokenizer, scorer.to(device), histories, options)

    def recommend(
        self,
        sentence: str | Sequence[str],
        user: str | Sequence[str | None] | None = None,
        history: Sequence[str] | Sequence[Sequence[str] | None] | None = None,
        k: int | None = None,
        reasons: bool = False,
    ) -> Recommendation | list[Recommendation]:
        """The best items for a sentence, or for several in one batch.

        What the sentence demands and is understood holds for every item returned, and among the
        items for which it holds the ranking is exact. Items of the history and those that the
        sentence names are never returned.

        Args:
            sentence: The person's own words.
            user: A user of the dataset, whose history is then used; for several sentences also
                a list with one for each.
            history: Item ids or titles, oldest first, of somebody else; for several sentences
                also a list with one history for each. Titles follow that the sentence likes, or
                says are known.
            k: Number of items; where not given what the sentence says, and else 10.
            reasons: Whether to measure why each item is recommended; a second batch of scores,
                one for each item of the history.

        Returns:
            A :class:`Recommendation`, or a list of them for several sentences.

        Raises:
            ValueError: If the user or an item of the history is unknown, both are given, there
                are not as many as sentences, k is no positive whole number, a sentence is empty,
                too long or no text, or another argument is of another type.
        """
        check_count(k)
        if isinstance(sentence, (Mapping, bytes)) or not isinstance(sentence, Iterable):
            raise ValueError(f"the instruction is {sentence!r}; give text, or a list of texts")
        single = isinstance(sentence, str)
        sentences = [sentence] if single else list(sentence)
        past = self.histories.of_each(user, history, len(sentences))
        requests = []
        for one, items in zip(sentences, past, strict=True):
            understood = self.decoder.decode(one)
            requests.append(Request(understood, understood, items, k=k))
        answers = self.answer(requests, reasons)
        return answers[0] if single else answers

    def add_items(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Adds items that nobody has chosen yet; they are scored by their words alone.

        Args:
            items: For each its ``item_id`` and ``title``, and by role what else is known, as in
                ``attributes`` of an answer's items.

        Raises:
            ValueError: If an item is not as :meth:`.Catalogue.with_items` asks, or the model was
                trained with identifiers that are not made of words.
        """
        n_known = len(self.catalogue)
        catalogue = self.catalogue.with_items(items)
        old = self.writer
        writer = InstructionWriter(catalogue, old.languages, old.nouns, old.units)
        size = self.options["text_vocab_size"]
        ScorerMaker(self.options, writer, self.tokenizer, size).extend(self.scorer, n_known)
        self._read(catalogue, writer, self.histories.of_users)

    def conversation(
        self,
        user: str | None = None,
        history: Sequence[str] | None = None,
        k: int | None = None,
        reasons: bool = False,
    ) -> Conversation:
        """A conversation, in which each sentence refines what was said before.

        Args:
            user, history, k, reasons: As for :meth:`recommend`.

        Raises:
            ValueError: If the user or an item of the history is unknown, both are given, or k is
                no positive whole number.
        """
        check_count(k)
        from recbole_instructrec.conversation import Conversation

        return Conversation(self, self.histories.of(user, history), k, reasons)

    def answer(self, requests: Sequence[Request], reasons: bool = False) -> list[Recommendation]:
        """Answers some requests as one batch."""
        if not requests:
            return []
        past = [self._past(one) for one in requests]
        texts = [
            self._text(one.understood, items) for one, items in zip(requests, past, strict=True)
        ]
        allowed = [self._allowed(one, items) for one, items in zip(requests, past, strict=True)]
        requests = [self._settled(one, mask) for one, mask in zip(requests, allowed, strict=True)]
        satisfying = [
            mask & self.catalogue.mask(one.understood.constraints)
            for one, mask in zip(requests, allowed, strict=True)
        ]
        counts = [one.k or one.understood.count or USUAL_COUNT for one in requests]
        best = self._best(texts, past, max(counts), satisfying)
        return [
            self._answer(request, text, items, mask, found.first(k), reasons)
            for request, text, items, mask, found, k in zip(
                requests, texts, past, allowed, best, counts, strict=True
            )
        ]

    def instruction(self, language: str, intention: Intention, past: Sequence[int]) -> Instruction:
        """What the encoder is to read of a request, as data: the history stands in it only with
        ``history_in: instruction``."""
        preference = Preference()
        if self.options["history_in"] == "instruction":
            preference = Preference.newest(past, self.options["max_instruction_history"])
        return Instruction(language, preference, intention)

    def scores(self, texts: Sequence[str], past: Sequence[Sequence[int]]) -> torch.Tensor:
        """Log-likelihood of every item, by the model alone.

        Args:
            texts: What the encoder reads.
            past: A history for each of them, items, oldest first.

        Returns:
            Float [n_texts, n_items]; the padding item has minus infinity.
        """
        scores = self.scorer.score(*self._encoded(texts, past)).cpu()
        return scores if self.scorer.repeats else left_out(scores, self._seen(past))

    def _best(
        self,
        texts: Sequence[str],
        past: Sequence[Sequence[int]],
        k: int,
        allowed: Sequence[np.ndarray],
    ) -> list[BestItems]:
        instruction, items = self._encoded(texts, past)
        masks = torch.from_numpy(np.stack(allowed)).to(items.device)
        seen = None if self.scorer.repeats else self._seen(past).to(items.device)
        return best_items(self.scorer, instruction, items, k, masks, seen)

    def _seen(self, past: Sequence[Sequence[int]]) -> torch.Tensor:
        """Which items each history has, however old, bool [n, n_items]."""
        seen = torch.zeros(len(past), len(self.catalogue), dtype=torch.bool)
        for row, items in zip(seen, past, strict=True):
            row[list(items)] = True
        return seen

    def _encoded(
        self, texts: Sequence[str], past: Sequence[Sequence[int]]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What encoder and decoder read: token ids and items, both int64 [n_texts, n]."""
        device = next(self.scorer.parameters()).device
        most = self.options["MAX_ITEM_LIST_LENGTH"]
        newest = [torch.tensor(items[-most:], dtype=torch.int64) for items in past]
        if self.options["history_in"] == "instruction":
            newest = [items[:0] for items in newest]
        items = pad_sequence(newest, batch_first=True).to(device)
        return self.tokenizer.encode(texts).to(device), items

    # One request ------------------------------------------------------------------------------

    def _past(self, request: Request) -> list[int]:
        """The history with the titles behind it that the person knows, and then those liked."""
        understood = request.understood
        unwanted = self._named(understood.disliked)
        titles = (*understood.seen, *understood.liked)
        told = dict.fromkeys(self.catalogue.item_of_token[one.item_id] for one in titles)
        told = [item for item in told if item not in unwanted]
        return [item for item in request.history if item not in told] + told

    def _named(self, titles: Sequence[LinkedTitle]) -> set[int]:
        return {self.catalogue.item_of_token[token] for one in titles for token in one.item_ids}

    def _text(self, understood: Understood, past: Sequence[int]) -> str:
        """What the encoder reads: only what no mask holds.

        Among the items that satisfy a demand, the likelihood given the demand is that without it,
        up to a constant, and the model knows the latter better than the former.
        """
        return self.writer.write(self.instruction(understood.language, understood.wish, past))

    def _said(self, understood: Understood, past: Sequence[int]) -> str:
        """All that was understood, in a sentence."""
        intention = understood.intention
        return self.writer.write(self.instruction(understood.language, intention, past))

    def _allowed(self, request: Request, past: Sequence[int]) -> np.ndarray:
        """Which items may be recommended at all, whatever is demanded, bool [n_items]."""
        allowed = np.ones(len(self.catalogue), dtype=bool)
        allowed[[0, *past, *request.excluded, *self._named(request.understood.named)]] = False
        return allowed

    def _settled(self, request: Request, allowed: np.ndarray) -> Request:
        """The request, with what is cheap for its kind among what is cheap."""
        understood = request.understood
        instead = relative(self.catalogue, understood.constraints, allowed)
        constraints = tuple(instead.get(one, one) for one in understood.constraints)
        settled = replace(understood, constraints=constraints)
        return replace(request, understood=settled, instead=tuple(instead.values()))

    def _answer(
        self,
        request: Request,
        text: str,
        past: Sequence[int],
        allowed: np.ndarray,
        best: BestItems,
        with_reasons: bool,
    ) -> Recommendation:
        understood = request.understood
        language = self.writer.language(understood.language)
        why: list[Reasons | None] = [None] * len(best.items)
        if with_reasons and len(best.items):
            found = self._influences(understood, past, best)
            why = [
                replies.reasons(self.writer, language, understood.constraints, one) for one in found
            ]
        items = tuple(
            Item(
                item_id=self.catalogue.tokens[item],
                title=self.catalogue.titles[item],
                score=score,
                probability=probability,
                attributes=self.catalogue.attributes(item),
                reasons=reasons,
            )
            for item, score, probability, reasons in zip(
                best.items.tolist(),
                best.scores.tolist(),
                best.probabilities.tolist(),
                why,
                strict=True,
            )
        )
        notes = replies.notes(language, request.said)
        notes += replies.settled(self.writer, language, request.instead)
        relaxations = ()
        if not items:
            notes.append(replies.nothing(self.writer, language, understood.constraints))
            relaxations = self._relaxations(understood, text, past, allowed)
        said = self._said(understood, past)
        return Recommendation(said, text, understood, items, tuple(notes), relaxations)

    def _relaxations(
        self, understood: Understood, text: str, past: Sequence[int], allowed: np.ndarray
    ) -> tuple[Relaxation, ...]:
        """What to relax, each with the best item that there then is."""
        ways = relaxed(self.catalogue, understood.constraints, allowed)
        if not ways:
            return ()
        n = len(ways)
        best = self._best([text] * n, [past] * n, 1, [one.items for one in ways])
        language = self.writer.language(understood.language)
        return tuple(
            replies.relaxation(self.writer, language, one, int(found.items[0]))
            for one, found in zip(ways, best, strict=True)
        )

    def _influences(
        self, understood: Understood, past: Sequence[int], best: BestItems
    ) -> list[list[Influence]]:
        """For each of the best items, what of the history speaks for it most."""

        def score(histories: Sequence[Sequence[int]]) -> torch.Tensor:
            texts = [self._text(understood, one) for one in histories]
            return self.scores(texts, histories)[:, best.items]

        in_words = self.options["history_in"] == "instruction"
        seen = self.options["max_instruction_history" if in_words else "MAX_ITEM_LIST_LENGTH"]
        found = influences(past, seen, best.scores, score)
        return [
            [
                Influence(self.catalogue.tokens[item], self.catalogue.titles[item], effect)
                for item, effect in one
            ]
            for one in found
        ]
