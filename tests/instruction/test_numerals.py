"""Numbers that are spelled out."""

import re

import pytest


@pytest.mark.parametrize(
    ("code", "said", "number"),
    [
        ("en", "five", 5),
        ("en", "twenty", 20),
        ("en", "twenty-five", 25),
        ("en", "two hundred and fifty", 250),
        ("en", "three thousand", 3000),
        ("en", "nineteen ninety five", 1995),
        ("zh", "五", 5),
        ("zh", "十五", 15),
        ("zh", "二十", 20),
        ("zh", "一百五十", 150),
        ("zh", "两千零五十", 2050),
        ("zh", "一万二千", 12000),
        ("zh", "一千五", 1500),
        ("zh", "一百零五", 105),
        ("zh", "三万五", 35000),
        ("zh", "十五万", 150000),
        ("zh", "二十万三千", 203000),
        ("en", "two hundred thousand", 200000),
        ("en", "two thousand five hundred", 2500),
        ("zh", "一九九五", 1995),
        ("zh", "二〇〇〇", 2000),
    ],
)
def test_a_number_in_words(languages, code, said, number):
    numerals = languages[code].vocabulary.numerals
    assert re.fullmatch(numerals.pattern, said)
    assert numerals.value(f"under {said} pounds") == number


@pytest.mark.parametrize("said", ["cinq", "two and five", "twenty pounds"])
def test_what_is_no_number(languages, said):
    assert not re.fullmatch(languages["en"].vocabulary.numerals.pattern, said)


@pytest.mark.parametrize(
    ("code", "said", "parts"),
    [
        ("en", "1.2k", ("1.2", "k")),
        ("en", "four hundred", ("four", " hundred")),
        ("en", "twenty five", ("twenty five", None)),
        ("zh", "四百", ("四", "百")),
        ("zh", "五十", ("五", None)),  # 三到五十 are 3 to 50
    ],
)
def test_what_multiplies_a_number(languages, code, said, parts):
    vocabulary = languages[code].vocabulary
    assert vocabulary.numerals.with_suffix(vocabulary.suffixes).search(said).groups() == parts
