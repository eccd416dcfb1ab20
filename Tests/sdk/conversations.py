"""Conversations with tools, kept as the documentation of each SDK says: what was answered is given back as it came."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any

from google.genai import types as genai_types

SYSTEM = "You are a careful guide."
TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "look_up_weather": (
        "Tells the weather of a city.",
        {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "array"}}, "required": ["city"]},
    ),
    "now": ("Tells the time.", {"type": "object", "properties": {}}),
}
THINKING_TOKENS = 1024
MAXIMUM = 4000


class Conversation(ABC):
    """A conversation through one SDK. The model may think and call tools; `calls` are those that wait for results."""

    def __init__(self, client: Any, model: str, stream: bool) -> None:
        self.client = client
        self.model = model
        self.stream = stream
        self.history: list[Any] = []
        self.calls: list[Any] = []

    @abstractmethod
    def say(self, text: str) -> None:
        """Sends words of the user and keeps the answer."""

    @abstractmethod
    def tell(self, results: list[str]) -> None:
        """Sends the results of all waiting calls and keeps the answer."""


class OpenAIChatConversation(Conversation):
    def say(self, text: str) -> None:
        if not self.history:
            self.history.append({"role": "system", "content": SYSTEM})
        self.history.append({"role": "user", "content": text})
        self._ask()

    def tell(self, results: list[str]) -> None:
        for call, result in zip(self.calls, results, strict=True):
            self.history.append({"role": "tool", "tool_call_id": call.id, "content": result})
        self._ask()

    def _ask(self) -> None:
        functions = [{"name": name, "description": tool[0], "parameters": tool[1]} for name, tool in TOOLS.items()]
        request: dict[str, Any] = {
            "model": self.model,
            "messages": self.history,
            "tools": [{"type": "function", "function": function} for function in functions],
            "reasoning_effort": "medium",
        }
        if self.stream:
            with self.client.chat.completions.stream(**request) as events:
                events.until_done()
                # The final completion is the same, but its getter refuses what was cut short or filtered.
                turn = events.current_completion_snapshot.choices[0].message
            # What the SDK needed for parsing and joining is its own, and no provider knows it.
            own: Any = {"parsed": True, "tool_calls": {"__all__": {"index": True, "function": {"parsed_arguments"}}}}
            self.history.append(turn.model_dump(exclude_none=True, exclude=own))
        else:
            turn = self.client.chat.completions.create(**request).choices[0].message
            self.history.append(turn)
        self.calls = turn.tool_calls or []


class OpenAIResponsesConversation(Conversation):
    def say(self, text: str) -> None:
        self.history.append({"role": "user", "content": text})
        self._ask()

    def tell(self, results: list[str]) -> None:
        for call, result in zip(self.calls, results, strict=True):
            self.history.append({"type": "function_call_output", "call_id": call.call_id, "output": result})
        self._ask()

    def _ask(self) -> None:
        tools = [
            {"type": "function", "name": name, "description": description, "parameters": schema, "strict": False}
            for name, (description, schema) in TOOLS.items()
        ]
        request: dict[str, Any] = {
            "model": self.model,
            "instructions": SYSTEM,
            "input": self.history,
            "tools": tools,
            "reasoning": {"effort": "medium", "summary": "auto"},
            # Without a provider that keeps conversations, the encrypted thoughts are asked for and sent back.
            "store": False,
            "include": ["reasoning.encrypted_content"],
        }
        if self.stream:
            *_, last = self.client.responses.create(**request, stream=True)
            output = last.response.output
        else:
            output = self.client.responses.create(**request).output
        self.history += output
        self.calls = [item for item in output if item.type == "function_call"]


class AnthropicConversation(Conversation):
    def say(self, text: str) -> None:
        self.history.append({"role": "user", "content": text})
        self._ask()

    def tell(self, results: list[str]) -> None:
        blocks = [
            {"type": "tool_result", "tool_use_id": call.id, "content": result}
            for call, result in zip(self.calls, results, strict=True)
        ]
        self.history.append({"role": "user", "content": blocks})
        self._ask()

    def _ask(self) -> None:
        request: dict[str, Any] = {
            "model": self.model,
            "system": SYSTEM,
            "messages": self.history,
            "max_tokens": MAXIMUM,
            "tools": [
                {"name": name, "description": description, "input_schema": schema}
                for name, (description, schema) in TOOLS.items()
            ],
            "thinking": {"type": "enabled", "budget_tokens": THINKING_TOKENS},
        }
        if self.stream:
            with self.client.messages.stream(**request) as events:
                turn = events.get_final_message()
        else:
            turn = self.client.messages.create(**request)
        self.history.append({"role": "assistant", "content": turn.content})
        self.calls = [block for block in turn.content if block.type == "tool_use"]


class GeminiConversation(Conversation):
    """Google's SDK keeps the conversation itself, and forgets turns in which a chunk has nothing in it."""

    def __init__(self, client: Any, model: str, stream: bool) -> None:
        super().__init__(client, model, stream)
        declarations = [
            {"name": name, "description": description, "parameters_json_schema": schema}
            for name, (description, schema) in TOOLS.items()
        ]
        config = {
            "system_instruction": SYSTEM,
            "tools": [{"function_declarations": declarations}],
            "thinking_config": {"include_thoughts": True, "thinking_budget": THINKING_TOKENS},
        }
        self.chat = client.chats.create(model=model, config=config)

    def say(self, text: str) -> None:
        self._send(text)

    def tell(self, results: list[str]) -> None:
        response = genai_types.FunctionResponse
        self._send(
            [
                genai_types.Part(
                    function_response=response(id=call.id, name=call.name, response={"output": result})
                )
                for call, result in zip(self.calls, results, strict=True)
            ]
        )

    def _send(self, message: Any) -> None:
        chunks = list(self.chat.send_message_stream(message)) if self.stream else [self.chat.send_message(message)]
        self.calls = [call for chunk in chunks for call in chunk.function_calls or []]


