"""Language models that answer prompts: any OpenAI-compatible endpoint, or one on this machine."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KEY_VARIABLE = "OPENAI_API_KEY"
MAX_NEW_TOKENS = 100


class Teacher(ABC):
    """Answers prompts.

    Attributes:
        name: What its answers are kept under.
        batch_size: How many prompts it is given at once.
    """

    name: str
    batch_size: int

    @abstractmethod
    def answer(self, prompts: Sequence[str]) -> list[str | None]:
        """An answer to each prompt; None where it gave none.

        Raises:
            ValueError: If it will not answer any prompt at all.
        """

    def count_tokens(self, text: str) -> int:
        """Tokens of a text: by a rule of thumb, a quarter of its bytes."""
        return -(-len(text.encode()) // 4)


class EndpointTeacher(Teacher):
    """A model behind an OpenAI-compatible endpoint.

    Requests run side by side. The client tries again, waiting longer each time, where the
    server is busy (429), broken (5xx), too slow or not reached. The key is read from the
    environment variable ``OPENAI_API_KEY`` and is in no message.

    Args:
        url: The endpoint, e.g. ``http://localhost:8000/v1``.
        model: The model's name there.
        temperature: How freely it words; 0 for always the likeliest word.
        timeout: Seconds that one attempt may take.
        attempts: How often a request is tried in all.
        batch_size: Number of requests side by side.
    """

    def __init__(
        self,
        url: str,
        model: str,
        temperature: float = 0.7,
        timeout: float = 60.0,
        attempts: int = 6,
        batch_size: int = 8,
    ) -> None:
        try:
            import openai
        except ImportError as error:
            raise ValueError(
                "a teacher behind an endpoint needs the library openai; "
                "pip install 'recbole-instructrec[teacher]'"
            ) from error
        self._openai = openai
        self._client = openai.OpenAI(
            base_url=url,
            api_key=os.environ.get(KEY_VARIABLE) or "none",
            timeout=timeout,
            max_retries=attempts - 1,
        )
        self.url = url
        self.model = model
        self.temperature = temperature
        self.batch_size = batch_size
        self.name = f"{model} at {temperature}"

    def answer(self, prompts: Sequence[str]) -> list[str | None]:
        """See :meth:`Teacher.answer`."""
        with ThreadPoolExecutor(self.batch_size) as pool:
            results = list(pool.map(self._one, prompts))
        failures = [one for one in results if isinstance(one, Exception)]
        if failures and len(failures) == len(results):
            # The server's own words may repeat the key, so only the kind of failure is told.
            status = getattr(failures[-1], "status_code", None)
            raise ValueError(
                f"the teacher at {self.url} answered none of {len(results)} requests "
                f"({type(failures[-1]).__name__}{f', status {status}' if status else ''}); look at "
                f"the address, the model {self.model!r} and {KEY_VARIABLE}, and run again: what "
                f"it has answered before is kept"
            )
        return [None if isinstance(one, Exception) else one for one in results]

    def _one(self, prompt: str) -> str | None | Exception:
        try:
            completion = self._client.chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": prompt}],
                temperature=self.temperature,
                max_tokens=MAX_NEW_TOKENS,
            )
            content = completion.choices[0].message.content
        except self._openai.OpenAIError as error:
            return error
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            return error  # an answer that is no completion
        return content if isinstance(content, str) else ValueError("no text")


class LocalTeacher(Teacher):
    """A causal language model in a folder on this machine, run by transformers.

    Args:
        folder: As ``save_pretrained`` leaves it, with its tokenizer.
        batch_size: Number of prompts generated at once.

    Raises:
        ValueError: If no model can be loaded from there.
    """

    def __init__(self, folder: str | Path, batch_size: int = 8) -> None:
        from transformers import pipeline

        try:
            self._pipeline = pipeline("text-generation", model=str(folder))
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(
                f"the teacher {str(folder)!r} cannot be loaded; give the folder of a saved causal "
                f"language model with its tokenizer"
            ) from error
        self._tokenizer = self._pipeline.tokenizer
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._tokenizer.padding_side = "left"
        self.batch_size = batch_size
        self.name = f"{Path(folder).resolve()} greedy"

    def answer(self, prompts: Sequence[str]) -> list[str | None]:
        """See :meth:`Teacher.answer`."""
        asked = [self._as_chat(prompt) for prompt in prompts]
        generated = self._pipeline(
            asked,
            batch_size=self.batch_size,
            max_new_tokens=MAX_NEW_TOKENS,
            do_sample=False,
            return_full_text=False,
        )
        return [one[0]["generated_text"] for one in generated]

    def _as_chat(self, prompt: str) -> str:
        if not self._tokenizer.chat_template:
            return prompt
        return self._tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer."""
        return len(self._tokenizer(text)["input_ids"])


def open_teacher(where: str, model: str | None) -> Teacher:
    """A teacher by an endpoint's address or a folder.

    Raises:
        ValueError: If it is neither, or an endpoint lacks the name of a model.
    """
    if where.startswith(("http://", "https://")):
        if not model:
            raise ValueError(f"the teacher at {where} needs the name of a model; give one")
        return EndpointTeacher(where, model)
    if not Path(where).is_dir():
        raise ValueError(
            f"the teacher {where!r} is neither an address (http://..., https://...) nor a folder"
        )
    return LocalTeacher(where)
