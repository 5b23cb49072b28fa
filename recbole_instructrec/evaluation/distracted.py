"""Whether words that ask for nothing move the list."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from recbole_instructrec.evaluation.asker import Asker
from recbole_instructrec.evaluation.cases import Case, Wishes
from recbole_instructrec.evaluation.ranking import ndcg, overlap
from recbole_instructrec.instruction.chatter import beside


def distracted(
    asker: Asker, cases: Sequence[Case], small_talk: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Asks for nothing and for something vague, alone and with small talk beside it.

    By the model alone, with the first template.

    Args:
        cases: Without intentions.
        small_talk: By language, what people say that asks for nothing.

    Returns:
        Two rows for each language at hand, ``asked for`` nothing and something vague: the
        ``NDCG`` of the target, with small talk, and the mean share of the list that stays the same.
    """
    rows = []
    for code, phrases in small_talk.items():
        if code not in asker.writer.languages:
            continue
        vague = Wishes(asker.writer, "target", code, asker.seed).vague(cases)
        for name, asked in (("nothing", cases), ("something vague", vague)):
            if asked:
                found = _beside(asker, asked, code, phrases)
                rows.append({"language": code, "asked for": name, **found})
    return rows


def _beside(
    asker: Asker, cases: Sequence[Case], code: str, phrases: Sequence[str]
) -> dict[str, Any]:
    score = asker.instructed("first", code)
    (plain,) = asker.lists(score, cases, asker.new)
    talking = [_talking(asker, one, code, phrases) for one in cases]
    (moved,) = asker.lists(score, talking, asker.new)
    targets = [one.target for one in cases]
    return {
        "requests": len(cases),
        f"NDCG@{asker.k}": float(ndcg(plain, targets).mean()),
        "with small talk": float(ndcg(moved, targets).mean()),
        f"top-{asker.k} overlap": float(overlap(plain, moved).mean()),
    }


def _talking(asker: Asker, case: Case, code: str, phrases: Sequence[str]) -> Case:
    choice = random.Random(f"{asker.seed} small talk {code} {case.user}")
    language = asker.writer.language(code)
    return replace(case, intention=beside(case.intention, choice.choice(phrases), language, choice))
