"""Files of candidates, and what is told about wrong ones."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from recbole_instructrec.benchmark import candidates
from recbole_instructrec.benchmark.split import Split

SPLIT = Split(
    users=np.array(["u1", "u2"]),
    items=np.array(["a", "b", "c"]),
    targets=np.array([0, 1]),
    seen=[np.array([1]), np.array([2])],
    popularity=np.array([1, 1, 1]),
)


def read(text):
    Path("candidates").write_text(text)
    return candidates.read("candidates", SPLIT)


def test_a_line_for_each_user():
    found = read("u2\tc a c\n")
    assert found.keys() == {1}
    assert found[1].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("u1 a b\n", "candidates, line 1: 'u1 a b' is not `user_id<TAB>item_id item_id ...`"),
        ("u1\t\n", "candidates, line 1: 'u1\\t' is not"),
        ("u1\ta\nu3\ta\n", "candidates, line 2: nobody with the id 'u3' is tested"),
        ("u1\ta z\n", "candidates, line 1: the dataset has no item 'z'; give candidates of the"),
    ],
)
def test_a_mistake_is_told_with_its_line(text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read(text)


def test_a_missing_file_is_told():
    for call in (lambda: candidates.read("none", SPLIT), lambda: candidates.fingerprint("none")):
        with pytest.raises(FileNotFoundError, match="no file of candidates none; correct --cand"):
            call()
