"""Where a trained model puts each user's target, under every protocol, from one score each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from recbole_instructrec.benchmark.protocol import ABSENT, Protocol
from recbole_instructrec.benchmark.split import Split


@dataclass(frozen=True)
class Ranks:
    """Exact ranks of the targets, in the order of ``Split.users``.

    Attributes:
        above: Number of items with a higher score, int64 [n]; :data:`.ABSENT` for a user whom
            the protocol leaves out.
        tied: Number of other items with the same score, int64 [n].
    """

    above: np.ndarray
    tied: np.ndarray


@torch.no_grad()
def rank(
    trainer: Any,
    test_data: Any,
    split: Split,
    protocols: Sequence[Protocol],
    negatives: Mapping[str, np.ndarray],
    show_progress: bool = False,
) -> dict[str, Ranks]:
    """Ranks every target of the test part.

    Args:
        trainer: RecBole's, with the model to be tested.
        test_data: RecBole's dataloader of the test part, full ranking.
        negatives: As :func:`.protocol.negatives` gives them.

    Raises:
        ValueError: If the model's test part is not the split's, or a score is not a number.
    """
    n = len(split.users)
    ranks = {
        protocol.name: Ranks(np.full(n, ABSENT), np.zeros(n, dtype=np.int64))
        for protocol in protocols
    }
    for users, scores in scored(trainer, test_data, split, show_progress):
        targets = torch.from_numpy(split.targets[users]).to(scores.device)
        own = scores.gather(1, targets[:, None])
        if not torch.isfinite(own).all() or torch.isnan(scores).any():
            raise ValueError(f"{type(trainer.model).__name__} gives scores that are no numbers")
        for protocol in protocols:
            if protocol.name in negatives:
                chosen = negatives[protocol.name][users]
                others = torch.from_numpy(np.where(chosen == ABSENT, 0, chosen))
                others = scores.gather(1, others.to(scores.device))
            else:
                others = scores.scatter(1, targets[:, None], -torch.inf)
                if protocol.kind == "unseen":
                    seen = [torch.from_numpy(split.seen[user]) for user in users]
                    lengths = torch.tensor([len(items) for items in seen])
                    of_row = torch.repeat_interleave(torch.arange(len(users)), lengths)
                    others[of_row, torch.cat(seen)] = -torch.inf
                chosen = None
            above, tied = (others > own).sum(1).cpu().numpy(), (others == own).sum(1).cpu().numpy()
            if chosen is not None:
                above = np.where(chosen[:, 0] == ABSENT, ABSENT, above)
            ranks[protocol.name].above[users] = above
            ranks[protocol.name].tied[users] = tied
    if any((found.above == ABSENT).all() for found in ranks.values()):
        raise ValueError("the file of candidates names too few for anybody; take a smaller number")
    return ranks


@torch.no_grad()
def scored(
    trainer: Any, test_data: Any, split: Split, show_progress: bool = False
) -> Iterator[tuple[np.ndarray, torch.Tensor]]:
    """What a model says of every item, batch by batch of the test part.

    Args:
        trainer: RecBole's, with the model to be tested.
        test_data: RecBole's dataloader of the test part, full ranking.

    Yields:
        Places in ``split.users``, int64 [n], and the scores of ``split.items``, float [n, n_items].

    Raises:
        ValueError: If the model's test part is not the split's.
    """
    dataset = test_data._dataset
    user_of, item_of = _numbers(dataset, split)
    trainer.model.eval()
    # As Trainer.evaluate does before it asks for scores.
    trainer.tot_item_num = dataset.item_num
    trainer.item_tensor = dataset.get_item_feature().to(trainer.device)
    columns = torch.from_numpy(item_of).to(trainer.device)
    for batch in tqdm(test_data, desc="ranks", disable=not show_progress, leave=False):
        rows, scores, _, targets = trainer._full_sort_batch_eval(batch)
        users = user_of[rows[dataset.uid_field].cpu().numpy()]
        _check(users, targets.cpu().numpy(), split, item_of)
        yield users, scores.to(trainer.device)[:, columns]


def _numbers(dataset: Any, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Place in ``split.users`` by the dataset's number, and the number by place of the item."""
    users = dataset.field2id_token[dataset.uid_field].astype(str)
    user_of = np.array([split.place_of_user.get(user, ABSENT) for user in users])
    items = dataset.field2id_token[dataset.iid_field].astype(str)
    number = {item: n for n, item in enumerate(items.tolist())}
    if len(items) - 1 != len(split.items) or not all(item in number for item in split.items):
        raise ValueError(
            f"the model's catalogue has {len(items) - 1} items and the split {len(split.items)}; "
            f"give every model the same filters"
        )
    return user_of, np.array([number[item] for item in split.items.tolist()])


def _check(users: np.ndarray, targets: np.ndarray, split: Split, item_of: np.ndarray) -> None:
    if (users == ABSENT).any() or (item_of[split.targets[users]] != targets).any():
        raise ValueError(
            "the model's test part is not that of the split; give every model the same filters"
        )
