"""Which of a teacher's words say the same: what is not sure to is dropped."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.language import Language, load_languages
from recbole_instructrec.instruction.structure import Claim, Intention, Phrase, Preference
from recbole_instructrec.instruction.structure import Constraint as C
from recbole_instructrec.teacher.check import Check

COMEDY, HORROR = C("category", "is", label="Comedy"), C("category", "is", label="Horror")
NOUNS = {"en": "films", "zh": "电影"}


@pytest.fixture(scope="module")
def checks() -> dict[str, Check]:
    genres = ["", "Comedy", "Horror", "War", "Comedy", "Western"]
    catalogue = Catalogue(
        list("012345"),
        ["", "A", "B", "C", "D", "E"],
        labels={"category": Labels.of([[genre] if genre else [] for genre in genres])},
        numbers={"year": [np.nan, 1990, 1995, 1985, 1958, 1969]},
        roles={"year": Role("year", "y", "number", recent=2, classic=25)},
    )
    languages = load_languages(NOUNS)
    return {code: Check(catalogue, languages[code], NOUNS[code]) for code in NOUNS}


def phrase(checks, code, source):
    language = checks[code].language
    if isinstance(source, Preference):
        return Phrase("preference", code, language.description(source, NOUNS[code]), source)
    return Phrase("intention", code, language.phrase(source, NOUNS[code]), source)


FOREIGN = "not in this language"
NO_CLAIM, OTHERWISE = "a clause that is no claim", "it is understood otherwise"
NO_HORROR = Intention((C("year", "at_least", low=1990), C("category", "is_not", label="Horror")))
LIGHT = Intention(text="something to laugh about", meaning=(COMEDY,), whole=True)
TASTE = Preference(
    claims=(Claim("mostly", (COMEDY,)), Claim("sometimes", (C("category", "is", label="War"),)),
            Claim("hardly", (HORROR,)))
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "source", "text", "problem"),
    [
        ("en", NO_HORROR, "anything since 1990 without horror", ""),
        ("en", NO_HORROR, "anything since 1990", OTHERWISE),
        ("en", NO_HORROR, "horror from 1990 or later", OTHERWISE),
        ("en", NO_HORROR, "anything since 1991 without horror", "other numbers"),
        ("en", NO_HORROR, "anything since 1990, no horror and no war", "other labels"),
        ("en", LIGHT, "something that has me in stitches", ""),
        ("en", LIGHT, "a hilarious evening", "it names an attribute"),
        ("en", LIGHT, "something funny", "it names an attribute"),
        ("en", LIGHT, "something for 1990", "other numbers"),
        ("en", LIGHT, "one\ntwo", "empty or several lines"),
        ("en", LIGHT, "", "empty or several lines"),
        ("en", LIGHT, "something " * 30, "too long"),
        ("en", LIGHT, "让人捧腹的东西", FOREIGN),
        ("en", LIGHT, "yyyyyy", FOREIGN),
        ("en", LIGHT, "something \ufffd\ufffd", FOREIGN),
        ("en", LIGHT, "!!", FOREIGN),
        ("en", TASTE, "mainly comedies, occasionally war films, rarely horror", ""),
        ("en", TASTE, "rarely horror, mainly comedies, occasionally war films", ""),
        ("en", TASTE, "mainly comedies, occasionally war films", "a claim is missing"),
        ("en", TASTE, "some comedies, mainly war films, rarely horror", NO_CLAIM),
        ("en", TASTE, "mainly comedies, occasionally war films, horror", NO_CLAIM),
        ("en", TASTE, "mainly comedies and war films, rarely horror", NO_CLAIM),
        ("en", TASTE, "mainly comedies, occasionally war films, rarely horror, never westerns",
         NO_CLAIM),
        ("zh", NO_HORROR, "1990年以来的片子，恐怖除外", ""),
        ("zh", NO_HORROR, "1990年以来的恐怖片", OTHERWISE),
        ("zh", NO_HORROR, "anything since 1990, no horror", FOREIGN),
        ("zh", TASTE, "多半选喜剧片，有时选战争片，很少选恐怖片", ""),
        ("zh", TASTE, "多半选喜剧片，有时选战争片，经常选恐怖片", NO_CLAIM),
    ],
)  # fmt: skip
def test_what_is_kept(checks, code, source, text, problem):
    assert checks[code].problem(phrase(checks, code, source), text) == problem


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("source", [NO_HORROR, TASTE, LIGHT])
def test_the_phrase_itself_passes(checks, code, source):
    assert checks[code].can_be_read(phrase(checks, code, source))


@pytest.mark.parametrize("label", ["Classic", "Recent", "Horror"])
def test_a_label_may_have_the_name_of_something_old_or_new(label):
    books = Catalogue(list("012"), ["", "Emma", "Ulysses"],
                      {"category": Labels.of([[], [label], ["War"]])})  # fmt: skip
    check = Check(books, load_languages(["en"])["en"], "books")
    wish = Intention((C("category", "is", label=label),))
    assert check.can_be_read(Phrase("intention", "en", f"{label.lower()} books", wish))


def test_a_language_that_says_nothing_about_teachers(checks):
    bare = Language("fr", {"templates": [{"text": "Des {noun}."}]})
    with pytest.raises(ValueError, match="instructions/fr.yaml has no key `teacher`"):
        Check(checks["en"].catalogue, bare, "films")
