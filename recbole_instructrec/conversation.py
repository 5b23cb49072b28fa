"""A conversation: each sentence refines what was understood before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recbole_instructrec.answer import Recommendation
from recbole_instructrec.catalogue import MADE_BY, PERSON
from recbole_instructrec.instruction.comparisons import Shown
from recbole_instructrec.instruction.decoder import Understood, readable
from recbole_instructrec.instruction.demands import VAGUE
from recbole_instructrec.instruction.followup import (
    ABOUT_SHOWN,
    FollowUp,
    FollowUpReader,
    refined,
)
from recbole_instructrec.instruction.pronouns import Pronouns
from recbole_instructrec.instruction.structure import NEGATED, Constraint
from recbole_instructrec.instruction.versions import Versions
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
        self._rejected: frozenset[int] = frozenset()
        self._nothing = False  # was there for the last sentence
        self._answered: Request | None = None
        self._answers_in: str | None = None
        self._relative: frozenset[Constraint] = frozenset()
        self._reader = FollowUpReader(recommender.writer.languages)
        languages = recommender.writer.languages
        self._pronouns = {
            code: Pronouns(one.vocabulary, one.words_apart) for code, one in languages.items()
        }
        self._versions = {
            code: Versions(one.vocabulary, one.words_apart, recommender.known)
            for code, one in languages.items()
        }
        self._persons = {role for one in languages.values() for role in one.vocabulary.persons}
        # Whom and which item the last sentence that named any of them named.
        self._person: str | None = None
        self._item: int | None = None
        self._before: list[tuple[Understood, Request]] = []

    def say(self, sentence: str) -> Recommendation:
        """Answers the next sentence.

        "Older" or "cheaper" is relative to the median of the items last shown, "the second one"
        is one of these, and "why?" has the reasons given for them. They stay where nothing else is
        asked for, "thanks", and where others are, "something else", they do not come back before a
        new request.

        Raises:
            ValueError: If the sentence is empty or too long; the conversation stays as it was.
        """
        decoder = self.recommender.decoder
        text = readable(sentence)
        code = self._language(text)
        followup = FollowUp(text, frozenset())
        if self.understood is not None:
            text = self._pronouns[code].written_out(text, self._name)
            settled = self._settled(text, code)
            if settled is not None:
                return settled
            text = self._without_taken_back(text, code)
            followup = self._reader.read(text, code)
            if "question" in followup.moves:
                self._remember(decoder.decode(text, code, self._shown()))
        if "undo" in followup.moves and self._before:
            return self._undone(followup.language or self._answers_in or code)
        text, moves = followup.text, followup.moves
        code_said, self._answers_in = code, followup.language or self._answers_in
        code = self._answers_in or code
        shown = Shown() if "restart" in moves else self._shown()
        now = decoder.decode(text, code_said, shown) if text else Understood(code, ())
        now = replace(now, language=code)
        relative = followup.relative
        if relative and "anew" in moves:
            # "Recommend older ones" refines, "recommend older dramas" does not.
            alone = decoder.decode(text, code_said)
            compared = {one.role for one in set(now.constraints) - set(alone.constraints)}
            if alone.named or any(one.role not in compared for one in alone.constraints):
                now, relative = replace(alone, language=code), False
            else:
                moves -= {"anew"}
        if self._answered and moves <= ABOUT_SHOWN and not followup.lifted and _silent(now):
            return self._again(now, moves)
        before = self.understood or Understood(code, ())
        kept = (one for one in before.constraints if not one.roles & followup.lifted)
        before = replace(before, constraints=tuple(kept))
        understood, gave_way = self._together(before, now, moves)
        if moves & {"restart", "anew"}:
            self._rejected = frozenset()
        if "others" in moves:
            self._rejected |= set(self.shown)
        request = Request(understood, now, self.history, self._rejected, self.k)
        (answer,) = self.recommender.answer([request], self.reasons or "why" in moves)
        answer = self._noted(answer, moves, gave_way)
        if self._answered is not None and self.understood is not None:
            self._before.append((self.understood, self._answered))
        self.understood = understood
        self._remember(now)
        if relative:
            self._relative |= {one for one in now.constraints if not one.labels}
        self._nothing = not answer.items and "restart" not in moves
        if not self._nothing:
            self._show(request, answer)
        return answer

    def _remember(self, now: Understood) -> None:
        """Whom and what a sentence names, to which the next ones may refer."""
        said = [one for one in (*now.constraints, *now.dropped) if one.roles & self._persons]
        labels = [label for one in said for part in one.parts or (one,) for label in part.labels]
        if labels or now.named:
            of_token = self.recommender.catalogue.item_of_token
            self._person = labels[-1] if labels else None
            self._item = of_token[now.named[-1].item_id] if now.named else None

    def _name(self, role: str) -> str | None:
        """Who is meant by "he" or, given a role, by "the same director": whoever was named last,
        or else made the item named last, or the first one shown."""
        known = self.recommender.known
        roles = MADE_BY.get(role, (role,)) if role else (*MADE_BY, PERSON)
        if self._person is not None and (
            not role
            or self._item is None
            and any(self._person in known.labels[one].names for one in roles if one in known.labels)
        ):
            return self._person
        item = self._item if self._item is not None else next(iter(self.shown), None)
        maker = None if item is None else known.maker(item, roles)
        return maker and maker.label

    def _settled(self, text: str, code: str) -> Recommendation | None:
        """The answer to a sentence that says which of several items of a name was meant, "the 1953
        one"; None if it does not."""
        versions, before = self._versions[code], self.understood
        if not versions.speaks_of(text):
            return None
        now = self.recommender.decoder.decode(text, code)
        meant = versions.meant(text, now, before)
        if meant is None:
            return None
        title, other = meant
        names = ("liked", "disliked", "seen")
        changed = {
            name: tuple(other if one == title else one for one in getattr(before, name))
            for name in names
        }
        doubtful = tuple(one for one in before.doubtful if one != title)
        understood = replace(before, language=now.language, doubtful=doubtful, **changed)
        told = (other,) if other.same or other.title != title.title else ()
        said = Understood(now.language, (), doubtful=told)
        request = Request(understood, said, self.history, self._rejected, self.k)
        (answer,) = self.recommender.answer([request], self.reasons)
        self._before.append((before, self._answered))
        self.understood = understood
        self._remember(replace(said, liked=(other,)))
        if answer.items:
            self._show(request, answer)
        return answer

    def _without_taken_back(self, text: str, code: str) -> str:
        """What is left of a sentence that says that titles may come back: "ok, maybe Fargo"."""
        left, titles = self._versions[code].taken_back(text, self.understood.disliked)
        if titles:
            kept = tuple(one for one in self.understood.disliked if one not in titles)
            doubtful = tuple(one for one in self.understood.doubtful if one not in titles)
            self.understood = replace(self.understood, disliked=kept, doubtful=doubtful)
            self._answered = None  # they may be shown again
        return left

    def _undone(self, code: str) -> Recommendation:
        """What was shown before the last sentence that changed it, once more."""
        self.understood, self._answered = self._before.pop()
        return self._again(Understood(code, ()), frozenset())

    def _show(self, request: Request, answer: Recommendation) -> None:
        of_token = self.recommender.catalogue.item_of_token
        self.shown = tuple(of_token[item.item_id] for item in answer.items)
        self._answered = request

    def _again(self, now: Understood, moves: frozenset[str]) -> Recommendation:
        """What was shown last, once more: nothing else is asked for."""
        self.understood = replace(self.understood, language=now.language)
        understood = replace(self._answered.understood, language=now.language)
        request = replace(self._answered, understood=understood, said=now)
        (answer,) = self.recommender.answer([request], self.reasons or "why" in moves)
        self._show(request, answer)  # in another language their order may be another
        return self._noted(answer, moves)

    def _together(
        self, before: Understood, now: Understood, moves: frozenset[str]
    ) -> tuple[Understood, bool]:
        """What is understood by now, and whether something said before gave way to it."""
        joint = self.recommender.writer.language(now.language).after_separator
        understood = refined(before, now, moves, joint, self._relative)
        if moves & {"anew", "restart"} or self._possible(understood):
            return understood, False
        # No Hitchcock is newer than what was shown, and no mug is a lamp: whoever asks for lamps
        # next has done with mugs.
        exact = tuple(one for one in before.constraints if one not in self._relative)
        asks = any(one.relation not in NEGATED for one in now.constraints if one.labels)
        ways = [refined(before, now, moves | {"instead"}, joint, self._relative)]
        if asks:
            ways.insert(0, refined(replace(before, constraints=exact), now, moves, joint))
        if asks and "instead" in moves:
            # No Nike has Adidas in its title: who asks for that instead has done with Nike.
            for one in reversed(before.constraints):
                kept = tuple(other for other in before.constraints if other is not one)
                ways.append(refined(replace(before, constraints=kept), now, moves, joint))
        other = next(filter(self._possible, ways), None)
        return other or understood, other is not None

    def _noted(
        self, answer: Recommendation, moves: frozenset[str], gave_way: bool = False
    ) -> Recommendation:
        """An answer with notes on what a sentence did beside being understood."""
        replies = (
            ("restarted", "restart" in moves),
            ("gave_way", gave_way),
            ("no_answer", "question" in moves),
        )
        language = self.recommender.writer.language(answer.understood.language)
        for reply, true in replies:
            answer = answer.noted(language.reply(reply)) if true else answer
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
        typical = self.recommender.catalogue.typical(self.shown)
        if self._nothing:
            # Cheaper than what is not there is cheaper than what was asked for.
            for one in self.understood.constraints:
                limits = [end for end in (one.low, one.high) if end is not None]
                if one.is_range and one.relation not in VAGUE and len(limits) == 1:
                    typical[one.role] = limits[0]
        return Shown(self.shown, typical)


def _silent(now: Understood) -> bool:
    """Whether a sentence says nothing, as "thanks" does."""
    return now == Understood(now.language, (), wish=now.wish)
