"""What ranking the target among another model's first items rewards.

    python benchmarks/hard_candidates.py --candidates=FILE --output=FOLDER --dataset=Games \
        --epochs=12 --data_path=../shared/data

The nine negatives of ``hard9`` are what another sequential model would recommend first; the target
seldom is. So whoever agrees with that model puts the target last, and whoever picks what looks the
least likely is right. Scores of the trained parts in FOLDER, which ``instructrec benchmark`` has
left there with the same flags, are combined: our log-likelihood, SASRec's, log popularity. Writes
``results/hard_candidates/<dataset>.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from recbole_instructrec.benchmark import candidates, protocol, ranks, split
from recbole_instructrec.benchmark.command import plan
from recbole_instructrec.benchmark.settings import Settings
from recbole_instructrec.benchmark.training import BEST, prepare

# isort: split
import numpy as np
import torch
from measuring import RESULTS, markdown

PROTOCOL = "hard9"
OURS, OTHER = "InstructRec", "SASRec"
WEIGHTS = (0.5, 1.0, 1.5, 2.0)
K = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", required=True, help="file of candidates")
    parser.add_argument("--output", required=True, help="the benchmark's folder")
    parser.add_argument("--dataset", default="Games")
    parser.add_argument("--data_path", help="folder of the dataset's folder; default: RecBole's")
    parser.add_argument("--epochs", type=int, help="of our part, as it was given; default: none")
    options = parser.parse_args()
    sys.argv = sys.argv[:1]  # RecBole takes flags from here
    ours, log_popularity = _scores(
        OURS, options, {"epochs": options.epochs} if options.epochs else {}
    )
    other, _ = _scores(OTHER, options, {})
    tried = {"log P (ours)": ours, f"log P ({OTHER})": other, "log popularity": log_popularity}
    tried |= {f"ours - {w:g} log popularity": ours - w * log_popularity for w in WEIGHTS}
    tried |= {f"ours - {w:g} {OTHER}": ours - w * other for w in WEIGHTS}
    tried |= {
        "-log P (ours)": -ours,
        f"-log P ({OTHER})": -other,
        "-log popularity": -log_popularity,
    }
    rows = [{"score": name, **_measured(scores)} for name, scores in tried.items()]
    path = RESULTS.parent / "hard_candidates" / f"{options.dataset}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"dataset": options.dataset, "n_users": len(ours), "scores": rows}
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(markdown(rows))


def _scores(
    model: str, options: argparse.Namespace, given: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihoods and log popularity of each user's target, then the negatives, [n, 1 + 9]."""
    settings = Settings.read()
    asked = argparse.Namespace(
        dataset=options.dataset, models=model, seeds=None, protocols=PROTOCOL, renumbered=False,
        candidates=options.candidates, output=options.output,
    )  # fmt: skip
    place = {"data_path": options.data_path} if options.data_path else {}
    part, *_ = plan(asked, settings, {**place, "show_progress": False, **given})
    tests = split.read(part.dataset, part.split_options)
    lists = candidates.read(options.candidates, tests)
    drawn = protocol.negatives([protocol.parse(PROTOCOL)], tests, part.negatives_seed, lists)
    compared = np.concatenate([tests.targets[:, None], drawn[PROTOCOL]], axis=1)
    tested = compared[:, 1] != protocol.ABSENT
    with tempfile.TemporaryDirectory() as folder:
        training = prepare(part.model, part.dataset, part.options, Path(folder))
    best = torch.load(part.folder / BEST, weights_only=False)
    training.trainer.model.load_state_dict(best["state_dict"])
    training.trainer.model.load_other_parameter(best.get("other_parameter"))
    found = np.zeros(compared.shape)
    for users, scores in ranks.scored(training.trainer, training.test_data, tests):
        named = tested[users]
        items = torch.from_numpy(compared[users[named]])
        found[users[named]] = scores[named].log_softmax(-1).gather(1, items)
    return found[tested], np.log1p(tests.popularity[compared[tested]])


def _measured(scores: np.ndarray) -> dict[str, float]:
    """Hit@1 and NDCG@5 of the first column; of equal scores half stand before it."""
    # An item that one of the models cannot recommend is the least likely.
    scores = np.nan_to_num(scores, nan=-1e9)
    target, others = scores[:, :1], scores[:, 1:]
    above = (others > target).sum(1) + (others == target).sum(1) / 2
    return {
        "Hit@1": round(float((above < 1).mean()), 4),
        f"NDCG@{K}": round(float(np.where(above < K, 1 / np.log2(above + 2), 0).mean()), 4),
    }


if __name__ == "__main__":
    main()
