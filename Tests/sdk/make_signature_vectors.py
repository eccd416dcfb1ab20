"""Writes the table of signatures that the Swift tests of Signature Version 4 compare with, made by botocore.

Run it with the SDK tests' Python after changing the cases below, and commit what it writes:

    python Tests/sdk/make_signature_vectors.py > Tests/MartletTests/Credentials/AWS/SignatureVectors.swift
"""

from __future__ import annotations

import datetime
import string
from dataclasses import dataclass, field
from unittest import mock
from urllib.parse import quote

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# AWS's published example key, which opens nothing.
KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJGMEQCIB+token/of=example=="

NOON = datetime.datetime(2026, 8, 19, 12, 0, 0, tzinfo=datetime.UTC)
SONNET = "anthropic.claude-3-5-sonnet-20240620-v1:0"
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0"
BODY = '{"messages":[{"role":"user","content":[{"text":"Grüße, 世界 🦜"}]}]}'
JSON = ("Content-Type", "application/json")


@dataclass
class Case:
    name: str
    method: str = "POST"
    target: str = "/"
    host: str = "bedrock-runtime.us-east-1.amazonaws.com"
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    region: str = "us-east-1"
    service: str = "bedrock"
    time: datetime.datetime = NOON
    token: str | None = None
    sends_hash: bool = False


def converse(model: str, suffix: str = "converse") -> str:
    return f"/model/{quote(model, safe='-._~')}/{suffix}"


