"""A program for the environment that has instructor: makes the extractions that it reads, and tells what came of each.

Standard input is a list of objects with `base_url`, `model` and `kind`; standard output is a list of the same length.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import instructor
from openai import OpenAI
from pydantic import BaseModel, Field


class Place(BaseModel):
    """A place and who lives there."""

    city_name: str
    inhabitants: int = Field(gt=0)


def whole(client: Any, request: dict[str, Any]) -> dict[str, Any]:
    place, completion = client.create_with_completion(response_model=Place, max_retries=1, **request)
    usage = completion.usage
    return {"places": [place.model_dump()], "usage": [usage.prompt_tokens, usage.completion_tokens]}


def retried(client: Any, request: dict[str, Any]) -> dict[str, Any]:
    """A second attempt shows the model its first answer, and why that is refused."""
    return {"places": [client.create(response_model=Place, max_retries=2, **request).model_dump()]}


def partial(client: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Every state of the place while the answer arrives."""
    states = client.create_partial(response_model=Place, max_retries=1, **request)
    return {"places": [state.model_dump() for state in states]}


def iterable(client: Any, request: dict[str, Any]) -> dict[str, Any]:
    places = client.create_iterable(response_model=Place, max_retries=1, **request)
    return {"places": [place.model_dump() for place in places]}


KINDS: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
    "whole": whole,
    "retried": retried,
    "partial": partial,
    "iterable": iterable,
}


def outcome(base_url: str, model: str, kind: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": "Where is the cathedral with two towers, and who lives there?"}]
    with OpenAI(api_key="unused", base_url=base_url, max_retries=0, timeout=20.0) as openai_client:
        client = instructor.from_openai(openai_client, mode=instructor.Mode.TOOLS)
        try:
            return KINDS[kind](client, {"model": model, "messages": messages})
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    json.dump([outcome(**case) for case in json.load(sys.stdin)], sys.stdout)
