"""Clouds on the loopback: a provider that notes whole requests, and the services that hand out its credentials."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass(frozen=True)
class CloudRequest:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), strict_parsing=True).items()}


@dataclass(frozen=True)
class CloudAnswer:
    status: int = 200
    body: str = "{}"
    content_type: str = "application/json"


Script = Callable[[CloudRequest], CloudAnswer]


class Cloud:
    """Answers by the beginning of the path, and keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._scripts: dict[str, Script] = {}
        self._requests: list[CloudRequest] = []
        self._lock = threading.Lock()

    def script(self, prefix: str, script: Script) -> None:
        with self._lock:
            self._scripts[prefix] = script

    def requests(self, prefix: str = "") -> list[CloudRequest]:
        with self._lock:
            return [request for request in self._requests if request.target.startswith(prefix)]

    def answer(self, request: CloudRequest) -> CloudAnswer:
        with self._lock:
            self._requests.append(request)
            script = next((found for prefix, found in self._scripts.items() if request.target.startswith(prefix)), None)
        return script(request) if script else CloudAnswer(404, json.dumps({"error": f"nothing at {request.target}"}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: Cloud

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.cloud.answer(CloudRequest(self.command, self.path, headers, content))
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = _serve

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent: failing tests tell what went wrong."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    handler = type("Handler", (_Handler,), {})
    with _Listener(("127.0.0.1", 0), handler) as listener:
        cloud = Cloud(listener.server_address[1])
        handler.cloud = cloud
        thread = threading.Thread(target=listener.serve_forever, name="cloud")
        thread.start()
        try:
            yield cloud
        finally:
            listener.shutdown()
            thread.join()
