"""Requests are judged rightly: what a provider's own SDK sends is good, and anything a little different is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from provider_answers import answer
from provider_schemas import CHECKS, departures
from replay_server import HISTORY, ProviderRequest, ReplayServer
from sdk_readers import Reader
from sent_requests import SENDERS
from weather import TELLS


def _settings(request: ProviderRequest) -> dict[str, Any]:
    member = {"gemini": "generationConfig", "bedrock-converse": "inferenceConfig"}.get(request.format)
    return request.body[member] if member else request.body


def _last(request: ProviderRequest) -> dict[str, Any]:
    return request.body[HISTORY[request.format]][-1]


def _content(request: ProviderRequest) -> str:
    return "parts" if request.format == "gemini" else "content"


def _tools(request: ProviderRequest) -> list[Any]:
    return request.body["toolConfig"]["tools"] if request.format == "bedrock-converse" else request.body["tools"]


LIMITS = {
    "openai-chat": "max_completion_tokens",
    "openai-responses": "max_output_tokens",
    "anthropic-messages": "max_tokens",
    "gemini": "maxOutputTokens",
    "bedrock-converse": "maxTokens",
}

DEFECTS: dict[str, Callable[[ProviderRequest], Any]] = {
    "unknown member": lambda request: request.body.update(invented=True),
    "unknown setting": lambda request: _settings(request).update(invented=True),
    "unknown member of a turn": lambda request: _last(request).update(invented=True),
    "number for content": lambda request: _last(request).update({_content(request): 7}),
    "text for a number": lambda request: _settings(request).update({LIMITS[request.format]: "321"}),
    "unknown sort of tool": lambda request: _tools(request).append({"invented": {}}),
}


@pytest.fixture(scope="module")
def good_requests(replay: ReplayServer, direct_readers: dict[str, Reader]) -> dict[str, ProviderRequest]:
    """What each SDK sends to its own provider."""
    found = {}
    for name, send in SENDERS.items():
        model = f"schema-{name}"
        replay.script(model, lambda request: answer(TELLS, request))
        send(direct_readers[name], model)
        (found[name],) = replay.requests(model)
    return found


@pytest.mark.parametrize("wire_format", CHECKS)
def test_takes_what_the_own_sdk_sends(wire_format: str, good_requests: dict[str, ProviderRequest]) -> None:
    assert not departures(good_requests[wire_format])


@pytest.mark.parametrize("wire_format", CHECKS)
@pytest.mark.parametrize("defect", DEFECTS)
def test_finds_a_defect(defect: str, wire_format: str, good_requests: dict[str, ProviderRequest]) -> None:
    good = good_requests[wire_format]
    bad = replace(good, body=copy.deepcopy(good.body))
    DEFECTS[defect](bad)
    assert departures(bad)
