"""What the tokens of a sentence demand of an item.

Labels and ranges with nothing but joining words between them form a list, which is demanded or
excluded as a whole: "no romantic comedies" unwants neither all romance nor all comedies, but what
is both. What constraints cannot say exactly demands nothing, and its words are left for the
encoder.

Of things joined by "and" either will do, "comedies and dramas", since no list of films consists of
what is both; of what describes a thing all has to hold, "comedy and drama", "a romantic comedy". A
label names things if it stands in the plural or has a noun of its own, "war films and westerns";
a language without plurals has words for each way to join: 和 and 又.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, takewhile

from recbole_instructrec.catalogue import ABOUT, PART_ROLES
from recbole_instructrec.instruction.structure import Constraint

MEANT = ("label", "range")
SMALL = ("small", "noun")
NEXT = frozenset({"next"})
VAGUE = ("recent", "classic", "popular", "obscure", "cheap", "expensive")
LIMITS = ("at_least", "at_most", "above", "below")
CLAUSE_ENDS = ("border", "comma")
CONJUNCTIONS = ("and", "each", "or")
_JOINERS = ("", "small", "comma", "and", "each", "or")  # from weak to strong


@dataclass(frozen=True)
class Token:
    """A stretch of a sentence.

    Attributes:
        kind: ``label``, ``range``, ``negation``, ``and``, ``each`` (joins things of which either
            will do), ``or``, ``comma``, ``space``, ``small`` (may stand between a negation and
            what it excludes), ``noun`` (may as well), ``excess`` ("too", which excludes where
            nothing else does), ``lacking`` (excludes only what stands directly before it:
            "egg-free"), ``or_after`` (what stands before it will do as well: 爱情片也行),
            ``all_hold`` (all that stands before it has to hold: 阳台和电梯都要),
            ``filler`` (says nothing), ``border`` (between two clauses),
            ``about`` (before a topic), ``title``, or ``word``.
        constraints: What a label or a range demands; where several labels of the catalogue go
            by the same name, one of these.
        sides: For a negation, what it excludes: what stands ``before`` it, ``after`` it, or only
            the ``next`` word: "a not too scary thriller".
        drops: Whether it only gives up what it is of: "I don't mind horror".
        own: Whether a label goes by its very name.
        things: Whether a label names things rather than describing them; of ``small``, whether a
            label behind it does.
        turns: Whether what is demanded before a border is wanted at other times: "but tonight".
        holds: Whether it is what each item has, or what stands behind is: "with a gym and a spa",
            "about a gym and a spa".
    """

    start: int
    end: int
    kind: str
    constraints: tuple[Constraint, ...] = ()
    sides: frozenset[str] = frozenset()
    things: bool = False
    turns: bool = False
    holds: bool = False
    drops: bool = False
    own: bool = False


@dataclass
class _List:
    """Labels and ranges in a row, and how each is joined to the one before it."""

    negation: Token | None = None
    members: list[Token] = field(default_factory=list)
    joiners: list[str] = field(default_factory=list)
    goes_on: bool = False  # behind what is demanded in the same clause
    held: bool = False  # all of one item: "with a gym and a spa"

    @property
    def narrow(self) -> bool:
        """Whether its negation excludes nothing that follows without a joining word."""
        return self.negation is not None and "next" in self.negation.sides

    def cut_at_last_comma(self) -> tuple[_List, _List]:
        """What stands before the last comma, and what stands behind it or else everything."""
        commas = [place for place, joiner in enumerate(self.joiners) if joiner == "comma"]
        cut = commas[-1] if commas else 0
        before = _List(self.negation, self.members[:cut], self.joiners[:cut])
        return before, _List(None, self.members[cut:], ["", *self.joiners[cut + 1 :]])

    def cut_at_last_label(self) -> tuple[_List, _List]:
        """What stands before the last label, and the label with those that an "and" or "or" joins
        to it: "quick egg and nut free dishes"."""
        cut = len(self.members) - 1
        while cut and self.joiners[cut] in ("small", *CONJUNCTIONS) and self._alike(cut - 1):
            cut -= 1
        before = replace(self, members=self.members[:cut], joiners=self.joiners[:cut])
        return before, _List(None, self.members[cut:], ["", *self.joiners[cut + 1 :]])

    def _alike(self, place: int) -> bool:
        """Whether a member is a label of a role of the last one."""
        return bool(_roles(self.members[place]) & _roles(self.members[-1]))


@dataclass(frozen=True)
class Found:
    """What a stretch of a sentence demands.

    Attributes:
        joined: Whether "and" joins it to what is demanded before it, and not as what one item has
            all of.
        dropped: What it says is not demanded, or excluded, any more.
    """

    start: int
    end: int
    constraints: tuple[Constraint, ...]
    joined: bool = False
    dropped: tuple[Constraint, ...] = ()


def demands(tokens: Sequence[Token], comma_lists: bool = True) -> list[Found]:
    """What a sentence's tokens demand, in the order of mention.

    Args:
        comma_lists: Whether a comma stands in lists, as in "no horror, war or romance". In
            Chinese 、 does, and what a negation is of ends at a comma.
    """
    tokens = list(_without_excess(tokens))
    turn = max((place for place, token in enumerate(tokens) if token.turns), default=0)
    passed = [Found(one.start, one.end, ()) for one in tokens[:turn] if one.kind in MEANT]
    found = [found for one in _lists(tokens[turn:]) for found in _demands(one, comma_lists)]
    passed += [one for one in found if one.dropped]
    found = [one for one in found if not one.dropped]
    return passed + _without_contradictions(sorted(found, key=lambda one: one.start))


# Lists --------------------------------------------------------------------------------------------


def _without_excess(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, where "too scary" excludes and in "nothing too scary" "too" says nothing."""
    negated = False
    for place, token in enumerate(tokens):
        if token.kind == "excess":
            excludes = not negated and _next_kind(tokens, place + 1) in MEANT
            token = replace(token, kind="negation" if excludes else "small", sides=NEXT)
        yield token
        negated = token.kind == "negation" or (negated and token.kind in (*SMALL, "space"))


