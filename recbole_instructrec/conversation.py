"""A conversation: each sentence refines what was understood before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recbole_instructrec.answer import Recommendation
from recbole_instructrec.instruction.decoder import Understood, readable
from recbole_instructrec.instruction.followup import FollowUp, FollowUpReader, refined
from recbole_instructrec.instruction.reader import Shown
from recbole_instructrec.instruction.structure import Constraint
from recbole_instructrec.recommender import Recommender, Request
from recbole_instructrec.relative import relative


class Conversation:
    """What one person has said so far, and what was shown.

    Args:
        recommender: Answers.
        history: Items the person has chosen, oldest first.
        k: Number of items; None for what the sentences say.
        reasons: Whether to give reasons even if nobody asks why.

    Attributes:
        understood: What is asked for by now; None before the first sentence.
        shown: The items last shown, best first.
    """

    def __init__(
        self,
        recommender: Recommender,
        history: tuple[int, ...] = (),
        k: int | None = None,
        reasons: bool = False,
    ) -> None:
        self.recommender = recommender
        self.history = history
        self.k = k
        self.reasons = reasons
        self.understood: Understood | None = None
        self.shown: tuple[int, ...] = ()
        self._shown_before: frozenset[int] = frozenset()
        self._relative: frozenset[Constraint] = frozenset()
        self._reader = FollowUpReader(recommender.writer.languages)

    def say(self, sentence: str) -> Recommendation:
        """Answers the next sentence.

        "Older" or "cheaper" is relative to the median of the items last shown, "the second one"
        is one of these, and "why?" has the reasons given for them.

        Raises:
            ValueError: If the sentence is empty or too long; the conversation stays as it was.
        """
        decoder = self.recommender.decoder
        text = readable(sentence)
        code = self._language(text)
        followup = FollowUp(text, frozenset())
        if self.understood is not None:
            followup = self._reader.read(text, code)
        text, moves = followup.text, followup.moves
        shown = Shown() if "restart" in moves else self._shown()
        now = decoder.decode(text, code, shown) if text else Understood(code, ())
        relative = followup.relative
        if relative and "anew" in moves:
            # "Recommend older ones" refines, "recommend older dramas" does not.
            alone = decoder.decode(text, code)
            compared = {one.role for one in set(now.constraints) - set(alone.constraints)}
            if alone.named or any(one.role not in compared for one in alone.constraints):
                now, relative = alone, False
            else:
                moves -= {"anew"}
        joint = self.recommender.writer.language(code).after_separator
        before = self.understood or Understood(code, ())
        kept = (one for one in before.constraints if not one.roles & followup.lifted)
        before = replace(before, constraints=tuple(kept))
        understood = refined(before, now, moves, joint, self._relative)
        gave_way = False
        if not moves & {"anew", "restart"} and not self._possible(understood):
            # No mug is a lamp: whoever asks for lamps next has done with mugs.
            other = refined(before, now, moves | {"instead"}, joint, self._relative)
            gave_way = self._possible(other)
            understood = other if gave_way else understood
        seen = self._shown_before | set(self.shown) if "others" in moves else frozenset()
        request = Request(understood, now, self.history, seen, self.k)
        (answer,) = self.recommender.answer([request], self.reasons or "why" in moves)
        for reply, true in (("restarted", "restart" in moves), ("gave_way", gave_way)):
            if true:
                answer = answer.noted(self.recommender.writer.language(code).reply(reply))
        self.understood = understood
        if relative:
            self._relative |= {one for one in now.constraints if not one.labels}
        self._shown_before = seen
        if answer.items or "restart" in moves:
            of_token = self.recommender.catalogue.item_of_token
            self.shown = tuple(of_token[item.item_id] for item in answer.items)
        return answer

    def _possible(self, understood: Understood) -> bool:
        """Whether any item satisfies what is demanded, "cheap" being cheap for its kind."""
        catalogue, constraints = self.recommender.known, understood.constraints
        instead = relative(catalogue, constraints, np.ones(len(catalogue), dtype=bool))
        return bool(catalogue.mask(instead.get(one, one) for one in constraints).any())

    def _language(self, text: str) -> str:
        """The language of a sentence; that of the one before where there is no letter in it."""
        if self.understood is not None and not any(c.isalpha() for c in text):
            return self.understood.language
        return self.recommender.decoder.detect(text)

    def _shown(self) -> Shown:
        return Shown(self.shown, self.recommender.catalogue.typical(self.shown))
