"""Chat completions that are not streamed, and the list of models."""

from __future__ import annotations

import asyncio

import pytest
from expectations import COMPLETION_TOKENS, MODEL, PROMPT_TOKENS, messages
from martlet_process import Server
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion


def assert_complete(answer: ChatCompletion) -> None:
    assert answer.id
    assert answer.object == "chat.completion"
    assert answer.model
    assert [choice.index for choice in answer.choices] == [0]
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == PROMPT_TOKENS
    assert answer.usage.completion_tokens == COMPLETION_TOKENS
    assert answer.usage.total_tokens == PROMPT_TOKENS + COMPLETION_TOKENS


@pytest.mark.parametrize("model", [MODEL, "gpt-4o-mini"])
def test_model_with_and_without_provider(client: OpenAI, prompt: str, model: str) -> None:
    assert_complete(client.chat.completions.create(model=model, messages=messages(prompt)))


@pytest.mark.parametrize("base", ["/v1", "/v1/", "/openai/v1", "/openai"])
def test_base_url_variants(client: OpenAI, gateway: Server, prompt: str, base: str) -> None:
    variant = client.with_options(base_url=gateway.url + base)
    assert_complete(variant.chat.completions.create(model=MODEL, messages=messages(prompt)))
    assert variant.models.list().data


def test_async_client(gateway: Server, prompt: str) -> None:
    """Several at once on one client, as asynchronous programs do."""

    async def run() -> list[ChatCompletion]:
        async with AsyncOpenAI(api_key="unused", base_url=f"{gateway.url}/v1", max_retries=0, timeout=20.0) as client:
            requests = [client.chat.completions.create(model=MODEL, messages=messages(prompt)) for _ in range(8)]
            return await asyncio.gather(*requests)

    for answer in asyncio.run(run()):
        assert_complete(answer)


def test_request_id_is_echoed(client: OpenAI, prompt: str) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=messages(prompt), extra_headers={"x-request-id": "sdk-test-echo-1"}
    )
    assert raw.headers["x-request-id"] == "sdk-test-echo-1"
    assert raw.headers["content-type"].partition(";")[0] == "application/json"
    assert_complete(raw.parse())


def test_request_id_is_made_where_none_came(client: OpenAI, prompt: str) -> None:
    made = {
        client.chat.completions.with_raw_response.create(model=MODEL, messages=messages(prompt)).request_id
        for _ in range(2)
    }
    assert None not in made
    assert len(made) == 2


def test_text_that_needs_escapes(client: OpenAI) -> None:
    """The request must reach the provider as valid JSON whatever is in it; the mock refuses a body that is not."""
    text = 'quotes " \\ \n\t\u0001 umlaut ä emoji 🐦 separator \u2028'
    assert_complete(client.chat.completions.create(model=MODEL, messages=messages(text)))


def test_large_request(client: OpenAI) -> None:
    """Larger than any single read from a socket."""
    assert_complete(client.chat.completions.create(model=MODEL, messages=messages("lorem ipsum " * 100_000)))


def test_listed_models_can_be_used(client: OpenAI, prompt: str) -> None:
    models = client.models.list().data
    assert models
    assert all(model.object == "model" and model.id for model in models)
    assert len({model.id for model in models}) == len(models)
    assert_complete(client.chat.completions.create(model=models[0].id, messages=messages(prompt)))
