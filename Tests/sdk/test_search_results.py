"""What a tool of the caller found, as search results in Anthropic's format, is read by providers of other formats."""

from __future__ import annotations

import json
from typing import Any

import pytest
import weather
from provider_answers import answer
from replay_providers import MODELS, gateway_model
from replay_server import ReplayServer
from sdk_readers import Reader


@pytest.mark.parametrize("wire_format", ["openai-chat", "openai-responses", "gemini", "bedrock-converse"])
def test_their_texts_are_read(
    wire_format: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    # Two formats have one model.
    model = f"{MODELS[wire_format]}-{wire_format}-search-result"
    replay.script(model, lambda request: answer(weather.TELLS, request))
    found: dict[str, Any] = {
        "type": "search_result",
        "source": "https://example.com/weather",
        "title": "The weather",
        "content": [{"type": "text", "text": weather.RESULT}],
    }
    call_id = "toolu_1"
    gateway_readers["anthropic-messages"].client.messages.create(
        model=gateway_model(wire_format, model),
        max_tokens=100,
        tools=[{"name": weather.TOOL, "input_schema": {"type": "object"}}],
        messages=[
            {"role": "user", "content": weather.QUESTION},
            {"role": "assistant", "content": [{"type": "tool_use", "id": call_id, "name": weather.TOOL, "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call_id, "content": [found]}]},
        ],
    )
    (request,) = replay.requests(model)
    assert weather.RESULT in json.dumps(request.body)
