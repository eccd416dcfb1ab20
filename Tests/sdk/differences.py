"""Compares readings, and knows what a format cannot say."""

from __future__ import annotations

from typing import Any

from neutral import FIELDS, Reading

# What an SDK cannot read because its format has no place for it: the SDK, the field and why.
EXPLAINED = {
    ("bedrock-converse", "reasoning_tokens"): "TokenUsage of Bedrock counts thoughts in the answer, not beside it",
}


def differences(expected: Reading, found: Reading, sdk: str) -> dict[str, tuple[Any, Any]]:
    """The fields that differ without an explanation, each as expected and as found."""
    return {
        name: (getattr(expected, name), getattr(found, name))
        for name in FIELDS
        if (sdk, name) not in EXPLAINED and getattr(expected, name) != getattr(found, name)
    }
