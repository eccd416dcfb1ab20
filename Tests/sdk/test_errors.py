"""Failures arrive as the exceptions that programs written for OpenAI catch."""

from __future__ import annotations

import json

import httpx
import openai
import pytest
from expectations import MODEL, RETRY_AFTER, assert_openai_error, messages
from openai import OpenAI


@pytest.mark.parametrize(
    ("model", "status", "error"),
    [
        ("mock-400", 400, openai.BadRequestError),
        ("mock-401", 401, openai.AuthenticationError),
        ("mock-404", 404, openai.NotFoundError),
        ("mock-429", 429, openai.RateLimitError),
        ("mock-500", 500, openai.InternalServerError),
        ("mock-503", 503, openai.InternalServerError),
    ],
)
def test_status_of_the_provider(
    client: OpenAI, prompt: str, model: str, status: int, error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as caught:
        client.chat.completions.create(model=f"openai/{model}", messages=messages(prompt))
    assert caught.value.status_code == status
    assert_openai_error(caught.value.response.json(), caught.value.response.headers["x-request-id"])


def test_rate_limit_tells_when_to_come_back(client: OpenAI, prompt: str) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model="openai/mock-429", messages=messages(prompt))
    assert caught.value.response.headers["retry-after"] == RETRY_AFTER


@pytest.mark.parametrize("stream", [False, True])
def test_provider_resets_the_connection(client: OpenAI, prompt: str, stream: bool) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="openai/mock-reset", messages=messages(prompt), stream=stream)
    assert caught.value.status_code == 502
    assert_openai_error(caught.value.response.json(), caught.value.response.headers["x-request-id"])


@pytest.mark.parametrize("stream", [False, True])
def test_client_gives_up_on_a_stalled_provider(client: OpenAI, prompt: str, stream: bool) -> None:
    """The gateway must let go of its side too; the end of the run shows it, as SIGTERM waits for open requests."""
    impatient = client.with_options(timeout=1.0)
    with pytest.raises(openai.APITimeoutError):
        answer = impatient.chat.completions.create(
            model="openai/mock-stall", messages=messages(prompt), stream=stream
        )
        list(answer)
    assert client.chat.completions.create(model=MODEL, messages=messages(prompt)).choices


def test_unknown_path(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.get("/nosuch", cast_to=object)
    assert_openai_error(caught.value.response.json(), caught.value.response.headers["x-request-id"])


BROKEN = {
    "empty": b"",
    "not JSON": b"hello",
    "cut off": b'{"model": "openai/gpt-4o-mini", "messages": [',
    "two values": b'{"model": "openai/gpt-4o-mini", "messages": []} {}',
    "not UTF-8": b'{"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "\xff\xfe"}]}',
    "no object": b"[]",
    "no model": b'{"messages": [{"role": "user", "content": "x"}]}',
    "model is a number": b'{"model": 5, "messages": [{"role": "user", "content": "x"}]}',
    "too deep": b'{"model": "openai/gpt-4o-mini", "messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_broken_body(http: httpx.Client, body: bytes) -> None:
    answer = http.post(
        "/v1/chat/completions",
        content=body,
        headers={"content-type": "application/json", "x-request-id": "sdk-test-broken"},
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert answer.headers["x-request-id"] == "sdk-test-broken"
    error = assert_openai_error(answer.json(), "sdk-test-broken")
    assert error["type"] == "invalid_request_error"


def test_exception_of_a_bad_request(client: OpenAI) -> None:
    """The same through the SDK, which takes message, type, param and code out of the body."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", cast_to=object, body={"messages": json.loads("[]")})
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
