"""InstructRec inside RecBole: training, evaluation, and the invariants of its scores."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.quick_start import load_data_and_model, run_recbole
from recbole.utils import get_model, get_trainer, init_seed
from shop import TITLES, write_shop
from transformers import PreTrainedTokenizerFast

from recbole_instructrec import Recommender
from recbole_instructrec.seq2seq.backbone import Backbone
from recbole_instructrec.seq2seq.identifier import KINDS
from recbole_instructrec.seq2seq.neighbours import neighbour_places
from recbole_instructrec.seq2seq.tokenizer import END, PAD, TextTokenizer
from recbole_instructrec.seq2seq.tree import PrefixTree


def built(config_dict):
    """Model and dataloaders, untrained."""
    config = Config(model="InstructRec", dataset="shop", config_dict=config_dict)
    init_seed(config["seed"], config["reproducibility"])
    loaders = data_preparation(config, create_dataset(config))
    model = get_model("InstructRec")(config, loaders[0]._dataset)
    return model.eval(), loaders


@pytest.mark.parametrize("history_in", ["decoder", "instruction"])
@pytest.mark.parametrize("identifier", KINDS)
def test_predict_is_the_column_of_full_sort_predict(options, identifier, history_in):
    model, (_, _, test) = built(options(item_identifier=identifier, history_in=history_in))
    interaction, _, _, positive = next(iter(test))
    scores = model.full_sort_predict(interaction)
    expected = scores[torch.arange(len(positive)), positive]
    assert torch.allclose(model.predict(interaction), expected, atol=1e-5)


@pytest.mark.parametrize("identifier", KINDS)
def test_the_catalogues_probabilities_sum_to_one(options, identifier):
    model, (_, _, test) = built(options(item_identifier=identifier))
    scores = model.full_sort_predict(next(iter(test))[0])
    assert torch.allclose(scores.exp().sum(1), torch.ones(len(scores)), atol=1e-5)
    assert torch.isneginf(scores[:, 0]).all()


def test_scores_do_not_depend_on_eval_batch_size(options):
    one, (_, _, test_one) = built(options(eval_batch_size=1))
    many, (_, _, test_many) = built(options(eval_batch_size=4096))
    many.load_state_dict(one.state_dict())
    by_one = torch.cat([one.full_sort_predict(batch[0]) for batch in test_one])
    by_many = torch.cat([many.full_sort_predict(batch[0]) for batch in test_many])
    assert torch.allclose(by_one, by_many, atol=1e-5)


@pytest.mark.parametrize("preference", ["none", "implicit", "explicit"])
def test_a_row_that_skipped_the_transform_gets_the_same_scores(options, preference):
    """RecBole's case study reads rows from the dataset itself."""
    model, (_, _, test) = built(options(eval_preference=preference))
    transformed = next(iter(test))[0]
    bare = test._dataset[torch.arange(len(transformed))]
    assert "instruction" not in bare
    expected = model.full_sort_predict(transformed)
    assert torch.allclose(model.full_sort_predict(bare), expected, atol=1e-5)


@pytest.mark.parametrize("item_places", [True, False])
def test_items_begin_where_their_neighbours_put_them(options, item_places):
    model, (train, _, _) = built(options(item_places=item_places, item_words=False))
    rows = model.scorer.backbone.model.get_output_embeddings().weight[-13:]
    places = neighbour_places(*train._dataset.training_choices, 13, rows.shape[1])
    rows = torch.nn.functional.normalize(rows[1:].detach(), dim=1)

    same = torch.allclose(rows, torch.from_numpy(places[1:]), atol=1e-4)
    assert same == item_places


def test_it_learns_the_circle(options):
    """Every next item is known by construction; a model that learns ranks it first."""
    result = run_recbole(
        model="InstructRec",
        dataset="shop",
        config_dict=options(epochs=30, eval_step=10, learning_rate=0.01),
    )
    assert result["test_result"]["mrr@10"] > 0.95


def test_a_checkpoint_with_codes_brings_their_tree_along(options, monkeypatch):
    given = options(item_identifier="code", code_branching=3, checkpoint_dir="codes", bfloat16=True)
    result = run_recbole(model="InstructRec", dataset="shop", config_dict=given)
    assert result["test_result"]["hit@10"] > 0.5
    checkpoint = next(Path("codes").glob("*.pth"))
    with monkeypatch.context() as patch:
        patch.setattr(PrefixTree, "of", None)  # the tree is read, and not built again
        recommender = Recommender.load(checkpoint)
    assert recommender.scorer.identifiers.depth > 1
    answer = recommender.recommend("toys under 60", user="u0", k=3)
    assert [item.title for item in answer.items] == ["Robot Kit"]
    _, model, _, _, _, test = load_data_and_model(str(checkpoint))
    scores = model.eval().full_sort_predict(next(iter(test))[0])
    assert torch.allclose(scores.exp().sum(1), torch.ones(len(scores)), atol=1e-5)


