"""What sentences say of numbers, and of which number they say it."""

import numpy as np
import pytest

from recbole_instructrec.catalogue import Catalogue, Labels, Role
from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.instruction.structure import Constraint as C


def below(role: str, limit: float) -> C:
    return C.beyond(role, "below", limit)


def above(role: str, limit: float) -> C:
    return C.beyond(role, "above", limit)


def least(role: str, low: float) -> C:
    return C(role, "at_least", low=low)


def most(role: str, high: float) -> C:
    return C(role, "at_most", high=high)


def between(role: str, low: float, high: float | None = None) -> C:
    return C(role, "between", low=low, high=low if high is None else high)


def catalogue(**numbers: list[float]) -> Catalogue:
    """Items with some numbers."""
    some = len(next(iter(numbers.values())))
    kinds = [["chapter books"], ["picture books"]]
    return Catalogue(
        ["", *(f"i{item}" for item in range(some))],
        ["", *(f"Item {item}" for item in range(some))],
        {"category": Labels.of([[], *(kinds[item % 2] for item in range(some))])},
        {role: np.array([np.nan, *values]) for role, values in numbers.items()},
        {role: Role.parse(role, {"column": role, "kind": "number"}) for role in numbers},
    )


@pytest.fixture(scope="module")
def decoders(languages) -> dict[str, InstructionDecoder]:
    books = catalogue(
        pages=[16, 32, 80, 200, 240, 377],
        age=[1, 3, 4, 6, 8, 10],
        price=[5, 6, 7, 9, 15, 200],
        year=[1950, 1969, 1988, 2000, 2010, 2020],
    )
    laptops = catalogue(
        ram=[4, 8, 16, 32],
        screen=[11.6, 13.4, 14, 16],
        weight=[1.1, 1.5, 2.1, 3.2],
        price=[200, 550, 1000, 2300],
    )
    hikes = catalogue(hours=[1, 1.5, 5, 8], rating=[4.2, 4.5, 4.8, 4.9])
    cars = catalogue(
        mileage=[20_000, 60_000, 110_000], price=[4_000, 9_000, 95_000], year=[2010, 2016, 2020]
    )
    units = {"en": {"ram": "{number} GB", "weight": "{number} kg"}}
    return {
        name: InstructionDecoder(one, languages, {"en": noun}, units)
        for name, one, noun in (
            ("books", books, "books"),
            ("laptops", laptops, "laptops"),
            ("hikes", hikes, "hikes"),
            ("cars", cars, "cars"),
        )
    }


