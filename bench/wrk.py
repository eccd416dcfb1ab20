"""The load generator wrk: the request it sends, and its figures as numbers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from process import running

# wrk prints figures for people; its script hook hands out the same unrounded, here as one line of JSON.
SCRIPT = """\
wrk.method = "POST"
wrk.path = "{path}"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer sk-bench"
wrk.body = [==[{body}]==]

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\\n{mark}{{"requests":%d,"microseconds":%d,"p50":%.1f,"p99":%.1f,"mean":%.1f,' ..
        '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.mean,
        errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
"""
MARK = "martlet-bench "


@dataclass(frozen=True)
class Load:
    """How hard to press: for so many seconds, on so many connections, from these cores."""

    seconds: float
    connections: int
    cores: Sequence[int]
    threads: int = 1
    timeout_seconds: int = 10


@dataclass(frozen=True)
class Outcome:
    """One run. Times are in microseconds; the latency is that of whole answers."""

    requests: int
    microseconds: int
    p50: float
    p99: float
    mean: float
    connect: int
    read: int
    write: int
    status: int
    timeout: int

    @property
    def per_second(self) -> float:
        return self.requests / (self.microseconds / 1e6)

    @property
    def errors(self) -> int:
        return self.connect + self.read + self.write + self.status + self.timeout

    def describe_errors(self) -> str:
        names = ("connect", "read", "write", "status", "timeout")
        return ", ".join(f"{getattr(self, name)} {name}" for name in names if getattr(self, name)) or "none"


def executable() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise RuntimeError("wrk is not installed: run scripts/setup.sh bench")
    return found


def version() -> str:
    """The second word; wrk ends with 1 when asked for it."""
    return subprocess.run([executable(), "-v"], capture_output=True, text=True).stdout.split()[1]


def write_script(script: Path, body: str, path: str = "/v1/chat/completions") -> None:
    script.write_text(SCRIPT.format(body=body, mark=MARK, path=path), encoding="utf-8")


def run(script: Path, port: int, load: Load, output: Path) -> Outcome:
    output.write_bytes(b"")
    command = [
        executable(),
        f"-t{load.threads}",
        f"-c{load.connections}",
        f"-d{max(1, round(load.seconds))}s",
        "--latency",
        "--timeout",
        f"{load.timeout_seconds}s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    with running(command, load.cores, output) as process:
        process.wait(load.seconds + load.timeout_seconds + 30)
    text = output.read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines():
        if line.startswith(MARK):
            return Outcome(**json.loads(line.removeprefix(MARK)))
    raise RuntimeError(f"wrk ended with {process.returncode}:\n{text[-2000:]}")
