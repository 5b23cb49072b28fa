"""Says ten sentences in each language to a checkpoint and records what comes back.

    python benchmarks/transcripts.py CHECKPOINT --dataset=ml-100k --user=196

The sentences stand in ``benchmarks/sentences.yaml``, by dataset and language; those of one language
are one conversation. Writes ``benchmarks/results/<dataset>/transcript.txt``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from recbole_instructrec import Recommender, property_files
from recbole_instructrec.terminal import converse

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint")
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--user", help="whose history is used")
    options = parser.parse_args()
    sentences = property_files.read(HERE / "sentences.yaml")[options.dataset]
    recommender = Recommender.load(options.checkpoint)
    text = "\n".join(transcript(recommender, sentences, options.user))
    path = HERE / "results" / options.dataset / "transcript.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    print(text)


def transcript(
    recommender: Recommender, sentences: dict[str, list[str]], user: str | None
) -> Iterator[str]:
    """Each sentence with what comes back, one conversation in each language."""
    for said in sentences.values():
        conversation = recommender.conversation(user=user, k=3, reasons=user is not None)
        for sentence, told in zip(said, converse(conversation, said), strict=True):
            yield f"> {sentence}\n{told}\n"


if __name__ == "__main__":
    main()