@pytest.mark.parametrize(
    ("domain", "sentence", "constraints", "rest"),
    [
        # A limit beside another one is of its role, where that is as likely as a price
        ("books", "over 100 pages but under 200", [above("pages", 100), below("pages", 200)], ""),
        ("books", "at least 100 and at most 200 pages", [
            least("pages", 100), most("pages", 200),
        ], ""),
        ("books", "no more than 200 pages, at least 100", [
            most("pages", 200), least("pages", 100),
        ], ""),
        ("books", "under 50 pages or over 300", [
            C.any_of([below("pages", 50), above("pages", 300)]),
        ], ""),
        ("books", "至少100页，但不超过200", [least("pages", 100), most("pages", 200)], ""),
        ("laptops", "at least 8 gb but less than 32", [least("ram", 8), below("ram", 32)], ""),
        ("laptops", "at least 16 gb, under 1500", [least("ram", 16), below("price", 1500)], ""),
        ("laptops", "under 2 kg, under 1500", [below("weight", 2), below("price", 1500)], ""),
        ("hikes", "at least 3 hours but no more than 5", [
            least("hours", 3), most("hours", 5),
        ], ""),
        ("cars", "over 50,000 miles but under 90,000", [
            above("mileage", 50_000), below("mileage", 90_000),
        ], ""),
        ("cars", "at least 50k miles, a car for under 90,000", [
            least("mileage", 50_000), below("price", 90_000),
        ], ""),
        # What a number is called before it
        ("hikes", "rating no lower than 4.5", [least("rating", 4.5)], ""),
        ("cars", "mileage no higher than 60k", [most("mileage", 60_000)], ""),
        ("cars", "max 60,000 on the clock", [most("mileage", 60_000)], ""),
        ("laptops", "screen size between 13 and 14.5", [between("screen", 13, 14.5)], ""),
        ("laptops", "ram: 16", [between("ram", 16)], ""),
        ("laptops", "ram 12", [between("ram", 12 - 1.2, 12 + 1.2)], ""),  # as about as others
        ("laptops", "ram 16 or larger", [least("ram", 16)], ""),
        ("laptops", "16 GB of RAM", [between("ram", 14.4, 17.6)], ""),
        ("laptops", "up to 14\"", [most("screen", 14)], ""),
        ("laptops", "1.5 kg or lighter", [most("weight", 1.5)], ""),
        ("books", "between the ages of 6 and 9", [between("age", 6, 9)], ""),
        ("books", "ages 8 and up", [least("age", 8)], ""),
        ("books", "ages 6-8", [between("age", 6, 8)], ""),
        ("books", "for 6 year olds", [between("age", 6)], ""),
        ("books", "for kids under 5", [below("age", 5)], ""),
        ("books", "up to 6 years", [most("age", 6)], ""),
        ("books", "from the last 5 years", [least("year", 2015)], ""),
        ("books", "max price 150", [most("price", 150)], ""),
        ("hikes", "guests 8 and up", [], "guests 8"),
        ("laptops", "guests 8 and up", [], "guests 8"),
        ("laptops", "gadgets 200 and up", [least("price", 200)], "gadgets"),
        ("cars", "at least one owner", [], "one owner"),
        # Too much
        ("books", "over 150 is too much", [most("price", 150)], ""),
        ("books", "anything over 200 pages is too long", [most("pages", 200)], ""),
        ("books", "under 50 pages is not enough", [least("pages", 50)], ""),
        ("books", "超过150就太贵了", [most("price", 150)], ""),
        ("books", "over 150 is fine", [above("price", 150)], ""),
        # What is said of both numbers
        ("laptops", "$800-$1.2k", [between("price", 800, 1200)], ""),
        ("laptops", "1-2k", [between("price", 1000, 2000)], ""),
        ("laptops", "three to four hundred dollars", [between("price", 300, 400)], ""),
        ("cars", "five to ten thousand pounds", [between("price", 5_000, 10_000)], ""),
        ("laptops", "三到四百元", [between("price", 300, 400)], ""),
        ("laptops", "max 2 grand", [most("price", 2000)], ""),
        ("laptops", "14 or 16 inches", [
            C.any_of([between("screen", 13.5, 14.5), between("screen", 15.5, 16.5)]),
        ], ""),
        ("laptops", "14 or 15 inches", [between("screen", 14, 15)], ""),
        # Limits in other words
        ("books", "£15 at the very least", [least("price", 15)], ""),
        ("books", "at the very least 100 pages", [least("pages", 100)], ""),
        ("cars", "£9k tops", [most("price", 9_000)], ""),
        ("cars", "$9k or so max", [most("price", 9_000)], ""),
        ("cars", "9000 tops", [most("price", 9_000)], ""),
        ("cars", "9k tops", [most("price", 9_000)], ""),
        ("cars", "3 tops", [], "3 tops"),
        ("cars", "upwards of 20k", [least("price", 20_000)], ""),
        ("cars", "from £20k", [least("price", 20_000)], ""),
        ("cars", "starting at £20k", [least("price", 20_000)], ""),
        ("cars", "20k plus", [least("price", 20_000)], ""),
        ("cars", "budget: £10k", [most("price", 10_000)], ""),
        ("cars", "三到五万元", [between("price", 30_000, 50_000)], ""),
        ("cars", "八到十万元", [between("price", 80_000, 100_000)], ""),
        ("cars", "三十到五十万元", [between("price", 300_000, 500_000)], ""),
        ("cars", "五百到三千元", [between("price", 500, 3_000)], ""),
        ("cars", "五十到两百元", [between("price", 50, 200)], ""),
        ("cars", "9k ish", [between("price", 7_200, 10_800)], ""),
        ("laptops", "sub-$1000", [below("price", 1000)], ""),
        ("books", "up to about 100 pages", [most("pages", 100)], ""),
        # Years
        ("books", "before the year 2000", [below("year", 2000)], ""),
        ("books", "since the year 2000", [least("year", 2000)], ""),
        ("cars", "less than 5 yrs old", [above("year", 2015)], ""),
        ("cars", "2 to 4 years old", [between("year", 2016, 2018)], ""),
        ("cars", "for 2 to 4 years old", [], "2 to 4 years old"),
        ("cars", "from 2 to 4 years old", [], "2 to 4 years old"),
        # Units
        ("hikes", "under 90 minutes", [below("hours", 1.5)], ""),
        ("laptops", "under 1 meter", [], "under 1 meter"),
    ],
)  # fmt: skip
def test_which_number_is_meant(decoders, domain, sentence, constraints, rest):
    understood = decoders[domain].decode(sentence)
    assert (list(understood.constraints), understood.rest) == (constraints, rest)


@pytest.mark.parametrize(
    ("domain", "sentence", "count", "constraints"),
    [
        ("laptops", '13" laptop', None, [between("screen", 13 - 1.3, 13 + 1.3)]),
        ("laptops", "ram: 16", None, [between("ram", 16)]),
        ("hikes", "top rated 5 hikes", 5, [C("rating", "expensive", low=4.9)]),
        ("laptops", "3 laptops", 3, []),
        ("hikes", "this time 3 hikes", 3, []),
        ("books", "for kids 3 picture books", 3, [C("category", "is", label="picture books")]),
        ("books", "at least one picture book", None, [C("category", "is", label="picture books")]),
    ],
)
def test_the_number_of_items_or_another(decoders, domain, sentence, count, constraints):
    understood = decoders[domain].decode(sentence)
    assert (understood.count, list(understood.constraints)) == (count, constraints)
