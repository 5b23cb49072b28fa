"""The shapes in which instruction data is written, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable

from recbole_instructrec.export.source import Sentence

Record = dict[str, object]


def _seq2seq(one: Sentence) -> Record:
    return {"input": one.input, "output": one.output}


def _alpaca(one: Sentence) -> Record:
    return {"instruction": one.input, "input": "", "output": one.output}


def _chat(one: Sentence) -> Record:
    return {
        "messages": [
            {"role": "user", "content": one.input},
            {"role": "assistant", "content": one.output},
        ]
    }


FORMATS: dict[str, Callable[[Sentence], Record]] = {
    "seq2seq": _seq2seq,
    "alpaca": _alpaca,
    "chat": _chat,
}


def line(one: Sentence, form: str) -> str:
    """A sentence as one line of JSON, with its scenario and language."""
    record = FORMATS[form](one) | {"scenario": one.scenario, "language": one.language}
    return json.dumps(record, ensure_ascii=False)
