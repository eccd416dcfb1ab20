"""Azure, Bedrock and Vertex AI: what they get, and how it is opened. The clouds' own libraries judge it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import botocore.auth
import httpx
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cloud_stand_in import Cloud, CloudAnswer, CloudRequest, running_cloud
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from martlet_process import FORGETFUL, Server, running_gateway_with
from openai import OpenAI

REGION = "eu-central-1"
NOVA = "eu.amazon.nova-lite-v1:0"
CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello."}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5},
}
CHAT = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as cloud:
        cloud.script("/model/", lambda _: CloudAnswer(body=json.dumps(CONVERSE)))
        cloud.script("/openai/", lambda _: CloudAnswer(body=json.dumps(CHAT)))
        cloud.script("/v1/projects/", lambda _: CloudAnswer(body=json.dumps(CHAT)))
        yield cloud


@contextmanager
def gateway(
    directory: Path,
    provider: str,
    keys: list[dict[str, Any]],
    url: str | None,
    reliability: dict[str, Any] = FORGETFUL,
    **environment: str,
) -> Iterator[Server]:
    configuration: dict[str, Any] = {"keys": keys}
    if url:
        configuration["network_config"] = {"base_url": url}
    with running_gateway_with(directory, {provider: configuration}, environment, reliability) as server:
        yield server
    output = server.stdout() + server.stderr()
    for secret in ("very-secret", "PRIVATE KEY", "AccessToken", "session-token"):
        assert secret not in output


def chat(server: Server, model: str, content: str = "Grüße & <ü>", stream: bool = False) -> httpx.Response:
    body = {"model": model, "messages": [{"role": "user", "content": content}], "max_tokens": 9, "stream": stream}
    return httpx.post(f"{server.url}/v1/chat/completions", json=body, timeout=20, trust_env=False)


def assert_signed(
    request: CloudRequest, url: str, access_key: str, secret: str, token: str | None = None, service: str = "bedrock"
) -> None:
    """Signs the same request with botocore, at the time that it names."""
    authorization = request.headers["authorization"]
    _, _, rest = authorization.partition("SignedHeaders=")
    names = rest.partition(",")[0].split(";")
    assert {"host", "x-amz-date"} <= set(names)
    assert ("x-amz-security-token" in names) == (token is not None)
    time = request.headers["x-amz-date"]
    others = [name for name in names if name not in ("host", "x-amz-date", "x-amz-security-token")]
    headers = {name: request.headers[name] for name in others}
    again = AWSRequest(request.method, f"{url}{request.target}", headers=headers, data=request.body)
    signer = botocore.auth.SigV4Auth(Credentials(access_key, secret, token), service, REGION)
    again.context["timestamp"] = time
    again.headers["X-Amz-Date"] = time
    if token:
        again.headers["X-Amz-Security-Token"] = token
    canonical = signer.canonical_request(again)
    expected = signer.signature(signer.string_to_sign(again, canonical), again)
    assert authorization.endswith(f"Signature={expected}"), canonical
    assert authorization.startswith(f"AWS4-HMAC-SHA256 Credential={access_key}/{time[:8]}/{REGION}/{service}/")
    if token:
        assert request.headers["x-amz-security-token"] == token


@pytest.mark.parametrize("token", [None, "session-token/with+all=="], ids=["lasting", "temporary"])
@pytest.mark.parametrize(
    "model", [NOVA, f"arn:aws:bedrock:{REGION}:123456789012:inference-profile/{NOVA}"], ids=["name", "arn"]
)
def test_bedrock_requests_are_signed(cloud: Cloud, tmp_path: Path, model: str, token: str | None) -> None:
    block = {"access_key": "AKIDEXAMPLE", "secret_key": "very-secret/+", "region": REGION, "session_token": token}
    with gateway(tmp_path, "bedrock", [{"bedrock_key_config": block}], cloud.url) as server:
        for content in ("one", "two"):
            answer = chat(server, f"bedrock/{model}", content)
            assert answer.status_code == 200, answer.text
            assert answer.json()["choices"][0]["message"]["content"] == "Hello."
    first, second = cloud.requests("/model/")
    assert unquote(first.path) == f"/model/{model}/converse"
    for request in (first, second):
        assert_signed(request, cloud.url, "AKIDEXAMPLE", "very-secret/+", token)


def test_bedrock_streams_are_signed(cloud: Cloud, tmp_path: Path) -> None:
    block = {"access_key": "AKIDEXAMPLE", "secret_key": "very-secret", "region": REGION}
    with gateway(tmp_path, "bedrock", [{"bedrock_key_config": block}], cloud.url) as server:
        answer = chat(server, f"bedrock/{NOVA}", stream=True)
        assert "Hello." in answer.text, "a provider may answer as a whole"
    (request,) = cloud.requests("/model/")
    assert request.path.endswith("/converse-stream")
    assert_signed(request, cloud.url, "AKIDEXAMPLE", "very-secret")


def test_bedrock_takes_the_key_of_the_environment(cloud: Cloud, tmp_path: Path) -> None:
    with gateway(
        tmp_path,
        "bedrock",
        [{}],
        cloud.url,
        AWS_REGION=REGION,
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY="very-secret",
    ) as server:
        assert chat(server, f"bedrock/{NOVA}").status_code == 200
    assert_signed(cloud.requests("/model/")[0], cloud.url, "AKIDEXAMPLE", "very-secret")


def test_bedrock_takes_the_key_of_its_container(cloud: Cloud, tmp_path: Path) -> None:
    end = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = {"AccessKeyId": "ASIA1", "SecretAccessKey": "very-secret", "Token": "session-token", "Expiration": end}
    cloud.script("/credentials", lambda _: CloudAnswer(body=json.dumps(answer)))
    with gateway(
        tmp_path,
        "bedrock",
        [{"bedrock_key_config": {"region": REGION}}],
        cloud.url,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{cloud.url}/credentials?a=b",
        AWS_CONTAINER_AUTHORIZATION_TOKEN="container-token",
    ) as server:
        for _ in range(3):
            assert chat(server, f"bedrock/{NOVA}").status_code == 200
    asked = cloud.requests("/credentials")
    assert [request.target for request in asked] == ["/credentials?a=b"], "once for all requests"
    assert asked[0].headers["authorization"] == "container-token"
    for request in cloud.requests("/model/"):
        assert_signed(request, cloud.url, "ASIA1", "very-secret", "session-token")


def _assumed(number: int, life: timedelta) -> str:
    end = (datetime.now(UTC) + life).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>very-secret-{number}</SecretAccessKey>
<SessionToken>session-token-{number}</SessionToken><Expiration>{end}</Expiration></Credentials></AssumeRoleResult>
</AssumeRoleResponse>"""


