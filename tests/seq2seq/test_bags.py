"""Sums of bags of rows."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from recbole_instructrec.seq2seq.bags import Bags

MEMBERS = [[], [1, 2, 2, 0], [], [2]]


def test_a_bag_is_the_sum_of_its_rows():
    table = torch.tensor([[1.0, 0], [2, 0], [0, 4]])
    assert Bags(MEMBERS, 3)(table).tolist() == [[0, 0], [3, 8], [0, 0], [0, 4]]
    assert Bags(MEMBERS, 3).sizes.tolist() == [1, 4, 1, 1]


def test_no_bags_at_all():
    assert Bags([], 3)(torch.ones(3, 2)).shape == (0, 2)


@given(st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=6))
def test_its_gradient_is_that_of_small_differences(members):
    table = torch.arange(10, dtype=torch.float64).view(5, 2).requires_grad_()
    assert torch.autograd.gradcheck(Bags(members, 5).double(), table)
