"""LangChain's chat models hold a streamed talk with a tool, with providers whose formats they do not speak."""

from __future__ import annotations

from typing import Any

import pytest
import weather
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from martlet_process import Server
from replay_providers import gateway_model
from replay_server import ReplayServer


def openai_chat(url: str, model: str) -> BaseChatModel:
    return ChatOpenAI(base_url=f"{url}/langchain/v1", api_key="unused", model=model, max_retries=0, stream_usage=True)


def openai_responses(url: str, model: str) -> BaseChatModel:
    return ChatOpenAI(
        base_url=f"{url}/langchain/v1",
        api_key="unused",
        model=model,
        max_retries=0,
        stream_usage=True,
        use_responses_api=True,
        output_version="responses/v1",
    )


def anthropic(url: str, model: str) -> BaseChatModel:
    return ChatAnthropic(base_url=f"{url}/langchain", api_key="unused", model=model, max_retries=0, max_tokens=500)


CLIENTS = {"openai-chat": openai_chat, "openai-responses": openai_responses, "anthropic-messages": anthropic}
PAIRS = [(client, wire_format) for client in CLIENTS for wire_format in weather.formats_except(client)]


def streamed(model: Any, messages: list[Any]) -> AIMessageChunk:
    chunks = list(model.stream(messages))
    assert len(chunks) > 2, "more than one piece of text arrived"
    total = chunks[0]
    for chunk in chunks[1:]:
        total += chunk
    return total


@pytest.mark.parametrize(("client", "wire_format"), PAIRS)
def test_holds_a_talk_with_a_tool(client: str, wire_format: str, translator: Server, replay: ReplayServer) -> None:
    name = f"langchain-{client}-{wire_format}"
    weather.prepare(replay, name)
    look_up = tool(weather.look_up_weather)
    model = CLIENTS[client](translator.url, gateway_model(wire_format, name)).bind_tools([look_up])
    messages: list[Any] = [HumanMessage(weather.QUESTION)]

    asks = streamed(model, messages)
    assert [(item["name"], item["args"]) for item in asks.tool_calls] == [(weather.TOOL, {"city": weather.CITY})]
    messages += [asks, *(look_up.invoke(item) for item in asks.tool_calls)]
    tells = streamed(model, messages)

    assert tells.text == weather.CONCLUSION
    assert not tells.tool_calls
    usage = tells.usage_metadata
    assert usage is not None
    assert (usage["input_tokens"], usage["output_tokens"]) == (90, 15)
    assert usage["input_token_details"].get("cache_read") == 40
    weather.check_requests(replay, name, wire_format)
