"""One interface over T5 and BART, new, pretrained and restored."""

from __future__ import annotations

import json

import pytest
import torch
from tiny_models import tiny_bart, tiny_t5
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, T5Config
from transformers import T5ForConditionalGeneration as T5

from recbole_instructrec.seq2seq.backbone import Backbone, backbone_size, pretrained_tokenizer
from recbole_instructrec.seq2seq.dropout import Dropout

VOCAB = 12
INSTRUCTION = torch.tensor([[5, 6, 7, 1], [8, 1, 0, 0]])
ANSWER = torch.tensor([[1, 10, 11, 9], [1, 3, 4, 5]])
EVERY_TOKEN = slice(None)
# Each family's way to close a sentence.
CLOSED = {"T5": "$A </s>", "BART": "<s> $A </s>"}


def logits(backbone: Backbone, tokens=EVERY_TOKEN) -> torch.Tensor:
    mask = INSTRUCTION.ne(backbone.pad_id)
    hidden, _ = backbone.decode(ANSWER, backbone.encode(INSTRUCTION), mask)
    return backbone.logits(hidden, tokens)


def own_logits(model: nn.Module) -> torch.Tensor:
    return model(
        input_ids=INSTRUCTION, attention_mask=INSTRUCTION.ne(0), decoder_input_ids=ANSWER
    ).logits


def save_tokenizer(folder, closed: str | None, **special: str) -> None:
    vocabulary = ["<pad>", "</s>", "<unk>", "<s>", "alien", "3", "heat"]
    ids = {token: i for i, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if closed:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=closed, special_tokens=[("<s>", 3), ("</s>", 1)]
        )
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", **special}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)


def test_a_new_model_has_the_size_asked_for():
    options = {
        "hidden_size": 24, "inner_size": 40, "n_heads": 3, "n_encoder_layers": 1,
        "n_decoder_layers": 2, "dropout_prob": 0.25, "position_buckets": 6,
        "position_max_distance": 10,
    }  # fmt: skip
    backbone = Backbone.new(VOCAB, pad_id=4, end_id=5, **backbone_size(options))

    model = backbone.model
    assert backbone.pad_id == backbone.start_id == 4
    assert model.config.eos_token_id == 5
    assert model.get_input_embeddings().weight.shape == (VOCAB, 24)
    assert len(model.get_encoder().block) == 1
    assert len(model.get_decoder().block) == 2
    attention = model.get_decoder().block[0].layer[0].SelfAttention
    assert (attention.n_heads, attention.key_value_proj_dim) == (3, 8)
    assert attention.relative_attention_bias.weight.shape == (6, 3)
    assert attention.relative_attention_max_distance == 10
    assert model.get_decoder().block[0].layer[2].DenseReluDense.wi.weight.shape == (40, 24)
    assert {m.p for m in model.modules() if isinstance(m, Dropout)} == {0.25}


def new() -> Backbone:
    torch.manual_seed(0)
    return Backbone.new(
        VOCAB, 0, 1, d_model=64, d_kv=32, d_ff=256, num_layers=1, num_decoder_layers=2,
        num_heads=2, dropout_rate=0.0,
    )  # fmt: skip


def test_a_new_encoder_looks_at_the_words_before_and_after_in_turn():
    attention = new().model.get_encoder().block[0].layer[0].SelfAttention

    bias = attention.compute_bias(7, 7)[0, :, 3]  # what the fourth of seven words looks at

    assert bias.tolist() == [
        [-1.5, -1.0, -0.5, 0.0, -4.0, -4.0, -4.0],
        [-4.0, -4.0, -4.0, 0.0, -0.5, -1.0, -1.5],
    ]


def test_a_new_model_still_tells_its_words_apart_behind_its_layers():
    backbone = new().eval()
    words = torch.tensor([[5, 6, 7, 8, 9, 10, 11]])

    states = backbone.encode(words)[0]

    embeddings = backbone.model.get_input_embeddings().weight
    nearest = torch.cosine_similarity(states[:, None], embeddings, dim=-1).argmax(-1)
    assert nearest.tolist() == words[0].tolist()


