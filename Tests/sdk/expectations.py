"""What the fixtures promise and the tests compare with."""

from __future__ import annotations

from typing import Any

RETRY_AFTER = "7"
PROMPT_TOKENS = 11
COMPLETION_TOKENS = 7
MODEL = "openai/gpt-4o-mini"


def messages(prompt: str) -> list[Any]:
    return [{"role": "user", "content": prompt}]


def assert_openai_error(body: Any, request_id: str) -> dict[str, Any]:
    """The error object of OpenAI with all four members, and the request's id for a report to the operator."""
    assert isinstance(body, dict)
    error = body["error"]
    assert isinstance(error["message"], str) and error["message"]
    assert isinstance(error["type"], str) and error["type"]
    assert {"param", "code"} <= error.keys()
    assert error["param"] is None or isinstance(error["param"], str)
    assert error["code"] is None or isinstance(error["code"], str)
    assert request_id
    assert body.get("request_id", error.get("request_id")) == request_id
    return dict(error)
