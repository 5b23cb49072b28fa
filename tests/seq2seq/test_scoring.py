"""Scores against a forward pass of the model per item, and what must hold of them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import pytest
import torch
import torch.nn.functional as F
from tiny_models import FAMILIES, tiny_t5
from torch import nn

from recbole_instructrec.seq2seq import memory, scoring
from recbole_instructrec.seq2seq.identifier import KINDS, Identifiers
from recbole_instructrec.seq2seq.scoring import NORMALIZATIONS, Scorer, by_length
from recbole_instructrec.seq2seq.tokenizer import TextTokenizer

# The padding item, a title that begins another, two items of one title, and one without any.
TITLES = ["", "Alien", "Alien 3", "Heat", "heat", "The Heat", "The Thing", "", "异形"]
KEYS = ["[PAD]", "k1", "k2", "k9", "k4", "k5", "k6", "k7", "k8"]
CODES = [(), (0, 0), (0, 1), (1,), (2, 0, 0), (2, 0, 1), (2, 1), (0, 3, 3), (3, 1)]
N = len(TITLES)
TOKENIZER = TextTokenizer.train(TITLES, vocab_size=300, max_length=24)
TEXT = TOKENIZER.vocab_size

INSTRUCTION = TOKENIZER.encode(["I like the heat.", "alien", "异形, or something else", ""])
HISTORY = torch.tensor([[3, 2, 0], [7, 0, 0], [0, 0, 0], [1, 8, 6]])
NO_HISTORY = HISTORY[:, :0]
ANYTHING = torch.ones(4, N, dtype=torch.bool)
UNASKED = TOKENIZER.encode(["anything"] * 4)

each_kind = pytest.mark.parametrize("kind", KINDS)
each_normalization = pytest.mark.parametrize("normalization", NORMALIZATIONS)


@pytest.fixture(params=FAMILIES)
def family(request):
    """Makes a model of each family in turn for a size of the vocabulary."""
    return FAMILIES[request.param]


def identifiers_of(kind: str, titles=TITLES, keys=KEYS, codes=CODES) -> Identifiers:
    return Identifiers(kind, titles, keys, TOKENIZER, TEXT, codes)


def scorer_of(family, kind: str, normalization: str = "tree") -> Scorer:
    identifiers = identifiers_of(kind)
    return Scorer(family(identifiers.vocab_size), identifiers, normalization).eval()


def close(a: torch.Tensor, b: torch.Tensor) -> None:
    torch.testing.assert_close(a, b, rtol=0, atol=1e-5)


def spelled(kind: str) -> dict[int, list[int]]:
    """Each item's tokens, worked out one by one."""
    if kind == "token":
        return {item: [TEXT + item] for item in range(1, N)}
    if kind == "code":
        return {item: [TEXT + 4 * n + code for n, code in enumerate(CODES[item])]
                for item in range(1, N)}  # fmt: skip
    copies: Counter[str] = Counter()
    paths = {}
    for item in sorted(range(1, N), key=KEYS.__getitem__):
        title = TITLES[item].lower()
        paths[item] = [*TOKENIZER.words([title])[0], TEXT + copies[title]]
        copies[title] += 1
    return paths


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
@each_normalization
def test_the_loss_is_the_mean_of_the_scores_of_what_counts(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization)
    items = torch.tensor([[3, 2, 5, 0], [7, 0, 0, 0], [4, 8, 0, 0], [1, 1, 2, 6]])
    counted = torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]]).bool()

    expected = []
    for row, column in [(0, 0), (0, 1), (0, 2), (1, 0), (3, 1), (3, 3)]:
        scores = scorer.score(INSTRUCTION[row, None], items[row, None, :column])
        expected.append(-scores[0, items[row, column]])
    close(scorer.loss(INSTRUCTION, items, counted, ANYTHING, UNASKED), torch.stack(expected).mean())


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
    loss = scorer.loss(INSTRUCTION[:1], items, items > 0, demanded, UNASKED[:1])
    close(loss, expected / 2)


def test_what_is_expected_is_not_taught():
    """The other way round would teach the model to expect what is asked for unasked."""
    scorer = scorer_of(tiny_t5, "token")
    items, demanded = torch.tensor([[3, 2]]), torch.zeros(1, N, dtype=torch.bool)
    demanded[0, 3] = True
    scorer.loss(INSTRUCTION[:1], items, items > 0, demanded, UNASKED[:1]).backward()
    only_there = sorted(set(UNASKED[0].tolist()) - set(INSTRUCTION[0].tolist()))
    gradient = scorer.backbone.model.get_input_embeddings().weight.grad
    assert only_there
    assert not gradient[only_there].any()


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
def test_what_nobody_has_chosen_takes_no_part_in_the_training_of_tokens(family, normalization):
    scorer = scorer_of(family, "token", normalization)
    loss = scorer.loss(INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED)
    scores = scorer.score(INSTRUCTION, HISTORY)
    scorer.chosen = ANYTHING[0].clone()
    scorer.chosen[4] = False
    others = [scorer.score(INSTRUCTION[:1], HISTORY[:1, :n])[0, 4].exp() for n in range(2)]

    fewer = scorer.loss(INSTRUCTION[:1], HISTORY[:1], HISTORY[:1] > 0, ANYTHING[:1], UNASKED[:1])
    more = scorer_of(family, "token", normalization).loss(
        INSTRUCTION[:1], HISTORY[:1], HISTORY[:1] > 0, ANYTHING[:1], UNASKED[:1]
    )
    close(fewer, more + torch.stack(others).neg().log1p().mean())
    assert scorer.loss(INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED) < loss
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
        monkeypatch.setattr(scoring, "WORTH_SPLITTING", worth)
        losses.append(scorer.loss(INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED))

    close(*losses)


def test_the_loss_is_zero_where_nothing_counts(family):
    scorer = scorer_of(family, "title")
    loss = scorer.loss(
        INSTRUCTION, HISTORY, torch.zeros_like(HISTORY, dtype=torch.bool), ANYTHING, UNASKED
    )

    loss.backward()
    assert loss.item() == 0


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
    assert scorer.loss(INSTRUCTION, only, only.bool(), ANYTHING[:, :2], UNASKED).item() == 0


@each_kind
@each_normalization
def test_gradients_reach_encoder_decoder_and_embedding(family, kind, normalization):
    scorer = scorer_of(family, kind, normalization).train()
    scorer.loss(INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED).backward()

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
        loss = scorer.loss(INSTRUCTION, HISTORY, HISTORY > 0, ANYTHING, UNASKED)

    assert scores.dtype == torch.float32
    torch.testing.assert_close(scores[:, 1:], exact[:, 1:], rtol=0.1, atol=0.3)
    assert loss.isfinite()


def test_an_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="score_normalization is 'max'; choose one of tree, voc"):
        scorer_of(tiny_t5, "token", "max")
