"""One line of JSON on standard output for each request. That neither keys nor prompts are in it is judged for the
whole run where the gateway is stopped, in conftest."""

from __future__ import annotations

import openai
import pytest
from expectations import messages
from martlet_process import Server
from openai import OpenAI


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "status"), [("gpt-4o-mini", 200), ("mock-429", 429), ("mock-500", 500), ("mock-reset", 502)]
)
def test_record_of_a_request(
    client: OpenAI, gateway: Server, prompt: str, model: str, status: int, stream: bool
) -> None:
    request_id = f"sdk-test-log-{model}-{stream}"
    try:
        answer = client.chat.completions.create(
            model=f"openai/{model}",
            messages=messages(prompt),
            stream=stream,
            extra_headers={"x-request-id": request_id},
        )
        list(answer)
    except openai.APIStatusError as error:
        assert error.status_code == status
    record = gateway.wait_for_log(request_id)
    assert record["provider"] == "openai"
    assert record["model"] in (model, f"openai/{model}")
    assert record["status"] == status


def test_request_id_cannot_forge_a_line(client: OpenAI, gateway: Server, prompt: str) -> None:
    """Quotes in what the client chose must arrive as data, or not at all."""
    request_id = 'sdk-test","status":"forged'
    raw = client.chat.completions.with_raw_response.create(
        model="openai/gpt-4o-mini", messages=messages(prompt), extra_headers={"x-request-id": request_id}
    )
    assert gateway.wait_for_log(raw.headers["x-request-id"])["status"] == 200


def test_failed_authentication_does_not_show_the_key(client: OpenAI, provider_key: str, prompt: str) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        client.chat.completions.create(model="openai/mock-401", messages=messages(prompt))
    assert provider_key not in caught.value.response.text
    assert provider_key not in str(caught.value.response.headers)