def test_a_new_models_output_is_its_embedding_and_not_scaled():
    backbone = tiny_t5(VOCAB)

    assert backbone.scale == 1
    assert backbone.model.get_output_embeddings().weight is (
        backbone.model.get_input_embeddings().weight
    )


def test_logits_are_the_models_own(family):
    backbone = family(VOCAB)

    assert logits(backbone).equal(own_logits(backbone.model))


def test_logits_of_a_model_that_scales_its_output():
    backbone = Backbone(T5(tiny_t5(VOCAB, scale_decoder_outputs=True).model.config).eval())

    assert backbone.scale == 16**-0.5
    assert logits(backbone).equal(own_logits(backbone.model))


@pytest.mark.parametrize("tokens", [slice(3, 7), torch.tensor([9, 2, 2])])
def test_logits_of_some_tokens_are_columns_of_all(family, tokens):
    backbone = family(VOCAB)

    torch.testing.assert_close(logits(backbone, tokens), logits(backbone)[..., tokens])


def test_columns_beyond_the_tokens_are_zero(family):
    backbone = family(VOCAB)
    with torch.no_grad():
        hidden, _ = backbone.decode(ANSWER, backbone.encode(INSTRUCTION), INSTRUCTION >= 0)
        five, eight = (backbone.logits(hidden, slice(2, 7), multiple) for multiple in (1, 8))

    assert five.shape[-1] == 5
    torch.testing.assert_close(eight, nn.functional.pad(five, (0, 3)))


def test_padding_the_instruction_changes_nothing(family):
    backbone = family(VOCAB)
    padded = nn.functional.pad(INSTRUCTION, (0, 3), value=backbone.pad_id)
    hidden, _ = backbone.decode(ANSWER, backbone.encode(padded), padded.ne(backbone.pad_id))

    torch.testing.assert_close(backbone.logits(hidden, EVERY_TOKEN), logits(backbone))


def test_decoding_step_by_step_is_decoding_at_once(family):
    backbone = family(VOCAB)
    states, mask = backbone.encode(INSTRUCTION), INSTRUCTION.ne(0)
    at_once, none = backbone.decode(ANSWER, states, mask)
    first, cache = backbone.decode(ANSWER[:, :2], states, mask, use_cache=True)
    second, _ = backbone.decode(ANSWER[:, 2:], states, mask, cache=cache, use_cache=True)

    assert none is None
    torch.testing.assert_close(torch.cat([first, second], 1), at_once)


def test_a_sequence_longer_than_the_positions_is_refused():
    long = torch.full((1, 65), 5)
    backbone = tiny_bart(VOCAB)
    states, mask = backbone.encode(long[:, :64]), torch.ones(1, 64, dtype=torch.bool)
    _, cache = backbone.decode(long[:, :64], states, mask, use_cache=True)

    refusal = "a sequence has 65 tokens, and the backbone only 64 positions"
    with pytest.raises(ValueError, match=refusal):
        backbone.encode(long)
    with pytest.raises(ValueError, match=refusal):
        backbone.decode(long, states, mask)
    with pytest.raises(ValueError, match=refusal):
        backbone.decode(long[:, :1], states, mask, cache=cache, use_cache=True)
    assert tiny_t5(VOCAB).encode(long).shape == (1, 65, 16)


def test_a_pretrained_model_keeps_its_logits_and_has_room_for_more(family, tmp_path):
    saved = family(VOCAB).model
    saved.save_pretrained(tmp_path)
    backbone = Backbone.pretrained(str(tmp_path), VOCAB + 3)

    assert logits(backbone).shape == (2, 4, VOCAB + 3)
    torch.testing.assert_close(logits(backbone)[..., :VOCAB], own_logits(saved))
    assert backbone.model.get_output_embeddings().weight is (
        backbone.model.get_input_embeddings().weight
    )


