"""What a provider signed in a turn comes back to it, whichever SDK keeps the conversation.

Providers refuse thoughts or calls of an earlier turn without their signatures. Every SDK gives the turn back as it got
it, as its documentation says.
"""

from __future__ import annotations

import json

import pytest
import weather
from conversations import CONVERSATIONS
from neutral import Reading, call
from provider_answers import SIGNATURE, answer
from replay_providers import MODELS, gateway_model
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

SIGNING_FORMATS = ["openai-responses", "anthropic-messages", "gemini", "bedrock-converse"]


def _script(request: ProviderRequest) -> ProviderAnswer:
    return answer(weather.TELLS if weather.RESULT in json.dumps(request.body) else ASKS, request)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire_format", SIGNING_FORMATS)
@pytest.mark.parametrize("sdk", CONVERSATIONS)
def test_signatures_come_back(
    sdk: str, wire_format: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = MODELS[wire_format]
    replay.script(model, _script)
    before = len(replay.requests(model))
    conversation = CONVERSATIONS[sdk](gateway_readers[sdk].client, gateway_model(wire_format, model), stream)
    conversation.say(weather.QUESTION)
    conversation.tell([weather.RESULT])
    _, second = replay.requests(model)[before:]
    text = json.dumps(second.body)
    assert f'"{SIGNATURE}"' in text, "the very signature, nothing around it"
    # What is signed comes back with its signature: Gemini signs the call, the others the thoughts.
    assert (weather.TOOL if wire_format == "gemini" else ASKS.reasoning) in text
    assert weather.RESULT in text