def test_bedrock_assumes_roles(cloud: Cloud, tmp_path: Path) -> None:
    def sts(request: CloudRequest) -> CloudAnswer:
        assert_signed(request, cloud.url, "AKIDEXAMPLE", "very-secret", service="sts")
        return CloudAnswer(body=_assumed(1, timedelta(hours=1)), content_type="text/xml")

    cloud.script("/sts", sts)
    block = {
        "access_key": "AKIDEXAMPLE",
        "secret_key": "very-secret",
        "region": REGION,
        "role_arn": "arn:aws:iam::1:role/r",
        "external_id": "e-1",
        "session_name": "martlet-test",
    }
    environment = {"AWS_ENDPOINT_URL_STS": f"{cloud.url}/sts"}
    with gateway(tmp_path, "bedrock", [{"bedrock_key_config": block}], cloud.url, **environment) as server:
        for _ in range(2):
            assert chat(server, f"bedrock/{NOVA}").status_code == 200
    (asked,) = cloud.requests("/sts")
    assert asked.form["Action"] == "AssumeRole"
    assert asked.form["RoleArn"] == "arn:aws:iam::1:role/r"
    assert (asked.form["ExternalId"], asked.form["RoleSessionName"]) == ("e-1", "martlet-test")
    for request in cloud.requests("/model/"):
        assert_signed(request, cloud.url, "ASIA1", "very-secret-1", "session-token-1")


