"""Measures the gateway against nginx and writes bench/results/latest.md. See --help, and `make bench`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import in_flight
import latency
import micro
import nginx
import reliability
import soak
import startup
import throughput
import translated
import wrk
from context import Context
from process import raise_open_file_limit
from report import Table, as_text, machine, write_markdown
from servers import Binaries, Placement

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "bench/results/latest.md"
OTHERS = ("translated", "latency", "startup", "in-flight", "soak", "reliability", "microbench")
NAMES = (*(case.name for case in throughput.CASES), *OTHERS)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the gateway against nginx, all on this machine.")
    parser.add_argument("--quick", action="store_true", help="short rounds: a first impression, not a result")
    parser.add_argument("--only", "--case", choices=NAMES, action="append", help="only this case; may be repeated")
    parser.add_argument("--seconds", type=float, help="length of a round (default 6; quick 2)")
    parser.add_argument("--warm-up", type=float, help="length of the warm-up (default 2; quick 1)")
    parser.add_argument("--rounds", type=int, help="rounds for each server (default 5; quick 2)")
    parser.add_argument("--in-flight-seconds", type=float, help="length of the in-flight case (default 60; quick 10)")
    parser.add_argument("--gateway-binary", type=Path, default=REPOSITORY / ".build/release/martlet")
    parser.add_argument("--mock-binary", type=Path, help="default: the gateway's binary")
    parser.add_argument("--microbench-binary", type=Path, default=REPOSITORY / ".build/release/microbench")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the Markdown goes")
    parser.add_argument("--keep", action="store_true", help="keep the directory with logs and configurations")
    arguments = parser.parse_args()
    arguments.mock_binary = arguments.mock_binary or arguments.gateway_binary
    for binary in (arguments.gateway_binary, arguments.mock_binary):
        if not os.access(binary, os.X_OK):
            parser.error(f"no program at {binary}: run `make build`")
    return arguments


def make_context(arguments: argparse.Namespace, directory: Path) -> Context:
    """The first core serves, the second presses, whichever two this process may use."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("error: two cores are needed, one to serve and one to press")
    quick = arguments.quick

    def chosen(value: float | None, full: float, short: float) -> float:
        return value if value is not None else short if quick else full

    return Context(
        binaries=Binaries(arguments.gateway_binary.resolve(), arguments.mock_binary.resolve()),
        directory=directory,
        pinned=Placement(serving=cores[:1], loading=cores[1:2]),
        seconds=chosen(arguments.seconds, 6, 2),
        warm_up_seconds=chosen(arguments.warm_up, 2, 1),
        rounds=max(1, int(chosen(arguments.rounds, 5, 2))),
        starts=3 if quick else 10,
        in_flight_seconds=chosen(arguments.in_flight_seconds, 60, 10),
        soak_requests=20_000 if quick else 100_000,
        reliability_requests=5_000 if quick else 20_000,
    )


def chosen_names(arguments: argparse.Namespace) -> list[str]:
    """Who brings a gateway from elsewhere need not have the measuring program too."""
    if arguments.only:
        return arguments.only
    return [name for name in NAMES if name != "microbench" or os.access(arguments.microbench_binary, os.X_OK)]


def measure(context: Context, names: list[str], microbench: Path) -> list[Table]:
    """A case that breaks is a failure of the run; the others still tell something."""
    cases = {case.name: case for case in throughput.CASES}
    others = {"latency": latency.measure, "startup": startup.measure, "in-flight": in_flight.measure}
    others["soak"] = soak.measure
    others["reliability"] = reliability.measure
    others["translated"] = translated.measure
    others["microbench"] = lambda context: micro.measure(context, microbench)
    tables: list[Table] = []
    for name in names:
        print(f"{name}:", file=sys.stderr, flush=True)
        try:
            tables.append(throughput.measure(context, cases[name]) if name in cases else others[name](context))
        except (OSError, RuntimeError, ValueError) as error:
            context.fail(f"{name}: {error}")
    return tables


def interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends the run the way Ctrl-C does: by unwinding, which ends all children."""
    raise KeyboardInterrupt


def main() -> int:
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, interrupt)
    raise_open_file_limit()
    directory = Path(tempfile.mkdtemp(prefix="martlet-bench-"))
    context = make_context(arguments, directory)
    # The harness itself must not disturb the core that serves. Children choose their own cores.
    os.sched_setaffinity(0, context.pinned.loading)
    settings = f"{context.rounds} rounds of {context.seconds:g} s, {throughput.CONNECTIONS} connections"
    try:
        tables = [machine({"nginx": nginx.version(), "wrk": wrk.version()}, settings)]
        tables += measure(context, chosen_names(arguments), arguments.microbench_binary.resolve())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    finally:
        if arguments.keep:
            print(f"logs and configurations: {directory}", file=sys.stderr)
        else:
            shutil.rmtree(directory, ignore_errors=True)
    print("\n".join(as_text(table) for table in tables))
    write_markdown(arguments.output, tables, context.failures)
    print(f"\nWritten to {os.path.relpath(arguments.output)}")
    for failure in context.failures:
        print(f"FAILURE: {failure}", file=sys.stderr)
    return 1 if context.failures else 0


if __name__ == "__main__":
    sys.exit(main())
