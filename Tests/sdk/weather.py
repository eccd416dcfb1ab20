"""A talk in two turns that every framework holds: the model asks for the weather, gets it, and tells it."""

from __future__ import annotations

import json

from neutral import Reading, call
from provider_answers import WRITERS, answer
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer

QUESTION = "What is the weather in Köln?"
TOOL = "look_up_weather"
CITY = "Köln"
RESULT = "17.25 degrees, drizzle"
CONCLUSION = "It is 17.25 degrees in Köln, and it drizzles."

ASKS = Reading(
    text="Let me look.",
    reasoning="",
    tool_calls=(call(TOOL, {"city": CITY}),),
    finish="tools",
    input_tokens=50,
    output_tokens=20,
    cached_tokens=0,
    reasoning_tokens=0,
)
TELLS = Reading(
    text=CONCLUSION,
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=90,
    output_tokens=15,
    cached_tokens=40,
    reasoning_tokens=0,
)


def formats_except(*own: str) -> list[str]:
    """The formats that a framework's own client does not speak."""
    return [wire_format for wire_format in WRITERS if wire_format not in own]


def look_up_weather(city: str) -> str:
    """Tells the weather of a city.

    Args:
        city: The name of the city.
    """
    assert city == CITY
    return RESULT


def _script(request: ProviderRequest) -> ProviderAnswer:
    has_result = RESULT in json.dumps(request.body)
    return answer(TELLS if has_result else ASKS, request)


def prepare(replay: ReplayServer, model: str) -> None:
    replay.script(model, _script)


def check_requests(replay: ReplayServer, model: str, wire_format: str) -> None:
    """The provider was asked twice, in its own format and streamed: with the tool, then with what the tool said."""
    first, second = replay.requests(model)
    for request in (first, second):
        assert (request.format, request.is_stream) == (wire_format, True)
        text = json.dumps(request.body, ensure_ascii=False)
        assert QUESTION in text
        assert TOOL in text
        assert "The name of the city." in text or "Tells the weather of a city." in text
    assert RESULT not in json.dumps(first.body)
    assert RESULT in json.dumps(second.body)
