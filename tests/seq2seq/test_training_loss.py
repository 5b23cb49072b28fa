"""The loss of training against the scores of what it is about."""

from __future__ import annotations

import pytest
import torch
from tiny_catalogue import (
    ANYTHING,
    HISTORY,
    INSTRUCTION,
    TEXT,
    UNASKED,
    N,
    close,
    each_kind,
    each_normalization,
    scorer_of,
    spelled,
)
from tiny_models import tiny_t5

from recbole_instructrec.seq2seq import training_loss as training_loss_module
from recbole_instructrec.seq2seq.training_loss import by_length, training_loss


@each_kind
@each_normalization
def test_the_loss_is_the_mean_of_the_scores_of_what_counts(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization)
    items = torch.tensor([[3, 2, 5, 0], [7, 0, 0, 0], [4, 8, 0, 0], [1, 1, 2, 6]])
    counted = torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]]).bool()

    expected = []
    for row, column in [(0, 0), (0, 1), (0, 2), (1, 0), (3, 1), (3, 3)]:
        scores = scorer.score(INSTRUCTION[row, None], items[row, None, :column])
        expected.append(-scores[0, items[row, column]])
    close(
        training_loss(scorer, INSTRUCTION, items, counted, ANYTHING, UNASKED),
        torch.stack(expected).mean(),
    )


@each_kind
@each_normalization
def test_an_item_not_asked_for_counts_as_what_is_expected_of_those_asked_for(
    family, kind, normalization
):
    """The person asks for items 3 or 5 and takes 3, 2, 5: of the 2 only tokens know better."""
    scorer = scorer_of(family, kind, normalization)
    items = torch.tensor([[3, 2, 5]])
    demanded = torch.zeros(1, N, dtype=torch.bool)
    demanded[0, [3, 5]] = True

    first, second, third = (
        scorer.score(INSTRUCTION[:1], items[:, :before])[0] for before in range(3)
    )
    expected = -first[3] - third[5]
    if kind == "token":
        told_nothing = scorer.score(UNASKED[:1], items[:, :1])[0]
        expected -= told_nothing[[3, 5]].softmax(0) @ second[[3, 5]]
    loss = training_loss(scorer, INSTRUCTION[:1], items, items > 0, demanded, UNASKED[:1])
    close(loss, expected / 2)


@each_normalization
def test_of_a_stranger_the_first_answer_counts_as_what_everybody_chooses(family, normalization):
    """Both rows are of 3 and then 2; the instruction of the second says something of the person."""
    scorer = scorer_of(family, "token", normalization)
    instruction, items = INSTRUCTION[[0, 0]], torch.tensor([[3, 2], [3, 2]])
    demanded = ANYTHING[:2].clone()
    demanded[0] = False
    demanded[0, [2, 3, 5]] = True
    popularity = torch.zeros(N)
    popularity[[1, 2, 5]] = torch.tensor([8.0, 1.0, 3.0])

    first, second = (scorer.score(INSTRUCTION[:1], items[:1, :before])[0] for before in range(2))
    expected = -(first[2] + 3 * first[5]) / 4 - second[2] - first[3] - second[2]
    loss = training_loss(
        scorer, instruction, items, items > 0, demanded, UNASKED[:2],
        torch.tensor([True, False]), popularity,
    )  # fmt: skip
    close(loss, expected / 4)


def test_what_is_expected_is_not_taught():
    """The other way round would teach the model to expect what is asked for unasked."""
    scorer = scorer_of(tiny_t5, "token")
    items, demanded = torch.tensor([[3, 2]]), torch.zeros(1, N, dtype=torch.bool)
    demanded[0, 3] = True
    training_loss(scorer, INSTRUCTION[:1], items, items > 0, demanded, UNASKED[:1]).backward()
    only_there = sorted(set(UNASKED[0].tolist()) - set(INSTRUCTION[0].tolist()))
    gradient = scorer.backbone.model.get_input_embeddings().weight.grad
    assert only_there
    assert not gradient[only_there].any()


@each_normalization
def test_what_nobody_has_chosen_takes_no_part_in_the_training_of_tokens(family, normalization):
    scorer = scorer_of(family, "token", normalization)
    loss = training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED)
    scores = scorer.score(INSTRUCTION, HISTORY)
    scorer.chosen = ANYTHING[0].clone()
    scorer.chosen[4] = False
    others = [scorer.score(INSTRUCTION[:1], HISTORY[:1, :n])[0, 4].exp() for n in range(2)]

    fewer = training_loss(
        scorer, INSTRUCTION[:1], HISTORY[:1], HISTORY[:1] > 0, ANYTHING[:1], UNASKED[:1]
    )
    more = training_loss(
        scorer_of(family, "token", normalization),
        INSTRUCTION[:1],
        HISTORY[:1],
        HISTORY[:1] > 0,
        ANYTHING[:1],
        UNASKED[:1],
    )
    close(fewer, more + torch.stack(others).neg().log1p().mean())
    assert training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED) < loss
    assert torch.equal(scorer.score(INSTRUCTION, HISTORY), scores)


@pytest.mark.parametrize(
    ("lengths", "groups"),
    [
        ([3, 9, 3, 3], [[0, 2, 3], [1]]),
        ([3, 3, 3, 3], [[0, 1, 2, 3]]),
        ([5, 4, 5, 4], [[0, 1, 2, 3]]),  # two passes would save a tenth
        ([7], [[0]]),
    ],
)
def test_rows_are_split_where_that_saves_padding(lengths, groups):
    assert [sorted(rows.tolist()) for rows in by_length(torch.tensor(lengths))] == groups


@each_kind
@each_normalization
def test_the_loss_does_not_depend_on_how_rows_are_split(family, kind, normalization, monkeypatch):
    scorer = scorer_of(family, kind, normalization)
    losses = []
    for worth in (0.0, 1.0):
        monkeypatch.setattr(training_loss_module, "WORTH_SPLITTING", worth)
        losses.append(training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED))

    close(*losses)


def test_the_loss_is_zero_where_nothing_counts(family):
    scorer = scorer_of(family, "title")
    loss = training_loss(
        scorer, INSTRUCTION, HISTORY, torch.zeros_like(HISTORY, dtype=torch.bool), ANYTHING, UNASKED
    )

    loss.backward()
    assert loss.item() == 0


@each_kind
@each_normalization
def test_gradients_reach_encoder_decoder_and_embedding(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization).train()
    training_loss(scorer, INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED).backward()

    model = scorer.backbone.model
    for part in (model.get_encoder(), model.get_decoder()):
        for name, parameter in part.named_parameters():
            # A key's bias adds the same to every attention score, which changes nothing.
            if not name.endswith("k_proj.bias"):
                assert parameter.grad.abs().max() > 1e-7, name
    embedding = model.get_input_embeddings().weight.grad
    if normalization == "tree":
        # What is read or could be answered is learned, and nothing else.
        used = {*INSTRUCTION.flatten().tolist(), scorer.backbone.start_id}
        used |= set().union(*map(set, spelled(kind).values()))
        learned = embedding.abs().sum(1).nonzero().flatten().tolist()
        assert set(learned) <= used
    if kind != "code":  # of whose tokens some are no item's
        assert embedding[TEXT + 1 :].abs().sum(1).gt(0).all()
