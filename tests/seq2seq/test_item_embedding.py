"""What the token of an item means: its id, and its words."""

from __future__ import annotations

import copy

import pytest
import torch
from tiny_models import FAMILIES

from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.item_embedding import ItemEmbedding
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.training_loss import training_loss

WORDS = [[], [1, 2, 2, 0], [], [2]]
TITLES = ["", "Alien", "Heat", "Alien"]
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=280, max_length=24)
FIRST = TOKENIZER.vocab_size
INSTRUCTION = TOKENIZER.encode(["heat", "alien"])
HISTORY = torch.tensor([[1, 3], [2, 0]])


def scorer_of(family) -> Scorer:
    identifiers = Identifiers("token", TITLES, ["", "a", "b", "c"], TOKENIZER, FIRST)
    return Scorer(FAMILIES[family](identifiers.vocab_size), identifiers)


def described(family) -> Scorer:
    scorer = scorer_of(family)
    scorer.describe_items(embedding(TOKENIZER.words(TITLES)))
    return scorer


def embedding(words, chosen=(False, True, True, True), dropout=0.0) -> ItemEmbedding:
    return ItemEmbedding(words, FIRST, torch.tensor(chosen), dropout)


def test_an_item_is_its_own_row_and_the_scaled_sum_of_its_words():
    weight = torch.tensor([[1.0, 0], [2, 0], [0, 4], [5, 5], [0, 1], [0, 0], [9, 9], [7, 7]])
    table = ItemEmbedding(WORDS, 3, torch.tensor([False, True, True, True]))(weight)
    assert table.tolist() == [
        [1, 0], [2, 0], [0, 4],  # text stays what it is
        [0, 0], [0 + 3 / 2, 1 + 8 / 2], [0, 0], [9, 9 + 4],
        [7, 7],  # no item's
    ]  # fmt: skip


def test_an_item_that_nobody_has_chosen_is_its_words_alone():
    weight = torch.arange(8.0)[:, None].expand(8, 2)
    table = ItemEmbedding(WORDS, 3, torch.tensor([False, True, True, False]))(weight)
    assert table[:, 0].tolist() == [0, 1, 2, 0, 4 + 5 / 2, 5, 2, 7]


def test_its_gradient_is_that_of_small_differences():
    torch.manual_seed(0)
    weight = torch.randn(8, 2, dtype=torch.float64, requires_grad=True)
    items = ItemEmbedding(WORDS, 3, torch.tensor([False, True, True, True])).double()
    assert torch.autograd.gradcheck(items, weight)


def test_in_training_a_share_of_the_items_is_its_words_alone():
    torch.manual_seed(0)
    n = 1000
    items = ItemEmbedding([[0]] * n, 1, torch.ones(n, dtype=torch.bool), dropout=0.1)
    weight = torch.ones(1 + n, 1)
    assert set(items(weight)[1:, 0].tolist()) == {1.0, 2.0}
    assert 60 < (items(weight)[1:] == 1).sum() < 140
    assert (items.eval()(weight)[1:] == 2).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_items_of_the_same_words_differ_by_their_ids_alone(family):
    scorer = described(family)
    first = FIRST + 1
    ids = scorer.backbone.model.get_input_embeddings().weight
    table = scorer.backbone.output_table
    expected = ids[first] - ids[first + 2]
    torch.testing.assert_close(table[first] - table[first + 2], expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_models_own_logits_are_those_of_items_with_words(family):
    scorer = described(family)
    tokens = torch.tensor([[0, FIRST + 2], [0, FIRST + 1]])
    own = scorer.backbone.model(input_ids=INSTRUCTION, decoder_input_ids=tokens).logits
    plain = scorer_of(family).backbone.model(input_ids=INSTRUCTION, decoder_input_ids=tokens)
    hidden, _ = scorer.backbone.decode(
        tokens, scorer.backbone.encode(INSTRUCTION), INSTRUCTION.ne(TOKENIZER.pad_id)
    )
    ours = scorer.backbone.logits(hidden, slice(0, own.shape[-1]))
    mask = INSTRUCTION.ne(TOKENIZER.pad_id).all(1)  # the model was not told of the padding
    torch.testing.assert_close(ours[mask], own[mask])
    assert not torch.allclose(own, plain.logits)


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_stay_when_what_items_mean_is_settled(family):
    scorer = scorer_of(family)
    scorer.describe_items(embedding(TOKENIZER.words(TITLES), dropout=0.5))
    before = scorer.eval().score(INSTRUCTION, HISTORY)
    scorer.train()
    names = set(scorer_of(family).state_dict())
    scorer.settle_items()
    torch.testing.assert_close(scorer.eval().score(INSTRUCTION, HISTORY), before)
    assert set(scorer.state_dict()) == names
    assert torch.equal(
        scorer.backbone.model.get_output_embeddings().weight, scorer.backbone.output_table
    )


def test_a_scorer_that_was_never_described_has_nothing_to_settle():
    scorer = scorer_of("T5")
    before = scorer.score(INSTRUCTION, HISTORY)
    scorer.settle_items()
    assert torch.equal(scorer.score(INSTRUCTION, HISTORY), before)


def test_weights_and_words_together_give_the_same_scores_elsewhere():
    scorer = described("T5")
    other = described("T5")
    other.describe_items(embedding([[], [5], [6], [7]]))  # other words, until told better
    other.load_state_dict(scorer.state_dict())
    assert not torch.allclose(
        other.score(INSTRUCTION, HISTORY)[:, 1:], scorer.score(INSTRUCTION, HISTORY)[:, 1:]
    )
    other.describe_items(embedding(TOKENIZER.words(TITLES)))
    assert torch.equal(other.score(INSTRUCTION, HISTORY), scorer.score(INSTRUCTION, HISTORY))


def test_a_copy_is_a_scorer_of_its_own():
    scorer = described("T5")
    twin = copy.deepcopy(scorer)
    with torch.no_grad():
        for weight in twin.parameters():
            weight.zero_()
    assert scorer.score(INSTRUCTION, HISTORY)[0, 1:].std() > 0
    assert twin.score(INSTRUCTION, HISTORY)[0, 1:].std() == 0


def test_the_words_of_items_learn_from_their_choice():
    scorer = described("T5")
    anything = torch.ones(2, len(TITLES), dtype=torch.bool)
    training_loss(
        scorer, INSTRUCTION * 0 + TOKENIZER.end_id, HISTORY, HISTORY > 0, anything, INSTRUCTION
    ).backward()
    gradient = scorer.backbone.model.get_input_embeddings().weight.grad
    words = sorted({token for title in TOKENIZER.words(TITLES) for token in title})
    assert (gradient[words].abs().sum(1) > 0).all()


@pytest.mark.parametrize("tied", [True, False])
def test_a_pretrained_model_is_described_as_well(tied, tmp_path):
    backbone = FAMILIES["T5"](FIRST)
    if not tied:
        output = backbone.model.get_output_embeddings()
        output.weight = torch.nn.Parameter(output.weight.detach() * 2)
        backbone.model.config.tie_word_embeddings = False
    backbone.model.save_pretrained(tmp_path)
    loaded = Backbone.pretrained(str(tmp_path), FIRST + len(TITLES))
    plain = loaded.output_table.detach().clone()
    loaded.describe_items(embedding(TOKENIZER.words(TITLES)))
    (token,) = {tuple(title) for title in TOKENIZER.words(["heat"])}
    said = plain[list(token)].sum(0) / len(token) ** 0.5
    torch.testing.assert_close(loaded.output_table[FIRST + 2], plain[FIRST + 2] + said)
