"""The HTTP surface below the SDK: methods, limits, health."""

from __future__ import annotations

import json
import socket

import httpx
import pytest
from expectations import MODEL, assert_openai_error, messages
from martlet_process import Server


def exchange(gateway: Server, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Sends bytes as they are and reads one answer until the server closes or its length is reached."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10.0) as connection:
        connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65_536)
            assert piece, f"closed before an answer: {received!r}"
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers["content-length"])
        while len(body) < length:
            piece = connection.recv(65_536)
            assert piece, "closed within the body"
            body += piece
        return int(status_line.split(" ")[1]), headers, body


def test_health(http: httpx.Client) -> None:
    assert http.get("/health").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_method_not_allowed(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/v1/chat/completions")
    assert answer.status_code == 405
    assert "POST" in [allowed.strip() for allowed in answer.headers["allow"].split(",")]
    assert_openai_error(answer.json(), answer.headers["x-request-id"])


def test_announced_length_over_the_limit(gateway: Server) -> None:
    """Refused from the headers alone: not one byte of the body is sent here."""
    request = (
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        b"Content-Length: 10000000000\r\n\r\n"
    )
    status, headers, body = exchange(gateway, request)
    assert status == 413
    assert_openai_error(json.loads(body), headers["x-request-id"])


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: -2\r\n",
    ],
    ids=["length and chunked", "two lengths", "negative length"],
)
def test_ambiguous_framing_is_refused(gateway: Server, head: bytes) -> None:
    """Where two servers may disagree on the end of a request, one can smuggle another request past the other."""
    request = b"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\n" + head + b"\r\n{}"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10.0) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    assert received == b"" or received.startswith(b"HTTP/1.1 400 "), received
    assert received.count(b"HTTP/1.1 ") <= 1


def test_chunked_request(http: httpx.Client, prompt: str) -> None:
    body = json.dumps({"model": MODEL, "messages": messages(prompt)}).encode()

    def pieces() -> object:
        yield body[:10]
        yield body[10:]

    answer = http.post("/v1/chat/completions", content=pieces(), headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["choices"]


def test_pipelined_requests_are_answered_in_order(gateway: Server) -> None:
    one = b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n"
    two = b"GET /nosuch HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10.0) as connection:
        connection.sendall(one + two)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    statuses = [line.split(b" ")[1] for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert statuses[:1] == [b"200"]
    assert received.count(b"HTTP/1.1 404 ") == 1