def test_bfloat16_changes_the_loss_by_its_precision_only(options):
    losses = []
    for wanted in (False, True):
        model, (train, _, _) = built(options(bfloat16=wanted))
        torch.manual_seed(0)
        losses.append(model.calculate_loss(next(iter(train))))
    assert losses[0] != losses[1]
    torch.testing.assert_close(*losses, rtol=0.02, atol=0)
    assert losses[1].dtype == torch.float32


def test_one_seed_gives_one_result(options):
    results = [
        run_recbole(model="InstructRec", dataset="shop", config_dict=options(seed=7))
        for _ in range(2)
    ]
    assert results[0] == results[1]


def test_uni100_evaluates_against_sampled_items(options):
    result = run_recbole(
        model="InstructRec",
        dataset="shop",
        config_dict=options(
            eval_args={"split": {"LS": "valid_and_test"}, "order": "TO", "mode": "uni5"},
            eval_intention="specific",
            topk=[5, 10],
        ),
    )
    assert result["test_result"]["hit@10"] == 1.0  # six candidates at most
    assert 0 < result["test_result"]["hit@5"] <= 1.0


def test_an_intention_steers_where_histories_say_nothing(options):
    """Items are chosen at random: only the intention can tell which, and it must be followed."""
    choice = random.Random(0)
    lines = ["user_id:token\titem_id:token\ttimestamp:float"]
    for user in range(150):
        lines += [f"u{user}\ti{choice.randint(1, 11)}\t{step}" for step in range(6)]
    write_shop(Path("steer"), inter=lines)
    given = options(
        data_path="steer", epochs=10, learning_rate=0.01,
        scenario_weights={"implicit-none-matching": 0.1, "implicit-specific-matching": 0.9},
        languages=["en"], max_constraints=1, eval_step=10,
        item_roles={"title": "name", "category": "kind"},
    )  # fmt: skip
    model, (train, valid, blind) = built(given)
    _, (_, _, told) = built({**given, "eval_intention": "specific"})
    trainer = get_trainer(train.config["MODEL_TYPE"], "InstructRec")(train.config, model)
    trainer.fit(train, valid, verbose=False)
    ndcg = [trainer.evaluate(test)["ndcg@10"] for test in (blind, told)]
    assert ndcg[1] > ndcg[0] + 0.05  # 150 users: one standard error is about 0.02


@pytest.fixture
def pretrained(tmp_path):
    """The folder of a T5 as `save_pretrained` leaves it, with a tokenizer of its own."""
    text = TextTokenizer.train(TITLES + ["recommend things"], vocab_size=300, max_length=40)
    backbone = Backbone.new(text.vocab_size, text.pad_id, text.end_id, d_model=16, d_kv=8,
                            d_ff=32, num_heads=2, num_layers=1, dropout_rate=0.0)  # fmt: skip
    backbone.model.save_pretrained(tmp_path / "t5")
    PreTrainedTokenizerFast(
        tokenizer_object=text.tokenizer, pad_token=PAD, eos_token=END
    ).save_pretrained(tmp_path / "t5")
    return str(tmp_path / "t5")


def test_a_pretrained_backbone_in_the_papers_form(options, pretrained):
    """Titles in the instruction, titles as identifiers, the model's own likelihood."""
    result = run_recbole(
        model="InstructRec",
        dataset="shop",
        config_dict=options(
            backbone=pretrained, history_in="instruction", item_identifier="title",
            score_normalization="vocabulary", checkpoint_dir="paper",
        ),
    )  # fmt: skip
    assert 0 < result["test_result"]["ndcg@10"] < 1
    checkpoint = next(Path("paper").glob("*.pth"))
    shutil.rmtree(pretrained)  # the checkpoint needs it no longer
    answer = Recommender.load(checkpoint).recommend("toys under 60", user="u0", k=3)
    assert [item.title for item in answer.items] == ["Robot Kit"]
    assert answer.instruction == (
        "After Red Running Shoes, Blue Running Shoes, Tea Pot, Tea Cup, Tea Pot, this person now "
        "wants toys things under 60. Recommend one."
    )


def test_a_backbone_that_is_not_there_is_told(options):
    with pytest.raises(ValueError, match="backbone .no/such/folder. cannot be loaded"):
        built(options(backbone="no/such/folder"))
