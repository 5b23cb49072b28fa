"""What a follow-up does to what was understood before: "older ones", "dramas instead"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recbole_instructrec.catalogue import KIND_ROLES
from recbole_instructrec.instruction.decoder import LinkedTitle, Understood
from recbole_instructrec.instruction.demands import VAGUE, hull
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.lexicon import Lexicon, folded, lower, rewritten
from recbole_instructrec.instruction.structure import NEGATED, NOT_TOGETHER, Constraint, Intention

MOVES = ("restart", "others", "instead", "why")
# Where all of a clause says so, positions of items shown aside: "why the second one?".
WHOLE = ("rejected", "others", "why", "question", "undo")
# What is said of the items shown, which stay.
ABOUT_SHOWN = frozenset({"why", "question"})
# A phrase that is so short counts only at the beginning or the end of a sentence.
SHORT = 1
# What a demand for a label becomes where another one would do as well.
EITHER = {"is": "is_any", "is_any": "is_any", "about": "about"}
_CLAUSE = re.compile(r"[,.;:!?。；：！？] ?")
_SIGNS = re.compile(r"[\W_]+")
_AT_END = " .!?,。！？，"


@dataclass(frozen=True)
class FollowUp:
    """A sentence taken apart.

    Attributes:
        text: What is left of it to be understood; may be empty.
        moves: Which of :data:`MOVES` it makes, ``undo`` where it goes back, ``question`` where it
            asks what an item is like, ``anew`` where it asks as a new request does, ``either``
            where it begins with "or", and ``also`` where it begins with "and".
        relative: Whether it compares with something.
        lifted: The roles in which anything will do: "any year".
        language: Code of the language that is to be answered in; None where nothing is said.
    """

    text: str
    moves: frozenset[str]
    relative: bool = False
    lifted: frozenset[str] = frozenset()
    language: str | None = None


@dataclass(frozen=True)
class _Words:
    """The words of one language by which a follow-up is known.

    Attributes:
        moves: With the move that each makes; None for what is none, "instead of".
        whole: The same where all of a clause is one of them.
        asked: That ask what an item is like, with which a clause begins, or whether one of those
            shown is, directly before its position; "is it possible" does not.
        why: Whether they ask for reasons where a clause begins with them and names an item shown;
            "why not" does not.
        corrected: That correct what was said where they are all of the first clause.
        positions: That stand for an item shown.
        languages: By what asks for an answer in it, the code of a language.
        anew: With which a new request begins.
        compared: That compare with something.
        lifted: With the role in which anything will do.
        either: With which another way to meet a demand begins.
        either_after: The same, behind it: 爱情片也行.
        also: With which something else begins that will do as well.
        also_after: The same where it ends with one.
        further: Patterns that ask for so many others.
    """

    moves: Lexicon
    whole: Mapping[str, str]
    asked: Lexicon
    why: Lexicon
    corrected: Collection[str]
    positions: Lexicon
    languages: Mapping[str, str]
    anew: Lexicon
    compared: Lexicon
    lifted: Lexicon
    either: Lexicon
    either_after: Lexicon
    also: Lexicon
    also_after: Lexicon
    further: Sequence[re.Pattern[str]]

    @classmethod
    def of(cls, language: Language) -> _Words:
        vocabulary, apart = language.vocabulary, language.words_apart

        def lexicon(entries: Iterable[tuple[str, Any]]) -> Lexicon:
            return Lexicon(entries, apart)

        return cls(
            lexicon(
                [
                    *((word, move) for move in MOVES for word in vocabulary.words[move]),
                    *((word, "") for word in vocabulary.words["negation"]),
                    *((word, "") for word in vocabulary.words["literal"]),
                ]
            ),
            {_bare(word): move for move in WHOLE for word in vocabulary.words[move]},
            lexicon(
                [
                    *((word, True) for word in vocabulary.words["asked"]),
                    *(
                        (language.word_separator.join((word, position)), True)
                        for word in vocabulary.words["asking_of"]
                        for position in vocabulary.ordinals
                    ),
                    *((word, False) for word in vocabulary.words["talk"]),
                ]
            ),
            lexicon(
                [
                    *((word, True) for word in vocabulary.words["why"]),
                    *((word, False) for word in vocabulary.words["filler"]),
                ]
            ),
            frozenset(map(_bare, vocabulary.words["corrected"])),
            lexicon(vocabulary.ordinals.items()),
            {_bare(word): code for code, said in vocabulary.answer_in.items() for word in said},
            lexicon((word, True) for word in vocabulary.words["anew"]),
            lexicon((word, True) for one in vocabulary.comparisons for word in one.words),
            lexicon((word, role) for role, said in vocabulary.lifted.items() for word in said),
            lexicon((word, True) for word in vocabulary.words["or"]),
            lexicon((word, True) for word in vocabulary.words["or_after"]),
            lexicon((word, True) for word in vocabulary.words["also"]),
            lexicon((word, True) for word in vocabulary.words["also_after"]),
            vocabulary.further,
        )


class FollowUpReader:
    """Finds in a sentence what it does to the conversation.

    Args:
        languages: The languages at hand, by code.
    """

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._words = {code: _Words.of(language) for code, language in languages.items()}

    def read(self, text: str, code: str) -> FollowUp:
        """Takes a tidy sentence apart."""
        words = self._words[code]
        moves: set[str] = set()
        for pattern in words.further:
            match = pattern.search(folded(lower(text)))
            if match:  # "five more" are five others
                moves.add("others")
                number = text[slice(*match.span("number"))]
                text = text[: match.start()] + number + text[match.end() :]
        text, said, language = self._whole_clauses(text, words)
        moves |= said
        look_up = folded(lower(text))
        pieces, done, place = [], 0, 0
        while place < len(text):
            hit = words.moves.longest(look_up, place)
            if hit is None or (hit[1] and not _counts(text, place, *hit)):
                place += 1
                continue
            end, move = hit
            if not move:
                place = end
                continue
            moves.add(move)
            pieces.append(text[done:place])
            done = place = end
        left = " ".join([*pieces, text[done:]]).strip()
        relative = any(words.compared.within(look_up))
        clauses = [0, *(match.end() for match in _CLAUSE.finditer(look_up))]
        if not moves and any(words.anew.longest(look_up, at) for at in clauses if at < len(text)):
            moves.add("anew")
        moved = words.moves.longest(look_up, 0) if text else None
        for move, begun in (("either", words.either), ("also", words.also)):
            hit = begun.longest(look_up, 0) if text else None
            if hit and not (moved and moved[1] and moved[0] >= hit[0]):  # 还是 begins another wish
                moves.add(move)
        if any(words.either_after.within(look_up)):
            moves.add("either")
        if words.also_after.ends(look_up.rstrip(_AT_END)):
            moves.add("also")
        return FollowUp(
            left if _SIGNS.sub("", left) else "",
            frozenset(moves),
            relative,
            frozenset(role for _, role in words.lifted.within(look_up)),
            language,
        )

    def _whole_clauses(self, text: str, words: _Words) -> tuple[str, set[str], str | None]:
        """A sentence without the clauses all of which make a move, these moves, and the language
        that is asked for."""
        left: list[str] = []
        moves: set[str] = set()
        language, start = None, 0
        for end in [*(match.end() for match in _CLAUSE.finditer(text)), len(text)]:
            clause = folded(lower(text[start:end]))
            said = _bare(clause)
            move = words.whole.get(said)
            of_one = _without(words.positions, clause)
            if move in (None, "question"):  # which is asked of one of those shown
                of_shown = of_one != said and words.whole.get(of_one) in ABOUT_SHOWN
                move = words.whole[of_one] if of_shown else None
                if of_one != said and _begins_with(words.why, clause):
                    move = "why"
            if _begins_with(words.asked, clause):
                move = "question"
                # "The second one, is it sad?" says what is asked about.
                left = [one for one in left if _without(words.positions, folded(lower(one)))]
            if said in words.corrected and start == 0 and end < len(text):
                move = "instead"
            if move is not None:
                moves.add("others" if move == "rejected" else move)
            elif said in words.languages:
                language = words.languages[said]
            else:
                left.append(text[start:end])
            start = end
        return "".join(left).strip(), moves, language


def _begins_with(phrases: Lexicon, text: str) -> bool:
    """Whether a text begins with a phrase that is meant."""
    begins = len(text) - len(text.lstrip())
    hit = phrases.longest(text, begins) if begins < len(text) else None
    return hit is not None and hit[1]


def _bare(text: str) -> str:
    """A text as it is looked up as a whole, without its signs."""
    return " ".join(_SIGNS.sub(" ", folded(lower(text)).replace("'", "")).split())


def _without(phrases: Lexicon, text: str) -> str:
    """The same of a text without some phrases."""
    return _bare(rewritten(text, ((start, end, " ") for start, end, _ in phrases.spans(text))))


def _counts(text: str, start: int, end: int, move: str) -> bool:
    """Whether a phrase is a move where it stands, and not a part of something else: "more" asks
    for others only on its own."""
    before, behind = (_SIGNS.sub("", one) for one in (text[:start], text[end:]))
    if move == "why":
        return not before and not behind
    if move == "others":
        phrase = text[start:end]
        return not before and (not behind or " " in phrase or not phrase.isascii())
    return end - start > SHORT or not before or not behind


def refined(
    before: Understood,
    now: Understood,
    moves: frozenset[str],
    joint: str,
    relative: frozenset[Constraint] = frozenset(),
) -> Understood:
    """What is understood after a follow-up.

    A label is added to those before, or with ``instead`` takes their place in its role, or with
    ``either`` will do as well as the last of its role, as a range does with ``also``; what was
    demanded before and is excluded now is no longer demanded, and the other way round, and what is
    dropped is neither. A range narrows the one before of the same
    role, or replaces it where it is wider, where they have no more than one number in common, or
    where the one before was vague, "recent".

    Args:
        before: What was understood up to here.
        now: What was understood of the follow-up alone.
        moves: As found by :class:`FollowUpReader`; ``restart`` forgets everything, ``anew``
            everything but titles.
        joint: What stands between words that were not understood.
        relative: Ranges that came out of comparisons, which give way to a later range.
    """
    if "restart" in moves:
        return now
    constraints = () if "anew" in moves else _uncontradicted(before.constraints, now.constraints)
    for one in now.dropped:
        constraints = tuple(filter(None, (_given_up(old, one) for old in constraints)))
    added = []
    excluded = {
        label for old in before.constraints if old.relation in NEGATED for label in old.labels
    }
    for one in now.constraints:
        if "either" in moves and one.labels and excluded.issuperset(one.labels):
            # Who says that comedies will do after all need not want them.
            constraints = _beside(constraints, one)
            continue
        other = _alternative(constraints, one, moves)
        if other is not None:
            one = _either(other, one)
            constraints = tuple(old for old in constraints if old is not other)
        if one is not None:
            constraints = _beside(constraints, one, "instead" in moves, relative)
            added.append(one)
    constraints = tuple(dict.fromkeys((*constraints, *added)))
    said = [now] if "anew" in moves else [before, now]
    rest = dict.fromkeys(one.rest for one in said if one.rest)
    wishes = list(dict.fromkeys(one.wish for one in said if one.wish))
    if len(wishes) > 1:
        told, new = (one.constraints for one in wishes)
        for one in new:
            told = _beside(told, one)
        words = joint.join(one.text for one in wishes if one.text)
        wishes = [Intention(tuple(dict.fromkeys((*told, *new))), words)]
    named = {title.item_id for title in now.named}

    def titles(old: Sequence[LinkedTitle], new: Sequence[LinkedTitle]) -> tuple[LinkedTitle, ...]:
        return (*(title for title in old if title.item_id not in named), *new)

    return Understood(
        language=now.language,
        constraints=constraints,
        rest=joint.join(rest),
        wish=wishes[0] if wishes else Intention(),
        liked=titles(before.liked, now.liked),
        disliked=titles(before.disliked, now.disliked),
        seen=titles(before.seen, now.seen),
        doubtful=titles(before.doubtful, now.doubtful),
        unknown=now.unknown,
        denied=now.denied,
        alike=tuple(
            one
            for one in dict.fromkeys((*before.alike, *now.alike))
            if not any(one.of(title) for title in now.denied)
        ),
        likened=tuple(dict.fromkeys((*before.likened, *now.likened))),
        misspelt=now.misspelt,
        associated=now.associated,
        count=now.count or (None if "anew" in moves else before.count),
    )


def _alternative(
    constraints: Sequence[Constraint], new: Constraint, moves: Collection[str]
) -> Constraint | None:
    """The last of some constraints that a new one may be another way to meet: with ``either`` a
    label or a range, with ``also`` a range that has no number in common with it."""

    def may_be(old: Constraint) -> bool:
        if old.parts and new.is_range:
            return _range_role(old) == new.role and not _meet(old, new)
        if old.role != new.role:
            return False
        if new.is_range and old.is_range:
            apart = _disjoint(old, new) and old.relation not in VAGUE
            return apart or "either" in moves
        return (
            "either" in moves
            and new.relation in EITHER
            and old.relation in EITHER
            and (EITHER[old.relation] == EITHER[new.relation])
        )

    if not {"either", "also"} & {*moves}:
        return None
    alike = next(filter(may_be, reversed(constraints)), None)
    if alike is not None or "either" not in moves or new.relation not in EITHER:
        return alike
    # "With John Wayne", "or Eastwood", who has made films as well.
    others = (one for one in constraints if one.relation in EITHER and one.role not in KIND_ROLES)
    return None if new.role in KIND_ROLES else next(others, None)


def _either(old: Constraint, new: Constraint) -> Constraint | None:
    """That one of two constraints holds; None where every number will do."""
    if old.parts or old.role != new.role:
        return Constraint.any_of((*(old.parts or (old,)), new))
    if new.is_range:
        return hull((old, new))
    labels = tuple(dict.fromkeys((*old.labels, *new.labels)))
    return replace(new, relation=EITHER[new.relation], label=labels)


def _given_up(old: Constraint, dropped: Constraint) -> Constraint | None:
    """What is left of an earlier constraint where something is not demanded any more."""
    if dropped in old.parts:
        return None
    if old.role != dropped.role:
        return old
    if not dropped.labels:
        same = (old.low, old.high) == (dropped.low, dropped.high) and not old.labels
        return None if same else old
    return _without_labels(old, dropped.labels)


def _without_labels(old: Constraint, labels: Collection[str]) -> Constraint | None:
    """An earlier constraint without some of its labels."""
    kept = tuple(label for label in old.labels if label not in labels)
    if old.relation == "is_any" and 0 < len(kept) < len(old.labels):
        single = len(kept) == 1
        return replace(old, relation="is" if single else "is_any",
                       label=kept[0] if single else kept)  # fmt: skip
    return old if len(kept) == len(old.labels) else None


def _uncontradicted(
    before: Sequence[Constraint], now: Sequence[Constraint]
) -> tuple[Constraint, ...]:
    """What was demanded before without what is excluded together now, and without that of which
    now all is demanded that it excluded together."""
    denied = {part for one in now if one.parts and {*one.parts} <= {*before} for part in one.parts}
    return tuple(
        one for one in before if one not in denied and not (one.parts and {*one.parts} <= {*now})
    )


def _beside(
    before: Sequence[Constraint],
    new: Constraint,
    replaced: bool = False,
    relative: Collection[Constraint] = (),
) -> tuple[Constraint, ...]:
    """What is left of earlier constraints beside a new one; see :func:`_left`."""
    texts = [old for old in before if old.relation == "about" and old.role == new.role]
    left = (
        # Of what texts are to hold, which may be of several kinds, the last one is replaced.
        _left(old, new, replaced and old not in texts[:-1], old in relative)
        for old in before
    )
    return tuple(one for one in left if one)


def _left(old: Constraint, new: Constraint, replaced: bool, gives_way: bool) -> Constraint | None:
    """What is left of an earlier constraint beside a new one."""
    role = _range_role(old)
    if (old.parts or new.parts) and role is not None and role == _range_role(new):
        return old if not new.parts and _meet(old, new) else None
    if old.role != new.role or old.parts:
        return old
    if "outside" in (old.relation, new.relation):
        # Kept beside a range that has other numbers as well.
        inner, outer = (old, new) if new.relation == "outside" else (new, old)
        contradicts = inner.relation != "outside" and not inner.labels and _inside(inner, outer)
        return None if contradicts else old
    if not new.labels:
        return old if old.labels or (_narrowed(old, new) and not gives_way) else None
    if old.relation in NEGATED and new.relation in NEGATED:
        return old
    if new.relation in NEGATED or old.relation in NEGATED:
        # What is demanded now is no longer excluded, and the other way round.
        return _without_labels(old, new.labels)
    return None if replaced else old


def _range_role(one: Constraint) -> str | None:
    """The role of which a constraint is a range, or one of several; None for anything else."""
    parts = one.parts or (one,)
    ranges = one.relation != NOT_TOGETHER and all(part.is_range for part in parts)
    return parts[0].role if ranges and len(one.roles) == 1 else None


def _meet(old: Constraint, new: Constraint) -> bool:
    """Whether one of several ranges has numbers in common with a new one."""
    return not all(_disjoint(part, new) for part in old.parts)


def _narrowed(old: Constraint, new: Constraint) -> bool:
    """Whether both ranges together say more than either."""
    if old.relation in VAGUE:
        return False
    low, high = old.limits, new.limits
    disjoint = _disjoint(old, new)
    inside = low[0] <= high[0] and high[1] <= low[1]
    around = high[0] <= low[0] and low[1] <= high[1]
    return not (disjoint or inside or around)


def _disjoint(one: Constraint, other: Constraint) -> bool:
    """Whether two ranges have no more than a single number in common, where one ends and the other
    begins: around 10, at most 8."""
    low, high = one.limits, other.limits
    return max(low[0], high[0]) >= min(low[1], high[1])


def _inside(inner: Constraint, outer: Constraint) -> bool:
    low, high = outer.limits
    return low <= inner.limits[0] and inner.limits[1] <= high
