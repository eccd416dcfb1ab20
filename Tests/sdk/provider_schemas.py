"""What providers publish about their requests, as their official SDKs carry it: where does a request depart from it?"""

from __future__ import annotations

import base64
import binascii
import json
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import botocore.session
import httpx
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming, MessageCreateParamsStreaming
from botocore.model import Shape
from botocore.validate import ParamValidator
from google import genai
from google.genai import types as genai_types
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
)
from openai.types.responses.response_create_params import (
    ResponseCreateParamsNonStreaming,
    ResponseCreateParamsStreaming,
)
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator
from replay_server import ProviderRequest


def departures(request: ProviderRequest) -> list[str]:
    """Each place where the request is not what the provider's SDK could have sent; empty for a good request."""
    return CHECKS[request.format](request)


# OpenAI and Anthropic: the typed dictionaries that their methods take.


def _typed(whole: Any, streamed: Any, beside: frozenset[str] = frozenset()) -> Callable[[ProviderRequest], list[str]]:
    """Judges by the parameters of the SDK's method. `beside` are members that the interface has and the SDK not."""

    @cache
    def validator(parameters: Any) -> SchemaValidator:
        schema: Any = TypeAdapter(parameters).core_schema
        return SchemaValidator(_closed(schema, {item["ref"]: item for item in schema["definitions"]}))

    def check(request: ProviderRequest) -> list[str]:
        body = {name: value for name, value in request.body.items() if name not in beside}
        try:
            validator(streamed if request.is_stream else whole).validate_json(json.dumps(body), strict=True)
        except ValidationError as error:
            return [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        return []

    return check


def _closed(node: Any, definitions: dict[str, Any]) -> Any:
    """The schema without room for unknown members, and only for what JSON can be."""
    if isinstance(node, (list, tuple)):
        return type(node)(_closed(item, definitions) for item in node)
    if not isinstance(node, dict):
        return node
    changed = dict(node)
    if node.get("type") == "union":
        # Where all are objects it is part of one, and never reached.
        possible = [choice for choice in node["choices"] if not _is_object(choice, definitions)]
        changed["choices"] = possible or node["choices"]
    changed = {name: item if name == "metadata" else _closed(item, definitions) for name, item in changed.items()}
    if node.get("type") == "typed-dict":
        changed["extra_behavior"] = "forbid"
    elif node.get("type") == "generator":
        # Generators are judged only while someone iterates.
        changed["type"] = "list"
    return changed


def _is_object(choice: Any, definitions: dict[str, Any]) -> bool:
    """Whether it is an object of Python, an answer's block or a file, which the SDK turns into JSON before sending."""
    schema = choice[0] if isinstance(choice, tuple) else choice
    if schema["type"] == "definition-ref":
        return _is_object(definitions[schema["schema_ref"]], definitions)
    if schema["type"] == "union":
        return all(_is_object(inner, definitions) for inner in schema["choices"])
    return schema["type"] in ("model", "is-instance", "lax-or-strict")


# Google: the SDK reads the request with its own types, which know no other members, and sends it again.

# What of a request the SDK takes among the settings, though it stands beside them.
_BESIDE_SETTINGS = (
    "systemInstruction",
    "tools",
    "toolConfig",
    "safetySettings",
    "cachedContent",
    "labels",
    "serviceTier",
    "store",
)


@cache
def _google() -> tuple[genai.Client, list[Any]]:
    """A client that reaches nobody, and the bodies that it sent."""
    sent: list[Any] = []

    def receive(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(200, json={})

    options = genai_types.HttpOptions(client_args={"transport": httpx.MockTransport(receive)})
    return genai.Client(api_key="unused", vertexai=False, http_options=options), sent


def _gemini(request: ProviderRequest) -> list[str]:
    # Settings may be left out, and the SDK never does so.
    body = {"generationConfig": {}, **request.body}
    beside = {name: body[name] for name in _BESIDE_SETTINGS if name in body}
    client, sent = _google()
    with warnings.catch_warnings():
        # Words that an enumeration does not have are but a warning.
        warnings.simplefilter("error")
        try:
            config = genai_types.GenerateContentConfig.model_validate({**body["generationConfig"], **beside})
            contents: Any = [genai_types.Content.model_validate(content) for content in body["contents"]]
            client.models.generate_content(model=request.model, contents=contents, config=config)
        except (ValueError, Warning) as error:
            return [str(error)]
    return list(_unequal(_canonical(body), _canonical(sent.pop()), "body"))


def _canonical(value: Any, name: str = "") -> Any:
    """Google takes two spellings of members and two alphabets of base64, and its SDK writes now one, now the other."""
    if isinstance(value, dict):
        names = {key: re.sub("_([a-z])", lambda match: match[1].upper(), key) for key in value}
        return {names[key]: _canonical(item, names[key]) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value.replace("-", "+").replace("_", "/") if name in ("data", "thoughtSignature") else value


def _unequal(received: Any, resent: Any, place: str) -> Iterator[str]:
    if isinstance(received, dict) and isinstance(resent, dict):
        for name in received.keys() | resent.keys():
            yield from _unequal(received.get(name), resent.get(name), f"{place}.{name}")
    elif isinstance(received, list) and isinstance(resent, list) and len(received) == len(resent):
        for index, (one, other) in enumerate(zip(received, resent, strict=True)):
            yield from _unequal(one, other, f"{place}[{index}]")
    elif received != resent:
        yield f"{place}: {received!r}, which Google's SDK sends as {resent!r}"


# Amazon: the model of the service, which boto3 checks in part.


@cache
def _converse() -> Shape:
    service = botocore.session.get_session().get_service_model("bedrock-runtime")
    return service.operation_model("Converse").input_shape


def _bedrock(request: ProviderRequest) -> list[str]:
    report = ParamValidator().validate({**request.body, "modelId": request.model}, _converse())
    found = report.generate_report().splitlines() if report.has_errors() else []
    return found + list(_broken_constraints(request.body, _converse(), "body"))


def _broken_constraints(value: Any, shape: Any, place: str) -> Iterator[str]:
    """What the service's model says beyond what boto3 checks: the longest, the words and the letters."""
    if shape.type_name == "structure" and not shape.is_document_type and isinstance(value, dict):
        for name in value.keys() & shape.members.keys():
            yield from _broken_constraints(value[name], shape.members[name], f"{place}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _broken_constraints(item, shape.member, f"{place}[{index}]")
    elif shape.type_name == "blob":
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError, TypeError):
            yield f"{place}: not base64"
    rules, size = shape.metadata, value if isinstance(value, (int, float)) else None
    if isinstance(value, (str, list)):
        size = len(value)
    if size is not None and "max" in rules and size > rules["max"]:
        yield f"{place}: more than {rules['max']}"
    if isinstance(value, str) and "enum" in rules and value not in rules["enum"]:
        yield f"{place}: {value!r} is none of {rules['enum']}"
    if isinstance(value, str) and "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        yield f"{place}: {value!r} does not match {rules['pattern']}"


CHECKS: dict[str, Callable[[ProviderRequest], list[str]]] = {
    "openai-chat": _typed(CompletionCreateParamsNonStreaming, CompletionCreateParamsStreaming),
    "openai-responses": _typed(ResponseCreateParamsNonStreaming, ResponseCreateParamsStreaming),
    "anthropic-messages": _typed(
        MessageCreateParamsNonStreaming, MessageCreateParamsStreaming, frozenset({"temperature", "top_p", "top_k"})
    ),
    "gemini": _gemini,
    "bedrock-converse": _bedrock,
}
