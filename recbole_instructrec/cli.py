"""The command ``instructrec``: train, compare, ask a checkpoint, write instructions."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DEMO_SENTENCES = (
    "recommend some recent science fiction",
    "a funny film from the 80s, no romance",
    "推荐一些最近上映的科幻电影",
)


# What is told in one line; anything else is the software's own fault.
MISTAKES = (ValueError, OSError, NotImplementedError, ImportError)

# What RecBole's quick start takes as arguments: how many processes, and where they meet.
LAUNCH = ("nproc", "world_size", "ip", "port", "group_offset")
LEAST = {"nproc": 1, "world_size": -1, "group_offset": 0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status, 2 for a mistake of the user's."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in TAKING_FLAGS:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        options.command(options, rest)
    except MISTAKES as error:
        print(f"instructrec: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace, flags: Sequence[str]) -> None:
    """Trains and tests; ``flags`` are RecBole's, as ``--key=value``."""
    _run_recbole(options.model, options.dataset, flags)


def recommend(options: argparse.Namespace, _: Sequence[str]) -> None:
    """Answers one sentence from a checkpoint; without one, opens a conversation."""
    from recbole_instructrec import Recommender
    from recbole_instructrec.terminal import converse, one_json, table, typed

    recommender = Recommender.load(options.checkpoint)
    given = {
        "user": options.user,
        "history": options.history,
        "k": options.topk,
        "reasons": options.reasons,
    }
    shown = one_json if options.json else table
    if options.sentence is not None:
        print(shown(recommender.recommend(options.sentence, **given)))
        return
    conversation = recommender.conversation(**given)
    for text in converse(conversation, typed("" if options.json else "> "), shown):
        print(text, flush=True)


def instructions(options: argparse.Namespace, flags: Sequence[str]) -> None:
    """Writes instruction data about a dataset, to tune a language model; flags are RecBole's."""
    from recbole_instructrec.export.command import run_export

    print(run_export(options, _in_one_process(flags, options.dataset)))


def evaluate(options: argparse.Namespace, flags: Sequence[str]) -> None:
    """Tests a checkpoint on each kind of instruction, and how it follows them; flags are
    RecBole's."""
    from recbole_instructrec.evaluation.command import run_evaluation

    report = run_evaluation(options, _in_one_process(flags))
    print(json.dumps(report.to_dict()) if options.json else report.markdown())


def benchmark(options: argparse.Namespace, flags: Sequence[str]) -> None:
    """Compares models on one split; goes on where it was interrupted. Flags are RecBole's."""
    from recbole_instructrec.benchmark.command import run_benchmark

    for text in run_benchmark(options, _in_one_process(flags, options.dataset)):
        print(text, flush=True)


def demo(options: argparse.Namespace, flags: Sequence[str]) -> None:
    """Trains on ml-100k, by default with the default properties, then answers three sentences."""
    from recbole_instructrec import Recommender

    folder = options.folder or tempfile.mkdtemp(prefix="instructrec-")
    _run_recbole("InstructRec", "ml-100k", [*flags, f"--checkpoint_dir={folder}"])
    newest = max(Path(folder).glob("InstructRec-*.pth"), key=lambda path: path.stat().st_mtime)
    recommender = Recommender.load(newest)
    for sentence in DEMO_SENTENCES:
        print(f"\n{sentence}")
        for item in recommender.recommend(sentence, user="196", k=5).items:
            print(f"    {item.title} ({item.attributes['year']})")
    print(f"\nAsk more: instructrec recommend {newest} 'some recent science fiction' --user=196")


def _run_recbole(model: str, dataset: str, flags: Sequence[str]) -> None:
    """Runs RecBole's quick start with flags; a misspelt one is a mistake, not a warning."""
    given = _given(flags, model, dataset)
    from recbole.config import Config
    from recbole.quick_start import run as quick_start

    files = _readable(str(given.pop("config_files", "")).split())
    launch = {name: given.pop(name) for name in LAUNCH if name in given}
    for name in LEAST.keys() & launch.keys():
        if not isinstance(launch[name], int) or launch[name] < LEAST[name]:
            raise ValueError(
                f"{name} is {launch[name]!r}; give a whole number of at least {LEAST[name]}"
            )
    if launch:
        # Tells a mistake here: the other processes would tell it with all their calls.
        Config(model, dataset, files, dict(given))
    quick_start(model, dataset, config_file_list=files, config_dict=given, **launch)


def _readable(files: Sequence[str]) -> Sequence[str]:
    """Files of options, as they are; RecBole lets them count less than flags."""
    from recbole_instructrec import property_files

    for file in files:
        if not Path(file).is_file():
            raise FileNotFoundError(
                f"config_files names {file!r}, and there is no such file; give yaml files, "
                f"separated by spaces"
            )
        property_files.read(Path(file))
    return files


def _in_one_process(flags: Sequence[str], dataset: str = "") -> dict[str, Any]:
    """As :func:`_given`, without what only RecBole's quick start reads."""
    given = _given(flags, "InstructRec", dataset)
    for name in ("config_files", *LAUNCH):
        if name in given:
            raise ValueError(
                f"--{name}={given[name]} is for `instructrec run` alone; leave it out, or give "
                f"each option as a flag"
            )
    return given


