"""Writes docs/instructions.md: random instructions of every scenario, in every shipped language.

    python docs/make_instructions.py --data_path=FOLDER

The folder holds online-retail and lastfm-tag in RecBole's format; ml-100k comes with RecBole.
The same data gives the same page. Every example is checked against the data, and so are
``--checked`` more of each dataset; their number stands on the page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import recbole_instructrec  # noqa: F401  attaches the model, before recbole is imported

# isort: split
from recbole_instructrec.export.command import open_source
from recbole_instructrec.export.source import ExampleSource
from recbole_instructrec.instruction.scenario import GRID, Mixture
from recbole_instructrec.instruction.structure import Example
from recbole_instructrec.instruction.truth import problems

HERE = Path(__file__).resolve().parent
EACH = 10
LANGUAGES = {"en": "English", "zh": "中文"}
# What may be shown of each dataset: its titles, or numbers in their place.
DATASETS = {
    "ml-100k": (
        "MovieLens 100K (GroupLens) may not be redistributed without permission: numbers stand for "
        "its titles.",
        False,
    ),
    "online-retail": (
        "UCI Online Retail (Chen, Sain and Guo 2012), CC BY 4.0: titles are shown.",
        True,
    ),
    "lastfm-tag": (
        "HetRec 2011 Last.fm (GroupLens) is for non-commercial research, and says nothing about "
        "redistribution: numbers stand for its artists.",
        False,
    ),
}
HEAD = """# Instructions of every scenario

Ten random instructions of each scenario in each language, with the right answers, for films,
shopping and music. Made by `python docs/make_instructions.py`; the wording is in
`properties/instructions`, the grid in `recbole_instructrec/instruction/scenario.py`. A scenario is
*preference-intention-task*. Histories are cut to four titles and rerankings to five candidates
here. An intention is drawn from the target, which leaks its attributes, as in the paper;
`intention_source: history` does not.
"""
_MARK = re.compile("\x02(\\d+)\x03")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data_path", required=True, help="folder of online-retail, lastfm-tag")
    parser.add_argument("--checked", type=int, default=5000, help="more examples to check")
    options = parser.parse_args()
    sys.argv = sys.argv[:1]
    parts = [HEAD]
    for dataset, (licence, titles) in DATASETS.items():
        given = {"max_instruction_history": 4, "n_candidates": 5}
        if dataset != "ml-100k":
            given["data_path"] = options.data_path
        weights = dict.fromkeys(GRID, 1)
        source = open_source(dataset, list(LANGUAGES), weights, context_share=0.2, given=given)
        if not titles:
            catalogue = source.writer.catalogue
            catalogue.titles = [f"\x02{item}\x03" for item in range(len(catalogue))]
        checked = sum(_checked(source, source.example(n)) for n in range(options.checked))
        body = list(_dataset(source))
        parts += [
            f"## {dataset}\n\n{licence}\n",
            f"Checked against the data: {options.checked:,} random examples of all scenarios with "
            f"{checked:,} claims (constraints, descriptions, candidates, facts), all true.\n",
            *body,
        ]
    (HERE / "instructions.md").write_text("\n".join(parts), encoding="utf-8")


def _dataset(source: ExampleSource) -> Iterator[str]:
    available = {one.name for mixture in source.mixtures.values() for one in mixture.weights}
    for name in GRID:
        yield f"### {name}\n"
        if name not in available:
            yield "This dataset cannot give it.\n"
            continue
        for code, language in LANGUAGES.items():
            one = ExampleSource.__new__(ExampleSource)
            vars(one).update(vars(source), mixtures={code: Mixture({name: 1})}, seed=name)
            yield f"{language}\n"
            for number in range(EACH):
                _checked(one, one.example(number))
                sentence = one.sentence(number)
                yield f"{number + 1}. {_shown(f'{sentence.input} → *{sentence.output}*')}"
            yield ""


def _checked(source: ExampleSource, made: tuple[Example, int, dict[str, str]]) -> int:
    """The number of claims in an example; stops where one is not true."""
    example, user, facts = made
    instruction, answer = example.instruction, example.answer
    language = source.writer.language(instruction.language)
    wrong = problems(example, source.composer.catalogue, source.chosen[user], facts, language)
    if wrong:
        raise SystemExit(f"{example}: {wrong}")
    return sum(
        map(
            len,
            (instruction.preference.claims, answer.preference.claims,
             instruction.intention.demands, answer.intention.demands,
             instruction.task.candidates, instruction.context),
        )
    )  # fmt: skip


def _shown(text: str) -> str:
    """The text with its hidden titles numbered in the order in which they appear."""
    seen: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"[title {seen.setdefault(match[1], len(seen) + 1)}]"

    return _MARK.sub(number, text)


if __name__ == "__main__":
    main()
