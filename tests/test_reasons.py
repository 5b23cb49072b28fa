"""What of a history speaks for an item, with scores that can be worked out by hand."""

from __future__ import annotations

import torch

from recbole_instructrec.reasons import influences

# What each history item adds to the scores of two items.
ADDS = {1: (0.5, 0.0), 2: (0.0, -1.0), 3: (2.0, 0.25), 4: (1.0, 0.0)}


def score(histories):
    return torch.tensor([[sum(ADDS[i][n] for i in one) for n in (0, 1)] for one in histories])


def test_the_strongest_stand_first_and_what_speaks_against_is_none():
    history = [1, 2, 3, 4]
    first, second = influences(history, 10, score([history])[0], score)
    assert first == [(3, 2.0), (4, 1.0)]
    assert second == [(3, 0.25)]


def test_only_what_the_model_sees_is_taken_away():
    asked = []

    def cut(histories):
        asked.extend(histories)
        return score([one[-2:] for one in histories])

    history = [1, 2, 3, 4]
    (first, _) = influences(history, 2, cut([history])[0], cut)
    # Without 3 the older 2 moves in, which adds nothing to the first item.
    assert first == [(3, 2.0), (4, 1.0)]
    assert asked[1:] == [[1, 2, 4], [1, 2, 3]]


def test_without_a_history_nothing_is_measured():
    assert influences([], 5, torch.zeros(2), None) == [[], []]
