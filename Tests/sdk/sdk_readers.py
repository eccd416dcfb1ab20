"""Asks for an answer with each official SDK, streamed or not, and tells what the SDK read of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import anthropic
import boto3
import openai
from botocore.config import Config
from google import genai
from google.genai import types as genai_types
from neutral import Reading, call, finish_class

PROMPT = "Tell me something."
TIMEOUT = 20.0


class Reader(Protocol):
    """One SDK with one base URL. `loss` is the field x-martlet-loss of the last answer, empty without one."""

    loss: str
    client: Any

    def read(self, model: str, *, stream: bool) -> Reading: ...

    def close(self) -> None: ...


class OpenAIChatReader:
    FINISH = {"stop": "stop", "length": "length", "tool_calls": "tools", "function_call": "tools"} | {
        "content_filter": "filter"
    }

    def __init__(self, base_url: str) -> None:
        self.loss = ""
        self.client = openai_client(self, base_url)

    def read(self, model: str, *, stream: bool) -> Reading:
        messages: Any = [{"role": "user", "content": PROMPT}]
        if stream:
            options: Any = {"include_usage": True}
            with self.client.chat.completions.stream(model=model, messages=messages, stream_options=options) as events:
                events.until_done()
                # The final completion is the same, but its getter refuses what was cut short or filtered.
                completion: Any = events.current_completion_snapshot
        else:
            completion = self.client.chat.completions.create(model=model, messages=messages)
        choice = completion.choices[0]
        message, usage = choice.message, completion.usage
        extra = message.model_extra or {}
        calls = [call(item.function.name, item.function.arguments) for item in message.tool_calls or []]
        if message.function_call:
            calls.append(call(message.function_call.name, message.function_call.arguments))
        cached = usage and usage.prompt_tokens_details and usage.prompt_tokens_details.cached_tokens
        reasoning = usage and usage.completion_tokens_details and usage.completion_tokens_details.reasoning_tokens
        return Reading(
            text=(message.content or "") + (message.refusal or ""),
            reasoning=extra.get("reasoning_content") or extra.get("reasoning") or "",
            tool_calls=tuple(calls),
            finish=finish_class(choice.finish_reason, self.FINISH, bool(calls)),
            input_tokens=usage.prompt_tokens if usage else 0,
            output_tokens=usage.completion_tokens if usage else 0,
            cached_tokens=cached or 0,
            reasoning_tokens=reasoning or 0,
        )

    def close(self) -> None:
        self.client.close()


class StreamFailed(Exception):
    """An `error` event of OpenAI Responses, which its SDK hands over instead of raising it."""


class OpenAIResponsesReader:
    FINISH = {"completed": "stop", "max_output_tokens": "length", "content_filter": "filter"}

    def __init__(self, base_url: str) -> None:
        self.loss = ""
        self.client = openai_client(self, base_url)

    def read(self, model: str, *, stream: bool) -> Reading:
        if stream:
            with self.client.responses.stream(model=model, input=PROMPT) as events:
                response: Any = _last_response(events)
        else:
            response = self.client.responses.create(model=model, input=PROMPT)
        text, thoughts, calls = "", [], []
        for item in response.output:
            if item.type == "message":
                text += "".join(part.refusal if part.type == "refusal" else part.text for part in item.content)
            elif item.type == "reasoning":
                thoughts += [part.text for part in [*item.summary, *(item.content or [])]]
            elif item.type == "function_call":
                calls.append(call(item.name, item.arguments))
        word = response.incomplete_details.reason if response.incomplete_details else response.status
        usage = response.usage
        return Reading(
            text=text,
            # The parts of a summary are paragraphs.
            reasoning="\n\n".join(thoughts),
            tool_calls=tuple(calls),
            finish=finish_class(word, self.FINISH, bool(calls)),
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cached_tokens=usage.input_tokens_details.cached_tokens if usage else 0,
            reasoning_tokens=usage.output_tokens_details.reasoning_tokens if usage else 0,
        )

    def close(self) -> None:
        self.client.close()


def _last_response(events: Any) -> Any:
    """The response of the last event that has one: the helper's own method takes completed answers only."""
    last = None
    for event in events:
        if event.type == "error":
            raise StreamFailed(event.message)
        if event.type in ("response.completed", "response.incomplete", "response.failed"):
            last = event.response
    assert last is not None, "the stream ended without a final response"
    return last


