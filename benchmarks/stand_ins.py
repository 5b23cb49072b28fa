"""What stands for a title that a catalogue has not got, tried on titles that it has.

    python benchmarks/stand_ins.py CHECKPOINT

Each film of the checkpoint's catalogue of which ``knowledge/films.yaml`` says what it is like is
taken for unknown: told to nobody in particular by its kinds, or with the films like it in the
history, which also have some share of the likelihood, or with both. What comes back should be what
people chose who chose the film: the ten films nearest to it by the cosine of who chose them, which
favours popular ones, and the twenty chosen most times as often as chance would have it. Once among
all films, and once among those of the film's first kind. Films chosen less than 30 times are left
out. Writes ``results/stand_ins/<dataset>.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recbole_instructrec import Recommender

# isort: split
import numpy as np
import torch
from measuring import RESULTS, markdown

from recbole_instructrec.best_items import BestItems
from recbole_instructrec.instruction.structure import Constraint, Intention
from recbole_instructrec.instruction.title_index import TitleIndex
from recbole_instructrec.knowledge import load_knowledge
from recbole_instructrec.stand_ins import mixed

K, MOST_LIFTED = 10, 20
FEWEST_CHOSEN, FEWEST_TOGETHER = 30, 15
SHARES = (0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Film:
    """A film taken for unknown: its labels, and the items that are like it."""

    item: int
    kinds: tuple[Constraint, ...]
    alike: tuple[int, ...]


class Chosen:
    """Who chose what, [n_people, n_items]."""

    def __init__(self, recommender: Recommender) -> None:
        histories = list(recommender.histories.of_users.values())
        chosen = np.zeros((len(histories), len(recommender.catalogue)), dtype=np.float32)
        for row, items in zip(chosen, histories, strict=True):
            row[list(items)] = 1
        self.times = chosen.sum(0)
        self.together = chosen.T @ chosen

    def nearest(self, item: int, among: np.ndarray) -> set[int]:
        cosine = self.together[item] / np.sqrt(np.maximum(self.times[item] * self.times, 1))
        return _best(cosine, item, among, K)

    def most_lifted(self, item: int, among: np.ndarray) -> set[int]:
        lift = self.together[item] / np.maximum(self.times[item] * self.times, 1)
        lift[self.together[item] < FEWEST_TOGETHER] = 0
        return _best(lift, item, among, MOST_LIFTED)


def _best(values: np.ndarray, item: int, among: np.ndarray, n: int) -> set[int]:
    values = np.where(among, values, 0)
    values[item] = 0
    return {one for one in np.argsort(-values)[:n].tolist() if values[one] > 0}


def films(recommender: Recommender, chosen: Chosen) -> Iterator[Film]:
    catalogue = recommender.catalogue
    index = TitleIndex.of(catalogue)
    category = catalogue.labels["category"].names
    concepts = recommender.writer.languages["en"].concepts
    for title, known in load_knowledge(["films"], ()).titles.items():
        link = index.named(title)
        if link is None or chosen.times[link.items[0]] < FEWEST_CHOSEN:
            continue
        links = filter(None, map(index.named, known.alike))
        alike = dict.fromkeys(one.items[0] for one in links if one.items != link.items)
        labels = dict.fromkeys(
            label for kind in known.kinds for label in concepts.among(category, [kind])
        )
        kinds = tuple(Constraint("category", "is", label=one) for one in labels)
        if alike and kinds:
            yield Film(link.items[0], kinds, tuple(alike))


def answers(
    recommender: Recommender, every: Sequence[Film], told: bool, stands: bool
) -> tuple[torch.Tensor, list[tuple[int, ...]]]:
    """Log-likelihoods of all items for each film, and what stands in the history."""
    past = [one.alike if stands else () for one in every]
    texts = [
        recommender.writer.write(
            recommender.instruction("en", Intention(one.kinds if told else ()), ())
        )
        for one in every
    ]
    return recommender.scores(texts, past), past


def first(scores: torch.Tensor, alike: Sequence[int], allowed: np.ndarray, each: float) -> set[int]:
    """The ten first among some items, where those that stand in have a share each."""
    standing = np.zeros_like(allowed)
    standing[list(alike)] = True
    others, stand = (_first(scores, allowed & mask) for mask in (~standing, standing))
    found = mixed(others, stand, alike, K, each) if each and alike else others
    return set(found.items[:K].tolist())


def _first(scores: torch.Tensor, allowed: np.ndarray) -> BestItems:
    items = torch.from_numpy(allowed.nonzero()[0])
    items = items[scores[items].topk(min(K, len(items))).indices]
    return BestItems(items, scores[items], scores[items].exp())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--dataset", default="ml-100k", help="names the result")
    options = parser.parse_args()
    torch.set_num_threads(1)
    recommender = Recommender.load(options.checkpoint)
    chosen = Chosen(recommender)
    every = list(films(recommender, chosen))
    ways: dict[str, tuple[bool, bool, float]] = {
        "nothing": (False, False, 0),
        "kinds": (True, False, 0),
        "in the history": (False, True, 0),
        **{f"in the history, with {each} each": (False, True, each) for each in SHARES},
        "in the history, with 0.05 each, and kinds": (True, True, 0.05),
    }
    among: dict[str, Callable[[Film], np.ndarray]] = {
        "all films": lambda one: recommender.catalogue.mask([]),
        "its first kind": lambda one: recommender.catalogue.mask(one.kinds[:1]),
    }
    rows = []
    for name, (told, stands, each) in ways.items():
        scores, past = answers(recommender, every, told, stands)
        for place, mask in among.items():
            hits = []
            for film, row, alike in zip(every, scores, past, strict=True):
                allowed = mask(film).copy()
                allowed[[0, film.item]] = False
                found = first(row, alike, allowed, each)
                wanted = chosen.nearest(film.item, allowed), chosen.most_lifted(film.item, allowed)
                hits.append([len(found & one) / K for one in wanted])
            nearest, lifted = np.mean(hits, axis=0)
            rows.append({"told": name, "among": place, "nearest": float(nearest),
                         "most lifted": float(lifted)})  # fmt: skip
    print(f"{len(every)} films, {np.mean([len(one.alike) for one in every]):.1f} like each")
    print(markdown(rows))
    path = RESULTS.parent / "stand_ins" / f"{options.dataset}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"films": len(every), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
