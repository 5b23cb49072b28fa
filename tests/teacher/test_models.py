"""Teachers: what they do about a busy, broken, slow or talkative server, and a tiny local one."""

from __future__ import annotations

import logging

import pytest
from server import completion, endpoint, late
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from recbole_instructrec.seq2seq.tokenizer import END, PAD, TextTokenizer
from recbole_instructrec.teacher.models import EndpointTeacher, LocalTeacher, open_teacher


def teacher(url, **changes):
    return EndpointTeacher(url, "m", **{"timeout": 5, "attempts": 4, "batch_size": 3, **changes})


def test_each_prompt_gets_its_own_answer():
    with endpoint(lambda _, prompt: completion(prompt.upper())) as server:
        assert teacher(server.url).answer(["a", "b", "c", "d"]) == ["A", "B", "C", "D"]
        assert sorted(server.prompts) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_is_asked_again(status):
    def reply(number, prompt):
        return (status, "{}") if number < 2 else completion(prompt)

    with endpoint(reply) as server:
        assert teacher(server.url, batch_size=1).answer(["a"]) == ["a"]
        assert len(server.prompts) == 3


def test_a_slow_server_is_asked_again():
    def reply(number, prompt):
        return late(1.0, completion("late")) if number == 0 else completion(prompt)

    with endpoint(reply) as server:
        assert teacher(server.url, timeout=0.3).answer(["a"]) == ["a"]


@pytest.mark.parametrize(
    "garbage",
    [
        (200, "<html>welcome</html>"),
        (200, "{"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"choices": []}'),
        (200, '{"choices": [{"message": {}}]}'),
        completion(None),
        completion(7),
        (400, "no"),
    ],
)
def test_what_is_no_answer_is_none(garbage):
    def reply(_, prompt):
        return completion("fine") if prompt == "good" else garbage

    with endpoint(reply) as server:
        assert teacher(server.url).answer(["bad", "good"]) == [None, "fine"]


@pytest.mark.parametrize(("status", "kind"), [(401, "AuthenticationError"), (500, "Internal")])
def test_a_server_that_answers_nothing_stops_the_run_and_no_key_is_told(
    monkeypatch, caplog, status, kind
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    caplog.set_level(logging.DEBUG)
    with endpoint(lambda *_: (status, '{"error": {"message": "sk-secret is wrong"}}')) as server:
        with pytest.raises(ValueError, match=f"answered none of 2 requests .{kind}") as error:
            teacher(server.url, attempts=2).answer(["a", "b"])
        assert set(server.keys) == {"Bearer sk-secret"}
    assert "run again: what it has answered before is kept" in str(error.value)
    assert "sk-secret" not in str(error.value)
    assert "sk-secret" not in caplog.text


def test_a_server_that_is_not_there():
    with pytest.raises(ValueError, match="answered none of 1 requests .APIConnectionError"):
        teacher("http://127.0.0.1:9", attempts=1).answer(["a"])


def test_a_model_on_this_machine(tmp_path):
    text = TextTokenizer.train(["a film to laugh about"], vocab_size=300, max_length=40)
    GPT2LMHeadModel(
        GPT2Config(vocab_size=text.vocab_size, n_positions=200, n_embd=8, n_layer=1, n_head=1,
                   bos_token_id=1, eos_token_id=1)
    ).save_pretrained(tmp_path)  # fmt: skip
    PreTrainedTokenizerFast(
        tokenizer_object=text.tokenizer, pad_token=PAD, eos_token=END
    ).save_pretrained(tmp_path)
    local = open_teacher(str(tmp_path), None)
    assert isinstance(local, LocalTeacher)
    answers = local.answer(["a film", "to laugh"])
    assert [type(answer) for answer in answers] == [str, str]
    assert local.answer(["a film", "to laugh"]) == answers  # it is greedy
    assert 0 < local.count_tokens("a film to laugh about") < 30


@pytest.mark.parametrize(
    ("where", "model", "message"),
    [
        ("http://localhost:1/v1", None, "needs the name of a model; give one"),
        ("nowhere", None, "'nowhere' is neither an address .* nor a folder"),
        (".", None, "cannot be loaded; give the folder of a saved causal language model"),
    ],
)
def test_a_teacher_that_cannot_be(where, model, message):
    with pytest.raises(ValueError, match=message):
        open_teacher(where, model)
