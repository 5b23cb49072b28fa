"""Whole examples of every scenario: each thousands of times, and each claim checked."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.composer import Composer
from recbole_instructrec.instruction.language import Language
from recbole_instructrec.instruction.preference import count, holds
from recbole_instructrec.instruction.scenario import GRID, Scenario
from recbole_instructrec.instruction.truth import problems
from recbole_instructrec.instruction.writer import InstructionWriter

GENRES = ["Comedy", "Horror", "Children's", "War", "Sci-Fi", "Western"]
N_ITEMS, N_PEOPLE = 300, 40


@pytest.fixture(scope="module")
def films() -> Catalogue:
    """Films, some of which have no genres, years or prices."""
    generator = np.random.default_rng(0)
    cells = [[], *(generator.choice(GENRES, generator.integers(0, 4)) for _ in range(N_ITEMS))]
    year = 2000.0 - generator.geometric(0.08, N_ITEMS + 1)
    price = generator.lognormal(2, 1, N_ITEMS + 1).round(2)
    year[generator.random(N_ITEMS + 1) < 0.1] = np.nan
    price[generator.random(N_ITEMS + 1) < 0.3] = np.nan
    return Catalogue(
        [str(item) for item in range(N_ITEMS + 1)],
        [f"Film {item}" for item in range(N_ITEMS + 1)],
        labels={"category": Labels.of([map(str, cell) for cell in cells])},
        numbers={"year": year, "price": price},
        roles={"year": Role("year", "y", "number", recent=2, classic=25)},
        popularity=generator.zipf(1.6, N_ITEMS + 1),
    )


@pytest.fixture(scope="module")
def people(films) -> list[list[int]]:
    """Histories: half of the people love comedies, the others take what comes."""
    choice = random.Random("people")
    comedies = np.flatnonzero(films.labels["category"].mask("Comedy")).tolist()
    pools = (comedies, range(1, N_ITEMS + 1))
    return [choice.sample(pools[n % 2], choice.randint(3, 40)) for n in range(N_PEOPLE)]


@pytest.fixture(scope="module", params=["target", "history"])
def composer(films, languages, request) -> Composer:
    writer = InstructionWriter(films, languages, {"en": "films", "zh": "电影"})
    return Composer(writer, max_constraints=3, source=request.param)


def examples(composer, people, scenario, count, seed=0):
    """Examples of a scenario, each with all that its person ever chose and the facts."""
    choice = random.Random(seed)
    for number in range(count):
        own = people[choice.randrange(len(people))]
        place = choice.randrange(1, len(own) - 1)  # the last one stays to be predicted
        facts = {"season": choice.choice(["winter", "summer"]), "age": "24"}
        code = ("en", "zh")[number % 2]
        one = composer.example(scenario, code, own[:place], own[place], own, facts, choice)
        if one is not None:
            yield one, own, facts, choice


@pytest.mark.parametrize("name", GRID)
def test_everything_that_is_said_is_true(composer, films, people, name):
    made = 0
    for one, own, facts, choice in examples(composer, people, GRID[name], 300):
        language = composer.writer.language(one.instruction.language)
        assert not problems(one, films, own, facts, language)
        assert composer.writer.write(one.instruction, choice)
        assert composer.writer.answer(one.answer, language.code, choice)
        made += 1
    assert made > 30


CELLS = st.lists(st.sampled_from(["Comedy", "Horror", "War", "{x}", "恐怖"]), max_size=3)
MISSING = st.just(float("nan"))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Catalogue, list[int]]:
    """A small catalogue in which anything may be missing, and what somebody chose of it."""
    n_items = draw(st.integers(4, 15))

    def column(cell: st.SearchStrategy) -> list:
        return draw(st.lists(cell, min_size=n_items, max_size=n_items))

    names = [str(item) for item in range(n_items)]
    catalogue = Catalogue(
        names,
        names,
        labels={"category": Labels.of(column(CELLS))},
        numbers={
            "year": column(st.one_of(MISSING, st.integers(1900, 2020).map(float))),
            "price": column(st.one_of(MISSING, st.floats(0, 1e6))),
        },
        roles={"year": Role("year", "y", "number", recent=2, classic=30)},
        popularity=column(st.integers(0, 9)),
    )
    history = draw(st.lists(st.integers(1, n_items - 1), min_size=5, max_size=12))
    return catalogue, history


@settings(max_examples=60, deadline=None)
@given(histories(), st.sampled_from(["target", "history"]), st.integers(0, 2**32))
def test_everything_is_true_whatever_the_data(languages, drawn, source, seed):
    catalogue, own = drawn
    choice = random.Random(seed)
    composer = Composer(InstructionWriter(catalogue, languages), 3, source=source)
    for scenario in GRID.values():
        code = choice.choice(["en", "zh"])
        one = composer.example(scenario, code, own[:-2], own[-2], own, {"season": "x"}, choice)
        if one is not None:
            assert not problems(one, catalogue, own, {"season": "x"}, languages[code])
            composer.writer.write(one.instruction, choice)
            composer.writer.answer(one.answer, code, choice)


def test_what_is_still_to_be_predicted_is_never_named(composer, people):
    for scenario in GRID.values():
        for one, own, _, _ in examples(composer, people, scenario, 40):
            later = set(own[len(one.known) + 1 :])
            named = {*one.instruction.preference.history, *one.instruction.task.candidates}
            assert not later & {*named, *one.answer.items}


def test_a_yes_is_as_likely_as_a_no(composer, people):
    scenario = Scenario.parse("implicit-none-pointwise")
    answers = Counter(one.answer.yes for one, *_ in examples(composer, people, scenario, 1000))
    assert 400 < answers[True] < 600


def test_the_place_of_the_answer_among_the_candidates_says_nothing(composer, people):
    scenario = Scenario.parse("implicit-none-reranking")
    places = Counter(
        one.instruction.task.candidates.index(one.target)
        for one, *_ in examples(composer, people, scenario, 1000)
    )
    assert len(places) == composer.n_candidates
    assert min(places.values()) > 50


def test_the_seed_decides(composer, people):
    def some(seed: int) -> list[str]:
        return [
            composer.writer.write(one.instruction, choice)
            for one, _, _, choice in examples(
                composer, people, Scenario.parse("explicit-vague-matching"), 30, seed
            )
        ]

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_a_wrong_claim_is_found(composer, films, people):
    """The check itself can fail: what is true of one person and item is not of another."""
    scenario = Scenario.parse("explicit-specific-matching")
    found = 0
    pairs = list(examples(composer, people, scenario, 200))
    for (one, own, facts, _), (other, *_) in zip(pairs, pairs[1:], strict=False):
        swapped = type(one)(one.scenario, one.instruction, one.answer, other.known, other.target)
        language = composer.writer.language(one.instruction.language)
        found += bool(problems(swapped, films, own, facts, language))
    assert found > 0.9 * (len(pairs) - 1)


@pytest.fixture(scope="module")
def bare(languages) -> Composer:
    titles_only = Catalogue(["", "a", "b"], ["", "A", "B"])
    return Composer(InstructionWriter(titles_only, languages))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("implicit-none-matching", ""),
        ("implicit-none-pairwise", ""),
        ("none-specific-matching", "no role with labels or numbers, and nothing popular"),
        ("none-vague-matching", "no attribute for a situation in instructions/en.yaml"),
        ("explicit-none-matching", "no attribute to describe a taste by"),
        ("implicit-none-taste", "no attribute to describe a taste by"),
    ],
)
def test_what_a_catalogue_of_titles_lacks(bare, name, reason):
    assert bare.lacking(GRID[name], "en") == reason


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_shipped_languages_have_words_for_the_whole_grid(composer, code):
    assert [composer.lacking(scenario, code) for scenario in GRID.values()] == [""] * len(GRID)


def test_a_language_without_a_template_lacks_the_scenario(films):
    small = Language(
        "fr", {"templates": [{"text": "Des {noun}."}], "answers": {"items": "{items}"}}
    )
    composer = Composer(InstructionWriter(films, {"fr": small}))
    assert composer.lacking(GRID["none-none-matching"], "fr") == ""
    assert "no template for the task 'matching' with {history}; add one" in composer.lacking(
        GRID["implicit-none-matching"], "fr"
    )


def test_a_taste_is_told_of_the_titles_that_are_named(films, languages):
    composer = Composer(InstructionWriter(films, languages), max_history=5)
    known, told = list(range(1, 41)), 0
    for seed in range(50):
        example = composer.example(
            GRID["implicit-none-taste"], "en", known, 41, known, {}, random.Random(seed)
        )
        if example is None:
            continue
        for claim in example.answer.preference.claims:
            assert holds(claim.amount, *count(films, known[-5:], claim.constraints))
            told += 1
    assert told > 20


def test_a_taste_needs_more_titles_than_two(films, languages):
    composer = Composer(InstructionWriter(films, languages), max_history=2)
    assert composer.lacking(GRID["implicit-none-reasoning"], "en") == (
        "a taste is told of 4 titles or more, and max_instruction_history is 2"
    )