def openai_client(reader: Reader, base_url: str) -> openai.OpenAI:
    http_client = openai.DefaultHttpxClient(event_hooks={"response": [_loss_hook(reader)]}, trust_env=False)
    return openai.OpenAI(api_key="unused", base_url=base_url, max_retries=0, timeout=TIMEOUT, http_client=http_client)


def _loss_hook(reader: Reader) -> Any:
    def note(response: Any) -> None:
        reader.loss = response.headers.get("x-martlet-loss", "")

    return note


class AnthropicReader:
    FINISH = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tools"} | {
        "model_context_window_exceeded": "length",
        "refusal": "filter",
        "pause_turn": "pause",
    }

    def __init__(self, base_url: str) -> None:
        self.loss = ""
        http_client = anthropic.DefaultHttpxClient(event_hooks={"response": [_loss_hook(self)]}, trust_env=False)
        self.client = anthropic.Anthropic(
            api_key="unused", base_url=base_url, max_retries=0, timeout=TIMEOUT, http_client=http_client
        )

    def read(self, model: str, *, stream: bool) -> Reading:
        request: Any = {"model": model, "max_tokens": 1000, "messages": [{"role": "user", "content": PROMPT}]}
        if stream:
            with self.client.messages.stream(**request) as events:
                message: Any = events.get_final_message()
        else:
            message = self.client.messages.create(**request)
        blocks, usage = message.content, message.usage
        calls = tuple(call(block.name, block.input) for block in blocks if block.type == "tool_use")
        details = usage.output_tokens_details
        cached = usage.cache_read_input_tokens or 0
        return Reading(
            text="".join(block.text for block in blocks if block.type == "text"),
            reasoning="".join(block.thinking for block in blocks if block.type == "thinking"),
            tool_calls=calls,
            finish=finish_class(message.stop_reason, self.FINISH, bool(calls)),
            # Anthropic counts what the cache gave and took beside the rest.
            input_tokens=usage.input_tokens + cached + (usage.cache_creation_input_tokens or 0),
            output_tokens=usage.output_tokens,
            cached_tokens=cached,
            reasoning_tokens=(details and details.thinking_tokens) or 0,
        )

    def close(self) -> None:
        self.client.close()


class GeminiReader:
    FINISH = {"STOP": "stop", "MAX_TOKENS": "length"} | dict.fromkeys(
        ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"], "filter"
    )

    def __init__(self, base_url: str) -> None:
        self.loss = ""
        client_args = {"event_hooks": {"response": [_loss_hook(self)]}, "trust_env": False}
        options = genai_types.HttpOptions(
            base_url=base_url,
            timeout=int(TIMEOUT * 1000),
            client_args=client_args,
            retry_options=genai_types.HttpRetryOptions(attempts=1),
        )
        self.client = genai.Client(api_key="unused", vertexai=False, http_options=options)

    def read(self, model: str, *, stream: bool) -> Reading:
        if stream:
            answers = list(self.client.models.generate_content_stream(model=model, contents=PROMPT))
        else:
            answers = [self.client.models.generate_content(model=model, contents=PROMPT)]
        text, reasoning, calls, word, usage = "", "", [], None, None
        for answer in answers:
            usage = answer.usage_metadata or usage
            for candidate in (answer.candidates or [])[:1]:
                word = candidate.finish_reason or word
                for part in (candidate.content and candidate.content.parts) or []:
                    if part.function_call:
                        calls.append(call(part.function_call.name, part.function_call.args))
                    elif part.thought:
                        reasoning += part.text or ""
                    else:
                        text += part.text or ""
        thoughts = (usage and usage.thoughts_token_count) or 0
        return Reading(
            text=text,
            reasoning=reasoning,
            tool_calls=tuple(calls),
            finish=finish_class(word.value if word else None, self.FINISH, bool(calls)),
            # Gemini counts the prompts of its own tools, and thoughts, beside the rest.
            input_tokens=((usage and usage.prompt_token_count) or 0)
            + ((usage and usage.tool_use_prompt_token_count) or 0),
            output_tokens=((usage and usage.candidates_token_count) or 0) + thoughts,
            cached_tokens=(usage and usage.cached_content_token_count) or 0,
            reasoning_tokens=thoughts,
        )

    def close(self) -> None:
        self.client.close()


