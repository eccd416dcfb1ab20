"""Running out of connections and of descriptors: refused politely, and over as soon as the crowd has gone."""

from __future__ import annotations

import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from martlet_process import binary, clean_environment, free_port

DESCRIPTORS = 200
# Half of what is left when the gateway has kept 128 for itself.
CONNECTIONS = (DESCRIPTORS - 128) // 2


@contextmanager
def narrow_gateway(directory: Path) -> Iterator[int]:
    """A gateway that may have few descriptors, with the embedded mock as its provider."""
    port = free_port()

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, DESCRIPTORS))

    with (directory / "stdout").open("wb") as stdout:
        process = subprocess.Popen(
            [str(binary()), "serve", "--port", str(port), "--app-dir", str(directory), "--threads", "1"],
            env=clean_environment(directory),
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=narrow,
        )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if b"curl" in line:
                break
        yield port
    finally:
        process.terminate()
        assert process.wait(15) == 0


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def ask(port: int) -> int:
    body = {"model": "mock/any", "messages": [{"role": "user", "content": "Hi"}]}
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    return httpx.post(url, json=body, timeout=10, trust_env=False).status_code


def wait_for_success(port: int, limit: float = 15.0) -> None:
    """Polls, because closed connections leave the gateway one by one."""
    deadline = time.monotonic() + limit
    while True:
        try:
            if ask(port) == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the gateway did not recover"
        time.sleep(0.05)


def test_too_many_connections(tmp_path: Path) -> None:
    with narrow_gateway(tmp_path) as port:
        with ExitStack() as stack:
            for _ in range(CONNECTIONS):
                stack.enter_context(connect(port))
            refused = stack.enter_context(connect(port))
            answer = b""
            while part := refused.recv(4096):
                answer += part
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 1" in head.lower()
            assert b'"code":"overloaded"' in body
        wait_for_success(port)


def test_more_connections_than_descriptors(tmp_path: Path) -> None:
    with narrow_gateway(tmp_path) as port:
        with ExitStack() as stack:
            for _ in range(3 * DESCRIPTORS):
                stack.enter_context(connect(port))
        wait_for_success(port)
