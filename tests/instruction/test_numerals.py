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
        ("zh", "八点五", 8.5),
        ("zh", "十三点五", 13.5),
        ("zh", "三点五万", 35000),
    ],
)
def test_a_number_in_words(languages, code, said, number):
    numerals = languages[code].vocabulary.numerals
    assert re.fullmatch(numerals.pattern, said)
    assert numerals.value(f"under {said} pounds") == number


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("两三", (2, 3)),
        ("三五", (3, 5)),
        ("十三四", (13, 14)),
        ("十五六万", (150000, 160000)),
        ("七八万", (70000, 80000)),
        ("一百二三十", (120, 130)),
        ("三千多", (3000, 4000)),
        ("一千五百多", (1500, 1600)),
        ("五百多万", (5000000, 6000000)),
        ("两百来万", (1600000, 2400000)),
        ("十几", (10, 20)),
        ("百八十", (80, 100)),
        ("一百八十", (180, 180)),
        ("三十四", (34, 34)),
        ("一九八九", (1989, 1989)),
        ("三点四", (3.4, 3.4)),
    ],
)
def test_from_which_number_to_which_one(languages, said, bounds):
    numerals = languages["zh"].vocabulary.numerals
    assert re.fullmatch(numerals.pattern, said)
    assert numerals.bounds(said) == bounds


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
        ("zh", "五十万", ("五十", "万")),
        ("zh", "五十", ("五十", None)),  # 三到五十 are 3 to 50
    ],
)
def test_what_multiplies_a_number(languages, code, said, parts):
    vocabulary = languages[code].vocabulary
    assert vocabulary.numerals.with_suffix(vocabulary.suffixes).search(said).groups() == parts
