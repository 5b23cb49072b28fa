"""Codes of items by who chose them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recbole_instructrec.seq2seq.codes import collaborative_codes
from recbole_instructrec.seq2seq.tree import PrefixTree

RANDOM = np.random.default_rng(0)


def two_publics(n_users: int = 60, n_items: int = 20) -> sparse.csr_matrix:
    """Even users choose even items, odd ones odd items."""
    same = (np.arange(n_users)[:, None] + np.arange(n_items)) % 2 == 0
    return sparse.csr_matrix(same & (RANDOM.random(same.shape) < 0.7))


def test_items_of_one_public_begin_alike():
    keys = [f"{n:02}" for n in range(20)]
    codes = collaborative_codes(two_publics(), keys, branching=12)
    begins = [{code[0] for code in codes[start::2]} for start in (0, 1)]

    assert not begins[0] & begins[1]


def test_codes_do_not_depend_on_the_numbers_of_items():
    chosen, keys = two_publics(), [f"{n:02}" for n in range(20)]
    order = RANDOM.permutation(20)
    codes = collaborative_codes(chosen, keys, branching=4)
    moved = collaborative_codes(chosen[:, order], [keys[n] for n in order], branching=4)

    assert moved == [codes[n] for n in order]


@pytest.mark.parametrize("branching", [2, 3, 16, 1000])
@pytest.mark.parametrize("n_items", [1, 2, 70, 300])
@pytest.mark.parametrize("density", [0.0, 0.05])
def test_codes_are_identifiers_of_a_tree(branching, n_items, density):
    chosen = sparse.csr_matrix(RANDOM.random((40, n_items)) < density)
    codes = collaborative_codes(chosen, [str(n) for n in range(n_items)], branching)

    tree = PrefixTree.of(codes, range(n_items))  # refuses what equals or begins another
    assert sorted(tree.leaf_items) == list(range(n_items))
    assert all(0 <= one < branching for code in codes for one in code)
