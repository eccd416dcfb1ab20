"""Answers can be given back: a conversation of five turns with tools and thoughts, held by every SDK with providers of
every format, reaches them in requests that their own SDKs could have sent, and each begins as the one before it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from conversations import CONVERSATIONS
from neutral import Reading, call
from pairs import pairs
from provider_answers import SIGNATURE, answer
from provider_schemas import CHECKS, departures
from replay_providers import MODELS, gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer
from sdk_readers import Reader
from sent_histories import assert_all_else_stays, assert_history_continues, without_thoughts_of_chats

WORDS = Reading(
    text='Grüße aus Köln — 日本語, 🦜 and a "quote" \\ with\n\ttabs.',
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=120,
    output_tokens=45,
    cached_tokens=0,
    reasoning_tokens=20,
)
COLOGNE = call("look_up_weather", {"city": "Köln", "days": [1, 2.5, {"exact": True, "tag": None}]})
ULM = call("look_up_weather", {"city": "Ulm"})
NOW = call("now", {})

ANSWERS = [
    replace(WORDS, reasoning="Two tools will help.", tool_calls=(COLOGNE, NOW), finish="tools"),
    replace(WORDS, reasoning="One more 🤔.", text="", tool_calls=(ULM,), finish="tools"),
    replace(WORDS, reasoning="Now I know.", text="It drizzles in both cities."),
    replace(WORDS, reasoning="Both again.", text="", tool_calls=(COLOGNE, COLOGNE), finish="tools"),
    replace(WORDS, text="It still drizzles."),
    replace(WORDS, text="You are welcome."),
]
SAYS = {0: "What is the weather in Köln?", 3: "And now?", 5: "Thank you."}
RESULTS = {1: ["17.25 degrees", "noon"], 2: ["16 degrees"], 4: ["drizzle", "drizzle"]}

# How many of the five answers hold a signature: of thoughts, of the first call, none.
SIGNED = {"openai-chat": 0, "openai-responses": 4, "anthropic-messages": 4, "gemini": 3, "bedrock-converse": 4}


def held(
    sdk: str, wire_format: str, stream: bool, replay: ReplayServer, readers: dict[str, Reader]
) -> list[ProviderRequest]:
    """What the provider was asked in a conversation that feeds five answers back."""
    model = f"{MODELS[wire_format]}-history-{sdk}-{wire_format}-{'streamed' if stream else 'whole'}"

    def script(request: ProviderRequest) -> ProviderAnswer:
        return answer(ANSWERS[len(replay.requests(model)) - 1], request)

    replay.script(model, script)
    conversation = CONVERSATIONS[sdk](readers[sdk].client, gateway_model(wire_format, model), stream)
    for turn in range(len(ANSWERS)):
        if turn in SAYS:
            conversation.say(SAYS[turn])
        else:
            conversation.tell(RESULTS[turn])
        assert len(conversation.calls) == len(ANSWERS[turn].tool_calls)
    return replay.requests(model)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("sdk", "wire_format"), pairs(CONVERSATIONS, CHECKS))
def test_is_taken_back(
    sdk: str, wire_format: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    requests = held(sdk, wire_format, stream, replay, gateway_readers)
    assert len(requests) == len(ANSWERS)
    for request in requests:
        assert (request.format, request.is_stream) == (wire_format, stream)
        assert not departures(without_thoughts_of_chats(request))
    for earlier, later in zip(requests, requests[1:]):
        assert_history_continues(earlier, later)
        assert_all_else_stays(earlier, later)
    text = json.dumps(requests[-1].body, ensure_ascii=False)
    for said in [*SAYS.values(), *(result for results in RESULTS.values() for result in results)]:
        assert said in text
    assert text.count(f'"{SIGNATURE}"') == SIGNED[wire_format]
