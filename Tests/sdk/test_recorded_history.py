"""Recorded answers, given back by the SDKs of the other formats, reach their providers again as their own SDKs could
have sent them."""

from __future__ import annotations

import re

import pytest
import recordings
from conversations import CONVERSATIONS
from provider_answers import answer
from provider_schemas import departures
from recordings import Recording
from replay_providers import MODELS, gateway_model
from replay_server import ProviderAnswer, ProviderRequest, ReplayServer
from sdk_readers import Reader
from sent_histories import assert_history_continues, without_thoughts_of_chats
from weather import TELLS

MEMBER = re.compile(rb'"(\w+)":')
WORD = re.compile(rb'"(?:type|finish_reason|finishReason|stop_reason|stopReason|status)":\s*"(\w+)"')

# Answers with nothing in them. No provider takes an empty turn, so that the user's turns round it become one.
EMPTY = {"anthropic-messages-062"}


def distinct(found: list[Recording]) -> list[Recording]:
    """One of each sort: the others differ in what their members say, not in which there are."""
    sorts = {
        (one.format, one.is_stream, frozenset(MEMBER.findall(one.body)), frozenset(WORD.findall(one.body))): one
        for one in reversed(found)
    }
    return list(reversed(sorts.values()))


ANSWERS = distinct([recording for recording in recordings.load() if recording.status == 200])

pytestmark = pytest.mark.skipif(not ANSWERS, reason="MARTLET_FIXTURES names no directory with recordings")


def cases() -> list[object]:
    """With the SDK of its own format an answer goes there and back unchanged."""
    return [
        pytest.param(sdk, recording, id=f"{recording}-given-back-by-{sdk}")
        for recording in ANSWERS
        for sdk in CONVERSATIONS
        if sdk != recording.format
    ]


@pytest.mark.parametrize(("sdk", "recording"), cases())
def test_is_taken_back(
    sdk: str, recording: Recording, replay: ReplayServer, gateway_readers: dict[str, Reader]
) -> None:
    model = f"{MODELS[recording.format]}-history-{recording}-{sdk}"
    recorded = ProviderAnswer(recording.status, recording.content_type, recording.body)

    def script(request: ProviderRequest) -> ProviderAnswer:
        return recorded if len(replay.requests(model)) == 1 else answer(TELLS, request)

    replay.script(model, script)
    name = gateway_model(recording.format, model)
    conversation = CONVERSATIONS[sdk](gateway_readers[sdk].client, name, recording.is_stream)
    conversation.say("Hello.")
    if conversation.calls:
        conversation.tell(["It worked."] * len(conversation.calls))
    else:
        conversation.say("Go on.")
    first, second = replay.requests(model)
    assert not departures(without_thoughts_of_chats(second)), recording.title
    # Thinking may be off from now on: some models refuse it behind a call that was made without.
    if recording.name not in EMPTY:
        assert_history_continues(first, second)
