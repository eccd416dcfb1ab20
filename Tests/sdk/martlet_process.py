"""Starts and stops the two programs under test: the mock provider and the gateway."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
START_LIMIT = 15.0
STOP_LIMIT = 15.0


@dataclass
class Server:
    """A running program with the files that collect what it prints."""

    process: subprocess.Popen[bytes]
    port: int
    stdout_path: Path
    stderr_path: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stdout(self) -> str:
        return self.stdout_path.read_text(encoding="utf-8")

    def stderr(self) -> str:
        return self.stderr_path.read_text(encoding="utf-8", errors="replace")

    def log_records(self) -> list[dict[str, Any]]:
        """The complete lines of standard output; raises where one is not JSON. An unfinished last line is left out,
        as the server may be writing it at this moment."""
        complete, _, _ = self.stdout().rpartition("\n")
        return [json.loads(line) for line in complete.splitlines()]

    def wait_for_log(self, request_id: str, limit: float = 5.0) -> dict[str, Any]:
        """The one record of a request. Waits, as a record is written only after the answer has gone out."""
        deadline = time.monotonic() + limit
        while True:
            found = [record for record in self.log_records() if record.get("request_id") == request_id]
            if found:
                assert len(found) == 1, f"one line per request, found {found}"
                return found[0]
            assert time.monotonic() < deadline, f"no log line for {request_id} in:\n{self.stdout()}"
            time.sleep(0.02)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, limit: float = STOP_LIMIT) -> int:
        """The exit code. A program that does not end in time is killed and is a failure."""
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"did not end within {limit} s of SIGTERM:\n{self.stderr()[-2000:]}") from None


def binary() -> Path:
    path = Path(os.environ.get("MARTLET_BINARY", REPOSITORY / ".build/debug/martlet")).resolve()
    assert path.is_file(), f"{path} does not exist: run `make debug`, or set MARTLET_BINARY"
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(directory: Path) -> dict[str, str]:
    """No variable of the developer reaches the server: a real provider key in it would change what is tested."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(directory), "TMPDIR": str(directory)}


def _wait_until_ready(server: Server, path: str) -> None:
    """Polls, as neither program tells a parent process in another way that it listens."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        code = server.process.poll()
        assert code is None, f"ended with {code} at start:\n{server.stderr()}"
        try:
            if httpx.get(server.url + path, timeout=1.0, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"not ready after {START_LIMIT} s:\n{server.stderr()}"
        time.sleep(0.02)


@contextmanager
def running(name: str, arguments: list[str], directory: Path, ready_path: str) -> Iterator[Server]:
    """Runs `martlet ARGUMENTS --port N` until the block is left; the exit code is left to the caller to judge."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    stdout_path, stderr_path = directory / f"{name}.stdout", directory / f"{name}.stderr"
    with stdout_path.open("wb") as stdout, stderr_path.open("wb") as stderr:
        process = subprocess.Popen(
            [str(binary()), *arguments, "--host", "127.0.0.1", "--port", str(port)],
            cwd=directory,
            env=clean_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    server = Server(process, port, stdout_path, stderr_path)
    try:
        _wait_until_ready(server, ready_path)
        yield server
    finally:
        if process.poll() is None:
            server.terminate()
        server.wait()


@contextmanager
def running_mock(directory: Path, *options: str) -> Iterator[Server]:
    with running("mock", ["mock", *options], directory, "/v1/models") as server:
        yield server


@contextmanager
def running_gateway(directory: Path, upstream_url: str, key: str) -> Iterator[Server]:
    """A gateway with the mock as its provider `openai`."""
    provider = {
        "keys": [{"value": key, "models": [], "weight": 1}],
        "network_config": {"base_url": upstream_url, "max_retries": 0},
    }
    with running_gateway_with(directory, {"openai": provider}) as server:
        yield server


@contextmanager
def running_gateway_with(directory: Path, providers: dict[str, Any]) -> Iterator[Server]:
    """A gateway with these providers. Ending with another code than 0 after SIGTERM is a failure."""
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "config.json"
    config.write_text(json.dumps({"providers": providers}), encoding="utf-8")
    arguments = ["serve", "--config", str(config), "--app-dir", str(directory), "--log-style", "json"]
    with running("gateway", arguments, directory, "/health") as server:
        yield server
    code = server.process.returncode
    assert code == 0, f"the gateway ended with {code}:\n{server.stderr()[-2000:]}"
