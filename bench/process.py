"""Child processes: started on chosen cores, measured through /proc, and always ended, by their own ids."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
GRACE_PERIOD = 5.0
OPEN_FILES = 65_536


def raise_open_file_limit(wanted: int = OPEN_FILES) -> int:
    """Raises the limit of this process, which its children inherit, as far as is allowed; returns what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return wanted
        except (PermissionError, ValueError):
            wanted = hard
    soft = max(soft, wanted) if soft != resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third on: the second, a name in brackets, may itself hold spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def process_tree(root: int) -> list[int]:
    """The process and all below it: nginx does its work in a child of the process that was started."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat_fields(int(entry))):
            parents[int(entry)] = int(fields[1])
    tree = [root]
    for member in tree:
        tree.extend(child for child, parent in parents.items() if parent == member)
    return tree


def cpu_seconds(root: int) -> float:
    """User and system time of the tree so far, without children that have already ended."""
    ticks = 0
    for pid in process_tree(root):
        if fields := _stat_fields(pid):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / CLOCK_TICKS


def memory_bytes(root: int, field: str) -> int:
    """Sum over the tree of a memory field of /proc/PID/status: VmRSS is resident now, VmHWM the most it ever was."""
    total = 0
    for pid in process_tree(root):
        try:
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))
    return total


def on_cores(cores: Sequence[int], command: Sequence[str]) -> list[str]:
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    tree = process_tree(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_PERIOD)
    except subprocess.TimeoutExpired:
        for pid in tree:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait()


@contextmanager
def running(command: Sequence[str], cores: Sequence[int], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process until the block is left. It has a session of its own, so that Ctrl-C reaches only this program,
    which then ends its children in order."""
    with output.open("ab") as sink:
        process = subprocess.Popen(
            on_cores(cores, command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def wait_for_port(process: subprocess.Popen[bytes], port: int, output: Path, limit: float = 10.0) -> None:
    deadline = time.monotonic() + limit
    while True:
        if process.poll() is not None:
            printed = output.read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"ended with {process.returncode} at start: {printed[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nothing listens on port {port} after {limit} s") from None
            time.sleep(0.01)