def test_a_role_that_cannot_be_assumed_lets_another_key_answer(cloud: Cloud, tmp_path: Path) -> None:
    error = "<Error><Code>AccessDenied</Code><Message>very-secret words</Message></Error>"
    refusal = f"<ErrorResponse>{error}</ErrorResponse>"
    cloud.script("/sts", lambda _: CloudAnswer(403, refusal, "text/xml"))
    role = {
        "access_key": "AKIDEXAMPLE",
        "secret_key": "very-secret",
        "region": REGION,
        "role_arn": "arn:aws:iam::1:role/r",
    }
    plain = {"access_key": "AKIDOTHER", "secret_key": "very-secret-2", "region": REGION}
    keys = [
        {"name": "role", "weight": 1000000, "bedrock_key_config": role},
        {"name": "plain", "weight": 0.000001, "bedrock_key_config": plain},
    ]
    sts = f"{cloud.url}/sts"
    # What is learned of the key counts here. A forgetful gateway tries it with each request, and asks for its role
    # again as soon as the failure is a second old by the clock.
    with gateway(tmp_path, "bedrock", keys, cloud.url, reliability={}, AWS_ENDPOINT_URL_STS=sts) as server:
        for _ in range(3):
            assert chat(server, f"bedrock/{NOVA}").status_code == 200
    assert len(cloud.requests("/sts")) == 1, "the refused key is dead"
    assert len(cloud.requests("/model/")) == 3
    for request in cloud.requests("/model/"):
        assert_signed(request, cloud.url, "AKIDOTHER", "very-secret-2")


def test_a_role_that_cannot_be_asked_for_is_asked_for_again(cloud: Cloud, tmp_path: Path) -> None:
    failing = "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"

    def sts(_: CloudRequest) -> CloudAnswer:
        if len(cloud.requests("/sts")) == 1:
            return CloudAnswer(400, failing, "text/xml")
        return CloudAnswer(body=_assumed(2, timedelta(hours=1)), content_type="text/xml")

    cloud.script("/sts", sts)
    role = {"access_key": "AKIDEXAMPLE", "secret_key": "very-secret", "region": REGION, "role_arn": "arn:aws:iam::1:r"}
    plain = {"access_key": "AKIDOTHER", "secret_key": "very-secret-2", "region": REGION}
    keys = [
        {"name": "role", "weight": 1000000, "bedrock_key_config": role},
        {"name": "plain", "weight": 0.000001, "bedrock_key_config": plain},
    ]
    sts_url = f"{cloud.url}/sts"
    with gateway(tmp_path, "bedrock", keys, cloud.url, reliability={}, AWS_ENDPOINT_URL_STS=sts_url) as server:
        assert chat(server, f"bedrock/{NOVA}").status_code == 200
        assert_signed(cloud.requests("/model/")[-1], cloud.url, "AKIDOTHER", "very-secret-2")
        # Its key is as good as before, and is used as soon as the failure is no longer repeated.
        deadline = time.monotonic() + 15
        while len(cloud.requests("/sts")) == 1 and time.monotonic() < deadline:
            assert chat(server, f"bedrock/{NOVA}").status_code == 200
        assert_signed(cloud.requests("/model/")[-1], cloud.url, "ASIA2", "very-secret-2", "session-token-2")


