"""The results: a table for the terminal, and the same as Markdown."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path


@dataclass(frozen=True)
class Table:
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def mebibytes(count: float) -> str:
    return f"{count / (1 << 20):.1f} MiB"


def _widths(table: Table) -> list[int]:
    return [max(len(line[column]) for line in (table.header, *table.rows)) for column in range(len(table.header))]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, figures to the right."""
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]


def as_text(table: Table) -> str:
    widths = _widths(table)
    lines = ["", table.title, "-" * max(len(table.title), sum(widths) + 2 * (len(widths) - 1))]
    lines += ["  ".join(_aligned(line, widths)).rstrip() for line in (table.header, *table.rows)]
    return "\n".join([*lines, *table.notes])


def as_markdown(table: Table) -> str:
    widths = _widths(table)
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_aligned(table.header, widths), rule, *(_aligned(row, widths) for row in table.rows)]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    notes = "".join(f"\n- {note}" for note in table.notes)
    return f"## {table.title}\n\n{text}\n" + (f"{notes}\n" if notes else "")


def machine(versions: dict[str, str], settings: str) -> Table:
    """Figures without the machine they come from cannot be compared with anything."""
    rows = [
        ["date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")],
        ["processor", processor_name()],
        ["cores", str(cpu_count())],
        ["kernel", f"{platform.system()} {platform.release()}"],
        *([name, version] for name, version in versions.items()),
        ["settings", settings],
    ]
    return Table("Machine", ["", ""], rows, [])


def processor_name() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def write_markdown(path: Path, tables: Sequence[Table], failures: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = ["# Measurements\n", *(as_markdown(table) for table in tables)]
    if failures:
        parts.append("## Failures of this run\n\n" + "\n".join(f"- {failure}" for failure in failures) + "\n")
    path.write_text("\n".join(parts), encoding="utf-8")
