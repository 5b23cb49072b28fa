"""Answers a person's own words from a checkpoint alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from recbole_instructrec import replies, stand_ins
from recbole_instructrec.answer import Influence, Item, Reasons, Recommendation, Relaxation
from recbole_instructrec.best_items import BestItems, best_items
from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.checkpoint import read
from recbole_instructrec.histories import Histories
from recbole_instructrec.instruction.decoder import (
    InstructionDecoder,
    LinkedTitle,
    StandIns,
    Understood,
)
from recbole_instructrec.instruction.structure import (
    Constraint,
    Instruction,
    Intention,
    Preference,
)
from recbole_instructrec.instruction.title_index import TitleIndex
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.knowledge import Knowledge
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


@dataclass(frozen=True)
class _Case:
    """A request with what it is about.

    Attributes:
        past: Items chosen or said to be known, oldest first.
        alike: Items that stand for titles that the catalogue has not got.
        likened: Items that stand for persons, others like whom are wanted.
        context: All that stands in the history, all of these.
        read: What the encoder reads: only what no mask holds.
        allowed: Which items may be recommended, whatever is demanded, bool [n_items].
    """

    request: Request
    past: list[int]
    alike: list[int]
    likened: list[int]
    context: list[int]
    read: str
    allowed: np.ndarray

    @property
    def beside(self) -> list[int]:
        """What stands in the history beside what was chosen."""
        return [*self.likened, *self.alike]

    @property
    def standing(self) -> np.ndarray:
        """Which items stand in, bool [n_items]."""
        standing = np.zeros_like(self.allowed)
        standing[self.alike] = True
        return standing

    def satisfying(self, catalogue: Catalogue) -> np.ndarray:
        """Which items may be recommended and satisfy what is demanded, bool [n_items]."""
        return self.allowed & catalogue.mask(self.request.understood.constraints)


class Recommender:
    """A trained model with all it needs to answer.

    Args:
        catalogue: The items.
        writer: Words instructions.
        tokenizer: Encodes them.
        scorer: Scores items.
        histories: Each known user's items, oldest first, by the dataset's own user id.
        options: The checkpoint's serving options.
        knowledge: What may be asked for besides what the catalogue says.

    Attributes:
        catalogue: The items as the model has learned them.
        known: The items with all that may be asked for.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        writer: InstructionWriter,
        tokenizer: TextTokenizer,
        scorer: Scorer,
        histories: Mapping[str, Sequence[int]],
        options: Mapping[str, Any],
        knowledge: Knowledge | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.scorer = scorer.eval()
        self.options = options
        self.knowledge = knowledge or Knowledge({})
        self._read(catalogue, writer, histories)

    def _read(
        self,
        catalogue: Catalogue,
        writer: InstructionWriter,
        histories: Mapping[str, Sequence[int]],
    ) -> None:
        self.catalogue = catalogue
        self.writer = writer
        titles = TitleIndex.of(catalogue, writer.languages.values())
        self.known = self.knowledge.extended(catalogue, titles)
        # What is said to the person is about all that is known, what the encoder reads is not.
        self._speaker = writer.about(self.known)
        self.decoder = InstructionDecoder(
            self.known,
            writer.languages,
            writer.nouns,
            writer.units_in,
            self.knowledge.titles,
            titles,
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
        knowledge = Knowledge(state.get("knowledge") or {})
        scorer = scorer.to(device)
        return cls(catalogue, writer, tokenizer, scorer, histories, options, knowledge)

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
        sentence names are never returned; those that stand for a title that the catalogue lacks
        may be.

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
        """Adds items that nobody has chosen yet; they are scored by their words alone. No other
        thread may recommend meanwhile.

        Args:
            items: For each its ``item_id`` and ``title``, and by role what else is known, as in
                ``attributes`` of an answer's items.

        Raises:
            ValueError: If an item is not as :meth:`.Catalogue.with_items` asks, or the model was
                trained with identifiers that are not made of words.
        """
        n_known = len(self.catalogue)
        catalogue = self.catalogue.with_items(items)
        writer = self.writer.about(catalogue)
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
        cases = [self._case(one) for one in requests]
        counts = [one.k or one.understood.count or USUAL_COUNT for one in requests]
        asked = [(one, one.satisfying(self.known)) for one in cases]
        best = self._best(asked, max(counts))
        return [
            self._answer(case, found.first(k), reasons)
            for case, found, k in zip(cases, best, counts, strict=True)
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

    def _best(self, asked: Sequence[tuple[_Case, np.ndarray]], k: int) -> list[BestItems]:
        """The k best for each of some requests, of the items given with it, bool [n_items]."""
        past = [[*case.past, *case.alike] for case, _ in asked]
        context = [case.context for case, _ in asked]
        instruction, items = self._encoded([case.read for case, _ in asked], context)
        standing = np.stack([case.standing for case, _ in asked])
        allowed = np.stack([among for _, among in asked])
        seen = None if self.scorer.repeats else self._seen(past)

        def best(rows: Sequence[int], among: np.ndarray, k: int) -> list[BestItems]:
            return best_items(
                self.scorer,
                instruction[rows],
                items[rows],
                k,
                torch.from_numpy(among[rows]).to(items.device),
                None if seen is None else seen[rows].to(items.device),
            )

        found = best(range(len(asked)), allowed & ~standing, k)
        rows = [row for row, (case, _) in enumerate(asked) if case.alike]
        most = max((len(asked[row][0].alike) for row in rows), default=0)
        alike = best(rows, allowed & standing, most) if rows else []
        for row, own in zip(rows, alike, strict=True):
            found[row] = stand_ins.mixed(found[row], own, asked[row][0].alike, k)
        return found

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

    def _case(self, request: Request) -> _Case:
        """A request with what it is about."""
        past = self._past(request)
        unwanted = {*past, *self._named(request.understood.disliked)}
        alike = self._standing_in(request.understood.alike, unwanted)
        likened = self._standing_in(request.understood.likened, {*unwanted, *alike})
        context = [*past, *likened, *alike]
        read = self._text(request.understood, context)
        allowed = self._allowed(request, past)
        settled = self._settled(request, allowed)
        return _Case(settled, past, alike, likened, context, read, allowed)

    def _standing_in(self, stand_ins: Sequence[StandIns], unwanted: Collection[int]) -> list[int]:
        """The items that stand in for something, without those that are unwanted."""
        titles = (title for one in stand_ins for title in one.titles)
        items = dict.fromkeys(self.catalogue.item_of_token[one.item_id] for one in titles)
        return [item for item in items if item not in unwanted]

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

    def _said(self, case: _Case) -> str:
        """All that was understood, in a sentence."""
        understood = case.request.understood
        instruction = self.instruction(understood.language, understood.intention, case.context)
        return self._speaker.write(instruction)

    def _allowed(self, request: Request, past: Sequence[int]) -> np.ndarray:
        """Which items may be recommended at all, whatever is demanded, bool [n_items]."""
        allowed = np.ones(len(self.catalogue), dtype=bool)
        allowed[[0, *past, *request.excluded, *self._named(request.understood.named)]] = False
        return allowed

    def _settled(self, request: Request, allowed: np.ndarray) -> Request:
        """The request, with what is cheap for its kind among what is cheap."""
        understood = request.understood
        instead = relative(self.known, understood.constraints, allowed)
        constraints = tuple(instead.get(one, one) for one in understood.constraints)
        settled = replace(understood, constraints=constraints)
        return replace(request, understood=settled, instead=tuple(instead.values()))

    def _answer(self, case: _Case, best: BestItems, with_reasons: bool) -> Recommendation:
        request, understood = case.request, case.request.understood
        language = self.writer.language(understood.language)
        why: list[Reasons | None] = [None] * len(best.items)
        if with_reasons and len(best.items):
            found = self._influences(case, best)
            why = [
                replies.reasons(self._speaker, language, understood.constraints, one)
                for one in found
            ]
        items = tuple(
            Item(
                item_id=self.catalogue.tokens[item],
                title=self.catalogue.titles[item],
                score=score,
                probability=probability,
                attributes=self.catalogue.attributes(item),
                known=self._known(item),
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
        notes = replies.notes(language, request.said, self.known)
        notes += replies.settled(self._speaker, language, request.instead)
        relaxations = ()
        if not items:
            notes.append(replies.nothing(self._speaker, language, understood.constraints))
            relaxations = self._relaxations(case)
        said = self._said(case)
        return Recommendation(said, case.read, understood, items, tuple(notes), relaxations)

    def _known(self, item: int) -> dict[str, list[str]]:
        """What is known of an item that the catalogue does not say, by role."""
        lists = (role for role in self.known.labels if role in self.known.listed)
        known = ((role, self.known.labels[role].of_item(item)) for role in lists)
        return {role: labels for role, labels in known if labels}

    def _relaxations(self, case: _Case) -> tuple[Relaxation, ...]:
        """What to relax, each with the best item that there then is."""
        understood = case.request.understood
        ways = relaxed(self.known, understood.constraints, case.allowed)
        if not ways:
            return ()
        best = self._best([(case, one.items) for one in ways], 1)
        language = self.writer.language(understood.language)
        return tuple(
            replies.relaxation(self._speaker, language, one, int(found.items[0]))
            for one, found in zip(ways, best, strict=True)
        )

    def _influences(self, case: _Case, best: BestItems) -> list[list[Influence]]:
        """For each of the best items, what of the history speaks for it most."""

        def score(histories: Sequence[Sequence[int]]) -> torch.Tensor:
            past = [[*one, *case.beside] for one in histories]
            texts = [self._text(case.request.understood, one) for one in past]
            return self.scores(texts, past)[:, best.items]

        in_words = self.options["history_in"] == "instruction"
        seen = self.options["max_instruction_history" if in_words else "MAX_ITEM_LIST_LENGTH"]
        n_seen = max(0, seen - len(case.beside))
        # What stands in has its score not from the history alone.
        whole = score([case.past])[0] if case.beside and case.past else best.scores
        found = influences(case.past, n_seen, whole, score)
        return [
            [
                Influence(self.catalogue.tokens[item], self.catalogue.titles[item], effect)
                for item, effect in one
            ]
            for one in found
        ]
