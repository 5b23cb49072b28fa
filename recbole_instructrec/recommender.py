"""Answers a person's own words from a checkpoint alone."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rapidfuzz import process

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.instruction.decoder import InstructionDecoder, Understood
from recbole_instructrec.instruction.structure import Instruction, Preference
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer


@dataclass(frozen=True)
class Item:
    """One recommended item.

    Attributes:
        item_id: The dataset's own id.
        title: Its title.
        score: Log-likelihood of its identifier.
        probability: Its share of the whole catalogue's likelihood, from 0 to 1.
        attributes: What is known about it, by role.
    """

    item_id: str
    title: str
    score: float
    probability: float
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Recommendation:
    """The answer to one sentence.

    Attributes:
        instruction: The sentence that the encoder read.
        understood: What was understood of the person's own.
        items: Best first; fewer than asked for where no more satisfy the constraints.
    """

    instruction: str
    understood: Understood
    items: tuple[Item, ...]

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, with the same names."""
        return asdict(self)


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
        self.catalogue = catalogue
        self.writer = writer
        self.tokenizer = tokenizer
        self.scorer = scorer.eval()
        self.histories = histories
        self.options = options
        self.decoder = InstructionDecoder(catalogue, writer.languages)

    @classmethod
    def load(cls, checkpoint: str | Path, device: str = "cpu") -> Recommender:
        """Loads a checkpoint that training InstructRec has written; nothing else is needed.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is not a whole checkpoint of InstructRec.
        """
        path = Path(checkpoint)
        if not path.is_file():
            raise FileNotFoundError(f"there is no checkpoint {path}; train one first")
        try:
            content = torch.load(path, map_location=device, weights_only=True)
        except (RuntimeError, OSError, EOFError, pickle.UnpicklingError, KeyError) as error:
            raise ValueError(
                f"{path} is not a whole InstructRec checkpoint ({_first_line(error)}); "
                f"train again, or copy the file again if it was cut short"
            ) from error
        state = content.get("other_parameter") if isinstance(content, dict) else None
        if not isinstance(state, dict) or "catalogue" not in state:
            raise ValueError(f"{path} is a checkpoint of another model; train InstructRec")
        return cls._from_state(state, content["state_dict"], device)

    @classmethod
    def _from_state(
        cls, state: Mapping[str, Any], weights: Mapping[str, torch.Tensor], device: str
    ) -> Recommender:
        options = state["options"]
        catalogue = Catalogue.from_state(state["catalogue"])
        tokenizer = TextTokenizer.from_state(state["tokenizer"])
        identifiers = Identifiers(
            options["item_identifier"],
            catalogue.titles,
            catalogue.tokens,
            tokenizer,
            options["text_vocab_size"],
        )
        scorer = Scorer(
            Backbone.from_state(state["backbone"]),
            identifiers,
            options["score_normalization"],
            options["scoring_batch_size"],
        )
        prefix = "scorer."
        scorer.load_state_dict(
            {name[len(prefix) :]: w for name, w in weights.items() if name.startswith(prefix)}
        )
        past = state["histories"]
        split = past["items"].cpu().split(past["lengths"].tolist())
        histories = dict(zip(past["users"], (items.tolist() for items in split), strict=True))
        writer = InstructionWriter.from_state(state["writer"], catalogue)
        return cls(catalogue, writer, tokenizer, scorer.to(device), histories, options)

    def recommend(
        self,
        sentence: str | Sequence[str],
        user: str | None = None,
        history: Sequence[str] | None = None,
        k: int = 10,
    ) -> Recommendation | list[Recommendation]:
        """The best items for a sentence, or for several in one batch.

        What the sentence demands and is understood holds for every item returned; items of
        the history are never returned.

        Args:
            sentence: The person's own words.
            user: A user of the dataset, whose history is then used.
            history: Item ids or titles, oldest first, of somebody else.
            k: Number of items.

        Returns:
            A :class:`Recommendation`, or a list of them for several sentences.

        Raises:
            ValueError: If the user or an item of the history is unknown, both are given, k is
                not positive, or a sentence is empty or too long.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least one item")
        sentences = [sentence] if isinstance(sentence, str) else list(sentence)
        if not sentences:
            return []
        past = self._history(user, history)
        understood = [self.decoder.decode(one) for one in sentences]
        instructions = [self._instruction(one, past) for one in understood]
        texts = [self.writer.write(instruction) for instruction in instructions]
        scores = self._scores(texts, past)
        answers = [
            self._answer(text, one, row, past, k)
            for text, one, row in zip(texts, understood, scores, strict=True)
        ]
        return answers[0] if isinstance(sentence, str) else answers

    def _instruction(self, understood: Understood, past: Sequence[int]) -> Instruction:
        preference = Preference()
        if self.options["history_in"] == "instruction":
            newest = past[-self.options["max_instruction_history"] :]
            preference = Preference(history=tuple(newest))
        return Instruction(understood.language, preference, understood.intention)

    def _scores(self, texts: Sequence[str], past: Sequence[int]) -> torch.Tensor:
        """Log-likelihood of every item, float [n_texts, n_items]."""
        device = next(self.scorer.parameters()).device
        newest = past[-self.options["MAX_ITEM_LIST_LENGTH"] :]
        if self.options["history_in"] == "instruction":
            newest = []
        items = torch.tensor([newest] * len(texts), dtype=torch.int64, device=device)
        items = items.reshape(len(texts), len(newest))
        return self.scorer.score(self.tokenizer.encode(texts).to(device), items).cpu()

    def _answer(
        self, text: str, understood: Understood, scores: torch.Tensor, past: Sequence[int], k: int
    ) -> Recommendation:
        allowed = self.catalogue.mask(understood.constraints)
        allowed[list(past)] = False
        probabilities = scores.softmax(0)
        candidates = torch.from_numpy(np.flatnonzero(allowed))
        best = candidates[scores[candidates].topk(min(k, len(candidates))).indices]
        items = tuple(
            Item(
                item_id=self.catalogue.tokens[item],
                title=self.catalogue.titles[item],
                score=float(scores[item]),
                probability=float(probabilities[item]),
                attributes=self.catalogue.attributes(item),
            )
            for item in best.tolist()
        )
        return Recommendation(text, understood, items)

    def _history(self, user: str | None, history: Sequence[str] | None) -> list[int]:
        if user is not None and history is not None:
            raise ValueError("give a user or a history, not both")
        if user is not None:
            if str(user) not in self.histories:
                close = _closest(str(user), self.histories)
                raise ValueError(f"there is no user {user!r} in this checkpoint{close}")
            return list(self.histories[str(user)])
        return [self._item(name) for name in history or ()]

    def _item(self, name: str) -> int:
        """An item by its id, or else by its title, in whatever case."""
        if name in self.catalogue.item_of_token:
            return self.catalogue.item_of_token[name]
        for item, title in enumerate(self.catalogue.titles):
            if item and title.casefold() == name.casefold():
                return item
        close = _closest(name, self.catalogue.titles[1:])
        raise ValueError(f"there is no item with the id or title {name!r}{close}")


def _closest(name: str, names: Any) -> str:
    found = [match for match, _, _ in process.extract(name, list(names), limit=3)]
    return f"; the closest are {', '.join(map(repr, found))}" if found else ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
