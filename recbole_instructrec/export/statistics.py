"""What an export holds: counts, lengths, distinct n-grams, and the share of each template."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from recbole_instructrec.export.source import Sentence
from recbole_instructrec.figures import table

# A word, or a sign of a writing that does not separate its words.
_TOKEN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W\u3040-\u9fff\uac00-\ud7af]+")
LONGEST_N_GRAM = 3


class Statistics:
    """Counts sentences as they are written."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.templates: Counter[tuple[str, str]] = Counter()
        self._tokens: Counter[tuple[str, str]] = Counter()
        self._longest: dict[str, int] = defaultdict(int)
        self._totals: Counter[tuple[str, int]] = Counter()
        self._distinct: dict[tuple[str, int], set[int]] = defaultdict(set)

    def add(self, one: Sentence) -> None:
        """Counts one sentence and its answer."""
        self.counts[one.scenario, one.language] += 1
        self.templates[one.language, one.template] += 1
        tokens = _TOKEN.findall(one.input.lower())
        self._tokens[one.language, "input"] += len(tokens)
        self._tokens[one.language, "output"] += len(_TOKEN.findall(one.output.lower()))
        self._longest[one.language] = max(self._longest[one.language], len(tokens))
        for n in range(1, LONGEST_N_GRAM + 1):
            grams = [hash(tuple(tokens[i : i + n])) for i in range(len(tokens) - n + 1)]
            self._totals[one.language, n] += len(grams)
            self._distinct[one.language, n].update(grams)

    @property
    def languages(self) -> list[str]:
        """The languages counted, sorted."""
        return sorted({language for _, language in self.counts})

    def distinct(self, language: str, n: int) -> tuple[int, float]:
        """Number of distinct n-grams in the instructions, and their share of all."""
        number = len(self._distinct[language, n])
        return number, number / max(1, self._totals[language, n])

    def table(self) -> str:
        """Everything as Markdown tables."""
        codes = self.languages
        scenarios = list(dict.fromkeys(scenario for scenario, _ in sorted(self.counts)))
        counts = [
            [scenario, *(self.counts[scenario, code] for code in codes)] for scenario in scenarios
        ]
        totals = {code: sum(self.counts[one, code] for one in scenarios) for code in codes}
        counts.append(["all", *totals.values()])
        rows = [
            ["tokens an instruction", *(self._mean(code, "input", totals) for code in codes)],
            ["tokens an answer", *(self._mean(code, "output", totals) for code in codes)],
            ["longest instruction", *(self._longest[code] for code in codes)],
        ]
        for n in range(1, LONGEST_N_GRAM + 1):
            cells = [self.distinct(code, n) for code in codes]
            rows.append([f"distinct {n}-grams", *(f"{m:,} ({share:.2%})" for m, share in cells)])
        templates = [
            [code, f"{number / totals[code]:.2%}", text.replace("|", "\\|")]
            for (code, text), number in sorted(self.templates.items(), key=_by_share)
        ]
        return "\n\n".join(
            table(headers, body)
            for headers, body in (
                (["scenario", *codes], counts),
                (["", *codes], rows),
                (["language", "share", "template"], templates),
            )
        )

    def _mean(self, code: str, side: str, totals: dict[str, int]) -> str:
        return f"{self._tokens[code, side] / max(1, totals[code]):.1f}"


def _by_share(entry: tuple[tuple[str, str], int]) -> tuple[str, int, str]:
    (code, text), number = entry
    return code, -number, text
