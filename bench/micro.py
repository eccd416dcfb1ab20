"""The parsers and writers alone, without any network: the program `microbench` measures, this only carries over."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from context import Context
from process import on_cores
from report import Table


def measure(context: Context, binary: Path) -> Table:
    """Its columns are separated by two spaces at least."""
    command = on_cores(context.pinned.serving, [str(binary)])
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [re.split(r"\s{2,}", line.strip()) for line in printed.stdout.splitlines()]
    if printed.returncode != 0 or len(lines) < 2:
        raise RuntimeError(f"{binary.name} ended with {printed.returncode}: {printed.stderr[-500:]}")
    context.note(f"{len(lines) - 1} operations measured")
    return Table("Parsers and writers alone", lines[0], lines[1:], ["The fastest of several rounds each"])
