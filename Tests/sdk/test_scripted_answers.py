"""What recordings show too rarely: every kind of answer, from every format, read with every SDK, whole and streamed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from differences import differences
from neutral import Reading, call
from provider_answers import WRITERS, answer
from replay_providers import gateway_model
from replay_server import ReplayServer
from sdk_readers import READERS, Reader

PLAIN = Reading(
    text='Grüße aus Köln — 日本語, 🦜 and a "quote" \\ with\n\ttabs.',
    reasoning="",
    tool_calls=(),
    finish="stop",
    input_tokens=120,
    output_tokens=45,
    cached_tokens=100,
    reasoning_tokens=0,
)
NESTED = call("look_up", {"where": {"city": "Zürich", "at": [47.37, 8.54]}, "limit": 3, "exact": True, "tag": None})

# Each is one thing that formats say in different ways.
ANSWERS = {
    "text": PLAIN,
    "cut short": replace(PLAIN, finish="length"),
    "filtered": replace(PLAIN, finish="filter"),
    "thoughts": replace(PLAIN, reasoning="First I think 🤔, then I speak.", reasoning_tokens=30),
    "one call": replace(PLAIN, text="", tool_calls=(NESTED,), finish="tools"),
    "call without arguments": replace(PLAIN, text="", tool_calls=(call("now", {}),), finish="tools"),
    "text and calls": replace(PLAIN, tool_calls=(NESTED, call("now", {}), NESTED), finish="tools"),
    "all": replace(
        PLAIN, reasoning="Tools will help.", reasoning_tokens=7, tool_calls=(NESTED, call("now", {})), finish="tools"
    ),
    "nothing": replace(PLAIN, text="", output_tokens=0),
    "long text": replace(PLAIN, text=json.dumps([{"line": number} for number in range(4000)]), output_tokens=9000),
}


def expected_from(wire_format: str, reading: Reading) -> Reading:
    """What a provider's format lets it say."""
    return replace(reading, reasoning_tokens=0) if wire_format == "bedrock-converse" else reading


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("sdk", READERS)
@pytest.mark.parametrize("wire_format", WRITERS)
@pytest.mark.parametrize("kind", ANSWERS)
def test_reads_what_was_said(
    kind: str, wire_format: str, sdk: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    reading = ANSWERS[kind]
    model = f"scripted-{wire_format}-{kind.replace(' ', '-')}"
    replay.script(model, lambda request: answer(reading, request))
    reader = gateway_readers[sdk]
    found = reader.read(gateway_model(wire_format, model), stream=stream)
    unexplained = differences(expected_from(wire_format, reading), found, sdk)
    assert not unexplained, f"x-martlet-loss: {reader.loss or 'none'}"
    asked = replay.requests(model)[-1]
    assert (asked.format, asked.is_stream) == (wire_format, stream), "the provider was asked in its own format and mode"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("sdk", READERS)
@pytest.mark.parametrize("wire_format", WRITERS)
def test_reads_what_came_in_shreds(
    wire_format: str, sdk: str, stream: bool, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    """Networks cut answers anywhere: amid a character, an escape, a field's name, a frame's length."""
    model = f"shreds-{wire_format}"
    replay.script(model, lambda request: replace(answer(ANSWERS["all"], request), piece_size=3))
    found = gateway_readers[sdk].read(gateway_model(wire_format, model), stream=stream)
    assert not differences(expected_from(wire_format, ANSWERS["all"]), found, sdk)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire_format", WRITERS)
@pytest.mark.parametrize("kind", ANSWERS)
def test_the_script_is_what_the_format_means(
    kind: str, wire_format: str, stream: bool, replay: ReplayServer, direct_readers: dict[str, Reader]
) -> None:
    """The provider's own SDK reads from the script what the test meant: otherwise the test above proves nothing."""
    reading = ANSWERS[kind]
    model = f"direct-{wire_format}-{kind.replace(' ', '-')}"
    replay.script(model, lambda request: answer(reading, request))
    found = direct_readers[wire_format].read(model, stream=stream)
    assert not differences(expected_from(wire_format, reading), found, wire_format)
