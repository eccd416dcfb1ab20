"""Agents of OpenAI's Agents SDK hold a streamed talk with a tool, with providers that are not OpenAI."""

from __future__ import annotations

import asyncio

import pytest
import weather
from agents import (
    Agent,
    Model,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    function_tool,
)
from martlet_process import Server
from openai import AsyncOpenAI
from replay_providers import gateway_model
from replay_server import ReplayServer

CLIENTS: dict[str, type[OpenAIChatCompletionsModel] | type[OpenAIResponsesModel]] = {
    "openai-chat": OpenAIChatCompletionsModel,
    "openai-responses": OpenAIResponsesModel,
}
PAIRS = [(client, wire_format) for client in CLIENTS for wire_format in weather.formats_except(client)]


@pytest.mark.parametrize(("client", "wire_format"), PAIRS)
def test_holds_a_talk_with_a_tool(client: str, wire_format: str, translator: Server, replay: ReplayServer) -> None:
    name = f"agents-{client}-{wire_format}"
    weather.prepare(replay, name)

    async def talk() -> tuple[str, list[str], int, int]:
        connection = AsyncOpenAI(base_url=f"{translator.url}/openai/v1", api_key="unused", max_retries=0, timeout=20.0)
        async with connection:
            model: Model = CLIENTS[client](gateway_model(wire_format, name), openai_client=connection)
            agent = Agent(
                name="Forecaster",
                instructions="Be brief.",
                model=model,
                model_settings=ModelSettings(include_usage=True),
                tools=[function_tool(weather.look_up_weather)],
            )
            # Tracing would send what is said here to OpenAI.
            run = Runner.run_streamed(agent, weather.QUESTION, run_config=RunConfig(tracing_disabled=True))
            kinds = [event.item.type async for event in run.stream_events() if event.type == "run_item_stream_event"]
            usage = run.context_wrapper.usage
            return run.final_output, kinds, usage.input_tokens, usage.output_tokens

    output, kinds, input_tokens, output_tokens = asyncio.run(talk())
    assert output == weather.CONCLUSION
    # Where a provider signs its calls, as Gemini does, the signature is kept in an item of its own.
    assert sorted(kind for kind in kinds if kind != "reasoning_item") == [
        "message_output_item",
        "message_output_item",
        "tool_call_item",
        "tool_call_output_item",
    ]
    assert (input_tokens, output_tokens) == (50 + 90, 20 + 15)
    weather.check_requests(replay, name, wire_format)
