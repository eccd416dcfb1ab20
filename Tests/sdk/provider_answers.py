"""Answers that say what a test wants, written in each provider's format, whole or streamed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

from neutral import Reading
from replay_server import HISTORY, ProviderAnswer, ProviderRequest

SIGNATURE = "c2lnbmF0dXJl"


def pieces(text: str) -> list[str]:
    """Three pieces, as a stream would have them; fewer where there is not enough."""
    third = max(1, -(-len(text) // 3))
    return [text[start : start + third] for start in range(0, len(text), third)]


def answer(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    """The answer in the format and mode of the request."""
    return WRITERS[request.format](reading, request)


def _turn(request: ProviderRequest) -> int:
    """What makes ids of a conversation's answers differ: how much was said before."""
    return len(request.body.get(HISTORY[request.format]) or [])


def _events(events: list[tuple[str | None, Any]]) -> ProviderAnswer:
    lines = [(f"event: {name}\n" if name else "") + f"data: {_text(data)}\n\n" for name, data in events]
    return ProviderAnswer(200, "text/event-stream", "".join(lines).encode())


def _text(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)


def _whole(data: Any) -> ProviderAnswer:
    return ProviderAnswer(200, "application/json", json.dumps(data, ensure_ascii=False).encode())


# OpenAI Chat Completions


