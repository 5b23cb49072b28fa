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


@pytest.mark.parametrize(
    ("low", "high", "shared"),
    [
        ("三", "五万", "三万"),
        ("八", "十万", "八万"),
        ("三十", "五十万", "三十万"),
        ("一", "三百", "一百"),
        ("五十", "两百", "五十"),
        ("五百", "三千", "五百"),
        ("八百", "一万", "八百"),
        ("一", "一百", "一"),
    ],
)
def test_what_two_numbers_are_both_multiplied_by(languages, low, high, shared):
    assert languages["zh"].vocabulary.numerals.shared(low, high) == shared


@pytest.mark.parametrize("said", ["cinq", "two and five", "twenty pounds"])
def test_what_is_no_number(languages, said):
    assert not re.fullmatch(languages["en"].vocabulary.numerals.pattern, said)
