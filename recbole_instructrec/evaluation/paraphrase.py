"""Whether the same intention in other words gets the same list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recbole_instructrec.evaluation.asker import Asker
from recbole_instructrec.evaluation.cases import Case
from recbole_instructrec.evaluation.ranking import overlap
from recbole_instructrec.instruction.structure import Instruction


def paraphrased(asker: Asker, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Overlap of the lists for two wordings of the same intention, one of them the first template
    of the asker's language.

    Args:
        cases: With specific intentions.

    Returns:
        A row for each other wording: a drawn template used in training, one held out, and one of
        each other language; what a language lacks is left out. ``encoder alone`` and ``as served``
        are means of the share of the list that is the same.
    """
    allowed = asker.new
    (alone,) = asker.lists(asker.instructed("first"), cases, allowed)
    served = asker.served(cases, "first")
    rows = []
    for templates, code in _wordings(asker, cases[0]):
        (other,) = asker.lists(asker.instructed(templates, code), cases, allowed)
        rows.append(
            {
                "requests": len(cases),
                "other wording": f"{code}, {templates.replace('_', ' ')} templates",
                f"top-{asker.k} overlap, encoder alone": float(np.nanmean(overlap(alone, other))),
                "as served": float(
                    np.nanmean(overlap(served, asker.served(cases, templates, code)))
                ),
            }
        )
    return rows


def _wordings(asker: Asker, case: Case) -> list[tuple[str, str]]:
    """The kinds of templates and the languages there are."""
    codes = [asker.language, *(code for code in asker.writer.languages if code != asker.language)]
    instruction = Instruction(asker.language, intention=case.intention)
    shapes = [instruction, asker.recommender.instruction("", case.intention, case.history)]
    found = []
    for code in codes:
        language = asker.writer.language(code)
        for templates in ("seen", "held_out"):
            try:
                for one in shapes:
                    language.fitting(one, templates == "held_out")
            except ValueError:
                continue
            found.append((templates, code))
    return found
