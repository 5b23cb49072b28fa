"""Best-first search against the scores of all items."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import FAMILIES, tiny_t5

from recbole_instructrec.seq2seq import search
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import NORMALIZATIONS, Scorer
from recbole_instructrec.seq2seq.search import top_k
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

WORDS = ["red", "green", "blue", "old", "new", "shoe", "hat", "coat"]
# 8 + 64 + 27 titles, of which many begin alike and many begin others.
TITLES = ["", *WORDS, *(f"{a} {b}" for a in WORDS for b in WORDS)]
TITLES += [f"{a} {b} {c}" for a in WORDS[:3] for b in WORDS[:3] for c in WORDS[:3]]
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=300, max_length=24)
INSTRUCTION = TOKENIZER.encode(["a new hat please", "red", "an old green coat"])
HISTORY = torch.tensor([[3, 80, 0], [1, 2, 3], [0, 0, 0]])

each_normalization = pytest.mark.parametrize("normalization", NORMALIZATIONS)


def scorer_of(family=tiny_t5, normalization="tree", kind="title") -> Scorer:
    keys = [f"{n:03}" for n in range(len(TITLES))]
    identifiers = Identifiers(kind, TITLES, keys, TOKENIZER, TOKENIZER.vocab_size)
    return Scorer(family(identifiers.vocab_size), identifiers, normalization).eval()


def all_scores(scorer: Scorer) -> torch.Tensor:
    return scorer.score(INSTRUCTION, HISTORY)


def assert_best(found: search.TopK, scores: torch.Tensor, k: int) -> None:
    expected = scores.topk(min(k, int(scores.isfinite().sum()))).values
    torch.testing.assert_close(found.scores, expected, rtol=0, atol=1e-5)
    torch.testing.assert_close(scores[found.items], found.scores, rtol=0, atol=1e-5)
    assert len(set(found.items.tolist())) == len(expected)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@each_normalization
@pytest.mark.parametrize("opened_at_once", [1, 5, 1000])
@pytest.mark.parametrize("k", [1, 7, 500])
def test_the_best_are_those_of_scoring_all(monkeypatch, family, normalization, opened_at_once, k):
    monkeypatch.setattr(search, "FEWEST_OPENED_AT_ONCE", opened_at_once)
    monkeypatch.setattr(search, "MOST_OPENED_AT_ONCE", 4 * opened_at_once)
    scorer = scorer_of(family, normalization)

    for found, scores in zip(
        top_k(scorer, INSTRUCTION, HISTORY, k), all_scores(scorer), strict=True
    ):
        assert_best(found, scores, k)


@each_normalization
@pytest.mark.parametrize("kind", ["title", "token"])
@pytest.mark.parametrize("n_allowed", [0, 3, 60])
def test_nothing_but_what_is_allowed_is_found(normalization, kind, n_allowed):
    scorer = scorer_of(normalization=normalization, kind=kind)
    allowed = torch.zeros(3, len(TITLES), dtype=torch.bool)
    for mask in allowed:
        mask[1 + torch.randperm(len(TITLES) - 1)[:n_allowed]] = True
    every = all_scores(scorer).masked_fill(~allowed, -torch.inf)

    for found, scores, mask in zip(
        top_k(scorer, INSTRUCTION, HISTORY, 10, allowed), every, allowed, strict=True
    ):
        assert len(found.items) == min(10, n_allowed)
        assert mask[found.items].all()
        if n_allowed:
            assert_best(found, scores, 10)


def test_nodes_with_nothing_allowed_below_them_are_not_opened():
    scorer = scorer_of()
    allowed = torch.zeros(1, len(TITLES), dtype=torch.bool)
    allowed[0, TITLES.index("red shoe")] = True

    (found,) = top_k(scorer, INSTRUCTION[:1], HISTORY[:1], 10, allowed)
    assert found.items.tolist() == [TITLES.index("red shoe")]
    assert found.n_opened == 2  # the root and "red", below which "shoe" is certain
    assert found.best_unopened == -torch.inf


@each_normalization
def test_what_was_not_opened_is_no_better_and_something_was_not_opened(monkeypatch, normalization):
    monkeypatch.setattr(search, "FEWEST_OPENED_AT_ONCE", 4)
    monkeypatch.setattr(search, "OPENED_FOR_EACH_ITEM", 0)
    scorer = scorer_of(normalization=normalization)
    (found,) = top_k(scorer, INSTRUCTION[:1], HISTORY[:1], 3)
    inner = int((scorer.known_item < 0).sum())

    assert -torch.inf < found.best_unopened <= found.scores[-1]
    assert found.n_opened < inner
    (everything,) = top_k(scorer, INSTRUCTION[:1], HISTORY[:1], len(TITLES))
    assert everything.best_unopened == -torch.inf
    assert everything.n_opened == inner


@pytest.mark.parametrize("expected_loss, n_passes", [(0.0, 1), (100.0, 4)])
def test_what_is_likely_is_opened_along_with_what_is_above_it(monkeypatch, expected_loss, n_passes):
    """Two items, a long way of only children: one pass of the decoder, or one for each of them."""
    codes = [(), (0, 0, 0, 0, 0), (1,)]
    identifiers = Identifiers("code", [""] * 3, ["", "a", "b"], TOKENIZER, 300, codes)
    scorer = Scorer(tiny_t5(identifiers.vocab_size), identifiers, "vocabulary").eval()
    passes = []
    step = scorer.decoder.step
    monkeypatch.setattr(scorer.decoder, "step", lambda *given: passes.append(1) or step(*given))
    monkeypatch.setattr(search, "EXPECTED_LOSS", expected_loss)

    (found,) = top_k(scorer, INSTRUCTION[:1], HISTORY[:1, :0], 2)
    assert sorted(found.items.tolist()) == [1, 2]
    assert found.n_opened == 5  # the root and four nodes of the first item
    assert len(passes) == n_passes


END = 3  # closes every random code, so that none begins another


@settings(deadline=None, max_examples=60)
@given(
    words=st.sets(st.lists(st.integers(0, 2), max_size=5).map(tuple), min_size=1, max_size=40),
    normalization=st.sampled_from(NORMALIZATIONS),
    k=st.integers(1, 12),
    data=st.data(),
)
def test_in_any_tree_the_best_allowed_are_found(words, normalization, k, data):
    codes = [(), *((*word, END) for word in sorted(words))]
    keys = [str(code) for code in codes]
    identifiers = Identifiers("code", [""] * len(codes), keys, TOKENIZER, 300, codes)
    scorer = Scorer(tiny_t5(identifiers.vocab_size), identifiers, normalization).eval()
    history = torch.ones(3, 1, dtype=torch.int64)
    mask = st.lists(st.booleans(), min_size=len(codes), max_size=len(codes))
    allowed = torch.tensor([data.draw(mask) for _ in range(3)])
    scores = scorer.score(INSTRUCTION, history).masked_fill(~allowed, -torch.inf)

    for found, row in zip(top_k(scorer, INSTRUCTION, history, k, allowed), scores, strict=True):
        assert_best(found, row, k)
        if len(found.items):
            assert found.best_unopened <= found.scores[-1]
