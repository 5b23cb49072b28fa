"""The prefix tree, drawn by hand and against nested dictionaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recbole_instructrec.seq2seq.tree import PrefixTree

END = 100  # closes every random path, so that none begins another


def test_a_tree_drawn_by_hand():
    """Items 7: [5 9], 8: [5 8 3], 9: [2]::

    0 ─ 2: node 1 (item 9)
      └ 5: node 2 ─ 8: node 3 ─ 3: node 5 (item 8)
                  └ 9: node 4 (item 7)
    """
    tree = PrefixTree.of([[5, 9], [5, 8, 3], [2]], [7, 8, 9])

    assert len(tree) == 6
    assert tree.depth == 3
    assert tree.token.tolist() == [-1, 2, 5, 8, 9, 3]
    assert tree.parent.tolist() == [-1, 0, 0, 2, 2, 3]
    assert tree.n_children.tolist() == [2, 0, 2, 1, 0, 0]
    assert tree.children(0) == slice(1, 3)
    assert tree.children(2) == slice(3, 5)
    assert tree.children(3) == slice(5, 6)
    assert tree.item.tolist() == [-1, 9, -1, -1, 7, 8]
    assert tree.n_leaves.tolist() == [3, 1, 2, 1, 1, 1]
    assert tree.leaf_items.tolist() == [9, 8, 7]
    assert tree.leaf_of_item[[7, 8, 9]].tolist() == [2, 1, 0]
    assert tree.first_leaf.tolist() == [0, 0, 1, 1, 2, 1]
    assert np.exp(tree.log_share).tolist() == pytest.approx([1, 1 / 3, 2 / 3, 1 / 2, 1 / 2, 1])
    assert tree.certain_item.tolist() == [-1, 9, -1, 8, 7, 8]
    assert tree.path_length.tolist() == [2, 3, 1]
    assert tree.path_nodes.tolist() == [2, 4, 2, 3, 5, 1]


def test_a_traversal_drawn_by_hand():
    """Node 3 of the tree above leads to one item only."""
    tree = PrefixTree.of([[5, 9], [5, 8, 3], [2]], [7, 8, 9])

    assert tree.depths.tolist() == [0, 1, 1, 2, 2, 3]
    assert tree.inner.nodes.tolist() == [2, 3]
    assert tree.inner.depth.tolist() == [1, 2]
    assert tree.inner.rank.tolist() == [0, -1, 1, 2, -1, -1]
    assert tree.inner.ends.tolist() == [1, 4, 5]
    assert tree.undecided.nodes.tolist() == [2]
    assert tree.undecided.ends.tolist() == [1, 3, 4]
    assert tree.path_to(5).tolist() == [2, 3, 5]
    assert tree.path_to(0).tolist() == []


def test_children_of_several_nodes():
    tree = PrefixTree.of([[5, 9], [5, 8, 3], [2]], [7, 8, 9])
    place, children = tree.children_of(np.array([2, 1, 0, 2]))

    assert place.tolist() == [0, 0, 2, 2, 3, 3]
    assert children.tolist() == [3, 4, 1, 2, 3, 4]


@settings(deadline=None)
@given(st.sets(st.lists(st.integers(0, 3), max_size=5).map(tuple), min_size=1, max_size=40))
def test_a_traversal_goes_on_from_what_is_near(words):
    tree = PrefixTree.of([[*word, END] for word in words], range(1, 1 + len(words)))
    for traversal, visited in (
        (tree.inner, tree.n_children > 0),
        (tree.undecided, tree.n_leaves > 1),
    ):
        nodes = traversal.nodes.tolist()
        assert sorted(nodes) == (1 + np.flatnonzero(visited[1:])).tolist()
        assert traversal.rank[nodes].tolist() == list(range(1, 1 + len(nodes)))
        path = [0]  # from the root to the node visited last
        for node in nodes:
            assert tree.parent[node] in path
            path = [*path[: path.index(tree.parent[node]) + 1], node]
            assert tree.path_to(node).tolist() == path[1:]
        assert all(tree.parent[end] in {0, *nodes} for end in traversal.ends)
        assert {*tree.certain_item[traversal.ends]} == set(range(1, 1 + len(words)))


def test_one_path_is_certain_from_the_root():
    tree = PrefixTree.of([[4, 4, 4]], [1])

    assert tree.certain_item.tolist() == [1, 1, 1, 1]


@settings(deadline=None)
@given(
    st.sets(st.lists(st.integers(0, 3), max_size=5).map(tuple), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_the_arrays_are_the_nested_dictionaries(words, random):
    paths = [[*word, END] for word in words]
    random.shuffle(paths)
    items = random.sample(range(1, 1000), len(paths))
    tree = PrefixTree.of(paths, items)

    root: dict = {}
    for path, item in zip(paths, items, strict=True):
        node = root
        for token in path[:-1]:
            node = node.setdefault(token, {})
        node[path[-1]] = item

    def items_below(node):
        if isinstance(node, int):
            return [node]
        return sum((items_below(child) for _, child in sorted(node.items())), [])

    level, number_of, next_free = [(0, root)], {}, 1
    while level:  # breadth first, as the nodes are numbered
        below = []
        for number, node in level:
            number_of[id(node) if isinstance(node, dict) else node] = number
            children = sorted(node.items()) if isinstance(node, dict) else []
            expected = list(range(next_free, next_free + len(children)))
            assert list(range(len(tree)))[tree.children(number)] == (expected if children else [])
            assert tree.n_children[number] == len(children)
            assert tree.item[number] == (node if isinstance(node, int) else -1)
            below_it = items_below(node)
            leaves = slice(tree.first_leaf[number], tree.first_leaf[number] + tree.n_leaves[number])
            assert tree.leaf_items[leaves].tolist() == below_it
            assert tree.certain_item[number] == (below_it[0] if len(below_it) == 1 else -1)
            for child, (token, content) in zip(expected, children, strict=True):
                assert tree.parent[child] == number
                assert tree.token[child] == token
                below.append((child, content))
            next_free += len(children)
        level = below
    assert len(tree) == next_free

    nodes = np.split(tree.path_nodes, tree.path_length.cumsum()[:-1])
    for (item, path), along in zip(sorted(zip(items, paths, strict=True)), nodes, strict=True):
        assert tree.token[along].tolist() == path
        assert tree.parent[along].tolist() == [0, *along[:-1]]
        assert along[-1] == number_of[item]
    assert tree.depth == max(map(len, paths))


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
@pytest.mark.parametrize(
    "paths, named",
    [
        ([[1, 2], [1, 2, 3], [4]], {"10", "11"}),  # begins another
        ([[1, 2], [4, 4], [1, 2]], {"10", "12"}),  # equals another
        ([[4], [1, 1, 1], [1]], {"11", "12"}),
    ],
)
def test_paths_that_cannot_be_told_apart_are_refused(paths, named, order):
    with pytest.raises(ValueError, match="equals or begins") as error:
        PrefixTree.of([paths[i] for i in order], [10 + i for i in order])

    assert {word for word in str(error.value).replace(";", "").split() if word.isdigit()} == named


def test_what_is_no_path_is_refused():
    with pytest.raises(ValueError, match="there are no identifiers"):
        PrefixTree.of([], [])
    with pytest.raises(ValueError, match="identifier of item 8 has no tokens"):
        PrefixTree.of([[1], []], [7, 8])


def test_a_node_takes_less_than_200_bytes():
    random = np.random.default_rng(0)
    paths = [[*random.zipf(1.5, 5).clip(max=500), END + i] for i in range(20_000)]
    tree = PrefixTree.of(paths, range(len(paths)))

    size = sum(array.nbytes for array in vars(tree).values() if isinstance(array, np.ndarray))
    assert size / len(tree) < 200
