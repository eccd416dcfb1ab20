"""What a model says instead of an answer is read with every SDK, and none takes it for an ordinary end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pairs import pairs
from provider_answers import pieces
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer
from sdk_readers import READERS, Reader

REFUSAL = "I will not help with that, sorry."
USAGE = {"prompt_tokens": 9, "completion_tokens": 8, "total_tokens": 17}


def _json(body: Any) -> ProviderAnswer:
    return ProviderAnswer(200, "application/json", json.dumps(body).encode())


def _events(bodies: list[Any]) -> ProviderAnswer:
    names = [f"event: {body['type']}\n" if "type" in body else "" for body in bodies]
    lines = [f"{name}data: {json.dumps(body)}\n\n" for name, body in zip(names, bodies, strict=True)]
    return ProviderAnswer(200, "text/event-stream", "".join(lines).encode())


def openai_chat(request: ProviderRequest) -> ProviderAnswer:
    """OpenAI's refusal is a member beside the text; the reason of the end is the ordinary one."""
    base = {"id": "chatcmpl-1", "created": 1, "model": "scripted"}
    if not request.is_stream:
        message = {"role": "assistant", "content": None, "refusal": REFUSAL}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return _json({**base, "object": "chat.completion", "choices": [choice], "usage": USAGE})
    deltas = [{"role": "assistant", "content": None}, *({"refusal": piece} for piece in pieces(REFUSAL)), {}]
    choices: list[Any] = [[{"index": 0, "delta": delta, "finish_reason": None}] for delta in deltas]
    choices[-1][0]["finish_reason"] = "stop"
    chunk = {**base, "object": "chat.completion.chunk"}
    found = [{**chunk, "choices": choice} for choice in choices] + [{**chunk, "choices": [], "usage": USAGE}]
    ended = _events(found)
    return ProviderAnswer(200, ended.content_type, ended.body + b"data: [DONE]\n\n")


def openai_responses(request: ProviderRequest) -> ProviderAnswer:
    """In the newer interface a refusal is a part of the message."""
    part = {"type": "refusal", "refusal": REFUSAL}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    response: dict[str, Any] = {"id": "resp_1", "object": "response", "created_at": 1, "model": "scripted"}
    response |= {"status": "completed", "output": [item], "tools": [], "tool_choice": "auto"}
    response |= {"parallel_tool_calls": True, "error": None, "incomplete_details": None}
    response["usage"] = {"input_tokens": 9, "output_tokens": 8, "total_tokens": 17} | {
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    if not request.is_stream:
        return _json(response)
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    opened = {**item, "status": "in_progress", "content": []}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": opened},
        {"type": "response.content_part.added", **place, "part": {**part, "refusal": ""}},
        *({"type": "response.refusal.delta", **place, "delta": piece} for piece in pieces(REFUSAL)),
        {"type": "response.refusal.done", **place, "refusal": REFUSAL},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response},
    ]
    return _events([{**event, "sequence_number": number} for number, event in enumerate(events)])


SCRIPTS = {"openai-chat": openai_chat, "openai-responses": openai_responses}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("wire_format", "sdk"), pairs(SCRIPTS, READERS))
def test_a_refusal_is_read(
    wire_format: str, sdk: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = f"refusal-{wire_format}"
    replay.script(model, SCRIPTS[wire_format])
    found = gateway_readers[sdk].read(gateway_model(wire_format, model), stream=stream)
    assert found.text == REFUSAL
    # OpenAI's interfaces have the refusal as such; the others tell it by the reason of the end.
    assert found.finish == ("stop" if sdk.startswith("openai") else "filter")
    assert (found.input_tokens, found.output_tokens) == (9, 8)


def test_a_blocked_prompt_is_no_answer(replay: ReplayServer, gateway_readers: dict[str, Reader]) -> None:
    """Gemini tells a prompt that its filters stopped without any candidate."""
    usage = {"promptTokenCount": 9, "totalTokenCount": 9}
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": usage, "modelVersion": "scripted"}
    replay.script("blocked", lambda request: _events([blocked]) if request.is_stream else _json(blocked))
    for sdk, reader in gateway_readers.items():
        for stream in (False, True):
            if sdk == "gemini":
                continue
            found = reader.read(gateway_model("gemini", "blocked"), stream=stream)
            assert (sdk, stream, found.text, found.finish) == (sdk, stream, "", "filter")
