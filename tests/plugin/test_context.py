"""Facts: the seasons, quarters of a day and columns of people."""

import numpy as np
import pandas as pd
import pytest

from recbole_instructrec.plugin.context import MOMENTS, Facts, read_moments


@pytest.mark.parametrize(
    ("moment", "zone", "facts"),
    [
        ("2011-01-15 03:00", "UTC", ("winter", "weekend", "night")),
        ("2011-04-11 06:00", "UTC", ("spring", "weekday", "morning")),
        ("2011-07-13 12:59", "UTC", ("summer", "weekday", "afternoon")),
        ("2011-10-16 23:59", "UTC", ("autumn", "weekend", "evening")),
        ("2011-12-01 00:00", "UTC", ("winter", "weekday", "night")),
        # One hour later in London, because of summer time.
        ("2011-07-31 23:30", "Europe/London", ("summer", "weekday", "night")),
    ],
)
def test_moments(moment, zone, facts):
    seconds = np.array([pd.Timestamp(moment, tz="UTC").timestamp()])
    codes = read_moments(seconds, {"zone": zone, "facts": list(MOMENTS)})
    assert tuple(MOMENTS[name][codes[name][0]] for name in MOMENTS) == facts


def test_facts_of_a_person_at_a_place():
    facts = Facts([{}, {"age": "24"}], {"season": np.array([0, 2, 2], dtype=np.int8)})
    assert facts.of(1, 0) == {"age": "24", "season": "winter"}
    assert facts.of(1, None) == {"age": "24"}
    assert facts.same_moment(np.array([0, 1, 2]), 1).tolist() == [False, True, True]
    assert Facts().of(1, None) == {}
