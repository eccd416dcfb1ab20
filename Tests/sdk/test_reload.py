"""SIGHUP: another configuration in the middle of a stream costs nobody an answer, and a broken one changes nothing."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import httpx
from expectations import messages
from martlet_process import Server, running, running_mock
from openai import OpenAI

MODEL = "gpt-4o-mini"
RELOADED = "Took the configuration anew"
KEPT = "The configuration stays as it was."


def configuration(url: str, model: str) -> dict[str, Any]:
    """One provider, and the alias `name` for a model of it."""
    provider = {"keys": [{"value": "sk-any", "models": [], "weight": 1}], "network_config": {"base_url": url}}
    return {"providers": {"openai": provider}, "routing": {"aliases": {"name": f"openai/{model}"}}}


def reload(gateway: Server, file: Path, text: str, message: str) -> str:
    file.write_text(text, encoding="utf-8")
    gateway.process.send_signal(signal.SIGHUP)
    return gateway.wait_for_message(message)


def ask(gateway: Server, model: str) -> int:
    body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
    return httpx.post(f"{gateway.url}/v1/chat/completions", json=body, timeout=10, trust_env=False).status_code


def test_reload(tmp_path: Path, prompt: str) -> None:
    file = tmp_path / "config.json"
    with (
        running_mock(tmp_path / "old", "--chunks", "20", "--chunk-gap", "50") as old,
        running_mock(tmp_path / "new") as new,
    ):
        file.write_text(json.dumps(configuration(old.url, MODEL)), encoding="utf-8")
        with (
            running(["serve", "--config", str(file), "--app-dir", str(tmp_path)], tmp_path / "gateway") as gateway,
            OpenAI(api_key="unused", base_url=f"{gateway.url}/v1", max_retries=0, timeout=20.0) as client,
        ):
            stream = client.chat.completions.create(model="name", messages=messages(prompt), stream=True)
            chunks = iter(stream)
            received = [next(chunks)]
            message = reload(gateway, file, json.dumps(configuration(new.url, "mock-404")), RELOADED)
            assert str(file) in message
            assert ask(gateway, "name") == 404
            received += list(chunks)
            finish_reasons = [choice.finish_reason for chunk in received for choice in chunk.choices]
            assert finish_reasons[-1] == "stop"
            metrics = httpx.get(f"{gateway.url}/metrics", trust_env=False).text
            assert f'martlet_requests_total{{provider="openai",model="{MODEL}",status="200",stream="true"}} 1' in metrics
        assert gateway.process.returncode == 0


def test_broken_configurations_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    with running_mock(tmp_path / "mock") as mock:
        good = configuration(mock.url, MODEL)
        circle = {**good, "routing": {"aliases": {"name": "other", "other": "name"}}}
        file.write_text(json.dumps(good), encoding="utf-8")
        with running(["serve", "--config", str(file), "--app-dir", str(tmp_path)], tmp_path / "gateway") as gateway:
            for text in ("{", json.dumps({**good, "providerz": {}}), json.dumps(circle)):
                known = gateway.stderr().count(KEPT)
                file.write_text(text, encoding="utf-8")
                gateway.process.send_signal(signal.SIGHUP)
                assert gateway.errors.wait_for(lambda lines: sum(KEPT in line for line in lines) > known or None, 15.0)
                assert ask(gateway, "name") == 200
        assert gateway.process.returncode == 0
