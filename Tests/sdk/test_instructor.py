"""Instructor extracts structured values by a tool call, whole and streamed, from providers of other formats.

It wants older packages than the SDKs of the other tests, so that it runs in an environment of its own. That is made by
scripts/setup.sh; where it is missing, the tests fail.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import weather
from martlet_process import REPOSITORY, Server
from neutral import Reading, call
from pairs import pairs
from provider_answers import answer
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer

PYTHON = REPOSITORY / ".venv-instructor/bin/python"
PROGRAM = Path(__file__).with_name("instructor_extractions.py")
LIMIT = 120.0

COLOGNE = {"city_name": "Köln", "inhabitants": 1_087_353}
ULM = {"city_name": "Ulm", "inhabitants": 128_928}
NOWHERE = {"city_name": "Köln", "inhabitants": -1}

# How each kind calls its tool, what the provider answers to one request after the other, and what comes of it.
KINDS: dict[str, tuple[str, list[Any], list[Any]]] = {
    "whole": ("Place", [COLOGNE], [COLOGNE]),
    "retried": ("Place", [NOWHERE, COLOGNE], [COLOGNE]),
    "partial": ("PartialPlace", [COLOGNE], [COLOGNE]),
    "iterable": ("IterablePlace", [{"tasks": [COLOGNE, ULM]}], [COLOGNE, ULM]),
}
FORMATS = weather.formats_except("openai-chat")


def model_name(kind: str, wire_format: str) -> str:
    # The name of a model that can be told to call a tool, for formats where not every model can.
    base = "us.anthropic.claude-sonnet-4-5-20250929-v1:0" if wire_format == "bedrock-converse" else "any"
    return f"{base}-instructor-{kind}-{wire_format}"


def says(tool: str, arguments: Any) -> Reading:
    return Reading(
        text="",
        reasoning="",
        tool_calls=(call(tool, arguments),),
        finish="tools",
        input_tokens=60,
        output_tokens=25,
        cached_tokens=0,
        reasoning_tokens=0,
    )


def script(replay: ReplayServer, kind: str) -> Callable[[ProviderRequest], ProviderAnswer]:
    tool, answers, _ = KINDS[kind]

    def answers_in_turn(request: ProviderRequest) -> ProviderAnswer:
        return answer(says(tool, answers[len(replay.requests(request.model)) - 1]), request)

    return answers_in_turn


@pytest.fixture(scope="module")
def outcomes(translator: Server, replay: ReplayServer) -> dict[tuple[str, str], dict[str, Any]]:
    """What came of every extraction, all made in one run of the program."""
    assert PYTHON.is_file(), "instructor is not installed: run `scripts/setup.sh test`"
    keys = [(kind, wire_format) for kind in KINDS for wire_format in FORMATS]
    for kind, wire_format in keys:
        replay.script(model_name(kind, wire_format), script(replay, kind))
    cases = [
        {"base_url": f"{translator.url}/v1", "model": gateway_model(form, model_name(kind, form)), "kind": kind}
        for kind, form in keys
    ]
    finished = subprocess.run(
        [str(PYTHON), "-I", str(PROGRAM)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    return dict(zip(keys, json.loads(finished.stdout), strict=True))


@pytest.mark.parametrize(("kind", "wire_format"), pairs(KINDS, FORMATS))
def test_extracts(
    kind: str, wire_format: str, replay: ReplayServer, outcomes: dict[tuple[str, str], dict[str, Any]]
) -> None:
    tool, answers, expected = KINDS[kind]
    outcome = outcomes[kind, wire_format]
    assert "error" not in outcome
    places = outcome["places"]
    if kind == "partial":
        assert_grows(places, wire_format)
        places = places[-1:]
    assert places == expected
    assert outcome.get("usage", [60, 25]) == [60, 25]

    requests = replay.requests(model_name(kind, wire_format))
    assert len(requests) == len(answers)
    for request in requests:
        assert (request.format, request.is_stream) == (wire_format, kind in ("partial", "iterable"))
        assert json.dumps(request.body).count(f'"{tool}"') >= 2, "the tool is defined, and a call of it demanded"
    if kind == "retried":
        assert '"inhabitants": -1' in json.dumps(requests[1].body).replace("\\", ""), "the model sees what it said"


def assert_grows(states: list[dict[str, Any]], wire_format: str) -> None:
    """Members are unknown at first and never wrong. Gemini alone sends a call's arguments in one piece."""
    for state in states:
        assert state["city_name"] is None or COLOGNE["city_name"].startswith(state["city_name"])
        assert state["inhabitants"] is None or str(COLOGNE["inhabitants"]).startswith(str(state["inhabitants"]))
    assert wire_format == "gemini" or any(state != states[-1] for state in states)
