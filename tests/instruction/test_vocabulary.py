"""The words for understanding: what a broken entry says."""

import re

import pytest

from recbole_instructrec.instruction.language import Language, load_languages
from recbole_instructrec.instruction.role_words import RoleWords
from recbole_instructrec.instruction.vocabulary import MAPPINGS, Vocabulary

AMOUNTS = {"year": r"\d{4}"}
SINCE = {"relation": "at_least", "pattern": "since {low}"}


def group(**changes) -> dict:
    return {"role": "year", "amount": "year", "forms": [SINCE], **changes}


def form(**changes) -> dict:
    return {"amounts": AMOUNTS, "numbers": [group(forms=[{**SINCE, **changes}])]}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"negations": []}, "understanding: there is no key 'negations'; there are: negation, "),
        ({"negation": [False]}, r"negation holds False; .* e.g. \['no'\]"),
        ({"filler": "please"}, "filler holds 'please'; give a list of words"),
        ({"numbers": [{"role": "year"}]}, "give mappings of role, amount and forms"),
        ({"numbers": [group()]}, "names the amount 'year'; there are: none"),
        ({"amounts": AMOUNTS, "numbers": [group(amount="age")]}, "'age'; there are: year"),
        (form(relation="after"), "relation 'after'; choose one of at_least, at_most"),
        (form(pattern="since {low"), "pattern 'since {low' without a number"),
        (form(pattern="{opening}{low}"), "'{opening}{low}' in a group without `opening`; add it"),
        (form(pattern="(since {low}"), r"'\(since {low}', which is no regular expression"),
        ({"digits": {"five": "5"}}, "digits holds 'five': '5'; give a word and a whole number"),
        ({"ordinals": {1: 1}}, "ordinals holds 1: 1; give a word and a whole number, or several"),
        ({"things": {"couch": "sofa"}}, "things holds 'sofa'; give a list of words"),
        ({"further": ["more"]}, "the pattern 'more' without a number; write {number} in it"),
        ({"further": ["({number}"]}, "is no regular expression"),
        ({"comparisons": [{"role": "year"}]}, "give mappings of role, side and words"),
        (
            {"comparisons": [{"role": "year", "side": "left", "words": []}]},
            "the side 'left'; choose one of below, above",
        ),
        ({"things": ["sofa"]}, r"things is \['sofa'\]; give `key: value` lines"),
        ({"pronouns": {"anyone": ["he"]}}, r"anyone is \['he'\]; give `key: value` lines"),
        ({"numbers": {"role": "year"}}, "numbers is {'role': 'year'}; give a list"),
        ({"bounds": {"at_most": 5}}, "bounds: at_most is 5; give text"),
        ({"endings": [["s"]]}, r"endings holds \['s'\]; give pairs of endings"),
        (form(step=1), "optionally apart, back, exclusive, nearest, part, spread"),
    ],
)
def test_a_broken_entry_is_quoted(content, complaint):
    with pytest.raises(ValueError, match=complaint):
        Vocabulary(content)


def test_the_language_file_is_named_as_well():
    content = {"templates": [{"text": "Go."}], "understanding": {"negation": [False]}}
    with pytest.raises(ValueError, match="instructions/fr.yaml: understanding: negation"):
        Language("fr", content)


def test_patterns_share_what_they_open_with():
    forms = [{**SINCE, "pattern": "{opening}since {low}"}, {**SINCE, "pattern": "{low} on"}]
    numbers = [group(opening="(?:made |born )?", forms=forms)]
    opened, plain = Vocabulary({"amounts": AMOUNTS, "numbers": numbers}).forms
    assert opened.pattern == r"(?:made |born )?since (?P<low>\d{4})"
    assert plain.pattern == r"(?P<low>\d{4}) on"


def test_a_role_without_forms_of_its_own_gets_the_general_ones():
    vocabulary = Vocabulary({"amounts": AMOUNTS, "numbers": [group(), group(role="any_number")]})
    assert [one.role for one in vocabulary.forms_of("year")] == ["year"]
    assert [one.role for one in vocabulary.forms_of("stars")] == ["any_number"]


@pytest.mark.parametrize(
    ("text", "matches"),
    [("since 1990", True), ("since 19901", False), ("since 1990.5", False), ("xsince 1990", False)],
)
def test_a_form_matches_whole_words_and_numbers(text, matches):
    (since,) = Vocabulary(form()).forms
    assert bool(since.compiled(RoleWords.of("year"), words_apart=True).search(text)) == matches


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("comedies", True), ("running shoes", True), ("boxes", True), ("comedy", False),
        ("business", False), ("kids'", False), ("children's", False), ("s", False),
    ],
)  # fmt: skip
def test_a_plural_is_known_by_its_ending(name, plural):
    vocabulary = Vocabulary({"endings": [["", "s"], ["", "es"], ["y", "ies"]]})
    assert vocabulary.is_plural(name) == plural


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_list_where_words_have_meanings_is_quoted(name):
    with pytest.raises(ValueError, match=rf"understanding: {name} is \['a'\]; give `key: value`"):
        Vocabulary({name: ["a"]})


@pytest.mark.parametrize("name", ["digits", "things", "numbers", "recent"])
def test_a_key_left_empty_says_nothing(name):
    assert vars(Vocabulary({name: None})).keys() == vars(Vocabulary({})).keys()


def test_a_role_name_is_no_pattern():
    (one,) = Vocabulary(form(pattern="{role} {low}")).forms
    pattern = one.compiled(RoleWords.of("A+ (grade)"), words_apart=True)
    assert pattern.search("a+ (grade) 1990")
    assert not pattern.search("aa grade 1990")


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_repetition_in_the_shipped_forms_is_bounded(code):
    """No ``*`` and no ``+`` behind anything: such a pattern may take very long on some text."""
    for one in load_languages([code])[code].vocabulary.forms:
        assert not re.search(r"(?<!\\)[*+]", one.pattern), one.pattern
