"""What a running program prints, read as it comes, so that a test can wait for a line instead of looking again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import IO, TypeVar

Found = TypeVar("Found")


class ProgramOutput:
    """Reads a pipe to its end in a thread of its own, which also keeps the program from waiting for a reader."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lines: list[bytes] = []
        self._is_complete = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, name="output", daemon=True)
        self._thread.start()

    def text(self) -> str:
        with self._changed:
            return b"".join(self._lines).decode(errors="replace")

    def lines(self) -> list[str]:
        """The complete lines: the last one may be on its way at this moment."""
        return [line for line in self.text().splitlines(keepends=True) if line.endswith("\n")]

    def wait_for(self, find: Callable[[list[str]], Found | None], limit: float) -> Found | None:
        """What is found in the complete lines, now or as soon as they are printed. Nothing where time is up, or where
        the program has ended without it."""
        deadline = time.monotonic() + limit
        with self._changed:
            while (found := find(self.lines())) is None:
                remaining = deadline - time.monotonic()
                if self._is_complete or remaining <= 0:
                    break
                self._changed.wait(remaining)
            return found

    def finish(self, limit: float) -> None:
        """Waits for the end of the pipe, which comes with the end of the program."""
        self._thread.join(limit)
        assert not self._thread.is_alive(), "something still holds the output of the program"
        self._pipe.close()

    def _read(self) -> None:
        for line in self._pipe:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()
