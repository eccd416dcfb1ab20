"""CPU time for each request: the figure that decides how many machines are needed, and that, unlike the number of
requests per second, depends little on what else the machine does at the time."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import wrk
from context import Context
from process import cpu_seconds, memory_bytes
from report import Table, mebibytes
from servers import Probe, Server, contenders, probe, request_body

CONNECTIONS = 64


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    mock_options: tuple[str, ...]
    streamed: bool = False
    mock_may_cost_more: bool = False


CASES = (
    Case("answer-1k5", "Answer of 1.5 KB, not streamed", ("--answer-bytes", "1500")),
    Case("answer-10k", "Answer of 10 KB, not streamed", ("--answer-bytes", "10000")),
    Case("stream-200", "Streamed answer of 200 chunks, 2 ms apart", ("--chunks", "200", "--chunk-gap", "2"), True),
    # The mock writes every chunk, and what stands between gets several in one read.
    Case("stream-burst", "Streamed answer of 200 chunks at once", ("--chunks", "200"), True, mock_may_cost_more=True),
)


@dataclass(frozen=True)
class Round:
    """One run against one server, with what the server and the mock behind it spent on it."""

    outcome: wrk.Outcome
    cpu_per_request: float
    mock_cpu_per_request: float


def measure(context: Context, case: Case) -> Table:
    directory = context.directory / case.name
    placement = context.pinned
    with contenders(context.binaries, directory, placement, case.mock_options, case.streamed) as (mock, nginx, gateway):
        script = directory / "request.lua"
        wrk.write_script(script, request_body(case.streamed))
        seen = compare_answers(context, case, nginx, gateway)
        idle = memory_bytes(gateway.pid, "VmRSS")

        def press(server: Server, seconds: float) -> Round:
            before, mock_before = cpu_seconds(server.pid), cpu_seconds(mock.pid)
            load = wrk.Load(seconds, CONNECTIONS, placement.loading)
            outcome = wrk.run(script, server.port, load, directory / "wrk.log")
            spent, mock_spent = cpu_seconds(server.pid) - before, cpu_seconds(mock.pid) - mock_before
            if outcome.errors or not outcome.requests:
                errors = outcome.describe_errors()
                context.fail(f"{case.name}, {server.name}: {outcome.requests} requests, errors: {errors}")
            requests = max(outcome.requests, 1)
            return Round(outcome, spent / requests * 1e6, mock_spent / requests * 1e6)

        results: dict[str, list[Round]] = {nginx.name: [], gateway.name: []}
        for server in (nginx, gateway):
            press(server, context.warm_up_seconds)
        for number in range(context.rounds):
            for server in (nginx, gateway):
                result = press(server, context.seconds)
                results[server.name].append(result)
                context.note(
                    f"round {number + 1}/{context.rounds} {server.name:8}"
                    f"{result.outcome.per_second:9.0f} requests/s {result.cpu_per_request:8.1f} µs CPU/request"
                )
        peak = memory_bytes(gateway.pid, "VmHWM")
    return tabulate(context, case, results, seen, idle, peak)


def compare_answers(context: Context, case: Case, nginx: Server, gateway: Server) -> Probe:
    """Both must relay the whole answer. The gateway may hide chunks that it asked for itself, and rewrite a little."""
    expected, seen = probe(nginx, case.streamed), probe(gateway, case.streamed)
    if case.streamed and not (100 <= seen.events and abs(seen.events - expected.events) <= 2):
        context.fail(f"{case.name}: {seen.events} events through the gateway, {expected.events} through nginx")
    if not case.streamed and not 0.8 <= seen.body_bytes / max(expected.body_bytes, 1) <= 1.5:
        context.fail(f"{case.name}: {seen.body_bytes} bytes through the gateway, {expected.body_bytes} through nginx")
    return seen


def tabulate(
    context: Context, case: Case, results: dict[str, list[Round]], seen: Probe, idle: int, peak: int
) -> Table:
    """Medians over the rounds. The ratio is taken round by round, as neighbours in time share the machine's mood."""
    nginx, gateway = results["nginx"], results["gateway"]
    ratios = [ours.cpu_per_request / max(theirs.cpu_per_request, 1e-9) for ours, theirs in zip(gateway, nginx)]
    ratio = median(ratios)

    def row(title: str, value: str) -> list[str]:
        return [title, *(value.format(**summary(results[name])) for name in ("nginx", "gateway"))]

    rows = [
        row("CPU per request (µs)", "{cpu:.1f}"),
        row("requests/s", "{rate:.0f}"),
        row("p50 (ms)", "{p50:.2f}"),
        row("p99 (ms)", "{p99:.2f}"),
        row("mock CPU per request (µs)", "{mock:.1f}"),
        row("requests measured", "{requests}"),
        row("errors", "{errors}"),
    ]
    if case.streamed:
        chunk = [f"{summary(each)['cpu'] / max(seen.events, 1):.3f}" for each in (nginx, gateway)]
        rows.insert(1, ["CPU per relayed chunk (µs)", *chunk])
    if summary(gateway)["mock"] >= summary(gateway)["cpu"] and not case.mock_may_cost_more:
        context.fail(f"{case.name}: the mock spends more CPU than the gateway, the figures show the mock")
    notes = [
        f"CPU per request, gateway to nginx: {ratio:.2f} (median; rounds from {min(ratios):.2f} to {max(ratios):.2f})",
        f"Gateway memory: {mebibytes(idle)} before, {mebibytes(peak)} at most",
        f"One answer: {seen.body_bytes} bytes" + (f" in {seen.events} events" if case.streamed else ""),
    ]
    return Table(case.title, ["", "nginx", "gateway"], rows, notes)


def summary(rounds: list[Round]) -> dict[str, float]:
    return {
        "cpu": median(each.cpu_per_request for each in rounds),
        "mock": median(each.mock_cpu_per_request for each in rounds),
        "rate": median(each.outcome.per_second for each in rounds),
        "p50": median(each.outcome.p50 for each in rounds) / 1000,
        "p99": median(each.outcome.p99 for each in rounds) / 1000,
        "requests": sum(each.outcome.requests for each in rounds),
        "errors": sum(each.outcome.errors for each in rounds),
    }
