"""The configuration of the gateway in front of the replaying provider: one provider for each format."""

from __future__ import annotations

from typing import Any

# The format, the name in the configuration, the type that it is based on, and what it may be asked for.
PROVIDERS: dict[str, tuple[str, str, dict[str, bool] | None]] = {
    "openai-chat": ("rec-chat", "openai", {"chat_completion": True, "chat_completion_stream": True}),
    "openai-responses": ("rec-responses", "openai", {"responses": True, "responses_stream": True}),
    "anthropic-messages": ("rec-anthropic", "anthropic", None),
    "gemini": ("rec-gemini", "gemini", None),
    "bedrock-converse": ("rec-bedrock", "bedrock", None),
}

# Names of models that think, sign and take all sorts of tools, as gateways look at them to know what a model takes.
MODELS = {
    "openai-chat": "gpt-5",
    "openai-responses": "gpt-5",
    "anthropic-messages": "claude-sonnet-4-5-20250929",
    "gemini": "gemini-2.5-flash",
    "bedrock-converse": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
}


def configuration(url: str) -> dict[str, Any]:
    return {name: _provider(url, base, allowed) for name, base, allowed in PROVIDERS.values()}


def gateway_model(wire_format: str, model: str) -> str:
    """The name by which the gateway finds the provider of the format."""
    return f"{PROVIDERS[wire_format][0]}/{model}"


def _provider(url: str, base: str, allowed: dict[str, bool] | None) -> dict[str, Any]:
    custom: dict[str, Any] = {"base_provider_type": base}
    if allowed:
        custom["allowed_requests"] = allowed
    return {
        "keys": [{"value": "unused", "models": [], "weight": 1}],
        "network_config": {"base_url": url, "max_retries": 0},
        "custom_provider_config": custom,
    }