def _given(flags: Sequence[str], model: str, dataset: str) -> dict[str, Any]:
    """RecBole's flags as a dictionary, their values read as RecBole reads them."""
    import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

    # isort: split
    from recbole.config import Config

    for flag in flags:
        if not flag.startswith("--") or "=" not in flag:
            raise ValueError(f"{flag!r} is not of the form --key=value")
    # RecBole reads its flags from here.
    sys.argv = ["instructrec", *flags, f"--model={model}", f"--dataset={dataset}"]
    try:
        given = Config().cmd_config_dict
    except SyntaxError as error:
        raise ValueError(error.msg) from error
    finally:
        sys.argv = sys.argv[:1]
    return {name: given[name] for name in given if name not in ("model", "dataset")}


TAKING_FLAGS = (run, instructions, evaluate, benchmark, demo)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="instructrec", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("run", help="train and test a model", description=run.__doc__,
                              allow_abbrev=False)  # fmt: skip
    one.add_argument("--dataset", required=True, help="name of a dataset in RecBole's format")
    one.add_argument("--model", default="InstructRec", help="InstructRec, or any of RecBole's")
    one.set_defaults(command=run)

    one = commands.add_parser("recommend", help="answer a sentence", description=recommend.__doc__)
    one.add_argument("checkpoint", help="a file that training has written")
    one.add_argument("sentence", nargs="?", help="what to recommend, in your own words; a "
                     "conversation, line by line, where it is left out")  # fmt: skip
    one.add_argument("--user", help="a user of the dataset, whose history is used")
    one.add_argument("--history", nargs="+", help="item ids or titles instead of a user")
    one.add_argument("--topk", type=int, help="number of items (default: as the sentence says, "
                     "or 10)")  # fmt: skip
    one.add_argument("--reasons", action="store_true", help="say why each item is recommended")
    one.add_argument("--json", action="store_true", help="print a JSON object for each answer")
    one.set_defaults(command=recommend)

    one = commands.add_parser("instructions", help="write instruction data to a file",
                              description=instructions.__doc__, allow_abbrev=False)  # fmt: skip
    one.add_argument("--dataset", required=True, help="name of a dataset in RecBole's format")
    one.add_argument("--output", required=True, help="the file to write, one JSON object a line")
    one.add_argument("--format", default="seq2seq", help="seq2seq, alpaca or chat")
    one.add_argument("--language", nargs="+", default=["en", "zh"], help="codes (default: en zh)")
    one.add_argument("--weights", nargs="+", metavar="SCENARIO=WEIGHT",
                     help="e.g. implicit-none-matching=2 (default: all alike)")  # fmt: skip
    one.add_argument("--limit", type=int, help="number of examples (default: one a row)")
    one.add_argument("--split", default="train", help="train, valid or test")
    one.add_argument("--seed", type=int, default=0, help="what is drawn depends on it")
    one.add_argument("--context_share", type=float, default=0.1,
                     help="share of the examples that say person and moment")  # fmt: skip
    one.add_argument("--workers", type=int, default=0, help="processes beside this one")
    one.add_argument("--teacher", help="puts phrases into freer words: a model's folder, or "
                     "an OpenAI-compatible endpoint (key in OPENAI_API_KEY)")  # fmt: skip
    one.add_argument("--teacher_model", help="the model's name at the endpoint")
    one.add_argument("--teacher_cache", help="file of its answers (default: OUTPUT.teacher)")
    one.add_argument("--dry_run", action="store_true", help="only count what would be asked")
    one.set_defaults(command=instructions)

    one = commands.add_parser("evaluate", help="test how instructions are followed",
                              description=evaluate.__doc__, allow_abbrev=False)  # fmt: skip
    one.add_argument("checkpoint", help="a file that training has written")
    one.add_argument("--parts", nargs="+", default=["scenarios", "following"],
                     help="scenarios, RecBole's metrics for each kind of instruction; following, "
                     "what is asked for against what comes back (default: both)")  # fmt: skip
    one.add_argument("--baseline", help="a checkpoint of another sequential model, e.g. SASRec, "
                     "to compare with")  # fmt: skip
    one.add_argument("--users", type=int, help="how many users are drawn for `following` "
                     "(default: all)")  # fmt: skip
    one.add_argument("--output", help="folder for evaluation.md and evaluation.json")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one.set_defaults(command=evaluate)

    one = commands.add_parser("benchmark", help="compare models on one split",
                              description=benchmark.__doc__, allow_abbrev=False)  # fmt: skip
    one.add_argument("--dataset", required=True, help="name of a dataset in RecBole's format")
    one.add_argument("--models", required=True, metavar="NAME,NAME,...",
                     help="InstructRec and RecBole's, e.g. Pop,SASRec,InstructRec")  # fmt: skip
    one.add_argument("--output", required=True, help="folder of the tables, plots and parts")
    one.add_argument("--seeds", metavar="N,N,...", help="seeds of training (default: 2020)")
    one.add_argument("--protocols", metavar="NAME,NAME,...",
                     help="full, unseen, uni<n>, hard<n> (default: full,unseen,uni9)")  # fmt: skip
    one.add_argument("--candidates", metavar="FILE",
                     help="for hard<n>: user_id<TAB>item_id item_id ..., best first")  # fmt: skip
    one.add_argument("--renumbered", action="store_true",
                     help="give users and items other internal numbers")  # fmt: skip
    one.set_defaults(command=benchmark)

    one = commands.add_parser("demo", help="train on ml-100k and ask", description=demo.__doc__,
                              allow_abbrev=False)  # fmt: skip
    one.add_argument("--folder", help="where the checkpoint goes (default: a temporary folder)")
    one.set_defaults(command=demo)
    return parser


if __name__ == "__main__":
    sys.exit(main())
