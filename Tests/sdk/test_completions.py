"""Older completions of a text, single models and counted tokens, as OpenAI's SDK reads them."""

from __future__ import annotations

import httpx
from expectations import COMPLETION_TOKENS, MODEL, PROMPT_TOKENS
from openai import OpenAI


def test_completion(client: OpenAI, prompt: str) -> None:
    answer = client.completions.create(model=MODEL, prompt=prompt, echo=True)
    assert answer.object == "text_completion"
    assert answer.id.startswith("cmpl-")
    assert answer.choices[0].text.startswith(prompt)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == PROMPT_TOKENS
    assert answer.usage.completion_tokens == COMPLETION_TOKENS


def test_streamed_completion(client: OpenAI, prompt: str) -> None:
    whole = client.completions.create(model=MODEL, prompt=prompt)
    chunks = list(
        client.completions.create(model=MODEL, prompt=prompt, stream=True, stream_options={"include_usage": True})
    )
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices)
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == COMPLETION_TOKENS
    assert whole.choices[0].text


def test_one_model(client: OpenAI) -> None:
    name = client.models.list().data[0].id
    assert client.models.retrieve(name).id == name


def test_estimated_tokens(http: httpx.Client, prompt: str) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": prompt}]}
    answer = http.post("/anthropic/v1/messages/count_tokens", json=body)
    assert answer.status_code == 200
    assert answer.headers["x-martlet-estimated"] == "true"
    assert answer.json()["input_tokens"] > 0
