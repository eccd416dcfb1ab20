"""What the program says and how it ends when it is told something wrong, and the spellings that it takes."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from martlet_process import binary, clean_environment, running, running_mock


def run(directory: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command that ends by itself."""
    return subprocess.run(
        [str(binary()), *arguments],
        cwd=directory,
        env={**clean_environment(directory), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )


def write_configuration(directory: Path, base_url: str) -> Path:
    path = directory / "config.json"
    provider = {"keys": [{"value": "sk-test", "weight": 1}], "network_config": {"base_url": base_url}}
    path.write_text(json.dumps({"providers": {"openai": provider}}, indent=2), encoding="utf-8")
    return path


def test_check_accepts_a_good_file(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, "https://api.example.com")
    result = run(tmp_path, "check", str(path))
    assert result.returncode == 0
    assert "openai" in result.stdout


def test_check_names_the_place_of_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"providers": {"openai": {\n  "keyz": [],\n  "network_config": {"base_url": "htp://x"}}}}')
    result = run(tmp_path, "check", str(path))
    assert result.returncode == 1
    assert f"{path}:2:" in result.stdout and "providers.openai.keyz" in result.stdout
    assert f"{path}:3:" in result.stdout and "providers.openai.network_config.base_url" in result.stdout
    assert "htp://x" in result.stdout


@pytest.mark.parametrize("arguments", [["check", "missing.json"], ["serve", "--config", "missing.json"]])
def test_file_that_is_not_there(tmp_path: Path, arguments: list[str]) -> None:
    result = run(tmp_path, *arguments)
    assert result.returncode != 0
    assert "missing.json cannot be read: No such file or directory" in result.stderr


def test_serve_refuses_a_bad_configuration(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, "nonsense")
    result = run(tmp_path, "serve", "--config", str(path), "--port", "0")
    assert result.returncode != 0
    assert "providers.openai.network_config.base_url" in result.stderr
    assert "sk-test" not in result.stderr


def test_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run(tmp_path, "serve", "--port", port)
    assert result.returncode != 0
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and port in lines[0], result.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "70000"], "--port must be from 0 to 65535"),
        (["--log-style", "xml"], "--log-style must be json or pretty"),
        (["--log-level", "loud"], "--log-level must be debug, info, warn or error"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_bad_option(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    result = run(tmp_path, "serve", *arguments)
    assert result.returncode != 0
    assert complaint in result.stderr


def test_bad_variable(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", MARTLET_PORT="eighty")
    assert result.returncode != 0
    assert "MARTLET_PORT must be a number" in result.stderr


def test_options_with_one_dash(tmp_path: Path, mock: object) -> None:
    config = write_configuration(tmp_path, mock.url)
    arguments = ["serve", "-config", str(config), "-app-dir", str(tmp_path)]
    arguments += ["-log-level", "info", "-log-style", "pretty"]
    with running(arguments, tmp_path) as gateway:
        body = {"model": "openai/any", "messages": [{"role": "user", "content": "Hi"}]}
        assert httpx.post(f"{gateway.url}/v1/chat/completions", json=body, trust_env=False).status_code == 200
    assert '200  /v1/chat/completions  "openai/any"' in gateway.stdout()


def test_embedded_mock_without_any_key(tmp_path: Path) -> None:
    """The line that the banner prints works as it stands."""
    with running(["serve", "--app-dir", str(tmp_path)], tmp_path) as gateway:
        line = gateway.wait_for_message("curl ")
        answer = subprocess.run(["bash", "-c", f"{line} --silent"], capture_output=True, text=True, timeout=20)
        assert json.loads(answer.stdout)["choices"][0]["message"]["content"]
    assert gateway.process.returncode == 0


@pytest.mark.parametrize(
    ("directory", "arguments"),
    [("static", []), ("pages", ["--static-dir", "pages"]), ("pages", ["-static-dir", "pages"])],
)
def test_a_directory_replaces_the_chat_page(tmp_path: Path, directory: str, arguments: list[str]) -> None:
    (tmp_path / directory).mkdir()
    (tmp_path / directory / "index.html").write_text("<p>Mine")
    (tmp_path / directory / "big.bin").write_bytes(bytes((8 << 20) + 1))
    with running(["serve", "--app-dir", str(tmp_path), *arguments], tmp_path) as gateway:
        with httpx.Client(base_url=gateway.url, trust_env=False) as client:
            assert client.get("/").text == "<p>Mine"
            assert client.get("/big.bin").status_code == 404
            assert client.get("/chat.js").status_code == 200
    assert f"{directory}/big.bin is not served: one file may have 8388608 bytes" in gateway.stderr()


def test_a_named_directory_must_be_there(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--app-dir", str(tmp_path), "--static-dir", "missing")
    assert result.returncode == 1
    assert "The directory missing cannot be read" in result.stderr


def test_second_signal_ends_at_once(tmp_path: Path) -> None:
    with running_mock(tmp_path / "mock") as mock:
        config = write_configuration(tmp_path, mock.url)
        with running(["serve", "--config", str(config), "--app-dir", str(tmp_path)], tmp_path) as gateway:
            with stuck_request(gateway.port):
                gateway.terminate()
                gateway.wait_for_message("Stopping")
                gateway.terminate()
                assert gateway.wait(10) == 130


def test_grace_cuts_what_is_stuck(tmp_path: Path) -> None:
    """The caller of a request that does not end in time is told so, and the exit code says that one was cut."""
    with running_mock(tmp_path / "mock") as mock:
        config = write_configuration(tmp_path, mock.url)
        arguments = ["serve", "--config", str(config), "--app-dir", str(tmp_path), "--shutdown-grace", "0"]
        with running(arguments, tmp_path) as gateway:
            with stuck_request(gateway.port) as stuck:
                gateway.terminate()
                answer = b""
                while part := stuck.recv(4096):
                    answer += part
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b'"code":"shutting_down"' in answer
            assert gateway.wait() == 1


@contextmanager
def stuck_request(port: int) -> Iterator[socket.socket]:
    """A request under way that gets no answer."""
    body = b'{"model":"openai/mock-stall","messages":[]}'
    with socket.create_connection(("127.0.0.1", port)) as stuck:
        head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n\r\n" % len(body)
        stuck.sendall(head + body)
        wait_for_active_request(port)
        yield stuck


def wait_for_active_request(port: int) -> None:
    for _ in range(500):
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
        if "\nmartlet_active_requests 1\n" in text:
            return
    raise AssertionError("the request did not get under way")