def _lists(tokens: Sequence[Token]) -> Iterator[_List]:
    """Labels and ranges in a row, each list with the negation that it stands under.

    Behind a negation of something unknown, "not sure about horror", nothing is demanded until
    the clause ends; where it can only be of one word, "not too long and from the 80s", until an
    "and".
    """
    current = _List()
    joiner, doubtful, of_one = "", False, False
    for place, token in enumerate(tokens):
        goes_on = of_one and token.kind == "and" and _next_kind(tokens, place + 1) != "label"
        if token.kind in CLAUSE_ENDS or goes_on:
            doubtful = False
        # "Not too keen on horror and comedies" is of both.
        of_one &= token.kind not in (*MEANT, "and")
        if token.kind in SMALL:
            if token.kind == "noun" and current.members and joiner in ("", "small"):
                current.members[-1] = replace(current.members[-1], things=True)
            # "Scared of horror so a comedy, please" excludes no one thing that is both.
            another = token.things and joiner in ("", "small")
            # "With a gym or with a spa" is of either.
            holds = token.holds and joiner != "or"
            if current.members and (another if current.negation else holds):
                yield current
                current, joiner = _List(), ""
            if holds and current.negation is None:
                current.held = True
            held = current.held or (current.members and current.members[-1].holds)
            either = token.things and joiner == "and" and not held
            joiner = "each" if either else _stronger(joiner, "small")
        elif token.kind == "space":
            joiner = _stronger(joiner, "comma" if current.members else "")
        elif token.kind in _JOINERS and current.members:
            joiner = _stronger(joiner, token.kind)
        elif token.kind == "or_after":
            if current.negation:  # 没有早餐也行
                current.negation = replace(current.negation, drops=True)
                yield current
                current = _List()
            elif len(current.members) > 1:
                current.joiners[-1] = "or"
            joiner = ""
        elif token.kind == "all_hold":
            current.held |= current.negation is None
            joiner = ""
        elif token.kind == "lacking" and place and _is_label(tokens[place - 1], current):
            # "No egg allergy" and "not egg-free" say nothing that is certain.
            denied = current.negation is not None
            current, excluded = (_List(), _List()) if denied else current.cut_at_last_label()
            excluded.negation = token
            yield excluded
        elif token.kind in MEANT and not doubtful:
            current.members.append(token)
            if joiner == "small":
                two_labels = all(one.kind == "label" for one in current.members[-2:])
                joiner = "small" if two_labels and not current.negation else ""
            current.joiners.append(joiner)
            joiner = ""
        else:
            if token.sides & {"after", "next"} and _next_kind(tokens, place + 1) in MEANT:
                goes_on = bool(current.members) and current.negation is None
                following = _List(negation=token, goes_on=goes_on)
            elif _is_behind(tokens, place) and current.members:
                current, excluded = current.cut_at_last_comma()
                excluded.negation, following = token, _List()
                yield excluded
            else:
                following = _List()
                # A single ideograph is more often part of an unknown word than a negation.
                doubtful |= (
                    token.kind == "negation"
                    and token.end - token.start > 1
                    and not _of_one_word(tokens, place)
                )
                of_one |= token.sides == NEXT
            yield current
            current, joiner = following, ""
    yield current


