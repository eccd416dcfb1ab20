"""Writes what the fuzzing of the dialects begins with: fuzz-seeds.py DIRECTORY. Each recorded exchange below
MARTLET_FIXTURES becomes up to two inputs of Fuzz/Dialects, the request and what came of it."""

from __future__ import annotations

import base64
import json
import os
import struct
import sys
from pathlib import Path

FORMATS = {
    "openai-chat": "c",
    "azure-chat": "c",
    "groq-chat": "c",
    "mistral-chat": "c",
    "openai-responses": "r",
    "anthropic-messages": "a",
    "gemini": "g",
    "bedrock-converse": "b",
    "bedrock-converse-stream": "b",
    "cohere-chat-v2": "h",
    "openai-embeddings": "c",
}
MAXIMUM_BYTES = 6_000
# Any letter that is no format makes the fuzzer go through all of them.
EVERY_TARGET = "*"
# Pieces of 1 to 29 bytes.
CUTS = 7


def event_stream_as_text(frames: bytes) -> str:
    """The messages of an AWS event stream as server-sent events, which is how Fuzz/Dialects takes them."""
    events: list[str] = []
    while len(frames) >= 16:
        total, headers_count = struct.unpack(">II", frames[:8])
        headers = frames[12 : 12 + headers_count]
        payload = frames[12 + headers_count : total - 4]
        kind = "message"
        while headers:
            name = headers[1 : 1 + headers[0]].decode()
            headers = headers[1 + headers[0] :]
            if headers[0] != 7:
                break
            (count,) = struct.unpack(">H", headers[1:3])
            if name in (":event-type", ":exception-type"):
                kind = headers[3 : 3 + count].decode()
            headers = headers[3 + count :]
        events.append(f"event: {kind}\ndata: {payload.decode()}\n\n")
        frames = frames[total:]
    return "".join(events)


def shortened(stream: str) -> str:
    """The first and the last events of a long stream."""
    events = stream.replace("\r\n", "\n").split("\n\n")
    return "\n\n".join(events if len(stream) <= MAXIMUM_BYTES else events[:8] + events[-6:])


def seeds(recording: dict, letter: str) -> list[tuple[str, str]]:
    """Kind and body of each input: see Fuzz/Dialects/DialectsFuzzTarget.swift."""
    request, response = recording["request"].get("body"), recording["response"]
    # The vectors of the answers are too long to begin with.
    if (recording["request"].get("path") or "").endswith("/embeddings"):
        return [("v", json.dumps(request, separators=(",", ":")))]
    # No caller speaks Cohere's format.
    is_request = isinstance(request, dict) and letter != "h"
    found = [("q", json.dumps(request, separators=(",", ":")))] if is_request else []
    if response.get("body_base64"):
        found.append(("s", shortened(event_stream_as_text(base64.b64decode(response["body_base64"])))))
    elif "event-stream" in (response.get("content_type") or ""):
        found.append(("s", shortened(response.get("body") or "")))
    else:
        found.append(("a" if response["status"] < 400 else "e", response.get("body") or ""))
    return found


def main() -> None:
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    recorded = Path(os.environ["MARTLET_FIXTURES"]) / "recorded"
    count = 0
    for folder, letter in FORMATS.items():
        for file in sorted((recorded / folder).glob("*.json")):
            for kind, body in seeds(json.loads(file.read_text(encoding="utf-8")), letter):
                if not 0 < len(body.encode()) <= MAXIMUM_BYTES:
                    continue
                text = f"{kind}{letter}{EVERY_TARGET}".encode() + bytes([CUTS]) + body.encode()
                (directory / f"{folder}-{file.stem[:3]}-{kind}").write_bytes(text)
                count += 1
    print(f"{count} inputs made of recorded exchanges")


if __name__ == "__main__":
    main()
