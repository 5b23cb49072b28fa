"""Puts phrases into a teacher's words, and keeps those that still say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tqdm import tqdm

from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.structure import Phrase
from recbole_instructrec.teacher.cache import Cache, key_of
from recbole_instructrec.teacher.check import Check
from recbole_instructrec.teacher.models import MAX_NEW_TOKENS, Teacher


@dataclass
class Plan:
    """What a run will ask.

    Attributes:
        prompts: The prompt of each phrase that is to be asked about.
        cached: How many of them are answered on disk already.
        unreadable: How many phrases cannot be judged and are left as they are.
        tokens: Tokens of the prompts that are not answered yet.
        most_answered: The most tokens that their answers can have.
    """

    prompts: dict[Phrase, str] = field(default_factory=dict)
    cached: int = 0
    unreadable: int = 0
    tokens: int = 0
    most_answered: int = 0

    def __str__(self) -> str:
        return (
            f"{len(self.prompts)} phrases, {self.cached} of them answered before, "
            f"{self.unreadable} left as they are; to ask: about {self.tokens} tokens in prompts "
            f"and at most {self.most_answered} in answers"
        )


class Rewriter:
    """Asks a teacher and judges its answers.

    Args:
        teacher: Answers prompts.
        cache: Keeps its answers.
        checks: By language code, tells which answers say the same.
    """

    def __init__(self, teacher: Teacher, cache: Cache, checks: Mapping[str, Check]) -> None:
        self.teacher = teacher
        self.cache = cache
        self.checks = checks
        self.kept = 0
        self.dropped: Counter[str] = Counter()

    def plan(self, phrases: Sequence[Phrase]) -> Plan:
        """What rewriting the phrases would ask; nothing is asked yet."""
        plan = Plan()
        for phrase in phrases:
            check = self.checks[phrase.code]
            if not check.can_be_read(phrase):
                plan.unreadable += 1
                continue
            prompt = prompt_for(phrase, check.language)
            plan.prompts[phrase] = prompt
            if self.cache.get(self._key(prompt)) is not None:
                plan.cached += 1
            else:
                plan.tokens += self.teacher.count_tokens(prompt)
                plan.most_answered += MAX_NEW_TOKENS
        return plan

    def rewrite(self, phrases: Sequence[Phrase]) -> dict[Phrase, str]:
        """Other words for the phrases for which the teacher gives some that say the same.

        Each batch of answers is on disk before the next one is asked for, so a run that is
        killed goes on where it stopped, and a second run asks nothing.

        Raises:
            ValueError: If the teacher answers nothing at all.
        """
        prompts = self.plan(phrases).prompts
        self.dropped.clear()
        self._ask([one for one in dict.fromkeys(prompts.values()) if not self._kept(one)])
        kept = {}
        for phrase, prompt in prompts.items():
            answer = self._kept(prompt)
            text = _stripped(answer or "")
            problem = self.checks[phrase.code].problem(phrase, text) if answer else "no answer"
            if problem:
                self.dropped[problem] += 1
            else:
                kept[phrase] = text
        self.kept = len(kept)
        return kept

    def told(self) -> str:
        """How many phrases are in the teacher's words, and why the others are not."""
        reasons = "".join(
            f"; {number} dropped: {why}" for why, number in self.dropped.most_common()
        )
        return f"{self.kept} phrases in the teacher's words{reasons}"

    def _ask(self, prompts: Sequence[str]) -> None:
        size = self.teacher.batch_size
        with tqdm(total=len(prompts), desc="teacher", unit="", disable=None) as bar:
            for start in range(0, len(prompts), size):
                batch = prompts[start : start + size]
                answers = self.teacher.answer(batch)
                self.cache.put(
                    {
                        self._key(prompt): answer
                        for prompt, answer in zip(batch, answers, strict=True)
                        if answer is not None
                    }
                )
                bar.update(len(batch))

    def _kept(self, prompt: str) -> str | None:
        return self.cache.get(self._key(prompt))

    def _key(self, prompt: str) -> str:
        return key_of([self.teacher.name, prompt])


def prompt_for(phrase: Phrase, language: Language) -> str:
    """What a teacher is asked about a phrase."""
    kind = phrase.kind
    if kind == "intention" and not phrase.source.constraints:
        kind = "situation"
    return language.teacher[kind].format(phrase=phrase.text)


def _stripped(answer: str) -> str:
    """An answer without quotation marks and a full stop around it."""
    return answer.strip().strip("\"'“”「」").rstrip(".。").strip()
