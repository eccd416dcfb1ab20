"""Takes JSON apart without changing a byte."""

from __future__ import annotations

import json
from typing import Any


def members(content: bytes) -> dict[str, str]:
    """The members of an object, each as it is written. Names that an object has twice are a failure at any depth."""
    text = content.decode()
    decoder = json.JSONDecoder(object_pairs_hook=_distinct)
    found: dict[str, str] = {}
    place = _beyond(text, 0, "{")
    while text[place] != "}":
        name, place = decoder.raw_decode(text, place)
        place = _beyond(text, place, ":")
        _, end = decoder.raw_decode(text, place)
        assert name not in found, f"{name} is there twice"
        found[name] = text[place:end]
        place = _beyond(text, end, ",")
    return found


def _beyond(text: str, place: int, mark: str) -> int:
    """The place of what follows the mark, if it is there, and white space."""
    rest = text[place:].lstrip().removeprefix(mark).lstrip()
    return len(text) - len(rest)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"names are there twice in {names}"
    return dict(pairs)
