"""A conversation with a picture, a tool, its call and its result reaches providers of every format as it was sent."""

from __future__ import annotations

import pytest
from neutral import Reading
from pairs import pairs
from provider_answers import answer
from provider_schemas import departures
from received_requests import READERS
from replay_providers import gateway_model
from replay_server import ReplayServer
from sdk_readers import Reader
from sent_requests import EXPECTED, SENDERS

ANSWER = Reading(
    text="Rain.",
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=9,
    output_tokens=2,
    cached_tokens=0,
    reasoning_tokens=0,
)


@pytest.mark.parametrize(("sdk", "wire_format"), pairs(SENDERS, READERS))
def test_reaches_the_provider(
    sdk: str, wire_format: str, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = f"sent-{sdk}-{wire_format}"
    replay.script(model, lambda request: answer(ANSWER, request))
    SENDERS[sdk](gateway_readers[sdk], gateway_model(wire_format, model))
    (request,) = replay.requests(model)
    assert request.format == wire_format
    assert READERS[wire_format](request.body) == EXPECTED
    assert not departures(request)
