"""LiteLLM's SDK holds a streamed talk with a tool, with providers whose formats its client does not speak."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import weather
from martlet_process import Server
from replay_providers import gateway_model
from replay_server import ReplayServer

# LiteLLM fetches a table of prices from the network when it is imported, unless told otherwise.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm  # noqa: E402

# LiteLLM's own use of Pydantic is not what is tested here.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:litellm"),
    pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning"),
]

# The word in front of the model that chooses LiteLLM's client, and what it takes for the base URL.
CLIENTS = {"openai-chat": ("openai", "/litellm/v1"), "anthropic-messages": ("anthropic", "/litellm")}
PAIRS = [(client, wire_format) for client in CLIENTS for wire_format in weather.formats_except(client)]

TOOL = {
    "type": "function",
    "function": {
        "name": weather.TOOL,
        "description": "Tells the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "description": "The name of the city."}},
            "required": ["city"],
        },
    },
}


def streamed(client: str, url: str, model: str, messages: list[Any]) -> tuple[str, Any]:
    """The reason of the end, which LiteLLM's accumulator does not keep, and the message with its usage."""
    provider, surface = CLIENTS[client]
    chunks = litellm.completion(
        model=f"{provider}/{model}",
        api_base=url + surface,
        api_key="unused",
        messages=messages,
        tools=[TOOL],
        stream=True,
        stream_options={"include_usage": True},
        num_retries=0,
        max_tokens=500,
    )
    received = list(chunks)
    reasons = [choice.finish_reason for chunk in received for choice in chunk.choices if choice.finish_reason]
    return reasons[-1], litellm.stream_chunk_builder(received, messages=messages)


@pytest.mark.parametrize(("client", "wire_format"), PAIRS)
def test_holds_a_talk_with_a_tool(client: str, wire_format: str, translator: Server, replay: ReplayServer) -> None:
    name = f"litellm-{client}-{wire_format}"
    weather.prepare(replay, name)
    model = gateway_model(wire_format, name)
    messages: list[Any] = [{"role": "user", "content": weather.QUESTION}]

    reason, asks = streamed(client, translator.url, model, messages)
    assert reason == "tool_calls"
    (tool_call,) = asks.choices[0].message.tool_calls
    assert tool_call.function.name == weather.TOOL
    result = weather.look_up_weather(**json.loads(tool_call.function.arguments))
    messages += [asks.choices[0].message, {"role": "tool", "tool_call_id": tool_call.id, "content": result}]
    reason, tells = streamed(client, translator.url, model, messages)

    assert reason == "stop"
    assert tells.choices[0].message.content == weather.CONCLUSION
    assert (tells.usage.prompt_tokens, tells.usage.completion_tokens) == (90, 15)
    weather.check_requests(replay, name, wire_format)
