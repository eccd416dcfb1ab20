"""Tool calls: the parts of an answer most often damaged on the way, as their arguments are JSON inside JSON."""

from __future__ import annotations

import json
from typing import Any

from expectations import messages
from openai import OpenAI

MODEL = "openai/mock-tools"
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


def test_not_streamed(client: OpenAI, prompt: str) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=messages(prompt), tools=TOOLS)
    choice = answer.choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls
    for call in choice.message.tool_calls:
        assert call.id
        assert call.type == "function"
        assert call.function.name
        assert isinstance(json.loads(call.function.arguments), dict)


def test_streamed(client: OpenAI, prompt: str) -> None:
    """Each call has its name and id once, and pieces of arguments that together are JSON."""
    calls: dict[int, dict[str, list[str]]] = {}
    finish_reasons: list[str] = []
    for chunk in client.chat.completions.create(model=MODEL, messages=messages(prompt), tools=TOOLS, stream=True):
        for choice in chunk.choices:
            finish_reasons += [choice.finish_reason] if choice.finish_reason else []
            for delta in choice.delta.tool_calls or []:
                call = calls.setdefault(delta.index, {"id": [], "name": [], "arguments": []})
                call["id"] += [delta.id] if delta.id else []
                if delta.function is not None:
                    call["name"] += [delta.function.name] if delta.function.name else []
                    call["arguments"].append(delta.function.arguments or "")
    assert finish_reasons == ["tool_calls"]
    assert sorted(calls) == list(range(len(calls))) and calls
    for call in calls.values():
        assert len(call["id"]) == len(call["name"]) == 1
        assert isinstance(json.loads("".join(call["arguments"])), dict)


def test_same_calls_either_way(client: OpenAI, prompt: str) -> None:
    """The stream helper of the SDK puts the pieces together by its own rules."""
    whole = client.chat.completions.create(model=MODEL, messages=messages(prompt), tools=TOOLS)
    with client.chat.completions.stream(model=MODEL, messages=messages(prompt), tools=TOOLS) as stream:
        pieces = stream.get_final_completion()

    def calls(message: Any) -> list[tuple[str, Any]]:
        return [(call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls]

    assert calls(whole.choices[0].message) == calls(pieces.choices[0].message)