def at(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


CASES = [
    Case("a plain get", "GET", host="example.amazonaws.com", service="service", time=at(2015, 8, 30, 12, 36)),
    Case("a plain post", host="example.amazonaws.com", service="service", time=at(2015, 8, 30, 12, 36)),
    Case("no path at all", "GET", "", service="service"),
    Case("a model", target=converse(SONNET), headers=[JSON], body=BODY),
    Case("a model, streamed", target=converse(SONNET, "converse-stream"), headers=[JSON], body=BODY),
    Case("a model, invoked", target=converse(SONNET, "invoke"), headers=[JSON], body=BODY),
    Case("an inference profile", target=converse(PROFILE), headers=[JSON], body=BODY),
    Case("a model with a plain colon", target=f"/model/{SONNET}/converse", headers=[JSON], body=BODY),
    Case("a session token", target=converse(SONNET), headers=[JSON], body=BODY, token=TOKEN),
    Case("a payload hash", target=converse(SONNET), headers=[JSON], body=BODY, sends_hash=True),
    Case("a token and a payload hash", target=converse(SONNET), body=BODY, token=TOKEN, sends_hash=True),
    Case("a payload hash of nothing", "GET", "/foundation-models", sends_hash=True),
    Case("a query", "GET", "/foundation-models?byProvider=anthropic&byInferenceType=ON_DEMAND"),
    Case("a query out of order", "GET", "/?b=2&a=1&c=3&a=0"),
    Case("a name in two cases", "GET", "/?Param1=Value1&param1=value1&Param=x"),
    Case("a query without values", "GET", "/?acl&uploads="),
    Case("a query with escapes", "GET", "/?name=a%20b%2Fc%3D%26&list=%C3%A4"),
    Case("unreserved characters", "GET", f"/-._~{string.digits}{string.ascii_letters}?-._~=-._~"),
    Case("a path with spaces", "GET", "/example%20space/"),
    Case("a path beyond ASCII", "GET", "/%E1%88%B4"),
    Case("signs in a path", "GET", "/a!b$c&d'e(f)g*h+i,j;k=l:m@n"),
    Case("empty segments", "GET", "//example//x/"),
    Case("dot segments", "GET", "/./example/../other/./x/.."),
    Case("dots above the root", "GET", "/../../x"),
    Case("names that begin with a dot", "GET", "/.well-known/..hidden"),
    Case("white space in a field", headers=[("My-Header1", "  a   b  c "), ("My-Header2", '"a   b   c"')]),
    Case("a field several times", headers=[("My-Header", "value4"), ("My-Header", "value1"), ("my-header", "value3")]),
    Case("fields around AWS's", headers=[("X-Amz-Apple", "1"), ("X-Amz-Security", "2"), ("Zoo", "3"), ("A", "4")]),
    Case("a guardrail", target=converse(SONNET), headers=[("X-Amzn-Bedrock-GuardrailIdentifier", "gr-1"), JSON]),
    Case("unsigned fields", headers=[("User-Agent", "martlet"), ("Connection", "close"), ("X-Amzn-Trace-Id", "1")]),
    Case("an empty field", headers=[("X-Empty", "")]),
    Case("a host with a port", host="localhost:4566", target=converse(SONNET), body=BODY),
    Case("another region", host="bedrock-runtime.eu-central-1.amazonaws.com", region="eu-central-1", body=BODY),
    Case("a region of China", host="sts.cn-north-1.amazonaws.com.cn", region="cn-north-1", service="sts"),
    Case("the last second of a day", time=at(2026, 12, 31, 23, 59, 59)),
    Case("the first second of a day", time=at(2027, 1, 1)),
    Case("a leap day", time=at(2028, 2, 29, 6, 7, 8)),
    Case("the day behind a leap day", time=at(2028, 3, 1)),
    Case("the end of a century", time=at(2100, 2, 28, 23, 59, 59)),
    Case("a put", "PUT", "/x", body="\n\n"),
    Case("a large body", body="0123456789abcdef" * 4096),
]


def signed(case: Case) -> AWSRequest:
    request = AWSRequest(method=case.method, url=f"https://{case.host}{case.target}", data=case.body.encode())
    for name, value in case.headers:
        request.headers.add_header(name, value)
    if case.sends_hash:
        request.headers["X-Amz-Content-SHA256"] = botocore.auth.SigV4Auth(None, "", "").payload(request)
    signer = botocore.auth.SigV4Auth(Credentials(KEY_ID, SECRET, case.token), case.service, case.region)
    with mock.patch("botocore.auth.get_current_datetime", return_value=case.time.replace(tzinfo=None)):
        signer.add_auth(request)
    return request


def text(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def body(case: Case) -> str:
    if len(case.body) < 1000:
        return text(case.body)
    unit = case.body[:16]
    assert unit * (len(case.body) // 16) == case.body
    return f"String(repeating: {text(unit)}, count: {len(case.body) // 16})"


def row(case: Case) -> str:
    request = signed(case)
    arguments = [text(case.name), text(case.method), text(case.target), f"host: {text(case.host)}"]
    if case.headers:
        pairs = ", ".join(f"({text(name)}, {text(value)})" for name, value in case.headers)
        arguments.append(f"headers: [{pairs}]")
    if case.body:
        arguments.append(f"body: {body(case)}")
    if case.region != "us-east-1":
        arguments.append(f"region: {text(case.region)}")
    if case.service != "bedrock":
        arguments.append(f"service: {text(case.service)}")
    if case.time != NOON:
        arguments.append(f"second: {int(case.time.timestamp())}")
        arguments.append(f"date: {text(request.headers['X-Amz-Date'])}")
    if case.token:
        arguments.append("hasToken: true")
    if case.sends_hash:
        arguments.append(f"payloadHash: {text(request.headers['X-Amz-Content-SHA256'])}")
    _, _, values = request.headers["Authorization"].partition(" ")
    signature = dict(value.split("=", 1) for value in values.split(", "))
    arguments.append(f"signedHeaders: {text(signature['SignedHeaders'])}")
    arguments.append(f"signature: {text(signature['Signature'])}")
    lines = ",\n".join(f"            {argument}" for argument in arguments)
    return f"        SignatureVector(\n{lines}\n        ),"


def main() -> None:
    print("// Written by Tests/sdk/make_signature_vectors.py.\n")
    print("extension SignatureVector {")
    print("    /// AWS's example key, which opens nothing.")
    print(f"    static let accessKeyID = {text(KEY_ID)}")
    print(f"    static let secretAccessKey = {text(SECRET)}")
    print(f"    static let sessionToken = {text(TOKEN)}\n")
    print("    static let all: [SignatureVector] = [")
    print("\n".join(row(case) for case in CASES))
    print("    ]")
    print("}")


if __name__ == "__main__":
    main()