def test_credentials_out_of_reach_are_named(cloud: Cloud, tmp_path: Path, private_key: rsa.RSAPrivateKey) -> None:
    cloud.script("/token", lambda _: CloudAnswer(503, json.dumps({"error": "temporarily_unavailable"})))
    block = {"region": "global", "auth_credentials": _account(private_key, cloud.url)}
    with gateway(tmp_path, "vertex", [{"name": "own", "vertex_key_config": block}], cloud.url) as server:
        answer = chat(server, "vertex/meta/llama")
    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == "upstream_credentials_unavailable"
    assert "key own of provider vertex" in answer.json()["error"]["message"]
    assert "503: temporarily_unavailable" in answer.json()["error"]["message"]


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _account(private_key: rsa.RSAPrivateKey, url: str) -> str:
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "project-1",
            "private_key_id": "key-1",
            "private_key": pem.decode(),
            "client_email": "martlet@project-1.iam.gserviceaccount.com",
            "token_uri": f"{url}/token",
        }
    )


def _tokens(cloud: Cloud, life: int = 3600) -> Callable[[CloudRequest], CloudAnswer]:
    def script(_: CloudRequest) -> CloudAnswer:
        number = len(cloud.requests("/token"))
        return CloudAnswer(body=json.dumps({"access_token": f"token-{number}", "expires_in": life}))

    return script


def test_vertex_accounts_prove_themselves(cloud: Cloud, tmp_path: Path, private_key: rsa.RSAPrivateKey) -> None:
    cloud.script("/token", _tokens(cloud))
    block = {"region": "global", "auth_credentials": _account(private_key, cloud.url)}
    with gateway(tmp_path, "vertex", [{"vertex_key_config": block}], cloud.url) as server:
        for _ in range(3):
            assert chat(server, "vertex/meta/llama").status_code == 200
    (asked,) = cloud.requests("/token")
    assert asked.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = jwt.decode(asked.form["assertion"], certs=public, audience="https://oauth2.googleapis.com/token")
    assert claims["iss"] == "martlet@project-1.iam.gserviceaccount.com"
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.decode_header(asked.form["assertion"]) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
    requests = cloud.requests("/v1/projects/project-1/locations/global/endpoints/openapi/chat/completions")
    assert [request.headers["authorization"] for request in requests] == ["Bearer token-1"] * 3


def test_a_refused_token_is_replaced_once(cloud: Cloud, tmp_path: Path, private_key: rsa.RSAPrivateKey) -> None:
    cloud.script("/token", _tokens(cloud))

    def provider(request: CloudRequest) -> CloudAnswer:
        if request.headers["authorization"] == "Bearer token-1":
            return CloudAnswer(401, json.dumps([{"error": {"code": 401, "message": "revoked"}}]))
        return CloudAnswer(body=json.dumps(CHAT))

    cloud.script("/v1/projects/", provider)
    block = {"region": "global", "auth_credentials": _account(private_key, cloud.url)}
    with gateway(tmp_path, "vertex", [{"vertex_key_config": block}], cloud.url) as server:
        assert chat(server, "vertex/meta/llama").status_code == 200
        cloud.script("/v1/projects/", lambda _: CloudAnswer(401, json.dumps({"error": {"message": "never"}})))
        assert chat(server, "vertex/meta/llama").status_code == 401
    assert len(cloud.requests("/token")) == 2
    tokens = [request.headers["authorization"] for request in cloud.requests("/v1/projects/")]
    assert tokens == ["Bearer token-1", "Bearer token-2", "Bearer token-2"]


def test_vertex_asks_the_metadata_server(cloud: Cloud, tmp_path: Path) -> None:
    token = json.dumps({"access_token": "machine-token", "expires_in": 3600, "token_type": "Bearer"})
    cloud.script("/computeMetadata/", lambda _: CloudAnswer(body=token))
    host = cloud.url.removeprefix("http://")
    block = {"region": "europe-west4", "project_id": "project-2"}
    with gateway(tmp_path, "vertex", [{"vertex_key_config": block}], cloud.url, GCE_METADATA_HOST=host) as server:
        assert chat(server, "vertex/meta/llama").status_code == 200
    (asked,) = cloud.requests("/computeMetadata/")
    assert asked.headers["metadata-flavor"] == "Google"
    (request,) = cloud.requests("/v1/projects/project-2/locations/europe-west4/")
    assert request.headers["authorization"] == "Bearer machine-token"


