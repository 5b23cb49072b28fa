"""RecBole's sequential dataset, with the catalogue, and one training row per stretch of history."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from recbole.data.dataset import SequentialDataset
from recbole.data.interaction import Interaction
from recbole.utils import FeatureSource, FeatureType
from scipy import sparse

from recbole_instructrec.instruction.chatter import Chatter
from recbole_instructrec.instruction.composer import Composer
from recbole_instructrec.instruction.corpus import tokenizer_corpus
from recbole_instructrec.instruction.language import load_languages
from recbole_instructrec.instruction.scenario import Mixture
from recbole_instructrec.instruction.writer import InstructionWriter
from recbole_instructrec.knowledge import Knowledge, load_knowledge
from recbole_instructrec.plugin.context import Facts, read_moments, read_persons
from recbole_instructrec.plugin.files import header
from recbole_instructrec.plugin.guessed_roles import guess_roles
from recbole_instructrec.plugin.item_columns import read_catalogue
from recbole_instructrec.plugin.mixture import available
from recbole_instructrec.plugin.sentences import Sentences
from recbole_instructrec.seq2seq.backbone import pretrained_tokenizer
from recbole_instructrec.seq2seq.codes import collaborative_codes
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

SEQUENCE_END = "sequence_end"
# The options that name the ids which a file has to have.
IDS = {
    FeatureSource.INTERACTION: ("USER_ID_FIELD", "ITEM_ID_FIELD"),
    FeatureSource.ITEM: ("ITEM_ID_FIELD",),
}
# Made once after the split, for all parts: what follows from the data alone, and what from files
# of wording and from the options besides.
FROM_DATA = ("repeats", "training_choices", "file_choices")
SHARED = ("_tokenizer", "composer", "mixtures", "facts", "codes", *FROM_DATA)


class InstructRecDataset(SequentialDataset):
    """A sequential dataset whose rows are those of RecBole, built without copying histories.

    RecBole stores a padded history with every row. Here all interactions stand once, in
    order, in :attr:`sequence`; a row holds where its target is and how long its history, and
    the history is cut out when the row is read. Splits are RecBole's own.

    A decoder that continues a history learns from every position of it, so with ``history_in:
    decoder`` the training part keeps only the rows whose histories and targets together cover
    each training interaction once.

    Attributes:
        catalogue: Every item as text and attributes, before any filling or scaling; after the
            split with each item's popularity in the training part.
        part: ``train``, ``valid`` or ``test`` after the split, None before.
        repeats: Whether anybody chooses an item again.
        codes: Each item's code out of the training part, with ``item_identifier: code``.
        training_choices: Who chose what in training, person by person: user and item ids, int64
            [n_choices] each; None before the split.
        file_choices: Where the rows are files' own (``benchmark_filename``), after the split: who
            chose what by any of them, histories included, int64 [2, n_choices]: user and item ids.
        sequence: All interactions' items, by user and then time, int64 [n_interactions].
    """

    part: str | None = None
    codes: list[tuple[int, ...]] | None = None
    training_choices: tuple[np.ndarray, np.ndarray] | None = None
    file_choices: np.ndarray = np.zeros((2, 0), dtype=np.int64)
    repeats: bool = True

    def _get_field_from_config(self) -> None:
        if not self.config["item_roles"]:
            guess_roles(self)
        super()._get_field_from_config()

    def _load_feat(self, filepath: str, source: FeatureSource | str) -> pd.DataFrame:
        try:
            table = super()._load_feat(filepath, source)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{filepath} is not in {self.config['encoding']}: byte {error.start} cannot be "
                f"read; convert the file, or set `encoding` to the one it is in"
            ) from error
        except pd.errors.ParserError as error:
            raise ValueError(
                f"{filepath} cannot be split into columns: {error}; where a cell begins with a "
                f"quotation mark, put the whole cell in quotation marks and write those inside "
                f"twice"
            ) from error
        except ValueError as error:
            raise ValueError(
                f"{filepath} cannot be read: {error}; RecBole knows the types token, token_seq, "
                f"float and float_seq: give the column one that fits in the file's first line"
            ) from error
        if table is not None:
            self._check_ids(filepath, IDS.get(source, ()), list(table.columns))
        return table

    def _check_ids(self, filepath: str, options: tuple[str, ...], loaded: list[str]) -> None:
        for option in options:
            if self.config[option] not in loaded:
                suffix = filepath.rpartition(".")[2]
                raise ValueError(
                    f"{option} is {self.config[option]!r}, of which {filepath} has no column that "
                    f"is loaded; loaded are: {', '.join(loaded) or 'none'}, and the file has "
                    f"{', '.join(header(self, suffix))}; name the column by {option}, under "
                    f"load_col: {suffix} as well; it has the same name in every file"
                )

    def _user_item_feat_preparation(self) -> None:
        super()._user_item_feat_preparation()
        # Here both are in id order and nothing is filled or scaled yet.
        self.catalogue = read_catalogue(self)
        self._persons = read_persons(self)
        times = self.inter_feat.get(self.time_field)
        self._seconds = None if times is None else (float(times.min()), float(times.max()))

    @cached_property
    def writer(self) -> InstructionWriter:
        """Words instructions about this dataset's items."""
        names, own = self.knowledge.names, self.config["properties_path"]
        languages = load_languages(self.config["languages"], own, names)
        nouns, units = self.config["item_noun"], self.config["item_units"]
        return InstructionWriter(self.catalogue, languages, nouns, units)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What may be asked for besides what the dataset's files say."""
        nouns = (self.config["item_noun"] or {}).values()
        return load_knowledge(self.config["knowledge"], nouns, self.config["properties_path"])

    @cached_property
    def composer(self) -> Composer:
        """Makes instructions; after the split, since it tells what is popular."""
        return Composer(
            self.writer,
            self.config["max_constraints"],
            self.config["max_instruction_history"],
            self.config["n_candidates"],
            self.config["intention_source"],
        )

    @cached_property
    def chatter(self) -> Chatter:
        """Says what means nothing."""
        return Chatter(self.writer, self.tokenizer.pieces())

    @cached_property
    def sentences(self) -> Sentences:
        """What somebody may say, whoever it is."""
        return Sentences(self, self.config)

    @cached_property
    def mixtures(self) -> dict[str, Mixture]:
        """By language, the scenarios of training with their weights, without those that this
        dataset or language cannot give, of which the log tells once."""
        return available(
            Mixture(self.config["scenario_weights"]),
            self.composer,
            self.config["history_in"] == "decoder",
        )

    @cached_property
    def facts(self) -> Facts:
        """What is known about persons and moments."""
        options = self.config["moments"]
        if options is None or "sequence" not in self.__dict__:
            return Facts(self._persons)
        times = self._sequence_times.double().numpy()
        least, most = self._seconds
        if times.max() <= 1 < most:  # scaled by RecBole
            times = least + times * (most - least)
        return Facts(self._persons, read_moments(times, options))

    @cached_property
    def chosen(self) -> list[frozenset[int]]:
        """All that each user ever chose, by user id, validation and test included."""
        users, items = self.file_choices
        if "sequence" in self.__dict__:
            users, items = self._sequence_users, self.sequence
        own: list[set[int]] = [set() for _ in range(self.user_num)]
        for user, item in zip(users.tolist(), items.tolist(), strict=True):
            own[user].add(item)
        return [frozenset(items) for items in own]

    @cached_property
    def _tokenizer(self) -> tuple[TextTokenizer, int]:
        max_length = self.config["max_instruction_length"]
        if self.config["backbone"]:
            return pretrained_tokenizer(self.config["backbone"], max_length)
        tokenizer = TextTokenizer.train(
            tokenizer_corpus(self.writer), self.config["tokenizer_vocab_size"], max_length
        )
        return tokenizer, tokenizer.vocab_size

    @property
    def tokenizer(self) -> TextTokenizer:
        """Encodes the instructions."""
        return self._tokenizer[0]

    @cached_property
    def yes_and_no(self) -> dict[str, tuple[int, int]]:
        """By language with words for both, the tokens that tell yes from no."""
        answers = {code: one.answers for code, one in self.writer.languages.items()}
        return {
            code: self.tokenizer.telling(words["yes"], words["no"])
            for code, words in answers.items()
            if {"yes", "no"} <= set(words)
        }

    @property
    def text_vocab_size(self) -> int:
        """Number of text tokens that the backbone has room for."""
        return self._tokenizer[1]

    def data_augmentation(self) -> None:
        """One row per prefix, as RecBole makes them, without writing out the histories."""
        self._history_presets()
        if self.time_field not in self.inter_feat:
            loaded = ", ".join(self.inter_feat.columns)
            raise ValueError(
                f"TIME_FIELD is {self.time_field!r}, of which {self.dataset_name}.inter has no "
                f"column that is loaded; loaded are {loaded}, and the file has "
                f"{', '.join(header(self, 'inter'))}: histories need their order, so name the "
                f"column of times by TIME_FIELD, under load_col: inter as well; if the file has "
                f"none, add one, {self.time_field}:float, with the order of the choices"
            )
        self.sort(by=[self.uid_field, self.time_field], ascending=True)
        users = self.inter_feat[self.uid_field].numpy()
        self.sequence = self.inter_feat[self.iid_field]
        self._sequence_users = self.inter_feat[self.uid_field]
        self._sequence_times = self.inter_feat[self.time_field]
        place = np.arange(len(users))
        starts = np.r_[True, users[1:] != users[:-1]]
        before = place - np.maximum.accumulate(np.where(starts, place, 0))
        targets = torch.from_numpy(np.flatnonzero(~starts))
        lengths = torch.from_numpy(before)[targets].clamp(max=self.max_item_list_len)
        rows = self.inter_feat[targets]
        rows.update(Interaction({SEQUENCE_END: targets, self.item_list_length_field: lengths}))
        self.inter_feat = rows

    def _history_presets(self) -> None:
        self.item_id_list_field = self.iid_field + self.config["LIST_SUFFIX"]
        for field, kind, length in (
            (self.item_id_list_field, FeatureType.TOKEN_SEQ, self.max_item_list_len),
            (self.item_list_length_field, FeatureType.TOKEN, 1),
        ):
            self.set_field_property(field, kind, FeatureSource.INTERACTION, length)

    def build(self) -> list[InstructRecDataset]:
        """RecBole's split; each part knows which one it is."""
        n_items = self.item_num - 1  # without the padding item
        if max(self.config["topk"]) > n_items:
            raise ValueError(
                f"topk is {self.config['topk']}, and {self.dataset_name} has {n_items} items; give "
                f"at most {n_items}"
            )
        parts = super().build()
        for part, name in zip(parts, ("train", "valid", "test"), strict=True):
            part.part = name
        users, items = self.training_choices = self._chosen_in_training(*parts)
        if "sequence" not in self.__dict__:
            self.file_choices = self._chosen_in_files(parts)
        # The parts share the catalogue.
        self.catalogue.popularity = np.bincount(items, minlength=len(self.catalogue))
        self.codes = self._codes(users, items)
        self.repeats = self._repeats(users, items)
        for part in parts:
            vars(part).update({name: getattr(self, name) for name in SHARED})
        if self.config["history_in"] == "decoder" and self.config["benchmark_filename"] is None:
            parts[0]._keep_covering_rows()
        return parts

    def _chosen_in_training(
        self, train: InstructRecDataset, *held_out: InstructRecDataset
    ) -> tuple[np.ndarray, np.ndarray]:
        """Who chose what, held-out targets left out: user and item ids, int64 [n_choices]."""
        users, items = train.inter_feat[self.uid_field], train.inter_feat[self.iid_field]
        if SEQUENCE_END in train.inter_feat:
            # A person's first choice is no row's target, but known in training.
            known = torch.ones(len(self.sequence), dtype=torch.bool)
            for part in held_out:
                known[part.inter_feat[SEQUENCE_END]] = False
            users, items = self._sequence_users[known], self.sequence[known]
        return users.numpy(), items.numpy()

    def _chosen_in_files(self, parts: list[InstructRecDataset]) -> np.ndarray:
        """Who chose what by the parts' rows, each once, int64 [2, n_choices]."""
        users, items = [], []
        for rows in (part.inter_feat for part in parts):
            of_row = torch.cat([rows[self.item_id_list_field], rows[self.iid_field][:, None]], 1)
            users.append(rows[self.uid_field].repeat_interleave(of_row.shape[1]))
            items.append(of_row.flatten())
        choices = torch.stack([torch.cat(users), torch.cat(items)]).unique(dim=1)
        return choices[:, choices[1] > 0].numpy()

    def _codes(self, users: np.ndarray, items: np.ndarray) -> list[tuple[int, ...]] | None:
        """Each item's code, where items are identified by one."""
        if self.config["item_identifier"] != "code":
            return None
        shape = (self.user_num, self.item_num)
        chosen = sparse.coo_matrix((np.ones(len(users)), (users, items)), shape).tocsr()
        chosen.data[:] = 1  # however often somebody chose it
        keys = self.catalogue.tokens[1:]
        return [(), *collaborative_codes(chosen[:, 1:], keys, self.config["code_branching"])]

    def _repeats(self, users: np.ndarray, items: np.ndarray) -> bool:
        """Whether anybody chooses an item again, as the option says or training shows."""
        if self.config["repeats"] != "auto":
            return self.config["repeats"]
        return len(np.unique(users * self.item_num + items)) < len(users)

    def _keep_covering_rows(self) -> None:
        self._all_rows = self.inter_feat
        users = self.inter_feat[self.uid_field].numpy()
        ends = self.inter_feat[SEQUENCE_END].numpy()
        order = np.lexsort((ends, users))
        last = np.r_[users[order][1:] != users[order][:-1], True]
        # How many training rows of the same user follow each row, in sorted order.
        group = np.cumsum(np.r_[0, last[:-1]])
        behind = np.flatnonzero(last)[group] - np.arange(len(users))
        kept = order[behind % (self.max_item_list_len + 1) == 0]
        self.inter_feat = self.inter_feat[np.sort(kept)]

    def __getitem__(self, index: Any, join: bool = True) -> Interaction:
        """Rows with their histories, int64 [n, MAX_ITEM_LIST_LENGTH], padded with 0."""
        rows = super().__getitem__(index, join)
        if SEQUENCE_END in rows:
            rows.update(Interaction({self.item_id_list_field: self._histories(rows)}))
        return rows

    def _histories(self, rows: Interaction) -> torch.Tensor:
        lengths = rows[self.item_list_length_field][:, None]
        nth = torch.arange(self.max_item_list_len)[None, :]
        places = rows[SEQUENCE_END][:, None] - lengths + nth
        inside = nth < lengths
        return self.sequence[places * inside] * inside

    def places(self, rows: Interaction) -> list[int | None]:
        """The place of each row's target in :attr:`sequence`, or None where rows are files' own."""
        if SEQUENCE_END not in rows:
            return [None] * len(rows)
        return rows[SEQUENCE_END].tolist()

    def seen(self, rows: Interaction) -> torch.Tensor:
        """What each row's user has chosen before its target, however long ago, bool
        [n_rows, n_items]; of rows that are files' own, what is in the history."""
        items = rows[self.item_id_list_field]
        seen = torch.zeros(len(items), self.item_num, dtype=torch.bool, device=items.device)
        seen.scatter_(1, items, True)
        if SEQUENCE_END in rows:
            ends = rows[SEQUENCE_END].cpu()
            users = self._sequence_users
            starts = torch.searchsorted(users, users[ends])
            for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
                seen[row, self.sequence[start:end]] = True
        seen[:, 0] = False
        return seen

    def __copy__(self) -> InstructRecDataset:
        """A copy shares what has been made already, as one that is saved does not."""
        copied = type(self).__new__(type(self))
        vars(copied).update(vars(self))
        return copied

    def __getstate__(self) -> dict[str, Any]:
        # What RecBole saves must not outlive a change to a template file.
        of_files = {"writer", "knowledge", "yes_and_no", "chosen", "chatter", "sentences", *SHARED}
        own = of_files - {*FROM_DATA}
        return {name: value for name, value in vars(self).items() if name not in own}

    def counter(self, field: str) -> Counter:
        """Occurrences in all rows of this part, those not kept for training included."""
        rows = self.__dict__.get("_all_rows")
        return super().counter(field) if rows is None else Counter(rows[field].numpy())

    def histories(self) -> dict[str, torch.Tensor | list[str]]:
        """Everything each user has chosen, oldest first.

        Returns:
            ``users``, the dataset's own user ids; ``items``, int64 [n_interactions], user by
            user in that order; ``lengths``, int64 [n_users].
        """
        if "sequence" not in self.__dict__:
            empty = torch.zeros(0, dtype=torch.int64)
            return {"users": [], "items": empty, "lengths": empty}
        users, lengths = torch.unique_consecutive(self._sequence_users, return_counts=True)
        tokens = self.field2id_token[self.uid_field]
        return {
            "users": [str(tokens[user]) for user in users],
            "items": self.sequence,
            "lengths": lengths,
        }
