"""What the instruction alone says of items: nothing at first, and added to the decoder's logits."""

from __future__ import annotations

import pytest
import torch
from tiny_models import FAMILIES

from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding
from recbole_instructrec.seq2seq.label_matching import LabelMatching
from recbole_instructrec.seq2seq.matching import Matching
from recbole_instructrec.seq2seq.scoring import NORMALIZATIONS, Scorer
from recbole_instructrec.seq2seq.search import top_k
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.training_loss import sentence_loss, training_loss

TITLES = ["", "Alien", "Heat", "The Heat", "异形"]
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=280, max_length=24)
FIRST, N = TOKENIZER.vocab_size, len(TITLES)
INSTRUCTION = TOKENIZER.encode(["alien", "the heat", "heat or alien"])
HISTORY = torch.tensor([[1, 3], [2, 0], [4, 1]])
ANYTHING = torch.ones(3, N, dtype=torch.bool)

each_normalization = pytest.mark.parametrize("normalization", NORMALIZATIONS)


def scorer_of(family, normalization, matching=True) -> Scorer:
    identifiers = Identifiers("token", TITLES, list("0abcd"), TOKENIZER, FIRST)
    backbone = FAMILIES[family](identifiers.vocab_size)
    torch.manual_seed(1)
    own = Matching(backbone.size.d_model, identifiers.vocab_size, FIRST) if matching else None
    return Scorer(backbone, identifiers, normalization, matching=own).eval()


def listening(family, normalization) -> Scorer:
    scorer = scorer_of(family, normalization)
    torch.nn.init.normal_(scorer.matching.asks.weight)
    torch.nn.init.normal_(scorer.matching.embedding.weight)
    return scorer


def test_each_token_adds_what_it_asks_for():
    matching = Matching(2, vocab_size=5, first=2)  # of three items
    with torch.no_grad():
        matching.asks.weight.copy_(torch.tensor([[2.0, 0], [0, 1]]))
        matching.embedding.weight[2:] = torch.tensor([[0.0, 0], [1, 0], [1, -1]])
    states = torch.tensor([[[1.0, 3], [2, 4], [9, 9]]])
    mask = torch.tensor([[True, True, False]])
    assert matching(states, mask, mask.long()).tolist() == [[0, 6, 6 - 7]]


@each_normalization
@pytest.mark.parametrize("family", FAMILIES)
def test_a_new_one_asks_for_nothing(family, normalization):
    with_it, without = (scorer_of(family, normalization, matching) for matching in (True, False))
    torch.testing.assert_close(
        with_it.score(INSTRUCTION, HISTORY), without.score(INSTRUCTION, HISTORY)
    )


@each_normalization
@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_added_to_the_logits_of_items(family, normalization):
    scorer = listening(family, normalization)
    backbone, mask = scorer.backbone, INSTRUCTION.ne(TOKENIZER.pad_id)
    states = backbone.encode(INSTRUCTION)
    tokens = torch.tensor([[backbone.start_id]] * 3)
    hidden, _ = backbone.decode(tokens, states, mask)
    logits = backbone.logits(hidden[:, -1], slice(0, FIRST + N))
    logits[:, FIRST:] += scorer.matching(states, mask, INSTRUCTION)
    if normalization == "tree":
        logits[:, : FIRST + 1] = -torch.inf
    expected = logits.log_softmax(1)[:, FIRST + 1 :]
    scores = scorer.score(INSTRUCTION, HISTORY[:, :0])
    torch.testing.assert_close(scores[:, 1:], expected, rtol=1e-5, atol=1e-5)


@each_normalization
def test_the_loss_is_the_mean_of_the_scores_of_what_counts(normalization):
    scorer = listening("T5", normalization)
    expected = [
        -scorer.score(INSTRUCTION[row, None], HISTORY[row, None, :n])[0, HISTORY[row, n]]
        for row, n in [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]
    ]
    loss = training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, INSTRUCTION)
    torch.testing.assert_close(loss, torch.stack(expected).mean())


@each_normalization
def test_names_of_labels_are_added_to_it(normalization):
    """An untrained encoder wants what is named."""
    without, scorer = (scorer_of("T5", normalization) for _ in range(2))
    names, carried = TOKENIZER.words(["space", "crime"]), [[], [0], [1], [1], []]
    scorer.matching.labels = LabelMatching(scorer.backbone.size.d_model, names, carried, FIRST)
    instruction = TOKENIZER.encode(["space", "crime"])
    nothing = HISTORY[:2, :0]
    more = scorer.score(instruction, nothing) - without.score(instruction, nothing)
    assert more[0, 1:].argmax() + 1 == 1
    assert sorted(more[1, 1:].topk(2).indices + 1) == [2, 3]
    torch.testing.assert_close(more[1, 2], more[1, 3])


def test_its_items_are_described_settled_and_extended_as_the_decoders():
    scorer = listening("T5", "tree")
    chosen = torch.tensor([False, *[True] * (N - 1)])
    scorer.describe_items(ItemEmbedding(TOKENIZER.words(TITLES), FIRST, chosen))
    before = scorer.matching.embedding.weight.detach().clone()
    scorer.settle_items()
    torch.testing.assert_close(scorer.matching.embedding.weight, before)
    scorer.resize(FIRST + N + 1)
    weight = scorer.matching.embedding.weight
    assert weight.shape[0] == FIRST + N + 1
    assert weight[-1].tolist() == [0] * weight.shape[1]
    torch.testing.assert_close(weight[:-1], before)


def test_a_search_is_not_for_it():
    with pytest.raises(ValueError, match=r"has all scores at once; call score\(\)"):
        top_k(scorer_of("T5", "tree"), INSTRUCTION, HISTORY, 2)


def test_the_loss_of_a_sentence_is_how_little_what_it_asks_for_is_expected():
    """Of four items, chosen 0, 1, 1 and 2 times, the encoder's word makes the last e times as
    likely."""
    scorer = scorer_of("T5", "tree")
    item_four = torch.tensor([[0.0, 0, 0, 0, 1]])
    scorer.matching.forward = lambda states, *_: item_four.expand(len(states), -1)
    demanded = torch.tensor([[0, 1, 1, 0, 0], [0, 0, 1, 0, 1], [0, 1, 1, 1, 1]]).bool()
    log_prior = torch.tensor([0.0, 0, 1, 1, 2]).log()

    e = torch.tensor(1.0).exp()
    every = 1 + 1 + 2 * e
    expected = -torch.stack([1 / every, (1 + 2 * e) / every, every / every]).log().mean()
    torch.testing.assert_close(sentence_loss(scorer, INSTRUCTION, demanded, log_prior), expected)


def test_what_belongs_to_a_no_is_learned_from_sentences_alone():
    """Half of the items are asked for, and the other half are asked not to be."""
    torch.manual_seed(0)
    scorer = scorer_of("T5", "tree").train()
    says = ["alien, no heat", "heat, no alien"]
    instruction = TOKENIZER.encode(says)
    demanded = torch.tensor([[0, 1, 0, 0, 1], [0, 0, 1, 1, 0]]).bool()
    optimizer = torch.optim.Adam(scorer.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        loss = sentence_loss(scorer, instruction, demanded, torch.zeros(N).log_softmax(0))
        loss.backward()
        optimizer.step()
    scorer.eval()
    best = scorer.score(instruction, HISTORY[:2, :0]).topk(2).indices.sort().values
    assert best.tolist() == [[1, 4], [2, 3]]
