"""A provider that gives up amid a stream is an exception for every SDK, whatever was read before."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from botocore.exceptions import ClientError
from google.genai import errors as genai_errors
from provider_answers import event_frame
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ReplayServer
from sdk_readers import READERS, Reader


def broken_openai_chat() -> ProviderAnswer:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    begun = {**chunk, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}]}
    failed = {"error": {"message": "The model went away.", "type": "server_error", "param": None, "code": None}}
    return events([(None, begun), (None, failed)])


def broken_openai_responses() -> ProviderAnswer:
    response = {"id": "resp_1", "object": "response", "created_at": 1, "model": "scripted", "output": []} | {
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    error = {"code": "server_error", "message": "The model went away."}
    begun = {"type": "response.created", "response": {**response, "status": "in_progress"}, "sequence_number": 0}
    failed = {**response, "status": "failed", "error": error}
    return events(
        [
            ("response.created", begun),
            ("response.failed", {"type": "response.failed", "response": failed, "sequence_number": 1}),
        ]
    )


def broken_anthropic() -> ProviderAnswer:
    message: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted"}
    message |= {"content": [], "stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
    failed = {"type": "error", "error": {"type": "api_error", "message": "The model went away."}}
    return events([("message_start", {"type": "message_start", "message": message}), ("error", failed)])


def broken_gemini() -> ProviderAnswer:
    begun = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hel"}]}, "index": 0}]}
    failed = {"error": {"code": 500, "message": "The model went away.", "status": "INTERNAL"}}
    return events([(None, begun), (None, failed)])


def broken_bedrock() -> ProviderAnswer:
    begun = event_frame("event", "messageStart", {"role": "assistant"})
    failed = event_frame("exception", "internalServerException", {"message": "The model went away."})
    return ProviderAnswer(200, "application/vnd.amazon.eventstream", begun + failed)


def events(items: list[tuple[str | None, Any]]) -> ProviderAnswer:
    text = "".join((f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n" for name, data in items)
    return ProviderAnswer(200, "text/event-stream", text.encode())


BROKEN_STREAMS: dict[str, Callable[[], ProviderAnswer]] = {
    "openai-chat": broken_openai_chat,
    "openai-responses": broken_openai_responses,
    "anthropic-messages": broken_anthropic,
    "gemini": broken_gemini,
    "bedrock-converse": broken_bedrock,
}


@pytest.mark.parametrize("sdk", READERS)
@pytest.mark.parametrize("wire_format", BROKEN_STREAMS)
def test_an_error_amid_a_stream_is_raised(
    wire_format: str, sdk: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    """The status is already sent; the SDKs know an error in the stream, and none may take the half for the whole."""
    model = f"broken-{wire_format}"
    replay.script(model, lambda request: BROKEN_STREAMS[wire_format]())
    reader, name = gateway_readers[sdk], gateway_model(wire_format, model)
    if sdk == "openai-responses":
        # OpenAI's own way: an answer whose status is `failed`, or an `error` event that the SDK raises.
        try:
            assert reader.read(name, stream=True).finish == "failed"
        except openai.APIError as error:
            assert "The model went away." in str(error)
        return
    kinds = (openai.APIError, anthropic.APIError, genai_errors.APIError, ClientError)
    with pytest.raises(kinds, match="The model went away"):
        reader.read(name, stream=True)