class BedrockReader:
    FINISH = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tools"} | {
        "model_context_window_exceeded": "length",
        "guardrail_intervened": "filter",
        "content_filtered": "filter",
    }

    def __init__(self, base_url: str) -> None:
        self.loss = ""
        config = Config(connect_timeout=TIMEOUT, read_timeout=TIMEOUT, retries={"total_max_attempts": 1}, proxies={})
        self.client: Any = boto3.Session().client(
            "bedrock-runtime",
            endpoint_url=base_url,
            region_name="us-east-1",
            aws_access_key_id="unused",
            aws_secret_access_key="unused",
            config=config,
        )

    def read(self, model: str, *, stream: bool) -> Reading:
        messages = [{"role": "user", "content": [{"text": PROMPT}]}]
        operation = self.client.converse_stream if stream else self.client.converse
        answer = operation(modelId=model, messages=messages)
        self.loss = answer["ResponseMetadata"]["HTTPHeaders"].get("x-martlet-loss", "")
        blocks, word, usage = collected(answer["stream"]) if stream else whole(answer)
        calls = tuple(call(block["name"], block["input"]) for kind, block in blocks if kind == "toolUse")
        cached = usage.get("cacheReadInputTokens", 0)
        return Reading(
            text="".join(text for kind, text in blocks if kind == "text"),
            reasoning="".join(text for kind, text in blocks if kind == "reasoning"),
            tool_calls=calls,
            finish=finish_class(word, self.FINISH, bool(calls)),
            # As Anthropic, Bedrock counts what the cache gave and took beside the rest.
            input_tokens=usage.get("inputTokens", 0) + cached + usage.get("cacheWriteInputTokens", 0),
            output_tokens=usage.get("outputTokens", 0),
            cached_tokens=cached,
            reasoning_tokens=0,
        )

    def close(self) -> None:
        self.client.close()


def whole(answer: dict[str, Any]) -> tuple[list[tuple[str, Any]], str, dict[str, int]]:
    blocks: list[tuple[str, Any]] = []
    for block in answer["output"]["message"]["content"]:
        if "reasoningContent" in block:
            blocks.append(("reasoning", block["reasoningContent"].get("reasoningText", {}).get("text", "")))
        elif "citationsContent" in block:
            blocks += [("text", part.get("text", "")) for part in block["citationsContent"].get("content", [])]
        else:
            blocks += list(block.items())
    return blocks, answer["stopReason"], answer.get("usage", {})


def collected(events: Any) -> tuple[list[tuple[str, Any]], str, dict[str, int]]:
    """The blocks of a stream; boto3 has no accumulator of its own."""
    blocks: list[tuple[str, Any]] = []
    calls: dict[int, dict[str, Any]] = {}
    word, usage = "", {}
    for event in events:
        if start := event.get("contentBlockStart"):
            tool = start["start"].get("toolUse")
            # A tool that runs at the provider is no call for the caller.
            if tool and tool.get("type") != "server_tool_use":
                calls[start["contentBlockIndex"]] = {"name": tool["name"], "input": ""}
                blocks.append(("toolUse", calls[start["contentBlockIndex"]]))
        elif piece := event.get("contentBlockDelta"):
            delta = piece["delta"]
            if "toolUse" in delta and piece["contentBlockIndex"] in calls:
                calls[piece["contentBlockIndex"]]["input"] += delta["toolUse"]["input"]
            elif "reasoningContent" in delta:
                blocks.append(("reasoning", delta["reasoningContent"].get("text", "")))
            elif "text" in delta:
                blocks.append(("text", delta["text"]))
        elif stop := event.get("messageStop"):
            word = stop["stopReason"]
        elif metadata := event.get("metadata"):
            usage = metadata["usage"]
    return blocks, word, usage


# The SDKs by the format that they speak: the class, what the gateway's base URL has behind its address, and what a
# provider's has.
READERS: dict[str, tuple[type[Any], str, str]] = {
    "openai-chat": (OpenAIChatReader, "/openai/v1", "/v1"),
    "openai-responses": (OpenAIResponsesReader, "/openai/v1", "/v1"),
    "anthropic-messages": (AnthropicReader, "/anthropic", ""),
    "gemini": (GeminiReader, "/genai", ""),
    "bedrock-converse": (BedrockReader, "/bedrock", ""),
}


@contextmanager
def readers(base_url: str, *, through_gateway: bool) -> Iterator[dict[str, Reader]]:
    """One reader for each format, kept for the whole run: making a client takes longer than using it."""
    made: dict[str, Reader] = {}
    try:
        for name, (kind, surface, native) in READERS.items():
            made[name] = kind(base_url + (surface if through_gateway else native))
        yield made
    finally:
        for reader in made.values():
            reader.close()
