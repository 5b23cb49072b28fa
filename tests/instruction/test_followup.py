"""What a follow-up does to what was understood before."""

from __future__ import annotations

import pytest
from films import film_catalogue

from recbole_instructrec.instruction.comparisons import Shown
from recbole_instructrec.instruction.decoder import InstructionDecoder, LinkedTitle, Understood
from recbole_instructrec.instruction.followup import FollowUpReader, refined
from recbole_instructrec.instruction.structure import Constraint as C

COMEDY = C("category", "is", label="Comedy")
DRAMA = C("category", "is", label="Drama")
EITHER = C("category", "is_any", label=("Comedy", "Drama"))
NO_COMEDY = C("category", "is_not", label="Comedy")
NO_WAR = C("category", "is_not", label="War")
CLEVER = C("tags", "is", label="clever")
MUGS, RED, BLUE = (C("title", "about", label=(one,)) for one in ("mug", "red", "blue"))
RECENT = C("year", "recent", low=1998)
NOT_NINETIES = C("year", "outside", low=1990, high=1999)
NINETIES = C("year", "decade", low=1990, high=1999)
SEVENTIES = C("year", "decade", low=1970, high=1979)
SEVENTIES_TO_NINETIES = C("year", "between", low=1970, high=1999)
FIFTIES = C("year", "decade", low=1950, high=1959)
FIFTIES_OR_NINETIES = C.any_of([FIFTIES, NINETIES])
WAYNE, EASTWOOD = C("actor", "is", label="Wayne"), C("director", "is", label="Eastwood")
NO_BOTH = C.not_together([COMEDY, NINETIES])


def until(high: float) -> C:
    return C("year", "at_most", high=high)


@pytest.fixture(scope="module")
def reader(languages) -> FollowUpReader:
    return FollowUpReader(languages)


@pytest.mark.parametrize(
    ("code", "sentence", "left", "moves"),
    [
        ("en", "older ones", "older ones", ""),
        ("en", "Start over", "", "restart"),
        ("en", "start over, a comedy please", ", a comedy please", "restart"),
        ("en", "something else", "", "others"),
        ("en", "Something else, cheaper", "cheaper", "others"),
        ("en", "more", "", "others"),
        ("en", "five more", "five", "others"),
        ("en", "give me 3 more, please", "give me 3, please", "others"),
        ("en", "another two", "two", "others"),
        ("en", "2 others", "2", "others"),
        ("en", "five more films", "five films", "others"),
        ("en", "two more recent ones", "two more recent ones", ""),
        ("en", "more like the second one", "more like the second one", ""),
        ("en", "more recent", "more recent", ""),
        ("en", "what about dramas instead?", "dramas  ?", "instead"),
        ("en", "recommend some horror films", "recommend some horror films", "anew"),
        ("en", "recommend older ones", "recommend older ones", "anew"),
        ("en", "or blue ones", "or blue ones", "either"),
        ("zh", "或者蓝色的", "或者蓝色的", "either"),
        ("en", "why?", "", "why"),
        ("en", "why not a comedy", "why not a comedy", ""),
        ("zh", "为什么推荐这些？", "", "why"),
        ("zh", "重新开始", "", "restart"),
        ("zh", "换一批", "", "others"),
        ("zh", "再来五部", "五部", "others"),
        ("zh", "还要两个", "两个", "others"),
        ("zh", "还要搞笑", "还要搞笑", ""),
        ("zh", "换成喜剧", "喜剧", "instead"),
        ("zh", "那喜剧呢？", "喜剧 ？", "instead"),
        ("zh", "再便宜一点", "再便宜一点", ""),
        ("zh", "推荐一些战争片", "推荐一些战争片", "anew"),
        ("en", "recommend something else", "", "others"),
        ("en", "I've seen that. Older ones", "Older ones", "others"),
        ("en", "I've seen that film", "I've seen that film", ""),
        ("en", "I've seen the first one. Anything else?", "I've seen the first one.", "others"),
        ("en", "why the second one?", "", "why"),
        ("en", "the second one", "the second one", ""),
        ("en", "what's the first one about?", "", "question"),
        ("en", "which of these is new? No war.", "No war.", "question"),
        ("en", "which one", "which one", ""),
        ("en", "Why was the third one recommended?", "", "why"),
        ("en", "why do you think I would like the first one?", "", "why"),
        ("en", "why not something like the first one", "why not something like the first one", ""),
        ("en", "no, dramas", "dramas", "instead"),
        ("en", "comedies, no, dramas", "comedies, no, dramas", ""),
        ("en", "no dramas", "no dramas", ""),
        ("en", "actually a comedy would be better", "actually a comedy", "instead"),
        ("en", "make that a western", "a western", "instead"),
        ("en", "I changed my mind, comedy", ", comedy", "instead"),
        ("en", "drama instead of romance", "drama instead of romance", ""),
        ("en", "drama instead", "drama", "instead"),
        ("en", "the 90s too", "the 90s too", "also"),
        ("en", "the 90s as well.", "the 90s as well.", "also"),
        ("en", "too old", "too old", ""),
        ("zh", "为什么推荐第二部", "", "why"),
        ("zh", "第二部是讲什么的？", "", "question"),
        ("zh", "来点喜剧，怎么样？", "来点喜剧，怎么样？", ""),
        ("zh", "第二部看过了", "第二部看过了", ""),
        ("zh", "看过了", "", "others"),
        ("en", "include the 70s", "include the 70s", "also"),
    ],
)
def test_a_sentence_is_taken_apart(reader, code, sentence, left, moves):
    followup = reader.read(sentence, code)
    assert (followup.text, set(followup.moves)) == (left, set(moves.split()))


