"""The interfaces that serve several formats, and the forms of an address that no official SDK uses."""

from __future__ import annotations

import json

import httpx
import pytest
from martlet_process import Server
from neutral import Reading, call
from provider_answers import WRITERS, answer
from replay_providers import gateway_model
from replay_server import ReplayServer
from sdk_readers import READERS, Reader

READING = Reading(
    text="Hello there.",
    reasoning="",
    tool_calls=(call("wave", {"hands": 2}),),
    finish="tools",
    input_tokens=12,
    output_tokens=5,
    cached_tokens=0,
    reasoning_tokens=0,
)

# What an SDK of each format puts behind the interface's name.
VERSIONS = {"openai-chat": "/v1", "openai-responses": "/v1"}
# Each format is answered by a provider of the next one, so that all of them are translated.
TARGETS = dict(zip(WRITERS, [*list(WRITERS)[1:], next(iter(WRITERS))], strict=True))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("sdk", READERS)
@pytest.mark.parametrize("surface", ["litellm", "langchain", "pydanticai"])
def test_unions_serve_every_format(
    surface: str, sdk: str, stream: bool, translator: Server, replay: ReplayServer
) -> None:
    _serves(f"{translator.url}/{surface}", sdk, stream, replay)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("sdk", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_the_gateway_serves_formats_by_itself(sdk: str, stream: bool, translator: Server, replay: ReplayServer) -> None:
    _serves(translator.url, sdk, stream, replay)


def _serves(base_url: str, sdk: str, stream: bool, replay: ReplayServer) -> None:
    target = TARGETS[sdk]
    model = f"surface-{sdk}"
    replay.script(model, lambda request: answer(READING, request))
    reader: Reader = READERS[sdk][0](base_url + VERSIONS.get(sdk, ""))
    try:
        assert reader.read(gateway_model(target, model), stream=stream) == READING
    finally:
        reader.close()
    assert replay.requests(model)[-1].format == target


def _stream_url(base_url: str, wire_format: str, model: str) -> str:
    return f"{base_url}/genai/v1beta/models/{gateway_model(wire_format, model)}:streamGenerateContent"


@pytest.mark.parametrize("wire_format", WRITERS)
def test_gemini_streams_as_an_array_without_alt(wire_format: str, translator: Server, replay: ReplayServer) -> None:
    """Google's SDKs ask for events; plain HTTP clients get one JSON array, whatever the provider's stream is."""
    model = f"array-{wire_format}"
    replay.script(model, lambda request: answer(READING, request))
    body = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
    found = httpx.post(_stream_url(translator.url, wire_format, model), json=body, timeout=20.0, trust_env=False)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("application/json")
    parts = [part for item in found.json() for part in item["candidates"][0].get("content", {}).get("parts", [])]
    assert "".join(part.get("text", "") for part in parts) == READING.text
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    assert [call(item["name"], item["args"]) for item in calls] == list(READING.tool_calls)
    assert replay.requests(model)[-1].is_stream


def test_a_loss_is_told_in_the_header(translator: Server, replay: ReplayServer) -> None:
    """A setting that the target does not have is left out, and the answer's header says which."""
    model = "loss"
    replay.script(model, lambda request: answer(READING, request))
    body = {
        "model": gateway_model("anthropic-messages", model),
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 100,
        "seed": 7,
    }
    found = httpx.post(f"{translator.url}/openai/v1/chat/completions", json=body, timeout=20.0, trust_env=False)
    assert found.status_code == 200
    assert found.headers["x-martlet-loss"] == '"seed";effect=dropped;element="seed"'
    assert "seed" not in json.dumps(replay.requests(model)[-1].body)