def flan_t5() -> T5:
    """A T5 like Flan-T5: its output embedding is not its input embedding."""
    model = tiny_t5(VOCAB).model
    model.lm_head.weight = nn.Parameter(torch.randn(VOCAB, 16))
    return model


def test_an_output_embedding_of_its_own_is_kept(tmp_path):
    saved = flan_t5()
    saved.save_pretrained(tmp_path)
    backbone = Backbone.pretrained(str(tmp_path), VOCAB + 3)

    torch.testing.assert_close(logits(backbone)[..., :VOCAB], own_logits(saved))
    assert backbone.model.lm_head.weight[:VOCAB].equal(saved.lm_head.weight)
    assert backbone.model.shared.weight[:VOCAB].equal(saved.shared.weight)


@pytest.mark.parametrize("output", ["tied", "own"])
def test_items_may_begin_at_given_places(output, tmp_path):
    """The last three tokens are items, of the third of which nothing is known."""
    backbone = tiny_t5(VOCAB)
    if output == "own":
        flan_t5().save_pretrained(tmp_path)
        backbone = Backbone.pretrained(str(tmp_path), VOCAB)
    embeddings = backbone.model.get_input_embeddings(), backbone.model.get_output_embeddings()
    before = [module.weight.detach().clone() for module in embeddings]
    backbone.begin_items(VOCAB - 3, torch.eye(16)[:3] * torch.tensor([[1.0], [1.0], [0.0]]))

    for module, old in zip(embeddings, before, strict=True):
        usual = float(old[-3:].norm(dim=1).mean())
        expected = usual * torch.eye(16)[:2]
        torch.testing.assert_close(module.weight[VOCAB - 3 : VOCAB - 1], expected)
        assert torch.equal(module.weight[: VOCAB - 3], old[: VOCAB - 3])
        assert torch.equal(module.weight[-1], old[-1])


def test_weights_stored_in_half_precision_are_trained_in_full(tmp_path):
    tiny_t5(VOCAB).model.to(torch.bfloat16).save_pretrained(tmp_path)

    backbone = Backbone.pretrained(str(tmp_path), VOCAB + 1)
    assert {p.dtype for p in backbone.parameters()} == {torch.float32}


def test_a_name_under_which_nothing_can_be_loaded_is_refused(tmp_path):
    nothing = str(tmp_path / "nothing")
    (tmp_path / "decoder only").mkdir()
    decoder_only = str(tmp_path / "decoder only")
    GPT2LMHeadModel(GPT2Config(vocab_size=8, n_embd=4, n_layer=1, n_head=1)).save_pretrained(
        decoder_only
    )

    for name in (nothing, decoder_only):
        with pytest.raises(ValueError, match="backbone '.*' cannot be loaded: give the folder of"):
            Backbone.pretrained(name, 10)
    with pytest.raises(ValueError, match="backbone '.*nothing' cannot be loaded"):
        pretrained_tokenizer(nothing, 8)


def test_a_model_whose_logits_would_be_others_here_is_refused(tmp_path):
    # Encoder, decoder and output each with an embedding of its own.
    tiny_bart(VOCAB, tie_word_embeddings=False).model.save_pretrained(tmp_path)

    with pytest.raises(ValueError, match=r"\(bart\) gives other logits here than by itself"):
        Backbone.pretrained(str(tmp_path), VOCAB + 1)


def test_a_model_without_a_start_token_is_refused(tmp_path):
    size = {"d_model": 4, "d_kv": 2, "d_ff": 4, "num_layers": 1, "num_heads": 1}
    T5(T5Config(vocab_size=8, **size)).save_pretrained(tmp_path)

    with pytest.raises(ValueError, match="decoder_start_token_id is None in the configuration"):
        Backbone.pretrained(str(tmp_path), 10)


