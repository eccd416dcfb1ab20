"""What every measurement needs to know: the binaries, where to write, how long, and how to tell of progress."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from servers import Binaries, Placement


@dataclass
class Context:
    binaries: Binaries
    directory: Path
    pinned: Placement
    seconds: float
    warm_up_seconds: float
    rounds: int
    starts: int
    in_flight_seconds: float
    soak_requests: int
    reliability_requests: int
    failures: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Progress is for the person who waits, so it stays out of the output proper."""
        print(f"  {text}", file=sys.stderr, flush=True)

    def fail(self, text: str) -> None:
        """A failure does not end the run: the other figures may tell why. It does make its exit code 1."""
        self.failures.append(text)
        print(f"  FAILURE: {text}", file=sys.stderr, flush=True)
