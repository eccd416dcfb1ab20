"""Recorded answers of providers, read where they lie: the variable MARTLET_FIXTURES names their directory."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The directories of the recordings, and the wire format of each.
FORMATS = {
    "openai-chat": "openai-chat",
    "openai-responses": "openai-responses",
    "anthropic-messages": "anthropic-messages",
    "gemini": "gemini",
    "bedrock-converse": "bedrock-converse",
    "bedrock-converse-stream": "bedrock-converse",
}

# Recordings of another operation of the same API have another path; they are no answers of a model.
PATH_MARKS = {
    "openai-chat": "/chat/completions",
    "openai-responses": "/responses",
    "anthropic-messages": "/messages",
    "gemini": "enerateContent",
    "bedrock-converse": "/converse",
}


@dataclass(frozen=True)
class Recording:
    """One request and its answer. Its name serves as the name of the model, by which the replaying provider finds the
    answer."""

    name: str
    title: str
    format: str
    request_path: str
    request_body: dict[str, Any]
    status: int
    content_type: str
    body: bytes

    @property
    def is_stream(self) -> bool:
        return "stream" in self.content_type

    def __str__(self) -> str:
        return self.name


def directory() -> Path | None:
    path = os.environ.get("MARTLET_FIXTURES")
    return Path(path) / "recorded" if path else None


def load() -> list[Recording]:
    """All answers in a stable order; none without the variable."""
    root = directory()
    if root is None:
        return []
    files = [(folder, file) for folder in FORMATS for file in sorted((root / folder).glob("*.json"))]
    found = [_read(folder, file) for folder, file in files]
    return [recording for recording in found if recording is not None]


def _read(folder: str, file: Path) -> Recording | None:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    wire_format = FORMATS[folder]
    if PATH_MARKS[wire_format] not in content["request"]["path"]:
        return None
    response = content["response"]
    encoded = response.get("body_base64")
    body = base64.b64decode(encoded) if encoded is not None else (response.get("body") or "").encode()
    number, _, title = file.stem.partition("-")
    return Recording(
        name=f"{folder}-{number}",
        title=title,
        format=wire_format,
        request_path=content["request"]["path"],
        request_body=content["request"]["body"],
        status=response["status"],
        content_type=response.get("content_type") or "",
        body=body,
    )
