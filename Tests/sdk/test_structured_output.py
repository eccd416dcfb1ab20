"""An answer in the shape of a class, asked for with each SDK, from providers of every format."""

from __future__ import annotations

import json
from typing import Any

import pytest
from neutral import Reading
from provider_answers import WRITERS, answer
from pydantic import BaseModel
from replay_providers import gateway_model
from replay_server import ReplayServer
from sdk_readers import PROMPT, Reader


class Place(BaseModel):
    """What is wanted."""

    city_name: str
    inhabitants: int


COLOGNE = Place(city_name="Köln", inhabitants=1_087_353)
ANSWER = Reading(
    text=COLOGNE.model_dump_json(),
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=9,
    output_tokens=12,
    cached_tokens=0,
    reasoning_tokens=0,
)


def ask_openai_chat(client: Any, model: str) -> Any:
    messages = [{"role": "user", "content": PROMPT}]
    completion = client.chat.completions.parse(model=model, messages=messages, response_format=Place)
    return completion.choices[0].message.parsed


def ask_openai_responses(client: Any, model: str) -> Any:
    return client.responses.parse(model=model, input=PROMPT, text_format=Place).output_parsed


def ask_anthropic(client: Any, model: str) -> Any:
    messages = [{"role": "user", "content": PROMPT}]
    return client.messages.parse(model=model, max_tokens=500, messages=messages, output_format=Place).parsed_output


def ask_gemini(client: Any, model: str) -> Any:
    config = {"response_mime_type": "application/json", "response_schema": Place}
    return client.models.generate_content(model=model, contents=PROMPT, config=config).parsed


ASKERS: dict[str, Any] = {
    "openai-chat": ask_openai_chat,
    "openai-responses": ask_openai_responses,
    "anthropic-messages": ask_anthropic,
    "gemini": ask_gemini,
}


@pytest.mark.parametrize("wire_format", WRITERS)
@pytest.mark.parametrize("sdk", ASKERS)
def test_the_answer_has_the_shape(
    sdk: str, wire_format: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    # The name of a model that guarantees schemas, for formats where not every model does.
    model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0" if wire_format == "bedrock-converse" else "claude-sonnet-4-5"
    name = f"{model}-structured-{sdk}-{wire_format}"
    replay.script(name, lambda request: answer(ANSWER, request))
    assert ASKERS[sdk](gateway_readers[sdk].client, gateway_model(wire_format, name)) == COLOGNE
    (request,) = replay.requests(name)
    assert request.format == wire_format
    text = json.dumps(request.body)
    assert all(field in text for field in Place.model_fields), "the provider was told the shape"
