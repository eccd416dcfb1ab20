"""Many requests that wait at the same time: the usual state of a gateway, as models take seconds to answer."""

from __future__ import annotations

import os
from contextlib import ExitStack

import wrk
from context import Context
from process import cpu_seconds, memory_bytes, raise_open_file_limit
from report import Table, mebibytes
from servers import gateway_server, mock_server, probe, request_body

# A few more than 5,000 × 1.5 s: what connecting and the round trips themselves take must not come off the rate.
CONNECTIONS = 8_000
LATENCY_MILLISECONDS = 1_500
# Two sockets for each connection in the gateway, and some for everything else.
NEEDED_FILES = 2 * CONNECTIONS + 1_000


def measure(context: Context) -> Table:
    """Nothing is pinned here: the question is whether the machine as a whole holds, not what one core can do."""
    directory = context.directory / "in-flight"
    directory.mkdir(parents=True, exist_ok=True)
    if (limit := raise_open_file_limit()) < NEEDED_FILES:
        context.fail(f"in-flight: {NEEDED_FILES} open files are needed, {limit} are allowed")
    cores = sorted({*context.pinned.serving, *context.pinned.loading})
    options = ["--latency", str(LATENCY_MILLISECONDS), "--answer-bytes", "1500"]
    with ExitStack() as stack:
        mock = stack.enter_context(mock_server(context.binaries.mock, directory, options, cores))
        gateway = stack.enter_context(gateway_server(context.binaries.gateway, directory, mock, cores, ()))
        script = directory / "request.lua"
        wrk.write_script(script, request_body(streamed=False))
        probe(gateway, streamed=False)
        idle = memory_bytes(gateway.pid, "VmRSS")
        before, mock_before = cpu_seconds(gateway.pid), cpu_seconds(mock.pid)
        load = wrk.Load(context.in_flight_seconds, CONNECTIONS, cores, threads=2, timeout_seconds=30)
        outcome = wrk.run(script, gateway.port, load, directory / "wrk.log")
        spent, mock_spent = cpu_seconds(gateway.pid) - before, cpu_seconds(mock.pid) - mock_before
        peak, settled = memory_bytes(gateway.pid, "VmHWM"), memory_bytes(gateway.pid, "VmRSS")

    # wrk counts answers of any status as requests, and the other errors apart from them.
    attempts = max(outcome.requests + outcome.errors - outcome.status, 1)
    success = (outcome.requests - outcome.status) / attempts * 100
    context.note(f"{outcome.per_second:.0f} requests/s, {success:.3f} % succeeded, peak {mebibytes(peak)}")
    if outcome.errors or not outcome.requests:
        context.fail(f"in-flight: errors: {outcome.describe_errors()}")
    requests = max(outcome.requests, 1)
    ideal = CONNECTIONS / (LATENCY_MILLISECONDS / 1000)
    rows = [
        ["requests/s", f"{outcome.per_second:.0f}"],
        ["requests/s that the mock's latency allows", f"{ideal:.0f}"],
        ["succeeded", f"{success:.3f} % of {attempts}"],
        ["errors", outcome.describe_errors()],
        ["p50, p99", f"{outcome.p50 / 1000:.0f} ms, {outcome.p99 / 1000:.0f} ms"],
        ["memory before, peak, after", ", ".join(mebibytes(each) for each in (idle, peak, settled))],
        ["peak memory for each connection", f"{(peak - idle) / CONNECTIONS / 1024:.1f} KiB"],
        ["CPU per request", f"{spent / requests * 1e6:.1f} µs"],
        ["mock CPU per request", f"{mock_spent / requests * 1e6:.1f} µs"],
    ]
    title = f"{CONNECTIONS} requests in flight, upstream latency {LATENCY_MILLISECONDS} ms"
    cores_used = min(len(cores), os.cpu_count() or 1)
    notes = [f"{outcome.microseconds / 1e6:.0f} s; gateway, mock and wrk share {cores_used} cores without pinning"]
    return Table(title, ["", "gateway"], rows, notes)
