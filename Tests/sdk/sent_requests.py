"""One rich conversation, sent with each official SDK, and what any provider has to read of it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from google.genai import types as genai_types
from neutral import call
from sdk_readers import AnthropicReader, BedrockReader, GeminiReader, OpenAIChatReader, OpenAIResponsesReader

SYSTEM = "You are a careful guide."
QUESTION = "Where was this picture taken, and how warm is it there?"
REMARK = "I will look it up."
RESULT = "17.25 degrees"
THANKS = "Thank you. And tomorrow?"
TOOL = "look_up_weather"
DESCRIPTION = "Tells the weather of a city."
ARGUMENTS = {"city": "Köln", "days": [1, 2]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "The name of the city."},
        "days": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["city"],
}
TEMPERATURE = 0.25
MAXIMUM = 321
CALL_ID = "call_weather_1"
# The smallest picture that is one: a single pixel.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass
class Sent:
    """What a provider reads of the conversation. Results name the call that they answer, however it is referred to."""

    system: str
    texts: list[tuple[str, str]]
    pictures: list[str]
    calls: list[tuple[str, str]]
    results: list[tuple[str, str]]
    tools: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]
    temperature: float | None
    maximum: int | None


EXPECTED = Sent(
    system=SYSTEM,
    texts=[("user", QUESTION), ("assistant", REMARK), ("user", THANKS)],
    pictures=[PICTURE],
    calls=[call(TOOL, ARGUMENTS)],
    results=[(TOOL, RESULT)],
    tools=[(TOOL, DESCRIPTION, ("city", "days"), ("city",))],
    temperature=TEMPERATURE,
    maximum=MAXIMUM,
)


def send_openai_chat(reader: OpenAIChatReader, model: str) -> None:
    function = {"name": TOOL, "arguments": json.dumps(ARGUMENTS)}
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}
    messages: Any = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}, picture]},
        {
            "role": "assistant",
            "content": REMARK,
            "tool_calls": [{"id": CALL_ID, "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": CALL_ID, "content": RESULT},
        {"role": "user", "content": THANKS},
    ]
    tool: Any = {"type": "function", "function": {"name": TOOL, "description": DESCRIPTION, "parameters": SCHEMA}}
    reader.client.chat.completions.create(
        model=model, messages=messages, tools=[tool], temperature=TEMPERATURE, max_completion_tokens=MAXIMUM
    )


def send_openai_responses(reader: OpenAIResponsesReader, model: str) -> None:
    picture = {"type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{PICTURE}"}
    items: Any = [
        {"role": "user", "content": [{"type": "input_text", "text": QUESTION}, picture]},
        {"role": "assistant", "content": REMARK},
        {"type": "function_call", "call_id": CALL_ID, "name": TOOL, "arguments": json.dumps(ARGUMENTS)},
        {"type": "function_call_output", "call_id": CALL_ID, "output": RESULT},
        {"role": "user", "content": THANKS},
    ]
    tool: Any = {"type": "function", "name": TOOL, "description": DESCRIPTION, "parameters": SCHEMA, "strict": False}
    reader.client.responses.create(
        model=model, instructions=SYSTEM, input=items, tools=[tool], temperature=TEMPERATURE, max_output_tokens=MAXIMUM
    )


def send_anthropic(reader: AnthropicReader, model: str) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE}
    result = {"type": "tool_result", "tool_use_id": CALL_ID, "content": RESULT}
    messages: Any = [
        {"role": "user", "content": [{"type": "text", "text": QUESTION}, {"type": "image", "source": source}]},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": REMARK},
                {"type": "tool_use", "id": CALL_ID, "name": TOOL, "input": ARGUMENTS},
            ],
        },
        {"role": "user", "content": [result, {"type": "text", "text": THANKS}]},
    ]
    tool: Any = {"name": TOOL, "description": DESCRIPTION, "input_schema": SCHEMA}
    # The SDK has no parameter for the temperature any more; the interface has.
    reader.client.messages.create(
        model=model,
        system=SYSTEM,
        messages=messages,
        tools=[tool],
        max_tokens=MAXIMUM,
        extra_body={"temperature": TEMPERATURE},
    )


def send_gemini(reader: GeminiReader, model: str) -> None:
    part, content = genai_types.Part, genai_types.Content
    contents: Any = [
        content(
            role="user",
            parts=[
                part.from_text(text=QUESTION),
                part.from_bytes(data=base64.b64decode(PICTURE), mime_type="image/png"),
            ],
        ),
        content(role="model", parts=[part.from_text(text=REMARK), part.from_function_call(name=TOOL, args=ARGUMENTS)]),
        content(
            role="user",
            parts=[part.from_function_response(name=TOOL, response={"output": RESULT}), part.from_text(text=THANKS)],
        ),
    ]
    declaration = genai_types.FunctionDeclaration(name=TOOL, description=DESCRIPTION, parameters_json_schema=SCHEMA)
    config = genai_types.GenerateContentConfig(
        system_instruction=SYSTEM,
        temperature=TEMPERATURE,
        max_output_tokens=MAXIMUM,
        tools=[genai_types.Tool(function_declarations=[declaration])],
    )
    reader.client.models.generate_content(model=model, contents=contents, config=config)


def send_bedrock(reader: BedrockReader, model: str) -> None:
    picture = {"image": {"format": "png", "source": {"bytes": base64.b64decode(PICTURE)}}}
    tool_use = {"toolUse": {"toolUseId": CALL_ID, "name": TOOL, "input": ARGUMENTS}}
    result = {"toolResult": {"toolUseId": CALL_ID, "content": [{"text": RESULT}]}}
    tool = {"toolSpec": {"name": TOOL, "description": DESCRIPTION, "inputSchema": {"json": SCHEMA}}}
    reader.client.converse(
        modelId=model,
        system=[{"text": SYSTEM}],
        messages=[
            {"role": "user", "content": [{"text": QUESTION}, picture]},
            {"role": "assistant", "content": [{"text": REMARK}, tool_use]},
            {"role": "user", "content": [result, {"text": THANKS}]},
        ],
        toolConfig={"tools": [tool]},
        inferenceConfig={"temperature": TEMPERATURE, "maxTokens": MAXIMUM},
    )


SENDERS: dict[str, Any] = {
    "openai-chat": send_openai_chat,
    "openai-responses": send_openai_responses,
    "anthropic-messages": send_anthropic,
    "gemini": send_gemini,
    "bedrock-converse": send_bedrock,
}
