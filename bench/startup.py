"""Cold start and memory at rest: what a deployment that starts and stops its gateways feels."""

from __future__ import annotations

import http.client
import time
from statistics import median

from context import Context
from process import free_port, memory_bytes, running
from report import Table, mebibytes
from servers import gateway_command

LIMIT = 10.0
SETTLING_SECONDS = 1.0


def first_health(port: int) -> None:
    """Polls without much sleep: what is measured are some tens of milliseconds. Runs on the other core."""
    deadline = time.perf_counter() + LIMIT
    while time.perf_counter() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1.0)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.0005)
        finally:
            connection.close()
    raise RuntimeError(f"/health did not answer 200 within {LIMIT} s")


def measure(context: Context) -> Table:
    """The first start is reported apart: only it reads the program from the disk."""
    directory = context.directory / "startup"
    directory.mkdir(parents=True, exist_ok=True)
    times: list[float] = []
    memory: list[int] = []
    for number in range(context.starts + 1):
        port = free_port()
        command = gateway_command(context.binaries.gateway, directory, port, upstream_port=9, options=())
        begin = time.perf_counter()
        with running(command, context.pinned.serving, directory / "gateway.log") as process:
            first_health(port)
            times.append((time.perf_counter() - begin) * 1000)
            if number == context.starts:
                time.sleep(SETTLING_SECONDS)
                memory.append(memory_bytes(process.pid, "VmRSS"))
        if process.returncode != 0:
            context.fail(f"startup: the gateway ended with {process.returncode} after SIGTERM")
    first, warm = times[0], times[1:]
    context.note(f"median of {len(warm)} starts: {median(warm):.1f} ms")
    rows = [
        [f"start to /health 200, median of {len(warm)}", f"{median(warm):.1f} ms"],
        ["fastest and slowest of these", f"{min(warm):.1f} ms, {max(warm):.1f} ms"],
        ["first start of this run", f"{first:.1f} ms"],
        ["idle memory (VmRSS)", mebibytes(memory[0])],
        ["size of the program", mebibytes(context.binaries.gateway.stat().st_size)],
    ]
    return Table("Start and memory at rest", ["", "gateway"], rows, [])
