"""Mixed traffic for a while, and what it leaves behind: memory and descriptors must be the same at the end."""

from __future__ import annotations

import asyncio
import os
import random
import re
from contextlib import ExitStack

from context import Context
from process import memory_bytes, raise_open_file_limit
from report import Table, mebibytes
from servers import gateway_server, mock_server, probe

CALLERS = 64
ROUNDS = 10
SHARE_THAT_LEAVES = 0.3
# Half of the requests go well; the mock's models of these names fail in their several ways.
MODELS = [*["gpt-4o-mini"] * 6, "mock-503", "mock-400", "mock-reset", "mock-cut", "mock-error-event", "mock-tools"]
# Growth that is the allocator's own. The first round, which fills pools and caches, is not counted.
MARGIN_BYTES = 4 << 20
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def request(model: str, streamed: bool) -> bytes:
    stream = "true" if streamed else "false"
    body = f'{{"model":"openai/{model}","stream":{stream},"messages":[{{"role":"user","content":"Hello!"}}]}}'
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, point: int) -> None:
    """At once, after the gateway had a moment, or with the beginning of the answer read."""
    if point == 1:
        await asyncio.sleep(0)
    elif point == 2:
        try:
            await asyncio.wait_for(reader.read(200), 0.02)
        except (TimeoutError, ConnectionError):
            pass
    writer.transport.abort()


async def read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if length := LENGTH.search(head):
        await reader.readexactly(int(length[1]))
    else:
        await reader.readuntil(b"0\r\n\r\n")


async def caller(port: int, count: int, seed: int) -> int:
    """Returns how many of its requests it left before their end."""
    choice = random.Random(seed)
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    left = 0
    for _ in range(count):
        reader, writer = connection = connection or await asyncio.open_connection("127.0.0.1", port)
        streamed = choice.random() < 0.5
        leaves = choice.random() < SHARE_THAT_LEAVES
        # A provider that stalls would hold a caller who stays until the time-out.
        writer.write(request(choice.choice([*MODELS, "mock-stall"] if leaves else MODELS), streamed))
        if leaves:
            left += 1
            await leave(reader, writer, choice.randrange(3))
            connection = None
            continue
        try:
            await read_answer(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.transport.abort()
            connection = None
    if connection:
        connection[1].close()
    return left


async def traffic(port: int, count: int, seed: int) -> int:
    tasks = [caller(port, count // CALLERS, seed * CALLERS + number) for number in range(CALLERS)]
    left = sum(await asyncio.gather(*tasks))
    # The last departures reach the gateway and its provider.
    await asyncio.sleep(0.5)
    return left


def measure(context: Context) -> Table:
    directory = context.directory / "soak"
    directory.mkdir(parents=True, exist_ok=True)
    raise_open_file_limit()
    cores = sorted({*context.pinned.serving, *context.pinned.loading})
    rows: list[list[str]] = []
    memory: list[int] = []
    descriptors: list[int] = []
    left = 0
    per_round = context.soak_requests // ROUNDS
    with ExitStack() as stack:
        mock = stack.enter_context(mock_server(context.binaries.mock, directory, (), cores))
        gateway = stack.enter_context(gateway_server(context.binaries.gateway, directory, mock, cores, ()))
        probe(gateway, streamed=False)
        for number in range(1, ROUNDS + 1):
            left += asyncio.run(traffic(gateway.port, per_round, number))
            memory.append(memory_bytes(gateway.pid, "VmRSS"))
            descriptors.append(len(os.listdir(f"/proc/{gateway.pid}/fd")))
            rows.append([f"{number * per_round}", mebibytes(memory[-1]), str(descriptors[-1])])
            context.note(f"{number * per_round} requests: {mebibytes(memory[-1])}, {descriptors[-1]} descriptors")
    if memory[-1] - memory[0] > MARGIN_BYTES:
        context.fail(f"soak: memory grows from {mebibytes(memory[0])} to {mebibytes(memory[-1])}")
    if descriptors[-1] > descriptors[0] + CALLERS:
        context.fail(f"soak: descriptors grow from {descriptors[0]} to {descriptors[-1]}")
    total = per_round * ROUNDS
    notes = [
        f"{left / total * 100:.0f} % of the requests were left by their callers; half of the others failed in one of "
        "the mock's ways. Open descriptors are mostly kept connections to the mock."
    ]
    return Table(f"What {total} mixed requests leave behind", ["requests", "memory", "descriptors"], rows, notes)
