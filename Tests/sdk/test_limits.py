"""Running out of connections and of descriptors: refused politely, and over as soon as the crowd has gone."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
from martlet_process import running

DESCRIPTORS = 200
# Half of what is left when the gateway has kept 128 for itself.
CONNECTIONS = (DESCRIPTORS - 128) // 2


@contextmanager
def narrow_gateway(directory: Path) -> Iterator[int]:
    """A gateway that may have few descriptors, with the embedded mock as its provider."""

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, DESCRIPTORS))

    with running(["serve", "--app-dir", str(directory), "--threads", "1"], directory, prepare=narrow) as gateway:
        yield gateway.port
    assert gateway.process.returncode == 0


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def ask(port: int) -> int:
    body = {"model": "mock/any", "messages": [{"role": "user", "content": "Hi"}]}
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    return httpx.post(url, json=body, timeout=10, trust_env=False).status_code


def leave(crowd: list[socket.socket]) -> None:
    """Says goodbye on every connection and waits until the gateway has closed it too."""
    for connection in crowd:
        # Some it has closed before.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
    for connection in crowd:
        with suppress(ConnectionResetError):
            while connection.recv(4096):
                pass


def test_too_many_connections(tmp_path: Path) -> None:
    with narrow_gateway(tmp_path) as port, ExitStack() as stack:
        crowd = [stack.enter_context(connect(port)) for _ in range(CONNECTIONS)]
        refused = stack.enter_context(connect(port))
        answer = b""
        while part := refused.recv(4096):
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in head.lower()
        assert b'"code":"overloaded"' in body
        leave(crowd)
        assert ask(port) == 200


def test_more_connections_than_descriptors(tmp_path: Path) -> None:
    with narrow_gateway(tmp_path) as port, ExitStack() as stack:
        leave([stack.enter_context(connect(port)) for _ in range(3 * DESCRIPTORS)])
        assert ask(port) == 200
