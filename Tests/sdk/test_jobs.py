"""A job in the background is paid for once: neither the gateway nor the SDK may ask for it a second time."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from martlet_process import Server
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ReplayServer

FAILURE = {"error": {"message": "The model went away.", "type": "server_error", "param": None, "code": None}}


@pytest.mark.parametrize(
    ("more", "attempts"),
    [({"background": True}, 1), ({"conversation": "conv_1"}, 1), ({"background": False}, 3)],
    ids=["background", "conversation", "neither"],
)
def test_the_sdk_does_not_repeat_what_lasts(
    more: dict[str, Any], attempts: int, replay: ReplayServer, translator: Server
) -> None:
    model = f"job-{attempts}-{'-'.join(more)}"
    answer = ProviderAnswer(500, "application/json", json.dumps(FAILURE).encode())
    replay.script(model, lambda request: answer)
    with openai.OpenAI(
        base_url=f"{translator.url}/openai/v1", api_key="unused", max_retries=2, timeout=20.0
    ) as client:
        with pytest.raises(openai.InternalServerError, match="The model went away"):
            client.responses.create(model=gateway_model("openai-responses", model), input="hello", **more)
    assert len(replay.requests(model)) == attempts
