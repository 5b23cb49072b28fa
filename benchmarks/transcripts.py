"""Says ten sentences in each language to checkpoints and records what comes back.

    python benchmarks/transcripts.py ml-100k=CHECKPOINT online-retail=CHECKPOINT ...

The sentences stand in ``benchmarks/sentences.yaml``, by dataset and language, beside the user whose
history is used; those of one language are one conversation. Writes
``benchmarks/results/<dataset>/transcript.txt``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recbole_instructrec import Recommender, property_files
from recbole_instructrec.terminal import converse

HERE = Path(__file__).resolve().parent
SENTENCES = property_files.read(HERE / "sentences.yaml")
SHOWN = 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoints", nargs="+", metavar="DATASET=CHECKPOINT", type=_pair,
                        help=f"datasets: {', '.join(SENTENCES)}")  # fmt: skip
    parser.add_argument("--output", type=Path, default=HERE / "results",
                        help="folder of the results (default: %(default)s)")  # fmt: skip
    options = parser.parse_args()
    for dataset, checkpoint in options.checkpoints:
        text = "\n".join(transcript(Recommender.load(checkpoint), SENTENCES[dataset]))
        path = options.output / dataset / "transcript.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        print(text)


def transcript(recommender: Recommender, spoken: Mapping[str, Any]) -> Iterator[str]:
    """Each sentence with what comes back, one conversation in each language."""
    for sentences in spoken["languages"].values():
        conversation = recommender.conversation(user=spoken["user"], reasons=True)
        for sentence in sentences:
            counted = recommender.decoder.decode(sentence).count
            conversation.k = None if counted else SHOWN
            (told,) = converse(conversation, [sentence])
            yield f"> {sentence}\n{told}\n"


def _pair(given: str) -> tuple[str, str]:
    dataset, _, checkpoint = given.partition("=")
    if dataset not in SENTENCES or not checkpoint:
        raise argparse.ArgumentTypeError(
            f"{given!r} is no dataset and checkpoint; give DATASET=CHECKPOINT, with a dataset "
            f"among {', '.join(SENTENCES)}"
        )
    return dataset, checkpoint


if __name__ == "__main__":
    main()
