"""A provider that speaks all five wire formats: it answers what was recorded or scripted for the model asked for."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

# The paths that a provider of each format has, with and without the version that SDKs put in front.
GEMINI_PATH = re.compile(r"^(?:/v1(?:beta)?)?/models/(?P<model>.+):(?P<call>generateContent|streamGenerateContent)$")
BEDROCK_PATH = re.compile(r"^/model/(?P<model>.+)/(?P<call>converse|converse-stream)$")
FIXED_PATHS = {
    "/v1/chat/completions": "openai-chat",
    "/v1/responses": "openai-responses",
    "/v1/messages": "anthropic-messages",
}
# The member of a request that holds the conversation.
HISTORY = {
    "openai-chat": "messages",
    "openai-responses": "input",
    "anthropic-messages": "messages",
    "gemini": "contents",
    "bedrock-converse": "messages",
}


@dataclass(frozen=True)
class ProviderRequest:
    """What a provider is asked, as values and as the bytes that came."""

    format: str
    model: str
    is_stream: bool
    body: dict[str, Any]
    content: bytes


@dataclass(frozen=True)
class ProviderAnswer:
    """What a provider says. With a `piece_size` the body goes out in chunks of so many bytes."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    piece_size: int = 0


Script = Callable[[ProviderRequest], ProviderAnswer]


class ReplayServer:
    """The provider's address, its answers and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._scripts: dict[str, Script] = {}
        self._requests: list[ProviderRequest] = []
        self._lock = threading.Lock()

    def script(self, model: str, script: Script) -> None:
        """Answers requests for the model with what the script makes of them."""
        with self._lock:
            self._scripts[model] = script

    def requests(self, model: str) -> list[ProviderRequest]:
        """What was asked of the model so far."""
        with self._lock:
            return [request for request in self._requests if request.model == model]

    def answer(self, request: ProviderRequest) -> ProviderAnswer:
        with self._lock:
            self._requests.append(request)
            script = self._scripts.get(request.model)
        if script is None:
            return _refusal(f"no answer is known for {request.model}")
        return script(request)


def fixed(wire_format: str, answer: ProviderAnswer) -> Script:
    """Always the same answer, and only to requests in its format and mode: anything else would hide a mistake."""

    def script(request: ProviderRequest) -> ProviderAnswer:
        if request.format != wire_format:
            return _refusal(f"{request.model} speaks {wire_format}, and was asked in {request.format}")
        if answer.status == 200 and request.is_stream != ("stream" in answer.content_type):
            return _refusal(f"{request.model} was asked with stream = {request.is_stream}")
        return answer

    return script


def _refusal(message: str) -> ProviderAnswer:
    return ProviderAnswer(418, "application/json", json.dumps({"error": {"message": message}}).encode())


def read_request(path: str, content: bytes) -> ProviderRequest | None:
    path = unquote(path.partition("?")[0])
    body = json.loads(content or b"{}")
    if path in FIXED_PATHS:
        return ProviderRequest(FIXED_PATHS[path], str(body.get("model")), bool(body.get("stream")), body, content)
    if match := GEMINI_PATH.match(path):
        return ProviderRequest("gemini", match["model"], match["call"].startswith("stream"), body, content)
    if match := BEDROCK_PATH.match(path):
        return ProviderRequest("bedrock-converse", match["model"], match["call"].endswith("stream"), body, content)
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body go out as two writes; without this the second waits for an acknowledgement of the first.
    disable_nagle_algorithm = True
    replay: ReplayServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = read_request(self.path, content)
        answer = self.replay.answer(request) if request else _refusal(f"no format has the path {self.path}")
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.piece_size:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in self._pieces(answer):
            self.wfile.write(piece)

    @staticmethod
    def _pieces(answer: ProviderAnswer) -> Iterator[bytes]:
        if not answer.piece_size:
            yield answer.body
            return
        for start in range(0, len(answer.body), answer.piece_size):
            piece = answer.body[start : start + answer.piece_size]
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent: failing tests tell what went wrong."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def running_replay_server() -> Iterator[ReplayServer]:
    handler = type("Handler", (_Handler,), {})
    with _Listener(("127.0.0.1", 0), handler) as listener:
        server = ReplayServer(listener.server_address[1])
        handler.replay = server
        thread = threading.Thread(target=listener.serve_forever, name="replay")
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
