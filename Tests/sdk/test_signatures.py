"""What a provider signed in a turn comes back to it, whichever SDK keeps the conversation.

Providers refuse thoughts or calls of an earlier turn without their signatures. Every SDK gives the turn back as it got
it, as its documentation says.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import weather
from neutral import Reading, call
from provider_answers import SIGNATURE, answer
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer
from sdk_readers import Reader

ASKS = Reading(
    text="",
    reasoning="A tool knows this.",
    tool_calls=(call(weather.TOOL, {"city": weather.CITY}),),
    finish="tools",
    input_tokens=20,
    output_tokens=30,
    cached_tokens=0,
    reasoning_tokens=10,
)

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def talk_openai_chat(client: Any, model: str, stream: bool) -> None:
    messages: list[Any] = [{"role": "user", "content": weather.QUESTION}]
    tools = [{"type": "function", "function": {"name": weather.TOOL, "parameters": SCHEMA}}]
    if stream:
        with client.chat.completions.stream(model=model, messages=messages, tools=tools) as events:
            turn = events.get_final_completion().choices[0].message
    else:
        turn = client.chat.completions.create(model=model, messages=messages, tools=tools).choices[0].message
    result = {"role": "tool", "tool_call_id": turn.tool_calls[0].id, "content": weather.RESULT}
    # What the SDK parsed of the arguments is its own, and no provider knows it.
    parsed = {"parsed": True, "tool_calls": {"__all__": {"function": {"parsed_arguments"}}}}
    messages += [turn.model_dump(exclude_none=True, exclude=parsed), result]
    client.chat.completions.create(model=model, messages=messages, tools=tools)


def talk_openai_responses(client: Any, model: str, stream: bool) -> None:
    items: list[Any] = [{"role": "user", "content": weather.QUESTION}]
    tools = [{"type": "function", "name": weather.TOOL, "parameters": SCHEMA, "strict": False}]
    # Without a provider that keeps conversations, the encrypted thoughts are asked for and sent back.
    options = {"tools": tools, "store": False, "include": ["reasoning.encrypted_content"]}
    if stream:
        with client.responses.stream(model=model, input=items, **options) as events:
            output = events.get_final_response().output
    else:
        output = client.responses.create(model=model, input=items, **options).output
    (tool_call,) = [item for item in output if item.type == "function_call"]
    result = {"type": "function_call_output", "call_id": tool_call.call_id, "output": weather.RESULT}
    items += [*(item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in output), result]
    client.responses.create(model=model, input=items, **options)


def talk_anthropic(client: Any, model: str, stream: bool) -> None:
    messages: list[Any] = [{"role": "user", "content": weather.QUESTION}]
    options = {
        "model": model,
        "max_tokens": 4000,
        "tools": [{"name": weather.TOOL, "input_schema": SCHEMA}],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    if stream:
        with client.messages.stream(messages=messages, **options) as events:
            turn = events.get_final_message()
    else:
        turn = client.messages.create(messages=messages, **options)
    (tool_use,) = [block for block in turn.content if block.type == "tool_use"]
    result = {"type": "tool_result", "tool_use_id": tool_use.id, "content": weather.RESULT}
    messages += [{"role": "assistant", "content": turn.content}, {"role": "user", "content": [result]}]
    client.messages.create(messages=messages, **options)


def talk_gemini(client: Any, model: str, stream: bool) -> None:
    contents: list[Any] = [{"role": "user", "parts": [{"text": weather.QUESTION}]}]
    declaration = {"name": weather.TOOL, "parameters_json_schema": SCHEMA}
    config = {"tools": [{"function_declarations": [declaration]}], "thinking_config": {"include_thoughts": True}}
    if stream:
        chunks = list(client.models.generate_content_stream(model=model, contents=contents, config=config))
    else:
        chunks = [client.models.generate_content(model=model, contents=contents, config=config)]
    # Chunks without parts tell how the answer ended, or what it cost.
    found = [chunk.candidates[0].content for chunk in chunks if chunk.candidates]
    parts = [part for content in found if content for part in content.parts or []]
    turn = {"role": "model", "parts": parts}
    (function_call,) = [part.function_call for part in parts if part.function_call]
    result = {"name": weather.TOOL, "id": function_call.id, "response": {"output": weather.RESULT}}
    contents += [turn, {"role": "user", "parts": [{"function_response": result}]}]
    client.models.generate_content(model=model, contents=contents, config=config)


def talk_bedrock(client: Any, model: str, stream: bool) -> None:
    messages: list[Any] = [{"role": "user", "content": [{"text": weather.QUESTION}]}]
    tools = {"tools": [{"toolSpec": {"name": weather.TOOL, "inputSchema": {"json": SCHEMA}}}]}
    if stream:
        turn = joined(client.converse_stream(modelId=model, messages=messages, toolConfig=tools)["stream"])
    else:
        turn = client.converse(modelId=model, messages=messages, toolConfig=tools)["output"]["message"]
    (tool_use,) = [block["toolUse"] for block in turn["content"] if "toolUse" in block]
    result = {"toolResult": {"toolUseId": tool_use["toolUseId"], "content": [{"text": weather.RESULT}]}}
    messages += [turn, {"role": "user", "content": [result]}]
    client.converse(modelId=model, messages=messages, toolConfig=tools)


def joined(events: Any) -> dict[str, Any]:
    """The turn of a stream of Bedrock, as applications join it."""
    blocks: dict[int, dict[str, Any]] = {}
    for event in events:
        if start := event.get("contentBlockStart"):
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        elif piece := event.get("contentBlockDelta"):
            delta = piece["delta"]
            if tool := delta.get("toolUse"):
                blocks[piece["contentBlockIndex"]]["toolUse"]["input"] += tool["input"]
            elif thought := delta.get("reasoningContent"):
                fresh: dict[str, Any] = {"reasoningContent": {"reasoningText": {"text": ""}}}
                block = blocks.setdefault(piece["contentBlockIndex"], fresh)["reasoningContent"]["reasoningText"]
                block["text"] += thought.get("text", "")
                if signature := thought.get("signature"):
                    block["signature"] = signature
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return {"role": "assistant", "content": list(blocks.values())}


TALKS: dict[str, Any] = {
    "openai-chat": talk_openai_chat,
    "openai-responses": talk_openai_responses,
    "anthropic-messages": talk_anthropic,
    "gemini": talk_gemini,
    "bedrock-converse": talk_bedrock,
}
# A name of a model that signs, as gateways look at it to know what the model takes back.
MODELS = {
    "anthropic-messages": "claude-sonnet-4-5-20250929",
    "gemini": "gemini-2.5-flash",
    "bedrock-converse": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
}


def _script(request: ProviderRequest) -> ProviderAnswer:
    return answer(weather.TELLS if weather.RESULT in json.dumps(request.body) else ASKS, request)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire_format", MODELS)
@pytest.mark.parametrize("sdk", TALKS)
def test_signatures_come_back(
    sdk: str, wire_format: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = MODELS[wire_format]
    replay.script(model, _script)
    before = len(replay.requests(model))
    TALKS[sdk](gateway_readers[sdk].client, gateway_model(wire_format, model), stream)
    _, second = replay.requests(model)[before:]
    text = json.dumps(second.body)
    assert f'"{SIGNATURE}"' in text, "the very signature, nothing around it"
    # What is signed comes back with its signature: Gemini signs the call, the others the thoughts.
    assert (weather.TOOL if wire_format == "gemini" else ASKS.reasoning) in text
    assert weather.RESULT in text
