"""What an answer says, in words that no provider's format owns, so that readings of different SDKs can be compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reading:
    """What one SDK read. `finish` is one of stop, length, tools, filter, pause, or the SDK's word for anything else."""

    text: str
    reasoning: str
    tool_calls: tuple[tuple[str, str], ...]
    finish: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int


FIELDS = tuple(Reading.__dataclass_fields__)


def call(name: str | None, arguments: Any) -> tuple[str, str]:
    """A tool call; arguments are compared as values, so that neither spaces nor the order of members count."""
    value = json.loads(arguments or "{}") if isinstance(arguments, str) else arguments or {}
    return (name or "", json.dumps(value, sort_keys=True, ensure_ascii=False))


def finish_class(word: str | None, classes: dict[str, str], has_calls: bool) -> str:
    """The class of a format's finish reason. Formats without a reason for calls say stop where they wait for tools."""
    found = classes.get(word or "", word or "none")
    return "tools" if found == "stop" and has_calls else found
