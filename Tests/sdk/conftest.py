"""Fixtures: one mock provider and one gateway for the whole run, and SDK clients that talk to the gateway."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import httpx
import pytest
import recordings
import replay_providers
from expectations import COMPLETION_TOKENS, PROMPT_TOKENS, RETRY_AFTER
from martlet_process import Server, running_gateway, running_gateway_with, running_mock
from openai import OpenAI
from replay_server import ProviderAnswer, ReplayServer, fixed, running_replay_server
from sdk_readers import Reader, readers

# A proxy of the developer must not stand between the SDK and the gateway.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

# Random, so that finding either in a log can only mean that it leaked.
PROVIDER_KEY = f"sk-test-secret-{secrets.token_hex(8)}"
PROMPT_MARK = f"prompt-mark-{secrets.token_hex(8)}"


@pytest.fixture(scope="session")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ["--retry-after", RETRY_AFTER, "--usage", f"{PROMPT_TOKENS}:{COMPLETION_TOKENS}", "--chunks", "5"]
    with running_mock(tmp_path_factory.mktemp("mock"), *options) as server:
        yield server


@pytest.fixture(scope="session")
def gateway(mock: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gateway of all tests. What it printed in the whole run is judged after it has ended."""
    with running_gateway(tmp_path_factory.mktemp("gateway"), mock.url, PROVIDER_KEY) as server:
        yield server
    assert server.stdout().endswith("\n"), "the last log line is complete"
    assert server.log_records(), "the gateway logged its requests"
    for text in (server.stdout(), server.stderr()):
        assert PROVIDER_KEY not in text
        assert PROMPT_MARK not in text


@pytest.fixture
def provider_key() -> str:
    return PROVIDER_KEY


@pytest.fixture
def prompt() -> str:
    return f"Say hello, {PROMPT_MARK}."


@pytest.fixture
def client(gateway: Server) -> Iterator[OpenAI]:
    """No retries: they would hide what the gateway answered first."""
    with OpenAI(api_key="unused", base_url=f"{gateway.url}/v1", max_retries=0, timeout=20.0) as instance:
        yield instance


@pytest.fixture
def http(gateway: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, timeout=20.0, trust_env=False) as instance:
        yield instance


@pytest.fixture(scope="session")
def replay() -> Iterator[ReplayServer]:
    """The provider that answers what was recorded."""
    with running_replay_server() as server:
        for recording in recordings.load():
            answer = ProviderAnswer(recording.status, recording.content_type, recording.body)
            server.script(recording.name, fixed(recording.format, answer))
        yield server


@pytest.fixture(scope="session")
def translator(replay: ReplayServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A gateway that reaches the replaying provider in each of its formats."""
    directory = tmp_path_factory.mktemp("translator")
    with running_gateway_with(directory, replay_providers.configuration(replay.url)) as server:
        yield server


@pytest.fixture(scope="session")
def translator_http(translator: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=translator.url, timeout=20.0, trust_env=False) as instance:
        yield instance


@pytest.fixture(scope="session")
def direct_readers(replay: ReplayServer) -> Iterator[dict[str, Reader]]:
    with readers(replay.url, through_gateway=False) as made:
        yield made


@pytest.fixture(scope="session")
def gateway_readers(translator: Server) -> Iterator[dict[str, Reader]]:
    with readers(translator.url, through_gateway=True) as made:
        yield made
