"""Measures how a checkpoint follows instructions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recbole_instructrec import property_files
from recbole_instructrec.checkpoint import read
from recbole_instructrec.evaluation.asker import Asker
from recbole_instructrec.evaluation.baseline import Baseline
from recbole_instructrec.evaluation.cases import Wishes, people
from recbole_instructrec.evaluation.distracted import distracted
from recbole_instructrec.evaluation.following import following
from recbole_instructrec.evaluation.paraphrase import paraphrased
from recbole_instructrec.evaluation.report import Report
from recbole_instructrec.evaluation.swap import misled, swapped
from recbole_instructrec.instruction.composer import SOURCES
from recbole_instructrec.recommender import Recommender

PROPERTIES = ("evaluation", "following")
SMALL_TALK = ("evaluation", "small_talk")


def read_options(given: Mapping[str, Any], own: str | Path | None = None) -> dict[str, Any]:
    """The options of ``evaluation/following.yaml``, some of them changed.

    Args:
        given: Changes; None changes nothing.
        own: A folder of the user's own property files.

    Raises:
        ValueError: If a source is unknown, or a number cannot be.
    """
    options = property_files.read(property_files.find(*PROPERTIES, own))
    options["small_talk"] = property_files.read(property_files.find(*SMALL_TALK, own))
    options |= {name: value for name, value in given.items() if value is not None}
    for source in options["sources"]:
        if source not in SOURCES:
            raise ValueError(f"sources has {source!r}; choose among {', '.join(SOURCES)}")
    for count in (options["topk"], options["batch_size"], *options["n_constraints"]):
        if not isinstance(count, int) or count < 1:
            raise ValueError(
                f"topk is {options['topk']!r}, batch_size {options['batch_size']!r}, n_constraints "
                f"{options['n_constraints']!r}; give whole numbers of at least 1"
            )
    return options


def measure(
    checkpoint: str | Path,
    options: Mapping[str, Any],
    baseline: str | Path | None = None,
    data_path: str | Path | None = None,
) -> Report:
    """Measures how a checkpoint follows instructions.

    The targets are each user's last choice, as in RecBole's leave-one-out, ranked among the full
    catalogue without the items of the history. Intentions are drawn so that they are true of it.

    Args:
        options: See :func:`read_options`.
        baseline: A checkpoint of RecBole's to compare with.
        data_path: Where the baseline's dataset lies; see :func:`.locate`.

    Raises:
        FileNotFoundError: If a checkpoint or the baseline's dataset is not there.
        ValueError: If a checkpoint cannot be read, or no user can be measured.
    """
    dataset = read(checkpoint)["config"]["dataset"]
    recommender = Recommender.load(checkpoint)
    histories = recommender.histories.of_users
    n_users, seed = options["users"], options["seed"]
    test = people(histories, n_users, seed)
    language = next(iter(recommender.writer.languages))
    asker = Asker(recommender, language, options["topk"], options["batch_size"], seed)
    compared, valid = None, []
    if baseline is not None:
        valid = people(histories, n_users, seed, "valid")
        compared = Baseline.load(baseline, recommender.catalogue, dataset, data_path)
    rows = following(asker, test, valid, compared, options)
    swaps, other_words = [], []
    wishes = Wishes(recommender.writer, "target", language, seed)
    for count in options["n_constraints"]:
        cases = wishes.specific(test, count)
        if cases:
            swaps.append({"attributes": count, **swapped(asker, cases)})
            other_words += [{"attributes": count, **row} for row in paraphrased(asker, cases)]
    protocol = {
        "checkpoint": Path(checkpoint).name,
        "dataset": dataset,
        "split": "leave-one-out in time order; full catalogue without the items of the history",
        "users": f"{len(test)} of {len(histories)}, drawn with seed {seed}; left out is whose "
        f"last choice is not new",
        "language": language,
        "baseline": f"{compared.name}, {Path(baseline).name}" if compared else "none",
        "significance": "p of Wilcoxon's signed-rank test over users, against the list as served",
    }
    return Report(
        protocol,
        {
            "intentions": rows,
            "swap": swaps,
            "misled": [misled(asker, test)],
            "paraphrases": other_words,
            "small_talk": distracted(asker, test, options["small_talk"]),
            "served": [dict(asker.counted)],
        },
    )
