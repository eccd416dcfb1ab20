"""Streamed chat completions."""

from __future__ import annotations

import asyncio

import httpx
import openai
import pytest
from expectations import COMPLETION_TOKENS, MODEL, PROMPT_TOKENS, messages
from martlet_process import Server
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk


def assert_whole_answer(chunks: list[ChatCompletionChunk]) -> None:
    """All chunks are of one answer that has text, and ends once."""
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.object == "chat.completion.chunk" for chunk in chunks)
    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert "".join(choice.delta.content or "" for choice in choices)
    assert sum(1 for choice in choices if choice.delta.content) > 1, "it came in pieces"
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["stop"]


def test_without_usage(client: OpenAI, prompt: str) -> None:
    """The gateway asks its provider for usage in any case, for its own counters; who did not ask must not see it:
    many programs read choices[0] of every chunk."""
    chunks = list(client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True))
    assert_whole_answer(chunks)
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_explicitly_off(client: OpenAI, prompt: str) -> None:
    options = {"include_usage": False}
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=messages(prompt), stream=True, stream_options=options  # type: ignore[arg-type]
        )
    )
    assert_whole_answer(chunks)
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_with_usage(client: OpenAI, prompt: str) -> None:
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=messages(prompt), stream=True, stream_options={"include_usage": True}
        )
    )
    assert_whole_answer(chunks)
    last = chunks[-1]
    assert last.choices == []
    assert last.usage is not None
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (PROMPT_TOKENS, COMPLETION_TOKENS)
    assert all(chunk.choices and chunk.usage is None for chunk in chunks[:-1])


def test_async_client(gateway: Server, prompt: str) -> None:
    async def read(client: AsyncOpenAI) -> list[ChatCompletionChunk]:
        stream = await client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True)
        return [chunk async for chunk in stream]

    async def run() -> list[list[ChatCompletionChunk]]:
        async with AsyncOpenAI(api_key="unused", base_url=f"{gateway.url}/v1", max_retries=0, timeout=20.0) as client:
            return await asyncio.gather(*(read(client) for _ in range(4)))

    answers = asyncio.run(run())
    assert len(answers) == 4
    for chunks in answers:
        assert_whole_answer(chunks)


def test_stream_is_followed_by_another_request(client: OpenAI, prompt: str) -> None:
    """Framing that is one byte off shows on the next request of the same connection."""
    for _ in range(3):
        assert_whole_answer(list(client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True)))
        assert client.chat.completions.create(model=MODEL, messages=messages(prompt)).choices


def test_stream_as_sent(http: httpx.Client, prompt: str) -> None:
    """What the SDK is lenient about: the content type, the blank lines, [DONE] as the last event and only once."""
    body = {"model": MODEL, "messages": messages(prompt), "stream": True}
    answer = http.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
    assert answer.headers["x-request-id"]
    assert answer.text.endswith("\n\n")
    events = [line for line in answer.text.split("\n") if line.startswith("data:")]
    assert [index for index, line in enumerate(events) if line == "data: [DONE]"] == [len(events) - 1]


def test_left_by_the_client(client: OpenAI, prompt: str) -> None:
    """A client that goes away in the middle must not disturb others."""
    stream = client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True)
    next(iter(stream))
    stream.close()
    assert client.chat.completions.create(model=MODEL, messages=messages(prompt)).choices


def test_cut_stream_is_no_clean_end(client: OpenAI, prompt: str) -> None:
    """Half an answer that looks whole is the worst a gateway can do. Which error it is depends on the SDK."""
    with pytest.raises((openai.APIError, httpx.TransportError)):
        list(client.chat.completions.create(model="openai/mock-cut", messages=messages(prompt), stream=True))


def test_error_event_is_raised(client: OpenAI, prompt: str) -> None:
    with pytest.raises(openai.APIError) as caught:
        list(client.chat.completions.create(model="openai/mock-error-event", messages=messages(prompt), stream=True))
    assert caught.value.message
    assert not isinstance(caught.value, openai.APIConnectionError), "the provider's own error, not a broken connection"


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("openai/mock-429", openai.RateLimitError),
        ("openai/mock-500", openai.InternalServerError),
        ("openai/mock-401", openai.AuthenticationError),
    ],
)
def test_failure_before_the_first_chunk(
    client: OpenAI, prompt: str, model: str, error: type[openai.APIStatusError]
) -> None:
    """While nothing was sent yet a stream fails like any request, with a status and not inside a 200."""
    with pytest.raises(error):
        client.chat.completions.create(model=model, messages=messages(prompt), stream=True)
