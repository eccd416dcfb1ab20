"""Added latency: what the gateway costs a single caller on an idle machine, compared with no gateway at all."""

from __future__ import annotations

from statistics import median

import wrk
from context import Context
from report import Table
from servers import contenders, request_body


def measure(context: Context) -> Table:
    """One connection, so that no queue hides the way through the server. The three take turns."""
    directory = context.directory / "latency"
    placement = context.pinned
    options = ("--answer-bytes", "1500")
    with contenders(context.binaries, directory, placement, options, streamed=False) as (mock, nginx, gateway):
        script = directory / "request.lua"
        wrk.write_script(script, request_body(streamed=False))
        results: dict[str, list[wrk.Outcome]] = {"mock": [], "nginx": [], "gateway": []}
        for number in range(-1, context.rounds):
            for server in (mock, nginx, gateway):
                seconds = context.warm_up_seconds if number < 0 else context.seconds
                load = wrk.Load(seconds, 1, placement.loading)
                outcome = wrk.run(script, server.port, load, directory / "wrk.log")
                if outcome.errors or not outcome.requests:
                    context.fail(f"latency, {server.name}: errors: {outcome.describe_errors()}")
                if number >= 0:
                    results[server.name].append(outcome)
                    context.note(f"round {number + 1}/{context.rounds} {server.name:8}{outcome.p50:8.0f} µs p50")
    return tabulate(results)


def tabulate(results: dict[str, list[wrk.Outcome]]) -> Table:
    figures = {
        name: [median(getattr(each, field) for each in outcomes) for field in ("p50", "p99", "mean")]
        for name, outcomes in results.items()
    }
    labels = {"mock": "direct to the mock", "nginx": "through nginx", "gateway": "through the gateway"}
    rows = [[label, *(f"{value:.0f}" for value in figures[name])] for name, label in labels.items()]
    for name in ("nginx", "gateway"):
        added = (ours - direct for ours, direct in zip(figures[name], figures["mock"]))
        rows.append([f"added by {'the ' if name == 'gateway' else ''}{name}", *(f"{value:.0f}" for value in added)])
    return Table("Latency on one connection (µs)", ["", "p50", "p99", "mean"], rows, [])
