"""How items are written in tokens."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.tree import PrefixTree

# The padding item, a title that begins another, two items of one title, and one without any.
TITLES = ["", "Alien", "Alien 3", "Heat", "heat", "The Heat", "The Thing", "", "异形"]
KEYS = ["[PAD]", "k1", "k2", "k9", "k4", "k5", "k6", "k7", "k8"]
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=300, max_length=24)
FIRST = TOKENIZER.vocab_size  # of the tokens that are not text
KINDS = {kind: Identifiers(kind, TITLES, KEYS, TOKENIZER, FIRST) for kind in ("token", "title")}


def spelling(identifiers: Identifiers, item: int) -> list[int]:
    tokens, _, _ = identifiers.spell(torch.tensor([[item]]))
    return tokens[0].tolist()


def words(title: str) -> list[int]:
    return TOKENIZER.words([title])[0]


def test_token_identifiers_are_one_token_each():
    identifiers = KINDS["token"]

    assert [spelling(identifiers, item) for item in range(1, 9)] == [
        [FIRST + item] for item in range(1, 9)
    ]
    assert identifiers.vocab_size == FIRST + 9
    assert identifiers.tokens == slice(FIRST + 1, FIRST + 9)


def test_titles_are_closed_by_the_mark_of_their_copy():
    identifiers = KINDS["title"]
    first, second = FIRST, FIRST + 1

    assert spelling(identifiers, 1) == [*words("alien"), first]
    assert spelling(identifiers, 2) == [*words("alien"), *words("3"), first]
    assert spelling(identifiers, 3) == [*words("heat"), second]  # key k9
    assert spelling(identifiers, 4) == [*words("heat"), first]  # key k4
    assert spelling(identifiers, 7) == [first]  # no title
    assert identifiers.vocab_size == FIRST + 2


def test_codes_have_tokens_of_their_own_at_each_place():
    codes = [(), (0,), (1, 0), (1, 1), (2, 1)]
    identifiers = Identifiers("code", TITLES[:5], KEYS[:5], TOKENIZER, FIRST, codes)

    assert spelling(identifiers, 1) == [FIRST]
    assert spelling(identifiers, 2) == [FIRST + 1, FIRST + 3]
    assert spelling(identifiers, 3) == [FIRST + 1, FIRST + 4]
    assert spelling(identifiers, 4) == [FIRST + 2, FIRST + 4]
    assert identifiers.vocab_size == FIRST + 6


def test_copies_that_are_added_are_marked_behind_those_that_were_there():
    titles, keys = [*TITLES, "Heat", "heat"], [*KEYS, "k3", "k0"]
    identifiers = Identifiers("title", titles, keys, TOKENIZER, FIRST, n_trained=len(TITLES))

    for item in range(1, len(TITLES)):
        assert spelling(identifiers, item) == spelling(KINDS["title"], item)
    assert [spelling(identifiers, item)[-1] for item in (9, 10)] == [FIRST + 2, FIRST + 3]


@settings(deadline=None)
@given(st.permutations(range(1, len(TITLES))))
def test_an_item_is_spelled_alike_wherever_it_stands(order):
    titles = [TITLES[item] for item in (0, *order)]
    keys = [KEYS[item] for item in (0, *order)]
    moved = Identifiers("title", titles, keys, TOKENIZER, FIRST)

    for place, item in enumerate(order, start=1):
        assert spelling(moved, place) == spelling(KINDS["title"], item)


def test_a_long_title_is_cut_off_and_still_told_apart():
    titles = ["", "heat " * 100 + "one", "heat " * 100 + "two"]
    identifiers = Identifiers("title", titles, ["", "a", "b"], TOKENIZER, FIRST)

    cut = words("heat " * 100)
    assert len(cut) == TOKENIZER.max_length
    assert spelling(identifiers, 1) == [*cut, FIRST]
    assert spelling(identifiers, 2) == [*cut, FIRST + 1]


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=50)
@given(rows=st.lists(st.lists(st.integers(1, 8), max_size=6), min_size=1, max_size=4))
def test_spelling_a_batch_is_spelling_its_items_one_after_another(kind, rows):
    identifiers = KINDS[kind]
    width = max(map(len, rows))
    items = torch.tensor([row + [0] * (width - len(row)) for row in rows], dtype=torch.int64)
    tokens, nodes, position = identifiers.spell(items)

    tree = identifiers.tree
    path_of = np.split(tree.path_nodes, tree.path_length.cumsum()[:-1])
    spelled = [
        [
            (tree.token[node], node, nth)
            for nth, item in enumerate(row)
            for node in path_of[item - 1]
        ]
        for row in rows
    ]
    longest = max(map(len, spelled))
    padding = [(0, 0, width - 1)]
    expected = [row + padding * (longest - len(row)) for row in spelled]
    assert tokens.tolist() == [[token for token, _, _ in row] for row in expected]
    assert nodes.tolist() == [[node for _, node, _ in row] for row in expected]
    assert position.tolist() == [[nth for _, _, nth in row] for row in expected]


@pytest.mark.parametrize("kind", KINDS)
def test_every_node_finds_its_token_among_the_distinct_ones(kind):
    identifiers = KINDS[kind]
    everything = torch.arange(identifiers.vocab_size)

    distinct = everything[identifiers.tokens]
    assert distinct[identifiers.column[1:]].equal(identifiers.token[1:])
    assert distinct.tolist() == sorted(set(identifiers.token[1:].tolist()))


@pytest.mark.parametrize("kind", KINDS)
def test_buffers_move_with_the_module_and_are_not_saved(kind):
    identifiers = Identifiers(kind, TITLES, KEYS, TOKENIZER, FIRST)
    names = {name for name, _ in identifiers.named_buffers()}

    assert identifiers.state_dict() == {}
    assert names >= {"token", "parent", "first_child", "n_children", "item"}
    assert names >= {"length", "column"}
    identifiers.to("meta")
    assert {buffer.device.type for buffer in identifiers.buffers()} == {"meta"}


CODES = [(), *((item % 3, item) for item in range(1, 9))]


def made(kind: str, titles=TITLES, keys=KEYS, codes=None, saved=None) -> Identifiers:
    return Identifiers(kind, titles, keys, TOKENIZER, FIRST, codes, saved)


@pytest.mark.parametrize("kind", ["token", "title", "code"])
def test_a_saved_tree_is_taken_over_and_not_built(kind, monkeypatch, tmp_path):
    identifiers = made(kind, codes=CODES)
    torch.save(identifiers.state(), tmp_path / "state.pt")
    monkeypatch.setattr(PrefixTree, "of", None)
    monkeypatch.setattr(TextTokenizer, "words", None)
    again = made(kind, saved=torch.load(tmp_path / "state.pt", weights_only=True))

    assert (again.vocab_size, again.depth) == (identifiers.vocab_size, identifiers.depth)
    for (name, one), (_, other) in zip(
        again.named_buffers(), identifiers.named_buffers(), strict=True
    ):
        assert one.equal(other), name
    assert again.state()["seal"] == identifiers.state()["seal"]


def test_a_saved_tree_of_something_else_is_refused():
    saved = made("title").state()
    swapped = {**saved, "item": saved["item"].flip(0)}
    for change in (
        {"titles": [*TITLES[:-1], "异星"]},
        {"keys": [*KEYS[:-1], "k3"]},
        {"kind": "token"},
        {"saved": swapped},
        {"saved": made("code", codes=CODES).state()},
    ):
        with pytest.raises(ValueError, match="was made of other item ids, titles or text tokens"):
            made(**{"kind": "title", "saved": saved, **change})


def test_codes_can_be_missing_only_where_the_tree_is_saved():
    with pytest.raises(ValueError, match="item_identifier is 'code' and there are no codes"):
        made("code")


def test_what_cannot_be_identified_is_refused():
    with pytest.raises(ValueError, match="item_identifier is 'name'; choose one of token, title"):
        Identifiers("name", TITLES, KEYS, TOKENIZER, FIRST)
    with pytest.raises(ValueError, match="no item besides the padding item"):
        Identifiers("token", [""], [""], TOKENIZER, FIRST)
