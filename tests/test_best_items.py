"""The best items by search and out of all scores are the same."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from recbole_instructrec import best_items as module
from recbole_instructrec.best_items import best_items
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import NORMALIZATIONS, Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

WORDS = ["red", "green", "blue", "shoe", "hat"]
TITLES = ["", *WORDS, *(f"{a} {b}" for a in WORDS for b in WORDS)]
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=300, max_length=24)
# Of unlike lengths, so that both are padded.
INSTRUCTION = TOKENIZER.encode(["a new hat please", "red"])
HISTORY = torch.tensor([[3, 8, 11], [5, 0, 0]])


def scorer_of(kind: str, normalization: str) -> Scorer:
    torch.manual_seed(0)
    keys = [f"{n:03}" for n in range(len(TITLES))]
    identifiers = Identifiers(kind, TITLES, keys, TOKENIZER, TOKENIZER.vocab_size)
    backbone = Backbone.new(
        identifiers.vocab_size, TOKENIZER.pad_id, TOKENIZER.end_id, d_model=16, d_kv=8, d_ff=32,
        num_layers=1, num_decoder_layers=1, num_heads=2, dropout_rate=0.0,
    )  # fmt: skip
    nn.init.normal_(backbone.model.get_input_embeddings().weight, std=0.5)
    return Scorer(backbone, identifiers, normalization).eval()


@pytest.mark.parametrize("kind", ["token", "title"])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_items_scores_and_probabilities_are_those_of_scoring_all(kind, normalization):
    scorer = scorer_of(kind, normalization)
    allowed = torch.rand(2, len(TITLES), generator=torch.Generator().manual_seed(1)) < 0.5
    allowed[:, 0] = False
    every = scorer.score(INSTRUCTION, HISTORY)

    found = best_items(scorer, INSTRUCTION, HISTORY, 4, allowed)

    for one, scores, mask in zip(found, every, allowed, strict=True):
        expected = scores.masked_fill(~mask, -torch.inf).topk(4)
        assert one.items.tolist() == expected.indices.tolist()
        torch.testing.assert_close(one.scores, expected.values, rtol=0, atol=1e-5)
        probabilities = scores.softmax(0)[expected.indices]
        torch.testing.assert_close(one.probabilities, probabilities, rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", ["token", "title"])
def test_fewer_where_no_more_are_allowed(kind):
    allowed = torch.zeros(2, len(TITLES), dtype=torch.bool)
    allowed[1, [7, 9]] = True
    none, two = best_items(scorer_of(kind, "tree"), INSTRUCTION, HISTORY, 4, allowed)
    assert none.items.tolist() == []
    assert set(two.items.tolist()) == {7, 9}
    assert two.first(1).items.tolist() == two.items[:1].tolist()


@pytest.mark.parametrize(
    ("kind", "normalization", "searched"),
    [("token", "tree", False), ("title", "vocabulary", False), ("title", "tree", True)],
)
def test_a_search_where_identifiers_are_long_and_probabilities_sum_to_one(
    monkeypatch, kind, normalization, searched
):
    calls = []
    search = module.top_k
    monkeypatch.setattr(module, "top_k", lambda *given: calls.append(given) or search(*given))
    allowed = torch.arange(len(TITLES)).gt(0).repeat(2, 1)
    best_items(scorer_of(kind, normalization), INSTRUCTION, HISTORY, 4, allowed)
    assert len(calls) == searched
