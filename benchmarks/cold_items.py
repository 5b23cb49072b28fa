"""Items that nobody has chosen in training, recommended by their words alone.

    python benchmarks/cold_items.py --dataset=ml-100k

A tenth of the items, drawn by the seed, lose their interactions, and the model is trained on the
others with its default properties. Then each person's last choice of such an item is ranked, by
what that person had chosen before it: among the items held out, and among the whole catalogue
without the history. Beside it stand the similarity of an item's words to those of the history
(TF-IDF), and what chance would give.
Writes ``results/cold_items/<dataset>.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from recbole_instructrec.benchmark.machine import processor, versions

# isort: split
import numpy as np
import pandas as pd
import torch
from measuring import RESULTS, markdown
from recbole.config import Config
from recbole.quick_start import run_recbole
from sklearn.feature_extraction.text import TfidfVectorizer

from recbole_instructrec import Recommender, property_files
from recbole_instructrec.evaluation.ranking import ranks
from recbole_instructrec.instruction.item_text import item_texts
from recbole_instructrec.instruction.structure import Intention

K = 10
# RecBole has a place of its own for ml-100k, whatever the data_path.
HELD_OUT = "without-cold-items"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", default="ml-100k")
    parser.add_argument("--data_path", help="folder of the dataset's folder; default: RecBole's")
    parser.add_argument("--share", type=float, default=0.1, help="of items held out; default: .1")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--epochs", type=int, help="default: the model's own")
    options = parser.parse_args()
    torch.set_num_threads(1)
    given = {"data_path": options.data_path} if options.data_path else {}
    config = Config(model="InstructRec", dataset=options.dataset, config_dict=given)
    with tempfile.TemporaryDirectory() as folder:
        choices, cold = hold_out(config, Path(folder), options.share, options.seed)
        changes = {"epochs": options.epochs} if options.epochs else {}
        changes |= {"data_path": folder, "checkpoint_dir": folder, "seed": options.seed}
        roles = property_files.find("dataset", options.dataset)
        run_recbole(
            model="InstructRec", dataset=HELD_OUT, config_dict=changes,
            config_file_list=[str(roles)] if roles else None,
        )  # fmt: skip
        recommender = Recommender.load(next(Path(folder).glob("*.pth")))
    rows = measure(recommender, choices, cold)
    print(markdown(rows))
    content = {
        "options": {**vars(options), "data_path": None}, "machine": processor(),
        "versions": versions(), "held_out_items": len(cold), "rows": rows,
    }  # fmt: skip
    path = RESULTS.parent / "cold_items" / f"{options.dataset}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written: {path}")


def hold_out(
    config: Config, folder: Path, share: float, seed: int
) -> tuple[dict[str, list[str]], set[str]]:
    """Writes the dataset without the interactions of some items.

    Returns:
        Everything that each user chose, oldest first, and the items held out.
    """
    name, place = config["dataset"], Path(config["data_path"])
    (folder / HELD_OUT).mkdir()
    for file in place.glob(f"{name}.*"):
        (folder / HELD_OUT / f"{HELD_OUT}{file.suffix}").write_bytes(file.read_bytes())
    inter = pd.read_csv(place / f"{name}.inter", sep=config["field_separator"], dtype=str)
    column = {field.split(":")[0]: field for field in inter.columns}
    user, item = column[config["USER_ID_FIELD"]], column[config["ITEM_ID_FIELD"]]
    items = sorted(inter[item].unique())
    cold = set(random.Random(seed).sample(items, round(share * len(items))))
    kept = inter[~inter[item].isin(cold)]
    path = folder / HELD_OUT / f"{HELD_OUT}.inter"
    kept.to_csv(path, sep=config["field_separator"], index=False)
    when = inter[column[config["TIME_FIELD"]]].astype(float)
    in_time = inter.assign(when=when).sort_values([user, "when"], kind="stable")
    return in_time.groupby(user)[item].agg(list).to_dict(), cold


def measure(
    recommender: Recommender, choices: dict[str, list[str]], cold: set[str]
) -> list[dict[str, float | str]]:
    """How well the last choice of an item held out is ranked, by each way to score."""
    catalogue = recommender.catalogue
    number = catalogue.item_of_token
    targets, histories = [], []
    for chosen in choices.values():
        last = max((place for place, item in enumerate(chosen) if item in cold), default=0)
        history = [number[item] for item in chosen[:last] if item not in cold]
        if history:
            targets.append(number[chosen[last]])
            histories.append(history)
    held_out = np.zeros(len(catalogue), dtype=bool)
    held_out[[number[item] for item in cold if item in number]] = True
    if catalogue.popularity[held_out].any():
        raise RuntimeError("somebody has chosen items in training that were to be held out")
    among = np.broadcast_to(held_out, (len(targets), len(catalogue)))
    new = np.ones_like(among)
    for row, history in zip(new, histories, strict=True):
        row[[0, *history]] = False
    rows = []
    for name, scores in {
        "InstructRec": model_scores(recommender, histories),
        "TF-IDF": similarity(recommender, histories),
    }.items():
        within, whole = ranks(scores, among, targets), ranks(scores, new, targets)
        shown = scores.masked_fill(~torch.from_numpy(new), -torch.inf).topk(K).indices.numpy()
        rows.append(
            {
                "scored by": name, "people": len(targets),
                f"hit@{K} among the held out": float((within <= K).mean()),
                "MRR among the held out": float((1 / within).mean()),
                f"hit@{K} in the catalogue": float((whole <= K).mean()),
                f"held out in the top {K}": float(held_out[shown].mean()),
            }
        )  # fmt: skip
    n, n_new = held_out.sum(), new.sum(1)
    rows.append(
        {
            "scored by": "chance", "people": len(targets),
            f"hit@{K} among the held out": K / n,
            "MRR among the held out": float((1 / np.arange(1, n + 1)).mean()),
            f"hit@{K} in the catalogue": float((K / n_new).mean()),
            f"held out in the top {K}": float((n / n_new).mean()),
        }
    )  # fmt: skip
    return rows


def model_scores(recommender: Recommender, histories: list[list[int]]) -> torch.Tensor:
    """By the model, told nothing but the history, float [n, n_items]."""
    code = next(iter(recommender.writer.languages))
    texts = [
        recommender.writer.write(recommender.instruction(code, Intention(), history))
        for history in histories
    ]
    return recommender.scores(texts, histories)


def similarity(recommender: Recommender, histories: list[list[int]]) -> torch.Tensor:
    """Cosine of each item's words and those of the history, float [n, n_items]."""
    texts = item_texts(recommender.catalogue, recommender.writer.languages.values())
    vectors = TfidfVectorizer(token_pattern=r"\w+")
    items = vectors.fit_transform(texts)
    own = vectors.transform([" ".join(texts[item] for item in history) for history in histories])
    return torch.from_numpy((own @ items.T).toarray()).float()


if __name__ == "__main__":
    main()
