"""What a provider refuses reaches every SDK as the exception that its users catch."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
import recordings
from botocore.exceptions import ClientError
from google.genai import errors as genai_errors
from pairs import pairs
from recordings import Recording
from replay_providers import gateway_model
from replay_server import ProviderAnswer, ReplayServer
from sdk_readers import READERS, Reader

# How each provider says a status: the type or code in the body, by the status.
ANTHROPIC_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "api_error",
}
GEMINI_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
}
BEDROCK_TYPES = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "ThrottlingException",
    500: "InternalServerException",
}
OPENAI_TYPES = {
    400: "invalid_request_error",
    401: "invalid_request_error",
    403: "invalid_request_error",
    404: "invalid_request_error",
    429: "rate_limit_error",
    500: "server_error",
}

# The exceptions of the SDKs.
STATUS_CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    429: "RateLimitError",
    500: "InternalServerError",
}
# AWS knows no wrong key as an error of the service; the name is the one of all its services, and boto3 has no class.
BEDROCK_CODES = {**BEDROCK_TYPES, 401: "UnrecognizedClientException"}


def openai_error(status: int, message: str) -> ProviderAnswer:
    body = {"error": {"message": message, "type": OPENAI_TYPES[status], "param": None, "code": None}}
    return ProviderAnswer(status, "application/json", json.dumps(body).encode())


def anthropic_error(status: int, message: str) -> ProviderAnswer:
    body = {"type": "error", "error": {"type": ANTHROPIC_TYPES[status], "message": message}, "request_id": "req_1"}
    return ProviderAnswer(status, "application/json", json.dumps(body).encode())


def gemini_error(status: int, message: str) -> ProviderAnswer:
    body = {"error": {"code": status, "message": message, "status": GEMINI_STATUSES[status]}}
    return ProviderAnswer(status, "application/json; charset=UTF-8", json.dumps(body).encode())


def bedrock_error(status: int, message: str) -> ProviderAnswer:
    kind = BEDROCK_CODES[status]
    headers = {"x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
    return ProviderAnswer(status, "application/json", json.dumps({"message": message}).encode(), headers)


ERRORS: dict[str, Callable[[int, str], ProviderAnswer]] = {
    "openai-chat": openai_error,
    "openai-responses": openai_error,
    "anthropic-messages": anthropic_error,
    "gemini": gemini_error,
    "bedrock-converse": bedrock_error,
}


def check(sdk: str, status: int, message: str, error: BaseException) -> None:
    """The exception is the SDK's own for the status, and holds the provider's words."""
    if sdk.startswith("openai"):
        assert type(error) is getattr(openai, STATUS_CLASSES[status])
        assert error.status_code == status  # type: ignore[attr-defined]
        assert error.body["message"]  # type: ignore[attr-defined]
    elif sdk == "anthropic-messages":
        assert type(error) is getattr(anthropic, STATUS_CLASSES[status])
        assert error.status_code == status  # type: ignore[attr-defined]
        assert error.body["error"]["type"] == ANTHROPIC_TYPES[status]  # type: ignore[attr-defined]
    elif sdk == "gemini":
        assert type(error) is (genai_errors.ServerError if status >= 500 else genai_errors.ClientError)
        assert (error.code, error.status) == (status, GEMINI_STATUSES[status])  # type: ignore[attr-defined]
    else:
        assert isinstance(error, ClientError)
        assert error.response["Error"]["Code"] == BEDROCK_CODES[status]
        if status in BEDROCK_TYPES:
            assert type(error).__name__ == BEDROCK_TYPES[status], (
                "boto3 makes a class for each exception of the service"
            )
    assert message in str(error)


# Faults of the gateway that are known, by the provider's format and the SDK.

@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("status", STATUS_CLASSES)
@pytest.mark.parametrize(("wire_format", "sdk"), pairs(ERRORS, READERS))
def test_raises_the_exception_of_the_status(
    wire_format: str,
    sdk: str,
    status: int,
    stream: bool,
    replay: ReplayServer,
    gateway_readers: dict[str, Reader],
) -> None:
    model, message = f"error-{wire_format}-{status}", f"The provider says no with {status}."
    replay.script(model, lambda request: ERRORS[wire_format](status, message))
    with pytest.raises(Exception) as caught:
        gateway_readers[sdk].read(gateway_model(wire_format, model), stream=stream)
    check(sdk, status, message, caught.value)


RECORDED = [recording for recording in recordings.load() if recording.status >= 400]


@pytest.mark.skipif(not RECORDED, reason="MARTLET_FIXTURES names no directory with recordings")
@pytest.mark.parametrize("sdk", READERS)
@pytest.mark.parametrize("recording", RECORDED, ids=str)
def test_recorded_errors_are_raised(recording: Recording, sdk: str, gateway_readers: dict[str, Reader]) -> None:
    """The status is the provider's; Bedrock tells its exceptions by name, which the scripted errors show."""
    kinds = (openai.APIStatusError, anthropic.APIStatusError, genai_errors.APIError, ClientError)
    with pytest.raises(kinds) as caught:
        gateway_readers[sdk].read(gateway_model(recording.format, recording.name), stream=False)
    error: Any = caught.value
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    else:
        status = error.code if isinstance(error, genai_errors.APIError) else error.status_code
    assert status == recording.status