@pytest.mark.parametrize(
    ("before", "now", "moves", "after"),
    [
        # Labels are added, exclude one another, or take each other's place
        ([COMEDY], [DRAMA], "", [COMEDY, DRAMA]),
        ([COMEDY], [DRAMA], "instead", [DRAMA]),
        ([COMEDY, CLEVER, RECENT], [DRAMA], "instead", [CLEVER, RECENT, DRAMA]),
        ([NO_WAR, COMEDY], [DRAMA], "instead", [NO_WAR, DRAMA]),
        ([NO_WAR, COMEDY], [DRAMA], "either", [NO_WAR, EITHER]),
        ([CLEVER], [DRAMA], "either", [CLEVER, DRAMA]),
        ([MUGS, RED], [BLUE], "either", [MUGS, C("title", "about", label=("red", "blue"))]),
        ([NINETIES], [SEVENTIES], "either", [SEVENTIES_TO_NINETIES]),
        ([NINETIES], [SEVENTIES], "also", [SEVENTIES_TO_NINETIES]),
        ([NINETIES], [until(1995)], "also", [NINETIES, until(1995)]),
        ([COMEDY], [DRAMA], "also", [COMEDY, DRAMA]),
        ([COMEDY, WAYNE], [EASTWOOD], "either", [COMEDY, C.any_of([WAYNE, EASTWOOD])]),
        ([COMEDY, WAYNE], [EASTWOOD], "", [COMEDY, WAYNE, EASTWOOD]),
        # Several ranges
        ([FIFTIES_OR_NINETIES], [SEVENTIES], "also", [C.any_of([FIFTIES, NINETIES, SEVENTIES])]),
        ([FIFTIES_OR_NINETIES], [SEVENTIES], "", [SEVENTIES]),
        ([FIFTIES_OR_NINETIES], [until(1955)], "", [FIFTIES_OR_NINETIES, until(1955)]),
        ([SEVENTIES], [FIFTIES_OR_NINETIES], "", [FIFTIES_OR_NINETIES]),
        ([FIFTIES_OR_NINETIES], [COMEDY], "", [FIFTIES_OR_NINETIES, COMEDY]),
        ([COMEDY], [NO_COMEDY], "", [NO_COMEDY]),
        ([EITHER], [NO_COMEDY], "", [DRAMA, NO_COMEDY]),
        ([NO_COMEDY, NO_WAR], [COMEDY], "", [NO_WAR, COMEDY]),
        ([COMEDY], [COMEDY], "", [COMEDY]),
        # Ranges narrow or replace
        ([RECENT], [until(1990)], "", [until(1990)]),
        ([NINETIES], [until(1995)], "", [NINETIES, until(1995)]),
        ([NINETIES], [until(1980)], "", [until(1980)]),
        ([NINETIES], [until(1990)], "", [until(1990)]),
        ([until(1995)], [until(1990)], "", [until(1990)]),
        ([until(1990)], [until(1995)], "", [until(1995)]),
        ([until(1995)], [C("price", "at_most", high=5)], "",
         [until(1995), C("price", "at_most", high=5)]),
        ([NOT_NINETIES], [until(1995)], "", [NOT_NINETIES, until(1995)]),
        ([NOT_NINETIES], [NINETIES], "", [NINETIES]),
        ([NINETIES], [NOT_NINETIES], "", [NOT_NINETIES]),
        # What was excluded together gives way where all of it is asked for, and the other way round
        ([NO_BOTH], [COMEDY], "", [NO_BOTH, COMEDY]),
        ([NO_BOTH], [COMEDY, NINETIES], "", [COMEDY, NINETIES]),
        ([COMEDY, NINETIES, NO_WAR], [NO_BOTH], "", [NO_WAR, NO_BOTH]),
        ([COMEDY, RECENT], [NO_BOTH], "", [COMEDY, RECENT, NO_BOTH]),
        # All anew
        ([COMEDY, RECENT], [DRAMA], "anew", [DRAMA]),
        ([COMEDY, RECENT], [], "restart", []),
        ([COMEDY, RECENT], [], "others", [COMEDY, RECENT]),
    ],
)  # fmt: skip
def test_constraints_after_a_follow_up(before, now, moves, after):
    understood = refined(
        Understood("en", tuple(before)), Understood("en", tuple(now)), frozenset(moves.split()), ""
    )
    assert list(understood.constraints) == after


