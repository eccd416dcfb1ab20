"""A provider that falls silent amid its answer: no SDK may take what came for the whole answer."""

from __future__ import annotations

from dataclasses import replace

import anthropic
import openai
import pytest
from botocore.exceptions import ClientError
from google.genai import errors as genai_errors
from pairs import pairs
from neutral import Reading
from provider_answers import WRITERS, answer
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer
from sdk_readers import READERS, Reader, StreamFailed

READING = Reading(
    text="A long story that is cut short, before anyone knows how it ends and who lives happily ever after.",
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=9,
    output_tokens=20,
    cached_tokens=0,
    reasoning_tokens=0,
)
ERRORS = (openai.APIError, anthropic.APIError, genai_errors.APIError, ClientError)


def amid_an_event(request: ProviderRequest) -> ProviderAnswer:
    """Ends within the story's last words, which is within an event in every format."""
    whole = answer(READING, request)
    mark = READING.text[-12:].encode()
    return replace(whole, body=whole.body[: whole.body.index(mark) + 4])


def between_events(request: ProviderRequest) -> ProviderAnswer:
    """Ends after an event with words of the story."""
    whole = answer(READING, request)
    words = whole.body.index(READING.text[:12].encode())
    return replace(whole, body=whole.body[: whole.body.index(b"\n\n", words) + 2])


@pytest.mark.parametrize(("wire_format", "sdk"), pairs(WRITERS, READERS))
def test_a_torn_event_is_an_error(
    wire_format: str, sdk: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = f"torn-{wire_format}"
    replay.script(model, amid_an_event)
    check(gateway_readers[sdk], sdk, gateway_model(wire_format, model))


EVENTS = [wire_format for wire_format in WRITERS if wire_format != "bedrock-converse"]


@pytest.mark.parametrize(("wire_format", "sdk"), pairs(EVENTS, READERS))
def test_a_missing_end_is_an_error(
    wire_format: str, sdk: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = f"endless-{wire_format}"
    replay.script(model, between_events)
    check(gateway_readers[sdk], sdk, gateway_model(wire_format, model))


def check(reader: Reader, sdk: str, model: str) -> None:
    if sdk == "openai-responses":
        # This interface has a status for it; an `error` event says the same.
        try:
            finish = reader.read(model, stream=True).finish
        except (openai.APIError, StreamFailed):
            finish = "failed"
        assert finish == "failed"
        return
    with pytest.raises(ERRORS):
        reader.read(model, stream=True)