def _embed(request: CloudRequest) -> CloudAnswer:
    """Answers a vector that names the text, in the form of either operation."""
    body = json.loads(request.body)
    if request.path.endswith(":embedContent"):
        (part,) = body["content"]["parts"]
        answer: dict[str, Any] = {"embedding": {"values": [len(part["text"]), 0.5]}}
        answer["usageMetadata"] = {"promptTokenCount": 2}
    else:
        statistics = {"truncated": False, "token_count": 2}
        values = [[len(instance["content"]), 0.5] for instance in body["instances"]]
        answer = {"predictions": [{"embeddings": {"values": one, "statistics": statistics}} for one in values]}
    return CloudAnswer(body=json.dumps(answer))


@pytest.mark.parametrize(
    ("model", "operation", "count"),
    [
        ("text-embedding-005", "predict", 1),
        ("gemini-embedding-001", "predict", 3),
        ("gemini-embedding-2", "embedContent", 3),
    ],
)
def test_vertex_embeds(cloud: Cloud, tmp_path: Path, model: str, operation: str, count: int) -> None:
    cloud.script("/computeMetadata/", lambda _: CloudAnswer(body=json.dumps({"access_token": "t", "expires_in": 3600})))
    models = "/v1/projects/project-2/locations/europe-west4/publishers/google/models"
    cloud.script("/v1/projects/", _embed)
    block = {"region": "europe-west4", "project_id": "project-2"}
    keys = [{"vertex_key_config": block}]
    host = cloud.url.removeprefix("http://")
    with gateway(tmp_path, "vertex", keys, cloud.url, GCE_METADATA_HOST=host) as server:
        with OpenAI(api_key="unused", base_url=f"{server.url}/v1", max_retries=0, timeout=20.0) as client:
            answer = client.embeddings.create(model=f"vertex/{model}", input=["a", "bb", "ccc"], dimensions=2)
        # The SDK asks for base64, which comes back as 32-bit numbers.
        assert [one.embedding for one in answer.data] == [[1, 0.5], [2, 0.5], [3, 0.5]]
        assert answer.usage.prompt_tokens == 6
        cohere = {"model": f"vertex/{model}", "texts": ["a"], "input_type": "search_query"}
        embedded = httpx.post(f"{server.url}/cohere/v2/embed", json=cohere, timeout=20, trust_env=False)
        assert embedded.json()["embeddings"]["float"] == [[1, 0.5]]
    asked = cloud.requests("/v1/projects/")
    assert [request.target for request in asked] == [f"{models}/{model}:{operation}"] * (count + 1)
    assert {request.headers["authorization"] for request in asked} == {"Bearer t"}
    body = json.loads(asked[-1].body)
    if operation == "predict":
        assert body == {"instances": [{"content": "a", "task_type": "RETRIEVAL_QUERY"}]}
        assert json.loads(asked[0].body)["parameters"] == {"outputDimensionality": 2}
    else:
        assert body["embedContentConfig"] == {"taskType": "RETRIEVAL_QUERY"}