def openai_chat(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    turn = _turn(request)
    words = {"stop": "stop", "length": "length", "tools": "tool_calls", "filter": "content_filter"}
    usage = {
        "prompt_tokens": reading.input_tokens,
        "completion_tokens": reading.output_tokens,
        "total_tokens": reading.input_tokens + reading.output_tokens,
        "prompt_tokens_details": {"cached_tokens": reading.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": reading.reasoning_tokens},
    }
    base = {"id": "chatcmpl-1", "created": 1700000000, "model": "scripted"}
    calls = [
        {"id": f"call_{turn}_{index}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for index, (name, arguments) in enumerate(reading.tool_calls)
    ]
    if not request.is_stream:
        message: dict[str, Any] = {"role": "assistant", "content": reading.text or None, "refusal": None}
        if reading.reasoning:
            message["reasoning_content"] = reading.reasoning
        if calls:
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "finish_reason": words[reading.finish], "logprobs": None}
        return _whole({**base, "object": "chat.completion", "choices": [choice], "usage": usage})
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": piece} for piece in pieces(reading.reasoning)]
    deltas += [{"content": piece} for piece in pieces(reading.text)]
    for index, tool in enumerate(calls):
        function = tool["function"]
        deltas.append({"tool_calls": [{**tool, "index": index, "function": {**function, "arguments": ""}}]})
        for piece in pieces(function["arguments"]):
            deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    chunk = {**base, "object": "chat.completion.chunk", "usage": None}
    chunks: list[Any] = [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": words[reading.finish]}]})
    chunks.append({**chunk, "choices": [], "usage": usage})
    return _events([(None, data) for data in [*chunks, "[DONE]"]])


# OpenAI Responses


def openai_responses(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    turn = _turn(request)
    items: list[dict[str, Any]] = []
    if reading.reasoning:
        summary = [{"type": "summary_text", "text": reading.reasoning}]
        wants_secret = "reasoning.encrypted_content" in (request.body.get("include") or [])
        secret = {"encrypted_content": SIGNATURE} if wants_secret else {}
        items.append({"id": f"rs_{turn}", "type": "reasoning", "summary": summary, **secret})
    if reading.text:
        part = {"type": "output_text", "text": reading.text, "annotations": [], "logprobs": []}
        message = {"id": f"msg_{turn}", "type": "message", "role": "assistant", "status": "completed"}
        items.append({**message, "content": [part]})
    for index, (name, arguments) in enumerate(reading.tool_calls):
        ids = {"id": f"fc_{turn}_{index}", "call_id": f"call_{turn}_{index}"}
        items.append({**ids, "type": "function_call", "status": "completed", "name": name, "arguments": arguments})
    incomplete = {"length": "max_output_tokens", "filter": "content_filter"}.get(reading.finish)
    response: dict[str, Any] = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "model": "scripted",
        "status": "incomplete" if incomplete else "completed",
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "error": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "output": items,
        "usage": {
            "input_tokens": reading.input_tokens,
            "input_tokens_details": {"cached_tokens": reading.cached_tokens},
            "output_tokens": reading.output_tokens,
            "output_tokens_details": {"reasoning_tokens": reading.reasoning_tokens},
            "total_tokens": reading.input_tokens + reading.output_tokens,
        },
    }
    if not request.is_stream:
        return _whole(response)
    begun = {**response, "status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for index, item in enumerate(items):
        events += _responses_item(index, item)
    events.append({"type": f"response.{response['status']}", "response": response})
    return _events([(event["type"], {**event, "sequence_number": number}) for number, event in enumerate(events)])


def _responses_item(index: int, item: dict[str, Any]) -> list[dict[str, Any]]:
    place = {"item_id": item["id"], "output_index": index}
    inner: list[dict[str, Any]] = []
    if item["type"] == "function_call":
        opened = {**item, "status": "in_progress", "arguments": ""}
        name = "response.function_call_arguments"
        inner += [{"type": f"{name}.delta", **place, "delta": piece} for piece in pieces(item["arguments"])]
        inner.append({"type": f"{name}.done", **place, "arguments": item["arguments"]})
    elif item["type"] == "reasoning":
        opened = {**item, "summary": []}
        part, place = item["summary"][0], {**place, "summary_index": 0}
        name = "response.reasoning_summary"
        inner.append({"type": f"{name}_part.added", **place, "part": {**part, "text": ""}})
        inner += [{"type": f"{name}_text.delta", **place, "delta": piece} for piece in pieces(part["text"])]
        inner.append({"type": f"{name}_text.done", **place, "text": part["text"]})
        inner.append({"type": f"{name}_part.done", **place, "part": part})
    else:
        opened = {**item, "status": "in_progress", "content": []}
        part, place = item["content"][0], {**place, "content_index": 0}
        name = "response.output_text"
        inner.append({"type": "response.content_part.added", **place, "part": {**part, "text": ""}})
        inner += [{"type": f"{name}.delta", **place, "delta": piece, "logprobs": []} for piece in pieces(part["text"])]
        inner.append({"type": f"{name}.done", **place, "text": part["text"], "logprobs": []})
        inner.append({"type": "response.content_part.done", **place, "part": part})
    return [
        {"type": "response.output_item.added", "output_index": index, "item": opened},
        *inner,
        {"type": "response.output_item.done", "output_index": index, "item": item},
    ]


# Anthropic Messages


def anthropic_messages(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    words = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "filter": "refusal"}
    blocks: list[dict[str, Any]] = []
    if reading.reasoning:
        blocks.append({"type": "thinking", "thinking": reading.reasoning, "signature": SIGNATURE})
    if reading.text:
        blocks.append({"type": "text", "text": reading.text})
    for index, (name, arguments) in enumerate(reading.tool_calls):
        call_id = f"toolu_{_turn(request)}_{index}"
        blocks.append({"type": "tool_use", "id": call_id, "name": name, "input": json.loads(arguments)})
    usage = {
        "input_tokens": reading.input_tokens - reading.cached_tokens,
        "cache_read_input_tokens": reading.cached_tokens,
        "cache_creation_input_tokens": 0,
        "output_tokens": reading.output_tokens,
        "output_tokens_details": {"thinking_tokens": reading.reasoning_tokens},
    }
    stop = {"stop_reason": words[reading.finish], "stop_sequence": None}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted"}
    if not request.is_stream:
        return _whole({**message, "content": blocks, **stop, "usage": usage})
    begun = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**begun, "usage": {**usage, "output_tokens": 1}}},
        {"type": "ping"},
    ]
    for index, block in enumerate(blocks):
        opened, deltas = _anthropic_block(block)
        events.append({"type": "content_block_start", "index": index, "content_block": opened})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    events += [{"type": "message_delta", "delta": stop, "usage": usage}, {"type": "message_stop"}]
    return _events([(event["type"], event) for event in events])


def _anthropic_block(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if block["type"] == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
        return {"type": "thinking", "thinking": "", "signature": ""}, deltas
    if block["type"] == "text":
        return {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    text = json.dumps(block["input"], ensure_ascii=False)
    return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(text)]


# Gemini


def gemini(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    words = {"stop": "STOP", "length": "MAX_TOKENS", "tools": "STOP", "filter": "SAFETY"}
    usage = {
        "promptTokenCount": reading.input_tokens,
        "cachedContentTokenCount": reading.cached_tokens,
        "candidatesTokenCount": reading.output_tokens - reading.reasoning_tokens,
        "thoughtsTokenCount": reading.reasoning_tokens,
        "totalTokenCount": reading.input_tokens + reading.output_tokens,
    }
    split: Callable[[str], list[str]] = pieces if request.is_stream else lambda text: [text] if text else []
    parts: list[dict[str, Any]] = [{"text": piece, "thought": True} for piece in split(reading.reasoning)]
    parts += [{"text": piece} for piece in split(reading.text)]
    # Gemini signs the first call of a turn.
    for index, (name, arguments) in enumerate(reading.tool_calls):
        signed = {"thoughtSignature": SIGNATURE} if index == 0 else {}
        parts.append({"functionCall": {"name": name, "args": json.loads(arguments)}, **signed})
    base = {"modelVersion": "scripted", "responseId": "gemini-1"}
    if not request.is_stream:
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": words[reading.finish], "index": 0}
        return _whole({"candidates": [candidate], "usageMetadata": usage, **base})
    candidates: list[dict[str, Any]] = [{"content": {"role": "model", "parts": [part]}, "index": 0} for part in parts]
    last = candidates[-1] if candidates else {"index": 0}
    last["finishReason"] = words[reading.finish]
    return _events([(None, {"candidates": [item], "usageMetadata": usage, **base}) for item in candidates or [last]])


# Bedrock Converse


def bedrock_converse(reading: Reading, request: ProviderRequest) -> ProviderAnswer:
    words = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "filter": "content_filtered"}
    blocks: list[dict[str, Any]] = []
    if reading.reasoning:
        thought = {"text": reading.reasoning, "signature": SIGNATURE}
        blocks.append({"reasoningContent": {"reasoningText": thought}})
    if reading.text:
        blocks.append({"text": reading.text})
    for index, (name, arguments) in enumerate(reading.tool_calls):
        call_id = f"tooluse_{_turn(request)}_{index}"
        blocks.append({"toolUse": {"toolUseId": call_id, "name": name, "input": json.loads(arguments)}})
    usage = {
        "inputTokens": reading.input_tokens - reading.cached_tokens,
        "cacheReadInputTokens": reading.cached_tokens,
        "cacheWriteInputTokens": 0,
        "outputTokens": reading.output_tokens,
        "totalTokens": reading.input_tokens + reading.output_tokens,
    }
    stop, metrics = words[reading.finish], {"latencyMs": 1}
    if not request.is_stream:
        message = {"role": "assistant", "content": blocks}
        return _whole({"output": {"message": message}, "stopReason": stop, "usage": usage, "metrics": metrics})
    events: list[tuple[str, dict[str, Any]]] = [("messageStart", {"role": "assistant"})]
    for index, block in enumerate(blocks):
        place = {"contentBlockIndex": index}
        if tool := block.get("toolUse"):
            start = {"toolUse": {"toolUseId": tool["toolUseId"], "name": tool["name"]}}
            events.append(("contentBlockStart", {**place, "start": start}))
        events += [("contentBlockDelta", {**place, "delta": delta}) for delta in _bedrock_deltas(block)]
        events.append(("contentBlockStop", place))
    events += [("messageStop", {"stopReason": stop}), ("metadata", {"usage": usage, "metrics": metrics})]
    body = b"".join(event_frame("event", name, content) for name, content in events)
    return ProviderAnswer(200, "application/vnd.amazon.eventstream", body)


def _bedrock_deltas(block: dict[str, Any]) -> list[dict[str, Any]]:
    if "text" in block:
        return [{"text": piece} for piece in pieces(block["text"])]
    if "toolUse" in block:
        text = json.dumps(block["toolUse"]["input"], ensure_ascii=False)
        return [{"toolUse": {"input": piece}} for piece in pieces(text)]
    thought = block["reasoningContent"]["reasoningText"]
    deltas = [{"reasoningContent": {"text": piece}} for piece in pieces(thought["text"])]
    return [*deltas, {"reasoningContent": {"signature": thought["signature"]}}]


def event_frame(message_type: str, name: str, content: Any) -> bytes:
    """One message of an event stream: lengths and their checksum, headers, payload, checksum of all."""
    fields = {f":{message_type}-type": name, ":content-type": "application/json", ":message-type": message_type}
    headers = b"".join(
        struct.pack(f"!B{len(key)}sBH{len(value)}s", len(key), key.encode(), 7, len(value), value.encode())
        for key, value in fields.items()
    )
    payload = json.dumps(content, ensure_ascii=False).encode()
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack("!I", zlib.crc32(message))


WRITERS: dict[str, Callable[[Reading, ProviderRequest], ProviderAnswer]] = {
    "openai-chat": openai_chat,
    "openai-responses": openai_responses,
    "anthropic-messages": anthropic_messages,
    "gemini": gemini,
    "bedrock-converse": bedrock_converse,
}