def _is_label(token: Token, of: _List) -> bool:
    """Whether a token is a label, and the last member of a list."""
    return token.kind == "label" and bool(of.members) and of.members[-1].end == token.end


def excludes_behind(tokens: Sequence[Token], place: int) -> bool:
    """Whether a negation is of what stands behind it where it may be of what stands before it as
    well: "any thrillers? No horror", but not "horror? No, thrillers"."""
    return tokens[place].sides >= {"before", "after"} and (
        _next_kind(tokens, place + 1) in (*MEANT, "word", "title")
    )


def _is_behind(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token excludes what stands before it: "horror aside", and 恐怖片不要 but not
    喜剧，不要白色, where something unknown follows that it may be of as well."""
    sides = tokens[place].sides
    if not sides >= {"before", "after"}:
        return "before" in sides
    goes_on = place > 0 and tokens[place - 1].kind == "comma" and _says_more(tokens, place + 1)
    return not goes_on and _next_kind(tokens, place + 1) not in ("word", "title")


def _says_more(tokens: Sequence[Token], place: int) -> bool:
    """Whether a clause goes on with more than a particle: 喜剧，不要我看过的."""
    rest = takewhile(lambda one: one.kind not in CLAUSE_ENDS, islice(tokens, place, None))
    return any(one.kind == "filler" and one.end - one.start > 1 for one in rest)


def _of_one_word(tokens: Sequence[Token], place: int) -> bool:
    """Whether a negation is of one unknown word that describes what follows: "a less violent
    western", 不太暴力的西部片."""
    if tokens[place].sides != NEXT:
        return False
    place += 1
    while place < len(tokens) and tokens[place].kind == "small":
        place += 1
    start = place
    while place < len(tokens) and tokens[place].kind == "word":
        place += 1
        if tokens[place - 1].start > tokens[start].end:
            break  # in a language that separates its words
    return (
        place > start
        and place < len(tokens)
        and tokens[place].kind in (*MEANT, "small")
        and _next_kind(tokens, place) in MEANT
    )


def _stronger(joiner: str, other: str) -> str:
    return max(joiner, other, key=_JOINERS.index)


def _next_kind(tokens: Sequence[Token], place: int) -> str:
    """The kind of the next token, small words aside."""
    while place < len(tokens) - 1 and tokens[place].kind in (*SMALL, "space"):
        place += 1
    return tokens[place].kind if place < len(tokens) else "border"


# Demands ------------------------------------------------------------------------------------------


def _demands(one: _List, comma_lists: bool) -> Iterator[Found]:
    """What a list demands, or excludes."""
    if not one.members:
        return
    joiners = _with_small_words(one)
    following = ""
    for place in reversed(range(1, len(joiners))):
        if joiners[place] == "comma":
            # "Mugs, blue or red" are mugs, unlike what "mugs, lamps or vases" are.
            before, behind = one.members[place - 1 : place + 1]
            # And "phones, Nokia or Sony" are phones.
            described = _is_described(before, behind) or _of_other_roles(before, behind)
            ends = described if not one.negation else not comma_lists
            goes_on = "" if ends else following
            if _of_several_ranges(before, behind, joiners[place + 1 : place + 2]):
                goes_on = "or"
            # "Jazz or soul, instrumental" is instrumental.
            chosen = "or" in joiners[1:place] and not goes_on
            joiners[place] = goes_on or ("comma" if one.negation or chosen else "")
        elif joiners[place]:
            following = joiners[place]
    end = 0
    if one.negation:
        # An exclusion ends at a comma, unless the list goes on to an "and" or "or".
        ends = ("comma", "") if one.narrow else ("comma",)
        end = next((p for p in range(1, len(joiners)) if joiners[p] in ends), len(joiners))
        if one.narrow:
            # "Not too scary and from the 80s" is from the 80s; "not too old and cheap" is neither.
            described = one.members[0].kind == "label"
            ranges = (
                p
                for p in range(1, end)
                if one.members[p].kind == "range" and (described or _is_exact(one.members[p]))
            )
            end = next(ranges, end)
        last = end
        # "A drama without war from the 80s" is from the 80s.
        while (
            one.goes_on
            and last > 1
            and one.members[last - 1].kind == "range"
            and not joiners[last - 1]
        ):
            last -= 1
        yield from (Found(m.start, m.end, m.constraints) for m in one.members[last:end])
        groups = _split(one.members[:last], joiners[:last], CONJUNCTIONS)
        yield from (_dropped if one.negation.drops else _excluded)(one.negation, groups)
    members, joiners = one.members[end:], joiners[end:]
    joiners = joiners if one.held else _of_things(members, joiners)
    start = 0
    for part in _split(members, joiners, ("and", "comma")):
        joined = start > 0 and joiners[start] == "and" and not one.held
        for found in _demanded(_split(part, joiners[start : start + len(part)], ("or",))):
            yield replace(found, joined=joined)
        start += len(part)


def _with_small_words(one: _List) -> list[str]:
    """How the members of a list are joined, where small words stand between two labels: each is
    demanded by itself, and what is excluded is all of it, "thrillers by Hitchcock", unless both
    are of one role."""
    joiners = list(one.joiners)
    for place, joiner in enumerate(joiners):
        if joiner == "small":
            alike = _roles(one.members[place - 1]) & _roles(one.members[place])
            joiners[place] = "" if one.negation and not alike else "and"
    return joiners


def _of_things(members: Sequence[Token], joiners: Sequence[str]) -> list[str]:
    """The joiners, where an "and" between things is an "or"."""
    decided = []
    for place, joiner in enumerate(joiners):
        if place and joiner in ("and", "each"):
            end = next((p for p in range(place + 1, len(joiners)) if joiners[p]), len(joiners))
            labels = [m for m in members[place:end] if m.kind == "label"]
            left = members[place - 1]
            alike = left.kind == "label" and labels and _roles(left) == _roles(labels[-1])
            things = joiner == "each" or (alike and left.things and labels[-1].things)
            parts = _roles(left) & {*PART_ROLES}
            joiner = "or" if alike and things and not parts else "and"
        decided.append(joiner)
    return decided


def _roles(member: Token) -> set[str]:
    return {constraint.role for constraint in member.constraints}


def _split(
    members: Sequence[Token], joiners: Sequence[str], at: Sequence[str]
) -> list[list[Token]]:
    """The members in groups; a new one begins at each of some joiners."""
    groups: list[list[Token]] = []
    for place, (member, joiner) in enumerate(zip(members, joiners, strict=True)):
        if place == 0 or joiner in at:
            groups.append([])
        groups[-1].append(member)
    return groups


def _demanded(alternatives: Sequence[Sequence[Token]]) -> Iterator[Found]:
    """Alternatives, each of one or more members that stand together.

    What stands before the first alternative holds for all, and so do ranges and labels of another
    kind behind the last: "recent comedy or drama from the 90s", "hybrid or electric sedans".
    """
    first, last = alternatives[0], alternatives[-1]
    said = _said_of_each(alternatives)
    if len(alternatives) == 1:
        members = [[member] for member in first]
    elif said:
        members = [[one] for one in first if one.constraints in said]
        members.append(
            [one for each in alternatives for one in each if one.constraints not in said]
        )
    elif pairs := _pairs(alternatives):
        members = pairs
    else:
        middle = [member for one in alternatives[1:-1] for member in one]
        chosen = [first[-1], *middle, last[0]]
        roles = {role for member in chosen for role in _roles(member)}
        alike = (m for m in last[1:] if m.kind != "range" and _roles(m) & roles)
        if len(middle) != len(alternatives) - 2 or any(alike):
            return
        members = [*([m] for m in first[:-1]), chosen, *([m] for m in last[1:])]
    demands = [_any(one) for one in members]
    if None not in demands:
        yield Found(first[0].start, last[-1].end, tuple(demands))


def _pairs(alternatives: Sequence[Sequence[Token]]) -> list[list[Token]]:
    """For two alternatives of two labels each, of the same two roles, what has to hold of each
    item: "a red coupe or a blue estate" is red or blue, a coupe or an estate, red or an estate,
    and blue or a coupe. Nothing for others."""
    if [len(one) for one in alternatives] != [2, 2]:
        return []
    members = [member for one in alternatives for member in one]
    roles = [_roles(member) for member in members]
    labels = all(one.kind == "label" and len(one.constraints) == 1 for one in members)
    if not labels or roles[0] == roles[1] or roles[:2] not in (roles[2:], roles[:1:-1]):
        return []
    (first, second), others = alternatives[0], alternatives[1]
    third, fourth = sorted(others, key=lambda one: _roles(one) != roles[0])
    return [[first, third], [second, fourth], [first, fourth], [second, third]]


def _said_of_each(alternatives: Sequence[Sequence[Token]]) -> set[tuple[Constraint, ...]]:
    """What each of some alternatives says again, where the rest of each is one member: a thriller
    in "recent thrillers or old thrillers"; nothing otherwise."""
    each = [{member.constraints for member in one} for one in alternatives]
    said = set.intersection(*each)
    return said if all(len(one) == len(said) + 1 for one in each) else set()


def _is_described(member: Token, other: Token) -> bool:
    """Whether of two members only the first one names things. Names as a catalogue has them need
    not tell: "Animals, Friendship or Food"."""
    alike = member.own and other.own and _roles(member) == _roles(other)
    return member.things and not other.things and not alike


def _of_other_roles(member: Token, other: Token) -> bool:
    """Whether two members are of different roles, and of neither it is known from a text."""
    roles = _roles(member), _roles(other)
    return (
        roles[0].isdisjoint(roles[1])
        and not any(one.relation == "about" for each in (member, other) for one in each.constraints)
        and ABOUT not in roles[0] | roles[1]
    )


def _of_several_ranges(member: Token, other: Token, joiner: Sequence[str]) -> bool:
    """Whether two ranges of one number are the first of several, before "or": "50s, 60s or 80s".

    Args:
        joiner: How the next member is joined to the other one, if there is one.
    """
    if not member.kind == other.kind == "range":
        return False
    roles = ({role for c in one.constraints for role in c.roles} for one in (member, other))
    several = any(constraint.parts for constraint in other.constraints)
    return (several or "or" in joiner) and len(set.union(*roles)) == 1


def _any(members: Sequence[Token]) -> Constraint | None:
    """That one of some members holds; None where nothing is left to be demanded."""
    constraints = list(dict.fromkeys(c for member in members for c in member.constraints))
    if len(constraints) == 1:
        return constraints[0]
    if any(one.parts for one in constraints):
        return Constraint.any_of([part for one in constraints for part in one.parts or (one,)])
    if len({(constraint.role, bool(constraint.label)) for constraint in constraints}) > 1:
        return Constraint.any_of(constraints)
    if constraints[0].label is None:
        if _disjoint(constraints) and all(one.relation in LIMITS for one in constraints):
            return Constraint.any_of(constraints)  # "under 50 pages or over 300"
        return hull(constraints)
    labels = tuple(dict.fromkeys(label for one in constraints for label in one.labels))
    relation = "about" if constraints[0].relation == "about" else "is_any"
    return Constraint(constraints[0].role, relation, label=labels)


def hull(ranges: Sequence[Constraint]) -> Constraint | None:
    """The smallest range around some of one role; None where it has no limit."""
    if any(one.relation == "outside" for one in ranges):
        return None
    lows = [one.low for one in ranges]
    highs = [one.high for one in ranges]
    low = None if None in lows else min(lows)
    high = None if None in highs else max(highs)
    if low is None and high is None:
        return None
    for one in ranges:
        if (one.low, one.high) == (low, high):
            return one
    relation = "at_most" if low is None else "at_least" if high is None else "between"
    return Constraint(ranges[0].role, relation, low=low, high=high)


def _excluded(negation: Token, groups: Sequence[Sequence[Token]]) -> Iterator[Found]:
    """Each group's opposite; of what describes one thing, "no romantic comedies", that not all of
    it holds."""
    opposites: list[Constraint | None] = []
    for group in groups:
        if len({member.constraints for member in group}) == 1:
            opposites += _opposite(group[0])
            continue
        parts = [_any([member]) for member in group]
        if None in parts or _lists_things(group):
            return
        opposites.append(Constraint.not_together(tuple(dict.fromkeys(parts))))
    if None not in opposites:
        members = [member for group in groups for member in group]
        start = min(negation.start, members[0].start)
        yield Found(start, max(negation.end, members[-1].end), tuple(opposites))


def _dropped(negation: Token, groups: Sequence[Sequence[Token]]) -> Iterator[Found]:
    """That nothing is demanded any more of some groups."""
    members = [member for group in groups for member in group]
    start = min(negation.start, members[0].start)
    constraints = tuple(dict.fromkeys(c for member in members for c in member.constraints))
    yield Found(start, max(negation.end, members[-1].end), (), dropped=constraints)


def _lists_things(group: Sequence[Token]) -> bool:
    """Whether one thing stands behind another of its kind, 爱情片喜剧片, of which nobody can say
    whether each is meant or both in one; "comedies by Allen" are both."""
    return any(one.things and _roles(one) & _roles(other) for one, other in pairwise(group))


def _opposite(member: Token) -> list[Constraint | None]:
    if member.kind == "label":
        return [
            replace(one, relation="not_about" if one.relation == "about" else "is_not")
            for one in member.constraints
        ]
    return [part.opposite for one in member.constraints for part in one.parts or (one,)]


def _without_contradictions(found: Sequence[Found]) -> list[Found]:
    """What was found, without what could never hold.

    A label that is demanded is not excluded as well: "horror, not too scary". Of ranges with no
    number in common a vague one gives way, "an old film from the 90s", and others are taken for
    alternatives, "from the 60s and maybe the 80s".
    """
    demanded = {(c.role, c.label) for one in found for c in one.constraints if c.relation == "is"}
    found = [
        one
        for one in found
        if demanded.isdisjoint((c.role, c.label) for c in one.constraints if c.relation == "is_not")
    ]
    ranges: dict[str, list[Constraint]] = {}
    for one in found:
        for constraint in one.constraints:
            if constraint.is_range:
                ranges.setdefault(constraint.role, []).append(constraint)
    hulls: dict[str, Constraint | None] = {}
    vague: set[Constraint] = set()
    for role, one in ranges.items():
        if _disjoint(one):
            vague |= {constraint for constraint in one if constraint.relation in VAGUE}
            exact = [constraint for constraint in one if constraint not in vague]
            if _disjoint(exact):
                hulls[role] = hull(exact)
    merged = []
    for one in found:
        constraints = [
            hulls.get(constraint.role, constraint) if constraint.is_range else constraint
            for constraint in one.constraints
            if constraint not in vague
        ]
        if constraints and None not in constraints:
            merged.append(replace(one, constraints=tuple(constraints)))
    return _without_implied(merged)


def _without_implied(found: Sequence[Found]) -> list[Found]:
    """What was found, without limits that another one says as well: of "not too long, under 400
    pages" the latter."""
    said = [constraint for one in found for constraint in one.constraints if constraint.is_range]
    return [
        replace(
            one,
            constraints=tuple(
                constraint
                for constraint in one.constraints
                if not (constraint.is_range and any(_implies(other, constraint) for other in said))
            ),
        )
        for one in found
    ]


def _is_exact(member: Token) -> bool:
    return all(constraint.relation not in VAGUE for constraint in member.constraints)


def _implies(one: Constraint, other: Constraint) -> bool:
    """Whether a limit says all that another limit on the same side says, neither of them vague."""
    if one.role != other.role or {one.relation, other.relation} & {*VAGUE}:
        return False
    if one.high is None and other.high is None:
        return one.low > other.low
    return one.low is None and other.low is None and one.high < other.high


def _disjoint(ranges: Sequence[Constraint]) -> bool:
    lows = [one.low for one in ranges if one.low is not None]
    highs = [one.high for one in ranges if one.high is not None]
    return bool(lows and highs) and max(lows) > min(highs)
