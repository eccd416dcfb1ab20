"""Writes Tests/MartletTests/Credentials/GoogleAssertionVectors.swift: signed tokens as google-auth makes them.

Usage: make_jwt_vectors.py OUTPUT. Each run makes new keys, so the whole table changes.
"""

from __future__ import annotations

import base64
import json
import pathlib
import random
import string
import sys
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt
from google.oauth2 import service_account

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
SAMPLES = 12
ALPHABET = string.ascii_letters + string.digits + ' "\\/\n\tüß€😀'

BEGINNING = """\
// Made by Tests/sdk/make_jwt_vectors.py. Do not edit.
//
// The keys were made for these tests. They belong to no account and open nothing.

/// Tokens that google-auth signed.
enum GoogleAssertionVectors {
"""


def private_key(bits: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def compact(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def text(value: str) -> str:
    """A literal of Swift for ASCII text without number signs, as JSON and tokens are here."""
    return f'#"{value}"#'


def random_text(source: random.Random) -> str:
    return "".join(source.choices(ALPHABET, k=source.randrange(40)))


def claims(source: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {"iss": random_text(source), "iat": source.randrange(2**40), "exp": source.randrange(2**53)}
    for _ in range(source.randrange(5)):
        made[random_text(source)] = source.choice([random_text(source), [random_text(source)], None, True, {"a": 1}])
    return made


def service_account_token(signer: crypt.RSASigner, email: str, key_id: str) -> tuple[int, str]:
    """The assertion of google-auth itself, with its claims and header written without white space."""
    credentials = service_account.Credentials(
        signer, email, "https://oauth2.googleapis.com/token", scopes=[SCOPE], universe_domain="googleapis.com"
    )
    assertion = credentials._make_authorization_grant_assertion()
    header, payload = jwt.decode_header(assertion), jwt.decode(assertion, verify=False)
    content = f"{encoded(compact(header | {'kid': key_id}))}.{encoded(compact(payload))}"
    return payload["iat"], f"{content}.{encoded(signer.sign(content.encode()))}"


def main(output: pathlib.Path) -> None:
    source = random.Random(1)
    keys = [private_key(2048), private_key(3072)]
    lines = [BEGINNING]
    lines.append("    /// Private keys of 2048 and 3072 bits in PEM.\n    static let keys = [\n")
    for key in keys:
        body = "\n".join("        " + line for line in key.strip().splitlines())
        lines.append(f'        """\n{body}\n        """,\n')
    lines.append("    ]\n\n    /// Key, header and claims as texts of JSON, and the token.\n")
    lines.append("    static let tokens: [(key: Int, header: String, claims: String, token: String)] = [\n")
    for sample in range(SAMPLES):
        number = sample % len(keys)
        signer = crypt.RSASigner.from_string(keys[number])
        key_id = random_text(source) if sample % 3 else None
        payload = claims(source)
        token = jwt.encode(signer, payload, key_id=key_id).decode()
        header = {"typ": "JWT", "alg": "RS256"} | ({"kid": key_id} if key_id is not None else {})
        parts = [text(json.dumps(part)) for part in (header, payload)] + [text(token)]
        lines.append("        (\n            " + f"{number},\n            " + ",\n            ".join(parts))
        lines.append("\n        ),\n")
    lines.append("    ]\n\n    /// What a service account asserts: key, account, key's name, time, and the token.\n")
    lines.append(
        "    static let assertions: [(key: Int, email: String, keyID: String, time: Int64, token: String)] = [\n"
    )
    for number, key in enumerate(keys):
        email = f"tester-{number}@example-{number}.iam.gserviceaccount.com"
        key_id = f"{source.randrange(16**40):040x}"
        time, token = service_account_token(crypt.RSASigner.from_string(key), email, key_id)
        parts = [str(number), text(email), text(key_id), str(time), text(token)]
        lines.append("        (\n            " + ",\n            ".join(parts) + "\n        ),\n")
    lines.append("    ]\n}\n")
    output.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
