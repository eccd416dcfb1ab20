"""SIGTERM in the middle of a stream: an update of the gateway must not cost anybody an answer."""

from __future__ import annotations

from pathlib import Path

import httpx
from expectations import MODEL, messages
from martlet_process import running_gateway, running_mock
from openai import OpenAI


def test_drain(tmp_path: Path, provider_key: str, prompt: str) -> None:
    with (
        running_mock(tmp_path / "mock", "--chunks", "20", "--chunk-gap", "100") as mock,
        running_gateway(tmp_path / "gateway", mock.url, provider_key) as gateway,
        OpenAI(api_key="unused", base_url=f"{gateway.url}/v1", max_retries=0, timeout=20.0) as client,
    ):
        stream = client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True)
        chunks = iter(stream)
        received = [next(chunks)]
        gateway.terminate()
        assert health(gateway.url) in (None, 503)
        received += list(chunks)
        finish_reasons = [choice.finish_reason for chunk in received for choice in chunk.choices]
        assert finish_reasons[-1] == "stop"
        assert gateway.wait() == 0


def health(url: str) -> int | None:
    """The status once SIGTERM has been noticed; none where the gateway takes no new connections any more."""
    for _ in range(100):
        try:
            status = httpx.get(f"{url}/health", timeout=5.0, trust_env=False).status_code
        except httpx.TransportError:
            return None
        if status != 200:
            return status
    return status
