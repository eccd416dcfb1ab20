"""What translating costs: a caller of Anthropic Messages against one of Chat Completions, in front of the same provider
that speaks Chat Completions. The second is relayed, so the difference is the translation."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import throughput
import wrk
from context import Context
from process import cpu_seconds
from report import Table
from servers import ANTHROPIC, CHAT, Caller, Server, gateway_server, mock_server, probe

CALLERS = {"relayed": CHAT, "translated": ANTHROPIC}


@dataclass(frozen=True)
class Shape:
    title: str
    mock_options: tuple[str, ...]
    streamed: bool


SHAPES = (
    Shape("answer of 1.5 KB", ("--answer-bytes", "1500"), False),
    Shape("200 chunks, 2 ms apart", ("--chunks", "200", "--chunk-gap", "2"), True),
    Shape("200 chunks at once", ("--chunks", "200"), True),
)


def measure(context: Context) -> Table:
    rows: list[list[str]] = []
    notes: list[str] = []
    for number, shape in enumerate(SHAPES):
        spent, chunks = measure_shape(context, shape, number)
        medians = {name: median(values) for name, values in spent.items()}
        ratios = [ours / max(plain, 1e-9) for ours, plain in zip(spent["translated"], spent["relayed"])]
        added = [ours - plain for ours, plain in zip(spent["translated"], spent["relayed"])]
        row = [shape.title, *(f"{medians[name]:.1f}" for name in CALLERS), f"{median(ratios):.2f}"]
        rows.append([*row, f"{median(added) / chunks:.3f}" if shape.streamed else "-"])
        notes.append(f"{shape.title}: ratios of the rounds from {min(ratios):.2f} to {max(ratios):.2f}")
    header = ["CPU per request (µs)", *CALLERS, "ratio", "added per chunk (µs)"]
    return Table("Anthropic Messages translated to Chat Completions", header, rows, notes)


def measure_shape(context: Context, shape: Shape, number: int) -> tuple[dict[str, list[float]], int]:
    """CPU time of the gateway for each request and round in µs, and how many chunks the provider streams."""
    directory = context.directory / f"translated-{number}"
    directory.mkdir(parents=True, exist_ok=True)
    placement = context.pinned
    threads = ("--threads", "1")
    with ExitStack() as stack:
        options = (*shape.mock_options, *threads)
        mock = stack.enter_context(mock_server(context.binaries.mock, directory, options, placement.loading))
        gateway = stack.enter_context(
            gateway_server(context.binaries.gateway, directory, mock, placement.serving, threads)
        )
        chunks = probe(mock, shape.streamed).events
        for caller in CALLERS.values():
            if probe(gateway, shape.streamed, caller).events < chunks - 10:
                context.fail(f"translated: {shape.title}: too few events for {caller.path}")
            press(context, gateway, caller, shape, context.warm_up_seconds)
        spent: dict[str, list[float]] = {name: [] for name in CALLERS}
        for turn in range(context.rounds):
            for name, caller in CALLERS.items():
                result = press(context, gateway, caller, shape, context.seconds)
                spent[name].append(result)
                context.note(
                    f"{shape.title}: round {turn + 1}/{context.rounds} {name:10}{result:9.1f} µs CPU/request"
                )
    return spent, max(chunks, 1)


def press(context: Context, server: Server, caller: Caller, shape: Shape, seconds: float) -> float:
    script = context.directory / "translated.lua"
    wrk.write_script(script, caller.body(shape.streamed), caller.path)
    before = cpu_seconds(server.pid)
    load = wrk.Load(seconds, throughput.CONNECTIONS, context.pinned.loading)
    outcome = wrk.run(script, server.port, load, context.directory / "wrk.log")
    spent = cpu_seconds(server.pid) - before
    if outcome.errors or not outcome.requests:
        context.fail(f"translated: {shape.title}: errors: {outcome.describe_errors()}")
    return spent / max(outcome.requests, 1) * 1e6
