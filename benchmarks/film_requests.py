"""Answers the real film requests with a checkpoint, and scores the answers.

    python benchmarks/film_requests.py CHECKPOINT --dataset=ml-100k
    python benchmarks/film_requests.py CHECKPOINT --dataset=ml-1m --answers=answers.jsonl

Each request is answered as it stands, with no user id: the titles that it names are all the history
there is. The requests and the scorer lie in the folder --shared; they are for measuring only, never
for training or tuning. Requests longer than an instruction may be keep their last characters.

Prints what the scorer prints, how many requests had something understood in them, and the time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from recbole_instructrec import Recommender
from recbole_instructrec.answer import Recommendation
from recbole_instructrec.instruction.decoder import MAX_LENGTH

BATCH = 64


def main() -> None:
    options = _options()
    recommender = Recommender.load(options.checkpoint)
    lines = (options.shared / "data/requests/requests-dev.jsonl").read_text(encoding="utf-8")
    requests = [json.loads(line) for line in lines.splitlines()]
    started = time.perf_counter()
    answers = list(answered(recommender, [request["request"] for request in requests]))
    seconds = time.perf_counter() - started
    path = options.answers or Path(tempfile.mkdtemp()) / "answers.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for request, answer in zip(requests, answers, strict=True):
            items = [item.item_id for item in answer.items]
            file.write(json.dumps({"id": request["id"], "items": items}) + "\n")
    scorer = options.shared / "tools/score_requests.py"
    subprocess.run(
        [sys.executable, str(scorer), str(path), "--dataset", options.dataset], check=True
    )
    print(f"understood in {len(answers)} requests: {understood(answers)}")
    print(f"{1000 * seconds / len(answers):.1f} ms a request, in batches of {BATCH}")


def answered(recommender: Recommender, requests: list[str]) -> Iterator[Recommendation]:
    """The ten best items for each request."""
    for start in range(0, len(requests), BATCH):
        batch = [request[-MAX_LENGTH:] for request in requests[start : start + BATCH]]
        yield from recommender.recommend(batch, k=10)


def understood(answers: list[Recommendation]) -> str:
    """In how many of some answers each thing was understood."""
    found: Counter[str] = Counter()
    for answer in answers:
        said = answer.understood
        found["constraints"] += bool(said.constraints)
        found["liked titles"] += bool(said.liked)
        found["disliked titles"] += bool(said.disliked)
        found["unknown titles"] += bool(said.unknown)
        found["other words"] += bool(said.rest)
        found["nothing satisfies"] += not answer.items
    return ", ".join(f"{name} {count}" for name, count in found.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint")
    parser.add_argument("--dataset", choices=["ml-100k", "ml-1m"], default="ml-100k")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="default: ../shared")
    parser.add_argument("--answers", type=Path, help="where the answers go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
