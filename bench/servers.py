"""The three servers of a measurement: the mock provider, the gateway in front of it, and nginx in front of it."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nginx
from process import free_port, running, wait_for_port

MODEL = "openai/gpt-4o-mini"


@dataclass(frozen=True)
class Placement:
    """Which cores serve and which press. With one list for both, nothing is pinned."""

    serving: Sequence[int]
    loading: Sequence[int]

    @property
    def is_pinned(self) -> bool:
        return list(self.serving) != list(self.loading)


@dataclass(frozen=True)
class Server:
    name: str
    pid: int
    port: int


@dataclass(frozen=True)
class Binaries:
    gateway: Path
    mock: Path


def request_body(streamed: bool) -> str:
    """A small chat as applications send it."""
    messages = [
        {"role": "system", "content": "You are a helpful assistant. Answer in one paragraph."},
        {"role": "user", "content": "Why do martlets in heraldry have no feet?"},
    ]
    return json.dumps({"model": MODEL, "messages": messages, "temperature": 0.7, "stream": streamed})


def anthropic_request_body(streamed: bool) -> str:
    """The same chat as Anthropic's libraries send it."""
    body = {
        "model": MODEL,
        "max_tokens": 1024,
        "system": "You are a helpful assistant. Answer in one paragraph.",
        "messages": [{"role": "user", "content": "Why do martlets in heraldry have no feet?"}],
        "temperature": 0.7,
        "stream": streamed,
    }
    return json.dumps(body)


@dataclass(frozen=True)
class Caller:
    """Where and in which format a caller asks."""

    path: str
    body: Callable[[bool], str]


CHAT = Caller("/v1/chat/completions", request_body)
ANTHROPIC = Caller("/anthropic/v1/messages", anthropic_request_body)


def gateway_command(binary: Path, directory: Path, port: int, upstream_port: int, options: Sequence[str]) -> list[str]:
    """Nothing is switched off that a user would have on: log lines go to a file, metrics are counted."""
    provider = {
        "keys": [{"value": "sk-bench", "models": [], "weight": 1}],
        "network_config": {"base_url": f"http://127.0.0.1:{upstream_port}"},
    }
    return configured_command(binary, directory, port, {"providers": {"openai": provider}}, options)


def configured_command(
    binary: Path, directory: Path, port: int, configuration: dict[str, Any], options: Sequence[str]
) -> list[str]:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "config.json"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    serve = [str(binary), "serve", "--host", "127.0.0.1", "--port", str(port), "--app-dir", str(directory)]
    return [*serve, "--config", str(file), "--log-level", "info", "--log-style", "json", *options]


@contextmanager
def _started(name: str, command: Sequence[str], cores: Sequence[int], port: int, output: Path) -> Iterator[Server]:
    with running(command, cores, output) as process:
        wait_for_port(process, port, output)
        yield Server(name, process.pid, port)


@contextmanager
def mock_server(binary: Path, directory: Path, options: Sequence[str], cores: Sequence[int]) -> Iterator[Server]:
    port = free_port()
    command = [str(binary), "mock", "--host", "127.0.0.1", "--port", str(port), *options]
    with _started("mock", command, cores, port, directory / "mock.log") as server:
        yield server


@contextmanager
def gateway_server(
    binary: Path, directory: Path, upstream: Server, cores: Sequence[int], options: Sequence[str]
) -> Iterator[Server]:
    port = free_port()
    command = gateway_command(binary, directory / "gateway", port, upstream.port, options)
    with _started("gateway", command, cores, port, directory / "gateway.log") as server:
        yield server


@contextmanager
def configured_gateway(
    binary: Path, directory: Path, configuration: dict[str, Any], cores: Sequence[int], options: Sequence[str]
) -> Iterator[Server]:
    """A gateway with a configuration of the case's own. What it prints is in `gateway.log`."""
    port = free_port()
    command = configured_command(binary, directory / "gateway", port, configuration, options)
    with _started("gateway", command, cores, port, directory / "gateway.log") as server:
        yield server


@contextmanager
def nginx_server(directory: Path, upstream: Server, cores: Sequence[int], streamed: bool) -> Iterator[Server]:
    port = free_port()
    command = nginx.command(directory / "nginx", port, upstream.port, streamed, os.geteuid() == 0)
    with _started("nginx", command, cores, port, directory / "nginx.log") as server:
        yield server


@contextmanager
def contenders(
    binaries: Binaries, directory: Path, placement: Placement, mock_options: Sequence[str], streamed: bool
) -> Iterator[tuple[Server, Server, Server]]:
    """The mock, nginx and the gateway, together: the one that is not pressed sleeps and costs nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    threads = ["--threads", "1"] if placement.is_pinned else []
    with ExitStack() as stack:
        mock = stack.enter_context(mock_server(binaries.mock, directory, [*mock_options, *threads], placement.loading))
        rival = stack.enter_context(nginx_server(directory, mock, placement.serving, streamed))
        gateway = stack.enter_context(gateway_server(binaries.gateway, directory, mock, placement.serving, threads))
        yield mock, rival, gateway


@dataclass(frozen=True)
class Probe:
    """What one answer looks like."""

    status: int
    body_bytes: int
    events: int


def probe(server: Server, streamed: bool, caller: Caller = CHAT) -> Probe:
    """One request before any measuring: a server that answers quickly but wrongly must not win."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30.0)
    headers = {"Content-Type": "application/json", "Authorization": "Bearer sk-bench"}
    connection.request("POST", caller.path, caller.body(streamed), headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{server.name} answered {answer.status}: {body[:500]!r}")
    return Probe(answer.status, len(body), sum(line.startswith(b"data:") for line in body.split(b"\n")))
