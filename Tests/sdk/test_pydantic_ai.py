"""Agents of Pydantic AI hold a streamed talk with a tool, with providers whose formats their clients do not speak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import weather
from martlet_process import Server
from pydantic_ai import Agent
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from replay_providers import gateway_model
from replay_server import ReplayServer


def openai_chat(url: str, model: str) -> Model:
    return OpenAIChatModel(model, provider=OpenAIProvider(base_url=f"{url}/pydanticai/v1", api_key="unused"))


def openai_responses(url: str, model: str) -> Model:
    return OpenAIResponsesModel(model, provider=OpenAIProvider(base_url=f"{url}/pydanticai/v1", api_key="unused"))


def anthropic(url: str, model: str) -> Model:
    return AnthropicModel(model, provider=AnthropicProvider(base_url=f"{url}/pydanticai", api_key="unused"))


CLIENTS: dict[str, Callable[[str, str], Model]] = {
    "openai-chat": openai_chat,
    "openai-responses": openai_responses,
    "anthropic-messages": anthropic,
}
PAIRS = [(client, wire_format) for client in CLIENTS for wire_format in weather.formats_except(client)]


@pytest.mark.parametrize(("client", "wire_format"), PAIRS)
def test_holds_a_talk_with_a_tool(client: str, wire_format: str, translator: Server, replay: ReplayServer) -> None:
    name = f"pydanticai-{client}-{wire_format}"
    weather.prepare(replay, name)

    async def talk() -> tuple[list[str], int, int]:
        # The text beside the call would end a stream of text, so that the agent is asked for all its events.
        model = CLIENTS[client](translator.url, gateway_model(wire_format, name))
        agent = Agent(model, tools=[weather.look_up_weather])
        async with agent.iter(weather.QUESTION) as run:
            texts = []
            async for node in run:
                if Agent.is_model_request_node(node):
                    async with node.stream(run.ctx) as stream:
                        pieces = [piece async for piece in stream.stream_text(delta=True, debounce_by=None)]
                    texts.append("".join(pieces))
        return texts, run.usage.input_tokens, run.usage.output_tokens

    texts, input_tokens, output_tokens = asyncio.run(talk())
    assert texts == [weather.ASKS.text, weather.CONCLUSION]
    assert (input_tokens, output_tokens) == (50 + 90, 20 + 15)
    weather.check_requests(replay, name, wire_format)
