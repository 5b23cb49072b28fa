"""A sequential model of RecBole's, trained on the same dataset, to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from recbole.data import create_dataset
from recbole.data.interaction import Interaction
from recbole.model.abstract_recommender import SequentialRecommender
from recbole.utils import ModelType, get_model
from torch.nn.utils.rnn import pad_sequence

from recbole_instructrec.catalogue import Catalogue
from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.evaluation.dataset_place import locate
from recbole_instructrec.plugin.compat import load_checkpoint


class Baseline:
    """Scores the items of a catalogue.

    Args:
        model: A trained model.
        items: By item of the catalogue, the model's number of it, or 0; int64 [n_items].
        users: The model's number of each user, by the dataset's own id.

    Attributes:
        name: The model's.
    """

    def __init__(
        self, model: SequentialRecommender, items: torch.Tensor, users: dict[str, int]
    ) -> None:
        self.name = type(model).__name__
        self._model = model.eval()
        self._items = items
        self._users = users

    @classmethod
    def load(
        cls,
        checkpoint: str | Path,
        catalogue: Catalogue,
        dataset: str,
        data_path: str | Path | None = None,
    ) -> Baseline:
        """Loads a checkpoint that RecBole has written.

        Its dataset is read again: RecBole keeps in no checkpoint which number an item has.

        Args:
            dataset: Name of the dataset that it has to be trained on.
            data_path: See :func:`.locate`.

        Raises:
            FileNotFoundError: If there is no such checkpoint, or its dataset is not found.
            ValueError: If it is no checkpoint of another sequential model trained on the dataset.
        """
        content = load_checkpoint(checkpoint, "cpu")
        config = content["config"]
        if config["MODEL_TYPE"] != ModelType.SEQUENTIAL or config["model"] == "InstructRec":
            raise ValueError(
                f"{checkpoint} is a checkpoint of {config['model']}; give one of another "
                f"sequential model, e.g. SASRec"
            )
        if config["dataset"] != dataset:
            raise ValueError(
                f"{checkpoint} was trained on {config['dataset']}; give one trained on {dataset}"
            )
        locate(config, data_path)
        config["device"] = torch.device("cpu")
        data = create_dataset(config)
        model = get_model(config["model"])(config, data)
        model.load_state_dict(content["state_dict"])
        model.load_other_parameter(content["other_parameter"])
        number = data.field2token_id[data.iid_field]
        items = torch.tensor([0, *(number.get(token, 0) for token in catalogue.tokens[1:])])
        return cls(model, items, data.field2token_id[data.uid_field])

    @torch.no_grad()
    def scores(self, cases: Sequence[Case]) -> torch.Tensor:
        """Log-probability of every item as the next one, float [n_cases, n_items]; minus infinity
        for one that the model does not know."""
        known = [self._items[list(one.history)] for one in cases]
        newest = [items[items > 0][-self._model.max_seq_length :] for items in known]
        rows = pad_sequence(newest, batch_first=True)
        missing = self._model.max_seq_length - rows.shape[1]
        model = self._model
        interaction = Interaction(
            {
                model.USER_ID: torch.tensor([self._users.get(one.user, 0) for one in cases]),
                model.ITEM_SEQ: torch.nn.functional.pad(rows, (0, missing)),
                model.ITEM_SEQ_LEN: torch.tensor([max(1, len(items)) for items in newest]),
            }
        )
        found = model.full_sort_predict(interaction)[:, self._items]
        return found.masked_fill(self._items == 0, -torch.inf).log_softmax(1)
