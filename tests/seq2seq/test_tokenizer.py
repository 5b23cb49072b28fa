"""Sentences to token ids and back."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from recbole_instructrec.seq2seq.tokenizer import END, PAD, TextTokenizer

TEXTS = ["some comedy films", "a comedy, or some horror", "我想看电影", "中国电影"]
# Vocabulary so large that each Chinese character in the texts becomes one token.
TOKENIZER = TextTokenizer.train(TEXTS, vocab_size=400, max_length=1000)
SHORT = TextTokenizer.from_state({**TOKENIZER.state(), "max_length": 8})
SPACES = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]))


def read(ids: list[int]) -> str:
    """The text of some ids; the tokenizer puts a space before every text."""
    return TOKENIZER.tokenizer.decode(ids).removeprefix(" ")


@settings(deadline=None)
@given(st.text())
def test_no_text_is_unknown(text):
    (words,) = TOKENIZER.words([text])

    assert read(words) == TOKENIZER.tokenizer.normalizer.normalize_str(text)


@settings(deadline=None)
@given(SPACES)
def test_english_text_is_lowercased_and_single_spaced(text):
    assert read(TOKENIZER.words([text])[0]) == " ".join(text.lower().split())


@pytest.mark.parametrize(
    "text, normal",
    [
        ("Ａｌｉｅｎ ③", "alien 3"),  # other forms of the same characters
        ("Amélie", "amélie"),  # accents are kept
        ("Ame\u0301lie", "amélie"),
        ("tab\tand\nline", "tab and line"),
        ("中国film", "中 国 film"),
    ],
)
def test_normal_forms(text, normal):
    assert read(TOKENIZER.words([text])[0]) == normal


def test_chinese_characters_stand_alone():
    (film, china, both, spaced, mixed) = TOKENIZER.words(
        ["电影", "中国", "中国电影", " 中 国  电影", "comedy电影"]
    )

    assert [len(film), len(china)] == [2, 2]
    assert both == spaced == china + film
    assert mixed == TOKENIZER.words(["comedy"])[0] + film


def test_ids_are_the_words_and_the_end_padded_on_the_right():
    ids = TOKENIZER.encode(["comedy", "", "some comedy films"])

    comedy, some_comedy_films = TOKENIZER.words(["comedy", "some comedy films"])
    pad, end = TOKENIZER.pad_id, TOKENIZER.end_id
    assert (pad, end) == (0, 1)
    assert TOKENIZER.tokenizer.id_to_token(pad) == PAD
    assert TOKENIZER.tokenizer.id_to_token(end) == END
    assert ids.dtype == torch.int64
    assert ids.tolist() == [
        comedy + [end] + [pad] * (len(some_comedy_films) - len(comedy)),
        [end] + [pad] * len(some_comedy_films),
        some_comedy_films + [end],
    ]


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_a_sentence_has_the_same_ids_in_any_batch(texts):
    together = SHORT.encode(texts)

    for row, text in zip(together, texts, strict=True):
        (alone,) = SHORT.encode([text])
        assert row[: len(alone)].equal(alone)
        assert row[len(alone) :].eq(SHORT.pad_id).all()


@settings(deadline=None)
@given(st.text())
def test_a_sentence_ends_once_and_is_nowhere_padding(text):
    for tokenizer in (TOKENIZER, SHORT):
        (ids,) = tokenizer.encode([text]).tolist()
        assert ids.index(tokenizer.end_id) == len(ids) - 1 < tokenizer.max_length
        assert tokenizer.pad_id not in ids


def test_what_is_cut_off_is_the_end_of_the_sentence():
    (whole,) = TOKENIZER.encode(["horror " * 20]).tolist()
    (cut,) = SHORT.encode(["horror " * 20]).tolist()

    assert cut == whole[:7] + [SHORT.end_id]


@pytest.mark.parametrize("special", [PAD, END])
def test_a_special_token_in_a_sentence_is_only_text(special):
    assert read(TOKENIZER.words([f"a {special} b"])[0]) == f"a {special} b"


def test_training_again_gives_the_same_tokenizer():
    again = TextTokenizer.train(iter(TEXTS), vocab_size=400, max_length=1000)

    assert again.state() == TOKENIZER.state()


def test_the_vocabulary_has_the_bytes_at_least_and_the_size_at_most():
    assert TextTokenizer.train(TEXTS, vocab_size=1, max_length=8).vocab_size == 258
    assert TextTokenizer.train(TEXTS, vocab_size=263, max_length=8).vocab_size == 263


def test_a_tokenizer_comes_back_from_its_state_and_from_pickle():
    for back in (
        TextTokenizer.from_state(SHORT.state()),
        pickle.loads(pickle.dumps(SHORT)),
    ):
        assert back.state() == SHORT.state()
        for text in [*TEXTS, "a </s> b", "horror " * 20]:
            assert back.encode([text]).equal(SHORT.encode([text]))


def test_restoring_reaches_everyone_who_holds_the_tokenizer():
    held = TextTokenizer.train(["quite other words"], vocab_size=300, max_length=4)
    copied = copy.deepcopy({"tokenizer": held})["tokenizer"]
    held.restore(SHORT.state())

    assert copied.state() == held.state() == SHORT.state()
    assert copied.encode(TEXTS).equal(SHORT.encode(TEXTS))


def test_pieces_are_text_that_can_be_put_together():
    tokenizer = TextTokenizer.train(["running shoes", "running tea"], vocab_size=300, max_length=9)
    pieces = tokenizer.pieces()
    assert " running" in pieces
    assert not {"<pad>", "</s>", ""} & set(pieces)
    assert "".join(pieces).isprintable()


def test_the_pieces_of_a_tokenizer_without_a_decoder_are_its_tokens():
    words = Tokenizer(WordLevel({PAD: 0, END: 1, "running": 2, "tea": 3}, unk_token=PAD))
    assert TextTokenizer(words, pad_id=0, end_id=1, max_length=9).pieces() == ["running", "tea"]
