"""Sentences that say nothing of a person: what they ask for, how many there are, and how they are
drawn."""

from __future__ import annotations

import pytest
import torch
from recbole.config import Config
from recbole.data import create_dataset
from shop import spelled

from recbole_instructrec.instruction.decoder import InstructionDecoder
from recbole_instructrec.plugin import sentences as module
from recbole_instructrec.plugin.sentences import Sentences

PRICE_ONLY = {"title": "name", "price": "cost"}


@pytest.fixture
def made(options):
    def make(**changes):
        given = options(**{"languages": ["en"], "chatter_share": 0.0, **changes})
        config = Config(model="InstructRec", dataset="shop", config_dict=given)
        train = create_dataset(config).build()[0]
        return train, Sentences(train, config)

    return make


def test_each_comes_with_the_items_that_it_asks_for(made):
    """Each is read back."""
    specific = {"implicit-specific-matching": 1, "implicit-none-matching": 1}
    train, sentences = made(n_sentences=300, scenario_weights=specific, item_roles=PRICE_ONLY)
    catalogue = train.catalogue
    decoder = InstructionDecoder(catalogue, train.writer.languages)
    ids, demanded = sentences.draw(50)
    read = 0
    for sentence, asked in zip(spelled(train.tokenizer, ids), demanded, strict=True):
        understood = decoder.decode(sentence)
        assert not asked[0]
        assert asked.any(), sentence
        if not understood.rest and "over" not in sentence and "under" not in sentence:
            assert asked.tolist() == catalogue.mask(understood.constraints).tolist(), sentence
            read += 1
    assert read > 20


@pytest.mark.parametrize("kind", ["vague", "specific"])
def test_words_of_descriptions_are_asked_for_where_something_vague_is(made, kind):
    roles = {"title": "name", "description": "name", "price": "cost"}
    weights = {f"implicit-{kind}-matching": 1}
    train, sentences = made(n_sentences=400, scenario_weights=weights, item_roles=roles)
    titles = train.catalogue.titles
    ids, demanded = sentences.draw(400)
    asked_for = {
        tuple(titles[item] for item in asked.nonzero()[:, 0].tolist())
        for sentence, asked in zip(spelled(train.tokenizer, ids), demanded, strict=True)
        if "mask" in sentence
    }
    assert asked_for == ({("Ghost Mask",)} if kind == "vague" else set())


def test_something_that_somebody_has_chosen_is_asked_for_by_each(made):
    train, sentences = made(n_sentences=200)
    chosen = torch.from_numpy(train.catalogue.popularity > 0)
    _, demanded = sentences.draw(200)
    assert (demanded & chosen).any(1).all()


@pytest.mark.parametrize("kind", ["specific", "vague"])
def test_words_that_mean_nothing_change_nothing_of_what_is_asked_for(made, kind):
    weights = {f"implicit-{kind}-matching": 1}
    _, sentences = made(n_sentences=100, scenario_weights=weights, chatter_share=1.0)
    _, demanded = sentences.draw(100)
    assert not demanded[:, 1:].all(1).any()


def test_there_are_none_where_nothing_can_be_asked_for_or_none_are_wanted(made):
    nothing = {"implicit-none-matching": 1}
    assert len(made(n_sentences=50, scenario_weights=nothing)[1]) == 0
    assert len(made(n_sentences=0)[1]) == 0


def test_of_a_large_catalogue_there_are_fewer(made, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 13)  # 12 items and the padding: 8 sentences
    assert len(made(n_sentences=100)[1]) <= 8


def test_the_seed_alone_decides(made):
    def drawn(seed):
        sentences = made(n_sentences=30, seed=seed)[1]
        torch.manual_seed(0)
        return [part.tolist() for part in sentences.draw(20)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_a_batch_is_as_wide_as_its_longest_sentence(made):
    train, sentences = made(n_sentences=300)
    for _ in range(5):
        ids, _ = sentences.draw(8)
        assert (ids[:, -1] != train.tokenizer.pad_id).any()