@pytest.mark.parametrize("kind", ["new T5", "scaled T5", "Flan-T5", "BART", "loaded BART"])
def test_a_model_comes_back_from_its_state_and_weights(kind, tmp_path):
    if kind == "new T5":
        backbone = tiny_t5(VOCAB)
    elif kind == "scaled T5":
        backbone = Backbone(T5(tiny_t5(VOCAB, scale_decoder_outputs=True).model.config).eval())
    elif kind == "Flan-T5":
        flan_t5().save_pretrained(tmp_path)
        backbone = Backbone.pretrained(str(tmp_path), VOCAB + 3)
    elif kind == "BART":
        backbone = tiny_bart(VOCAB)
    else:
        tiny_bart(VOCAB).model.save_pretrained(tmp_path)
        backbone = Backbone.pretrained(str(tmp_path), VOCAB + 3)
    back = Backbone.from_state(backbone.state())
    shapes = {name: weight.shape for name, weight in back.state_dict().items()}

    assert shapes == {name: weight.shape for name, weight in backbone.state_dict().items()}
    assert (back.start_id, back.pad_id, back.scale) == (
        backbone.start_id, backbone.pad_id, backbone.scale,
    )  # fmt: skip
    assert sum(p.numel() for p in back.parameters()) == sum(
        p.numel() for p in backbone.parameters()
    )
    back.load_state_dict(backbone.state_dict())
    assert logits(back.eval()).equal(logits(backbone))
    assert json.loads(back.state()) == json.loads(backbone.state())


def test_a_state_does_not_say_where_the_model_was_loaded_from(tmp_path):
    tiny_t5(VOCAB).model.save_pretrained(tmp_path)

    assert str(tmp_path) not in Backbone.pretrained(str(tmp_path), VOCAB + 1).state()


@pytest.mark.parametrize("closed", [*CLOSED.values(), None])
def test_a_pretrained_tokenizer_ends_every_sentence_once(closed, tmp_path):
    tiny_t5(VOCAB).model.save_pretrained(tmp_path)
    save_tokenizer(tmp_path, closed)
    tokenizer, vocab_size = pretrained_tokenizer(str(tmp_path), max_length=4)

    begin = [3] if closed == CLOSED["BART"] else []
    assert vocab_size == VOCAB  # the embedding's rows, of which the tokenizer fills seven
    assert (tokenizer.pad_id, tokenizer.end_id) == (0, 1)
    width = len(begin) + 2
    assert tokenizer.encode(["alien 3", ""])[0].tolist()[: width + 1] == [*begin, 4, 5, 1]
    assert tokenizer.encode(["alien 3", ""])[1].tolist() == [*begin, 1, 0, 0]
    cut = tokenizer.encode(["heat " * 9])[0].tolist()
    assert cut == [*begin, *[6] * (3 - len(begin)), 1]
    assert tokenizer.words(["alien 3", "heat", ""]) == [[4, 5], [6], []]


def test_more_tokens_than_the_embedding_has_rows_make_it_larger(tmp_path):
    tiny_t5(5).model.save_pretrained(tmp_path)
    save_tokenizer(tmp_path, CLOSED["T5"])

    assert pretrained_tokenizer(str(tmp_path), max_length=4)[1] == 7


def test_sentences_are_padded_with_the_token_that_the_model_takes_for_padding(tmp_path):
    tiny_bart(VOCAB).model.save_pretrained(tmp_path)  # pads with 0
    save_tokenizer(tmp_path, CLOSED["BART"], pad_token="<unk>")
    tokenizer, _ = pretrained_tokenizer(str(tmp_path), max_length=4)

    assert tokenizer.pad_id == Backbone.pretrained(str(tmp_path), VOCAB + 1).pad_id == 0


def test_a_tokenizer_without_an_end_token_is_refused(tmp_path):
    tiny_t5(VOCAB).model.save_pretrained(tmp_path)
    save_tokenizer(tmp_path, None, eos_token=None)

    with pytest.raises(ValueError, match="the tokenizer of backbone '.*' has no eos_token"):
        pretrained_tokenizer(str(tmp_path), max_length=4)
