"""Every recorded request, sent to providers of the other formats, reaches them as their own SDKs could have sent it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
import recordings
from provider_answers import answer
from provider_schemas import CHECKS, departures
from recordings import Recording
from replay_providers import MODELS, gateway_model
from replay_server import ReplayServer
from weather import TELLS

# What the provider itself answered with success.
REQUESTS = [recording for recording in recordings.load() if recording.status == 200]

pytestmark = pytest.mark.skipif(not REQUESTS, reason="MARTLET_FIXTURES names no directory with recordings")

PATHS = {
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "anthropic-messages": "/v1/messages",
    "gemini": "/genai/v1beta/models/{model}:{call}",
    "bedrock-converse": "/bedrock/model/{model}/{call}",
}

# What has tools, files or state of the one provider, for which not every format has words.
REFUSED = {
    "anthropic-messages-039": "code that the provider runs",
    "anthropic-messages-052": "a document by its address",
    "bedrock-converse-014": "a document of a word processor",
    "bedrock-converse-stream-013": "a search that the provider makes",
    "gemini-002": "a conversation that the provider keeps",
    "gemini-003": "a conversation that the provider keeps",
    "gemini-004": "recorded sound",
    "gemini-013": "a search that the provider makes",
    "gemini-014": "a search that the provider makes",
    "gemini-015": "code that the provider runs",
    "openai-responses-009": "a search that the provider makes",
}


def cases() -> list[object]:
    """Requests to a provider of their own format pass unchanged, so that they would tell of the recordings alone."""
    return [
        pytest.param(recording, wire_format, id=f"{recording}-to-{wire_format}")
        for recording in REQUESTS
        for wire_format in CHECKS
        if wire_format != recording.format
    ]


def address(recording: Recording, model: str) -> tuple[str, dict[str, Any]]:
    """The path and the body with another model, which is in one of the two."""
    path = PATHS[recording.format]
    if "{model}" not in path:
        return path, {**recording.request_body, "model": model}
    separator = ":" if recording.format == "gemini" else "/"
    call = recording.request_path.partition("?")[0].rpartition(separator)[2]
    return path.format(model=quote(model, safe=""), call=call), recording.request_body


@pytest.mark.parametrize(("recording", "wire_format"), cases())
def test_reaches_the_provider(
    recording: Recording,
    wire_format: str,
    replay: ReplayServer,
    translator_http: httpx.Client,
) -> None:
    model = f"{MODELS[wire_format]}-request-{recording}-{wire_format}"
    replay.script(model, lambda request: answer(TELLS, request))
    path, body = address(recording, gateway_model(wire_format, model))
    response = translator_http.post(path, json=body)
    requests = replay.requests(model)
    if response.status_code == 400:
        assert not requests, "what cannot be said is refused before it is sent"
        assert recording.name in REFUSED, response.text
        return
    assert response.status_code == 200
    (request,) = requests
    assert request.format == wire_format
    assert not departures(request), recording.title