@pytest.mark.parametrize(
    ("before", "dropped", "after"),
    [
        ([COMEDY, DRAMA], COMEDY, [DRAMA]),
        ([NO_COMEDY, DRAMA], COMEDY, [DRAMA]),
        ([EITHER], COMEDY, [DRAMA]),
        ([COMEDY, NINETIES], NINETIES, [COMEDY]),
        ([NO_BOTH], COMEDY, []),
        ([DRAMA, NINETIES], COMEDY, [DRAMA, NINETIES]),
    ],
)
def test_what_is_dropped_is_neither_demanded_nor_excluded(before, dropped, after):
    now = Understood("en", (), dropped=(dropped,))
    understood = refined(Understood("en", tuple(before)), now, frozenset(), "")
    assert list(understood.constraints) == after
    assert understood.dropped == ()


@pytest.mark.parametrize(
    ("sentence", "dropped", "demanded"),
    [
        ("forget comedies, dramas", [COMEDY], ["Drama"]),
        ("never mind the comedies", [COMEDY], []),
        ("I don't mind comedies after all", [COMEDY], []),
        ("comedies are fine after all", [COMEDY], []),
        ("comedies are fine", [], ["Comedy"]),
        ("ok comedies are allowed again", [COMEDY], []),
        ("不介意喜剧", [COMEDY], []),
    ],
)
def test_what_a_sentence_drops(languages, sentence, dropped, demanded):
    read = InstructionDecoder(film_catalogue(), languages).decode(sentence)
    assert list(read.dropped) == dropped
    assert [one.label for one in read.constraints] == demanded
    assert read.rest == ""


def test_a_comparison_gives_way_to_the_opposite_one():
    cheap, dear = C("price", "at_most", high=5), C("price", "at_least", low=3)
    before, now = Understood("en", (cheap,)), Understood("en", (dear,))
    assert refined(before, now, frozenset(), "").constraints == (cheap, dear)
    relative = frozenset({cheap})
    assert refined(before, now, frozenset(), "", relative).constraints == (dear,)


def test_titles_words_and_the_number_are_kept():
    fargo, heat = LinkedTitle("Fargo", "f3", "Fargo"), LinkedTitle("Heat", "f5", "Heat")
    before = Understood("en", (), "slow", liked=(fargo,), seen=(heat,), count=5)
    now = Understood("zh", (), "set in space", disliked=(fargo,))
    after = refined(before, now, frozenset(), ", ")
    assert after == Understood(
        "zh", (), "slow, set in space", disliked=(fargo,), seen=(heat,), count=5
    )


@pytest.mark.parametrize(
    ("sentence", "constraint"),
    [
        ("older ones", until(1985)),
        ("something newer", C("year", "at_least", low=1994)),
        ("cheaper", C("price", "at_most", high=3.5)),
        ("more expensive ones", C("price", "at_least", low=5)),
        ("老一点的", until(1985)),
        ("再便宜一点", C("price", "at_most", high=3.5)),
    ],
)
def test_a_comparison_is_with_the_median_of_what_was_shown(
    catalogue, languages, sentence, constraint
):
    """From the next number in the catalogue on."""
    decoder = InstructionDecoder(catalogue, languages)
    shown = Shown(items=(1, 2), typical={"year": 1990, "price": 4})
    understood = decoder.decode(sentence, shown=shown)
    assert (understood.constraints, understood.rest) == ((constraint,), "")
