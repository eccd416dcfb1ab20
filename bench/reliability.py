"""Three providers for one model: one fails half of its requests, one never answers, one is well. Every request must be
answered all the same, within its budget of attempts."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from context import Context
from process import raise_open_file_limit
from report import Table
from servers import Server, configured_gateway, mock_server

CALLERS = 64
MODEL = "team-model"
# The default of the gateway: attempts of one request, over all of its targets and keys.
ATTEMPT_LIMIT = 8
# How long the gateway waits for the first byte of a provider that stalls.
STALL_LIMIT = 1.0
MOCKS = {
    "flaky": ("--failure-rate", "0.5", "--failure-kinds", "500,503,reset"),
    "stalling": ("--failure-rate", "1", "--failure-kinds", "stall"),
    "healthy": (),
}


@dataclass
class Outcome:
    """What callers saw."""

    durations: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.durations)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@dataclass
class Attempts:
    """What the gateway's log says."""

    counts: Counter[int] = field(default_factory=Counter)
    providers: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(count * number for count, number in self.counts.items())


def configuration(mocks: dict[str, Server], targets: Sequence[str]) -> dict[str, Any]:
    def provider(name: str, mock: Server) -> dict[str, Any]:
        network: dict[str, Any] = {
            "base_url": f"http://127.0.0.1:{mock.port}",
            "max_retries": 1,
            "retry_backoff_initial_ms": 10,
            "retry_backoff_max_ms": 100,
        }
        # On a busy machine the others may be slow, too, which is none of the faults in question.
        if name == "stalling":
            network["default_request_timeout_in_seconds"] = STALL_LIMIT
        keys = [{"value": "sk-bench", "models": [], "weight": 1}]
        custom = {"base_provider_type": "openai"}
        return {"keys": keys, "network_config": network, "custom_provider_config": custom}

    models = [f"{name}/gpt-4o-mini" for name in targets]
    return {
        "providers": {name: provider(name, mock) for name, mock in mocks.items()},
        "routing": {"virtual_models": {MODEL: {"targets": models}}},
    }


def request(streamed: bool) -> bytes:
    stream = "true" if streamed else "false"
    body = f'{{"model":"{MODEL}","stream":{stream},"messages":[{{"role":"user","content":"Hello!"}}]}}'
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def read_answer(reader: asyncio.StreamReader, streamed: bool) -> str:
    """Nothing where the answer is whole and good, else what is wrong with it."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head.split(b" ", 2)[1].decode()
    if b"transfer-encoding: chunked" in head:
        body = await reader.readuntil(b"\r\n0\r\n\r\n")
    else:
        body = await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
    if status != "200":
        return f"status {status}"
    is_whole = b"data: [DONE]" in body if streamed else b'"finish_reason":"stop"' in body
    return "" if is_whole and b'"error"' not in body else "broken"


async def caller(port: int, count: int, seed: int, outcome: Outcome) -> None:
    choice = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    for _ in range(count):
        streamed = choice.random() < 0.5
        start = time.perf_counter()
        writer.write(request(streamed))
        try:
            failure = await read_answer(reader, streamed)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            failure = type(error).__name__
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        outcome.durations.append(time.perf_counter() - start)
        if failure:
            outcome.failures[failure] += 1
    writer.close()


async def traffic(port: int, count: int) -> Outcome:
    outcome = Outcome()
    shares = [count // CALLERS + (number < count % CALLERS) for number in range(CALLERS)]
    await asyncio.gather(*(caller(port, share, number, outcome) for number, share in enumerate(shares)))
    return outcome


def attempts(log: Path) -> Attempts:
    result = Attempts()
    for line in log.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            record = json.loads(line)
            result.counts[record["attempts"]] += 1
            result.providers[record["provider"]] += 1
    return result


def run(context: Context, directory: Path, targets: Sequence[str]) -> tuple[Outcome, Attempts, float]:
    directory.mkdir(parents=True, exist_ok=True)
    cores = sorted({*context.pinned.serving, *context.pinned.loading})
    with ExitStack() as stack:
        mocks: dict[str, Server] = {}
        for name in targets:
            place = directory / name
            place.mkdir(exist_ok=True)
            mocks[name] = stack.enter_context(mock_server(context.binaries.mock, place, MOCKS[name], cores))
        settings = configuration(mocks, targets)
        gateway = stack.enter_context(configured_gateway(context.binaries.gateway, directory, settings, cores, ()))
        start = time.perf_counter()
        outcome = asyncio.run(traffic(gateway.port, context.reliability_requests))
        elapsed = time.perf_counter() - start
    # The gateway has stopped, so its log is complete.
    return outcome, attempts(directory / "gateway.log"), elapsed


def measure(context: Context) -> Table:
    raise_open_file_limit()
    rows: list[list[str]] = []
    cases = {"the healthy one alone": ("healthy",), "all three": tuple(MOCKS)}
    for title, targets in cases.items():
        outcome, made, elapsed = run(context, context.directory / "reliability" / str(len(targets)), targets)
        total = len(outcome.durations)
        good = total - outcome.failures.total()
        context.note(f"{title}: {good} of {total} answered, {made.total} attempts in {elapsed:.1f} s")
        if outcome.failures:
            context.fail(f"reliability, {title}: {dict(outcome.failures)}")
        if made.counts.total() != total or max(made.counts) > ATTEMPT_LIMIT:
            context.fail(f"reliability, {title}: attempts {dict(made.counts)} of {total} requests")
        rows.append(
            [
                title,
                f"{good} of {total}",
                f"{made.total / total:.3f}",
                str(max(made.counts)),
                *(f"{outcome.percentile(share):.1f}" for share in (0.5, 0.9, 0.99, 0.999)),
                f"{elapsed:.1f}",
            ]
        )
    header = ["providers", "answered", "attempts each", "most", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "s in all"]
    notes = [
        f"{CALLERS} callers, half of the requests streamed. One provider of three answers half of its requests with "
        f"status 500 or 503 or closes the connection; one never answers and is given up after {STALL_LIMIT:g} s.",
    ]
    return Table("Requests to a model of three providers, two of them ill", header, rows, notes)
