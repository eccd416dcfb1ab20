"""/metrics is read by Prometheus, which drops a whole scrape for one malformed line."""

from __future__ import annotations

import re

import httpx
from expectations import MODEL, messages
from openai import OpenAI

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
VALUE = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)"
SAMPLE = re.compile(rf"({NAME})(\{{(?:{LABEL}(?:,{LABEL})*,?)?\}})? ({VALUE})(?: -?\d+)?")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
HELP = re.compile(rf"# HELP ({NAME}) .*")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}


def parse(text: str) -> dict[tuple[str, str], float]:
    """Strict on the text format 0.0.4: every line is a sample or a comment of a known kind, every sample belongs to
    the family whose TYPE came last, and none comes twice."""
    assert text.endswith("\n")
    samples: dict[tuple[str, str], float] = {}
    types: dict[str, str] = {}
    family = ""
    for line in text.splitlines():
        if matched := TYPE.fullmatch(line):
            family = matched[1]
            assert family not in types, f"second TYPE: {line}"
            types[family] = matched[2]
        elif line and not HELP.fullmatch(line):
            sample = SAMPLE.fullmatch(line)
            assert sample, f"not a line of the text format: {line!r}"
            allowed = [family + suffix for suffix in SUFFIXES.get(types.get(family, ""), ("",))]
            assert sample[1] in allowed, f"outside of its family {family!r}: {line}"
            key = (sample[1], sample[2] or "")
            assert key not in samples, f"second sample: {line}"
            samples[key] = float(sample[3])
    return samples


def test_metrics(client: OpenAI, http: httpx.Client, prompt: str, provider_key: str) -> None:
    client.chat.completions.create(model=MODEL, messages=messages(prompt))
    list(client.chat.completions.create(model=MODEL, messages=messages(prompt), stream=True))
    answer = http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    before = parse(answer.text)
    assert provider_key not in answer.text
    assert any('provider="openai"' in labels and value > 0 for (_, labels), value in before.items())

    client.chat.completions.create(model=MODEL, messages=messages(prompt))
    after = parse(http.get("/metrics").text)
    assert any(
        'provider="openai"' in labels and value == before.get((name, labels), 0) + 1
        for (name, labels), value in after.items()
    ), "some counter of the provider goes up by one with one request"
