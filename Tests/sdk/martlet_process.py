"""Starts and stops the two programs under test: the mock provider and the gateway."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from program_output import ProgramOutput

REPOSITORY = Path(__file__).resolve().parents[2]
START_LIMIT = 15.0
STOP_LIMIT = 15.0
# What both programs print in front of their address as soon as it can be reached.
LISTENS = "listens on "


@dataclass
class Server:
    """A running program and what it prints."""

    process: subprocess.Popen[bytes]
    url: str
    output: ProgramOutput
    errors: ProgramOutput

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def stdout(self) -> str:
        return self.output.text()

    def stderr(self) -> str:
        return self.errors.text()

    def log_records(self) -> list[dict[str, Any]]:
        """The complete lines of standard output; raises where one is not JSON."""
        return [json.loads(line) for line in self.output.lines()]

    def wait_for_log(self, request_id: str, limit: float = 5.0) -> dict[str, Any]:
        """The one record of a request. Waits, as a record is written only after the answer has gone out."""

        def find(lines: list[str]) -> list[dict[str, Any]] | None:
            return [record for line in lines if (record := json.loads(line)).get("request_id") == request_id] or None

        found = self.output.wait_for(find, limit)
        assert found, f"no log line for {request_id} in:\n{self.stdout()}"
        assert len(found) == 1, f"one line per request, found {found}"
        return found[0]

    def wait_for_message(self, part: str, limit: float = START_LIMIT) -> str:
        """The first line of standard error with this in it, without the space around it."""
        found = self.errors.wait_for(lambda lines: next((line for line in lines if part in line), None), limit)
        assert found, f"{part!r} was not printed within {limit} s (exit code {self.process.poll()}):\n{self.stderr()}"
        return found.strip()

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


def clean_environment(directory: Path) -> dict[str, str]:
    """No variable of the developer reaches the server: a real provider key in it would change what is tested."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(directory), "TMPDIR": str(directory)}


@contextmanager
def running(
    arguments: list[str],
    directory: Path,
    prepare: Callable[[], None] | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[Server]:
    """Runs `martlet ARGUMENTS` on a free port until the block is left; the exit code is left to the caller to judge.
    `prepare` runs in the new process before the program does, which has these variables besides those of every run."""
    directory.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [str(binary()), *arguments, "--host", "127.0.0.1", "--port", "0"],
        cwd=directory,
        env={**clean_environment(directory), **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
    )
    assert process.stdout is not None and process.stderr is not None
    server = Server(process, "", ProgramOutput(process.stdout), ProgramOutput(process.stderr))
    try:
        server.url = server.wait_for_message(LISTENS).rpartition(LISTENS)[2]
        yield server
    finally:
        if process.poll() is None:
            server.terminate()
        server.wait()
        for output in (server.output, server.errors):
            output.finish(STOP_LIMIT)


@contextmanager
def running_mock(directory: Path, *options: str) -> Iterator[Server]:
    with running(["mock", *options], directory) as server:
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


# A gateway that learns nothing of keys and providers: one serves many tests, and what one of them has made fail must not
# decide what another one sees.
FORGETFUL: dict[str, Any] = {
    "key_rest": {
        "rest_in_seconds": 0,
        "max_rest_in_seconds": 0,
        "max_retry_after_in_seconds": 0,
        "dead_in_seconds": 0,
        "max_dead_in_seconds": 0,
    },
    "circuit_breaker": {"consecutive_failures": 1_000_000, "min_requests": 1_000_000},
    "prompt_cache_affinity": {"enabled": False},
}


@contextmanager
def running_gateway_with(
    directory: Path,
    providers: dict[str, Any],
    environment: dict[str, str] | None = None,
    reliability: dict[str, Any] = FORGETFUL,
) -> Iterator[Server]:
    """A gateway with these providers. Ending with another code than 0 after SIGTERM is a failure."""
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "config.json"
    config.write_text(json.dumps({"providers": providers, "reliability": reliability}), encoding="utf-8")
    arguments = ["serve", "--config", str(config), "--app-dir", str(directory), "--log-style", "json"]
    with running(arguments, directory, environment=environment) as server:
        yield server
    code = server.process.returncode
    assert code == 0, f"the gateway ended with {code}:\n{server.stderr()[-2000:]}"