def test_vertex_lists_its_models(cloud: Cloud, tmp_path: Path) -> None:
    def publisher(request: CloudRequest) -> CloudAnswer:
        name = request.path.split("/")[3]
        if name == "anthropic":
            models = [{"name": "publishers/anthropic/models/claude-x", "versionId": "20250929"}]
            return CloudAnswer(body=json.dumps({"publisherModels": models}))
        if "pageToken=next" in request.target:
            return CloudAnswer(body=json.dumps({"publisherModels": [{"name": "publishers/google/models/gemini-y"}]}))
        models = [{"name": "publishers/google/models/gemini-x", "versionId": "default"}]
        return CloudAnswer(body=json.dumps({"publisherModels": models, "nextPageToken": "next"}))

    cloud.script("/computeMetadata/", lambda _: CloudAnswer(body=json.dumps({"access_token": "t", "expires_in": 3600})))
    cloud.script("/v1beta1/publishers/", publisher)
    block = {"region": "europe-west4", "project_id": "project-2"}
    host = cloud.url.removeprefix("http://")
    with gateway(tmp_path, "vertex", [{"vertex_key_config": block}], cloud.url, GCE_METADATA_HOST=host) as server:
        answer = httpx.get(f"{server.url}/v1/models", timeout=20, trust_env=False)
    names = [model["id"] for model in answer.json()["data"]]
    assert names == ["vertex/gemini-x", "vertex/gemini-y", "vertex/claude-x@20250929"]
    assert {request.headers["authorization"] for request in cloud.requests("/v1beta1/")} == {"Bearer t"}


def test_bedrock_lists_its_models(cloud: Cloud, tmp_path: Path) -> None:
    models = {"modelSummaries": [{"modelId": "amazon.nova-lite-v1:0", "modelName": "Nova Lite"}]}
    cloud.script("/foundation-models", lambda _: CloudAnswer(body=json.dumps(models)))
    block = {"access_key": "AKIDEXAMPLE", "secret_key": "very-secret", "region": REGION}
    with gateway(tmp_path, "bedrock", [{"bedrock_key_config": block}], cloud.url) as server:
        answer = httpx.get(f"{server.url}/v1/models", timeout=20, trust_env=False)
    assert [model["id"] for model in answer.json()["data"]] == ["bedrock/amazon.nova-lite-v1:0"]
    (asked,) = cloud.requests("/foundation-models")
    assert_signed(asked, cloud.url, "AKIDEXAMPLE", "very-secret")


@pytest.mark.parametrize("version", [None, "2024-10-21"])
def test_azure_lists_its_models(cloud: Cloud, tmp_path: Path, version: str | None) -> None:
    cloud.script("/openai/", lambda _: CloudAnswer(body=json.dumps({"data": [{"id": "gpt-x"}]})))
    keys = [{"value": "very-secret", "azure_key_config": {"endpoint": cloud.url, "api_version": version}}]
    with gateway(tmp_path, "azure", keys, None) as server:
        answer = httpx.get(f"{server.url}/v1/models", timeout=20, trust_env=False)
    assert [model["id"] for model in answer.json()["data"]] == ["azure/gpt-x"]
    (asked,) = cloud.requests("/openai/")
    assert asked.target == (f"/openai/models?api-version={version}" if version else "/openai/v1/models")
    assert asked.headers["api-key"] == "very-secret"


@pytest.mark.parametrize("version", [None, "2024-10-21"])
def test_azure_applications_get_tokens(cloud: Cloud, tmp_path: Path, version: str | None) -> None:
    token = json.dumps({"access_token": "entra-token", "expires_in": 3599, "token_type": "Bearer"})
    cloud.script("/tenant-1/oauth2/v2.0/token", lambda _: CloudAnswer(body=token))
    block = {
        "endpoint": cloud.url,
        "tenant_id": "tenant-1",
        "client_id": "app-1",
        "client_secret": "very-secret",
        "deployments": {"gpt": "my-deployment"},
        "api_version": version,
    }
    keys = [{"azure_key_config": block}]
    with gateway(tmp_path, "azure", keys, None, AZURE_AUTHORITY_HOST=cloud.url) as server:
        assert chat(server, "azure/gpt").status_code == 200
    (asked,) = cloud.requests("/tenant-1/")
    assert (asked.form["client_id"], asked.form["client_secret"]) == ("app-1", "very-secret")
    (request,) = cloud.requests("/openai/")
    classic = "/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"
    assert request.target == (classic if version else "/openai/v1/chat/completions")
    assert json.loads(request.body)["model"] == "my-deployment"
    assert request.headers["authorization"] == "Bearer entra-token"
    assert "api-key" not in request.headers
