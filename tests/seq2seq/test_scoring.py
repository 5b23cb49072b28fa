"""Scores against a forward pass of the model per item, and what must hold of them."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
import torch
import torch.nn.functional as F
from tiny_catalogue import (
    ANYTHING,
    HISTORY,
    INSTRUCTION,
    KEYS,
    NO_HISTORY,
    TEXT,
    TITLES,
    TOKENIZER,
    UNASKED,
    N,
    close,
    each_kind,
    each_normalization,
    identifiers_of,
    scorer_of,
    spelled,
)
from tiny_models import tiny_t5
from torch import nn

from recbole_instructrec.seq2seq import memory
from recbole_instructrec.seq2seq.identifier import Identifiers
from recbole_instructrec.seq2seq.scoring import Scorer
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer
from recbole_instructrec.seq2seq.training_loss import training_loss


def naive_scores(scorer: Scorer, kind: str, history: torch.Tensor) -> torch.Tensor:
    """Scores by the model's own forward pass, one request and one item at a time."""
    model, paths = scorer.backbone.model, spelled(kind)
    children = defaultdict(set)
    for path in paths.values():
        for step, token in enumerate(path):
            children[tuple(path[:step])].add(token)
    scores = torch.full((len(history), N), -math.inf)
    for request, ids in enumerate(INSTRUCTION):
        ids = ids[ids != TOKENIZER.pad_id][None]
        past = sum((paths[item] for item in history[request].tolist() if item), [])
        for item, path in paths.items():
            answer = torch.tensor([[scorer.backbone.start_id, *past, *path[:-1]]])
            logits = model(input_ids=ids, decoder_input_ids=answer).logits[0, len(past) :]
            scores[request, item] = 0.0
            for step, token in enumerate(path):
                possible = list(range(logits.shape[1]))
                if scorer.normalization == "tree":
                    possible = sorted(children[tuple(path[:step])])
                log_probs = logits[step, possible].log_softmax(0)
                scores[request, item] += log_probs[possible.index(token)]
    return scores


@each_kind
@each_normalization
@pytest.mark.parametrize("history", [HISTORY, NO_HISTORY], ids=["history", "no history"])
def test_scores_are_those_of_a_forward_pass_for_each_item(family, kind, normalization, history):
    scorer = scorer_of(family, kind, normalization)
    scores = scorer.score(INSTRUCTION, history)

    with torch.no_grad():
        close(scores, naive_scores(scorer, kind, history))
    assert scores.dtype == torch.float32
    assert scores[:, 1:].std() > 0.5  # or else equal scores would prove little


@each_kind
def test_under_tree_the_catalogue_has_the_whole_probability(family, kind):
    close(scorer_of(family, kind).score(INSTRUCTION, HISTORY).exp().sum(1), torch.ones(4))


@each_kind
def test_under_vocabulary_some_probability_is_no_items(family, kind):
    total = scorer_of(family, kind, "vocabulary").score(INSTRUCTION, HISTORY).exp().sum(1)

    assert (total > 0).all() and (total < 0.99).all()


@each_kind
@each_normalization
def test_the_padding_item_is_impossible_and_no_other(family, kind, normalization):
    scores = scorer_of(family, kind, normalization).score(INSTRUCTION, HISTORY)

    assert scores.isneginf().nonzero().tolist() == [[0, 0], [1, 0], [2, 0], [3, 0]]


@each_kind
@each_normalization
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_scores_do_not_depend_on_how_many_are_computed_at_once(
    family, kind, normalization, size, monkeypatch
):
    scorer = scorer_of(family, kind, normalization)
    together = scorer.score(INSTRUCTION, HISTORY)

    monkeypatch.setattr(memory, "MOST_POSITIONS", size)
    close(scorer.score(INSTRUCTION, HISTORY), together)


@each_kind
@each_normalization
def test_scores_do_not_depend_on_the_other_requests(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization)
    together = scorer.score(INSTRUCTION, HISTORY)

    for row in range(4):
        close(scorer.score(INSTRUCTION[row, None], HISTORY[row, None])[0], together[row])


@each_kind
@each_normalization
def test_scores_do_not_depend_on_padding(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization)
    longer = F.pad(INSTRUCTION, (0, 3), value=TOKENIZER.pad_id)

    close(scorer.score(longer, F.pad(HISTORY, (0, 2))), scorer.score(INSTRUCTION, HISTORY))
    close(scorer.score(INSTRUCTION, HISTORY * 0), scorer.score(INSTRUCTION, NO_HISTORY))


@each_kind
def test_the_odds_of_an_answer_are_those_of_its_token_behind_the_item(family, kind):
    scorer = scorer_of(family, kind)
    answers = torch.tensor([[5, 9], [9, 5]])
    odds = scorer.odds(INSTRUCTION[[0, 0]], HISTORY[[3, 3], :2], answers)
    written = [scorer.backbone.start_id, *spelled(kind)[1], *spelled(kind)[8]]
    output = scorer.backbone.model(
        input_ids=INSTRUCTION[:1],
        attention_mask=INSTRUCTION[:1].ne(scorer.backbone.pad_id),
        decoder_input_ids=torch.tensor([written]),
    )
    logits = output.logits[0, -1]
    close(odds[0], logits[5] - logits[9])
    close(odds[1], -odds[0])


@each_normalization
def test_the_order_of_titles_in_the_data_does_not_matter(family, normalization):
    scorer = scorer_of(family, "title", normalization)
    order = torch.tensor([0, 5, 8, 4, 3, 1, 7, 6, 2])
    moved = identifiers_of("title", [TITLES[i] for i in order], [KEYS[i] for i in order])
    expected = scorer.score(INSTRUCTION, HISTORY)[:, order]
    scorer.identifiers = moved

    close(scorer.score(INSTRUCTION, order.argsort()[HISTORY]), expected)