class BedrockConversation(Conversation):
    def say(self, text: str) -> None:
        self.history.append({"role": "user", "content": [{"text": text}]})
        self._ask()

    def tell(self, results: list[str]) -> None:
        blocks = [
            {"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": result}]}}
            for call, result in zip(self.calls, results, strict=True)
        ]
        self.history.append({"role": "user", "content": blocks})
        self._ask()

    def _ask(self) -> None:
        specifications = [
            {"name": name, "description": description, "inputSchema": {"json": schema}}
            for name, (description, schema) in TOOLS.items()
        ]
        request: dict[str, Any] = {
            "modelId": self.model,
            "system": [{"text": SYSTEM}],
            "messages": self.history,
            "toolConfig": {"tools": [{"toolSpec": specification} for specification in specifications]},
            "inferenceConfig": {"maxTokens": MAXIMUM},
            "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": THINKING_TOKENS}},
        }
        if self.stream:
            turn = _joined(self.client.converse_stream(**request)["stream"])
        else:
            turn = self.client.converse(**request)["output"]["message"]
        self.history.append(turn)
        self.calls = [block["toolUse"] for block in turn["content"] if "toolUse" in block]


def _joined(events: Any) -> dict[str, Any]:
    """The turn of a stream of Bedrock, as applications join it: boto3 does not."""
    blocks: dict[int, dict[str, Any]] = {}
    for event in events:
        if start := event.get("contentBlockStart"):
            blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
        elif piece := event.get("contentBlockDelta"):
            _join(blocks, piece["contentBlockIndex"], piece["delta"])
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return {"role": "assistant", "content": list(blocks.values())}


def _join(blocks: dict[int, dict[str, Any]], index: int, delta: dict[str, Any]) -> None:
    if tool := delta.get("toolUse"):
        blocks[index]["toolUse"]["input"] += tool["input"]
    elif thought := delta.get("reasoningContent"):
        fresh: dict[str, Any] = {"reasoningContent": {"reasoningText": {"text": ""}}}
        block = blocks.setdefault(index, fresh)["reasoningContent"]["reasoningText"]
        block["text"] += thought.get("text", "")
        if signature := thought.get("signature"):
            block["signature"] = signature
    elif "text" in delta:
        block = blocks.setdefault(index, {"text": ""})
        block["text"] += delta["text"]


CONVERSATIONS: dict[str, type[Conversation]] = {
    "openai-chat": OpenAIChatConversation,
    "openai-responses": OpenAIResponsesConversation,
    "anthropic-messages": AnthropicConversation,
    "gemini": GeminiConversation,
    "bedrock-converse": BedrockConversation,
}
