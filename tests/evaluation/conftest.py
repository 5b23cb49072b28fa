"""An asker over the films, who is told what the model answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from film_cases import HISTORIES
from films import FILMS, film_catalogue
from untrained import untrained

from recbole_instructrec.evaluation.asker import Asker


@pytest.fixture(scope="session")
def baseline(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of RecBole's GRU4Rec, which has learnt the circle."""
    from recbole.quick_start import run_recbole

    folder = tmp_path_factory.mktemp("baseline")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["test"])
        run_recbole(
            model="GRU4Rec",
            dataset="shop",
            config_dict={
                "data_path": str(shop), "checkpoint_dir": str(folder), "epochs": 20,
                "eval_step": 20, "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
                "MAX_ITEM_LIST_LENGTH": 6, "embedding_size": 16, "hidden_size": 16, "num_layers": 1,
                "dropout_prob": 0.0, "learning_rate": 0.03, "train_batch_size": 64,
                "train_neg_sample_args": None, "loss_type": "CE",
                "eval_args": {"split": {"LS": "valid_and_test"}, "order": "TO", "mode": "full"},
                "show_progress": False, "state": "WARNING",
            },
        )  # fmt: skip
    return next(folder.glob("GRU4Rec-*.pth"))


@pytest.fixture
def asker() -> Asker:
    """Lists of three; the model has learnt nothing."""
    recommender = untrained(film_catalogue(), {"en": "films"}, HISTORIES)
    return Asker(recommender, "en", k=3, batch_size=2, seed=0)


@pytest.fixture
def obedient(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """The model puts what it reads of genres before everything else."""
    _listen(asker, monkeypatch, lambda text, genres: sum(one.lower() in text for one in genres))
    return asker


@pytest.fixture
def deaf(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """The model answers with the most popular films, whatever it reads."""
    _listen(asker, monkeypatch, lambda text, genres: 0)
    return asker


def _listen(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, likes: Callable[[str, Sequence[str]], float]
) -> None:
    """Lets a function of a text in lower case and a film's genres stand for the model."""
    said: list[str] = []

    class Tokenizer:
        def encode(self, texts: Sequence[str]) -> torch.Tensor:
            said.extend(text.lower() for text in texts)
            return torch.arange(len(said) - len(texts), len(said))[:, None]

    def score(instruction: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        rows = [
            [-torch.inf, *(1000 * likes(said[n], film[1]) + film[3] for film in FILMS)]
            for n in instruction[:, 0].tolist()
        ]
        return torch.tensor(rows)

    monkeypatch.setattr(asker.recommender, "tokenizer", Tokenizer())
    monkeypatch.setattr(asker.recommender.scorer, "score", score)