@each_normalization
def test_the_order_of_items_in_the_data_does_not_matter(family, normalization):
    scorer = scorer_of(family, "token", normalization)
    order = torch.tensor([0, 5, 8, 4, 3, 1, 7, 6, 2])
    expected = scorer.score(INSTRUCTION, HISTORY)[:, order]
    model = scorer.backbone.model
    with torch.no_grad():
        rows = model.get_input_embeddings().weight[TEXT:]
        rows.copy_(rows[order])
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias[:, TEXT:] = model.final_logits_bias[:, TEXT + order]

    close(scorer.score(INSTRUCTION, order.argsort()[HISTORY]), expected)


def test_a_model_that_knows_nothing_is_uniform_over_the_children_of_each_node():
    """The tree of four titles: two words to begin with, two ways to go on from each::

    alien ─ end          1/2 · 1/2
          └ 3 ─ end      1/2 · 1/2
    heat  ─ end, copy 1  1/2 · 1/2
          └ end, copy 2  1/2 · 1/2
    """
    titles, keys = ["", "alien", "alien 3", "heat", "heat"], ["", "a", "b", "c", "d"]
    tokenizer = TextTokenizer.train(["alien heat 3"] * 9, vocab_size=300, max_length=24)
    assert [len(words) for words in tokenizer.words(titles)] == [0, 1, 2, 1, 1]
    history = torch.tensor([[2]])
    instruction = tokenizer.encode(["anything"])

    def scores(kind: str, normalization: str) -> torch.Tensor:
        identifiers = Identifiers(kind, titles, keys, tokenizer, tokenizer.vocab_size)
        backbone = tiny_t5(identifiers.vocab_size)
        nn.init.zeros_(backbone.model.get_input_embeddings().weight)
        return Scorer(backbone, identifiers, normalization).score(instruction, history)[0, 1:]

    vocab = tokenizer.vocab_size + 5
    close(scores("token", "tree"), torch.full((4,), 1 / 4).log())
    close(scores("token", "vocabulary"), torch.full((4,), 1 / vocab).log())
    close(scores("title", "tree"), torch.full((4,), 1 / 4).log())
    vocab = tokenizer.vocab_size + 2
    close(scores("title", "vocabulary"), -math.log(vocab) * torch.tensor([2.0, 3.0, 2.0, 2.0]))


@each_kind
def test_the_only_item_of_a_catalogue_is_certain(family, kind):
    identifiers = identifiers_of(kind, ["", "The Thing"], ["", "a"], [(), (0,)])
    scorer = Scorer(family(identifiers.vocab_size), identifiers).eval()
    only = torch.ones(4, 1, dtype=torch.int64)

    assert scorer.score(INSTRUCTION, only).tolist() == [[-math.inf, 0.0]] * 4
    assert (
        training_loss(scorer, INSTRUCTION, only, only.bool(), ANYTHING[:, :2], UNASKED).item() == 0
    )


@pytest.mark.parametrize(
    "normalization, size, decoded",
    [
        # The words that two titles share: alien, heat and the.
        ("tree", 100, [(2, 3)]),
        ("tree", 3, [(1, 3), (1, 3)]),
        ("tree", 2, [(1, 2), (1, 1), (1, 2), (1, 1)]),
        # Under vocabulary all that ends no title: also 3, and the second words after "the".
        ("vocabulary", 14, [(2, 6)]),
        ("vocabulary", 5, [(1, 5), (1, 1), (1, 5), (1, 1)]),
    ],
)
def test_each_node_with_a_choice_is_decoded_once_and_no_more_than_asked_at_once(
    family, monkeypatch, normalization, size, decoded
):
    titles = ["", "alien", "alien 3", "heat", "heat", "the heat", "the thing"]
    keys = ["", "a", "b", "c", "d", "e", "f"]
    tokenizer = TextTokenizer.train(titles * 9, vocab_size=330, max_length=24)
    assert [len(w) for w in tokenizer.words(titles)] == [0, 1, 2, 1, 1, 2, 2]
    identifiers = Identifiers("title", titles, keys, tokenizer, tokenizer.vocab_size)
    scorer = Scorer(family(identifiers.vocab_size), identifiers, normalization)
    step, shapes = scorer.decoder.step, []

    def noted(requests, tokens, *args):
        shapes.append(tuple(tokens.shape))  # requests, nodes
        return step(requests, tokens, *args)

    monkeypatch.setattr(memory, "MOST_POSITIONS", size)
    monkeypatch.setattr(scorer.decoder, "step", noted)
    scorer.score(tokenizer.encode(["one", "two"]), torch.tensor([[1], [1]]))

    assert shapes == decoded


def test_other_identifiers_can_take_the_place_of_the_first(family):
    """As when a checkpoint brings its own tokenizer along."""
    scorer = scorer_of(family, "title")
    scorer.identifiers = identifiers_of("token")
    with torch.no_grad():
        scorer.backbone.model.resize_token_embeddings(scorer.identifiers.vocab_size)

    close(scorer.score(INSTRUCTION, HISTORY), naive_scores(scorer, "token", HISTORY))


@each_kind
def test_scores_under_autocast_are_float32(family, kind):
    scorer = scorer_of(family, kind)
    exact = scorer.score(INSTRUCTION, HISTORY)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = scorer.score(INSTRUCTION, HISTORY)
        loss = training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED)

    assert scores.dtype == torch.float32
    torch.testing.assert_close(scores[:, 1:], exact[:, 1:], rtol=0.1, atol=0.3)
    assert loss.isfinite()


def test_an_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="score_normalization is 'max'; choose one of tree, voc"):
        scorer_of(tiny_t5, "token", "max")
