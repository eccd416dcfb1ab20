"""What providers get of a conversation that goes on: the request of one turn beside that of the next."""

from __future__ import annotations

from dataclasses import replace

from raw_json import members
from replay_server import HISTORY, ProviderRequest


def assert_history_continues(earlier: ProviderRequest, later: ProviderRequest) -> None:
    """Providers find in their caches what begins with the same bytes."""
    name = HISTORY[earlier.format]
    before, after = members(earlier.content)[name], members(later.content)[name]
    assert after.startswith(before.removesuffix("]") + ",")


def assert_all_else_stays(earlier: ProviderRequest, later: ProviderRequest) -> None:
    """Instructions and tools stand before the conversation in a cache, and settings are part of its key."""
    name = HISTORY[earlier.format]
    before, after = members(earlier.content), members(later.content)
    del before[name], after[name]
    assert after == before


def without_thoughts_of_chats(request: ProviderRequest) -> ProviderRequest:
    """OpenAI's own chats have no place for thoughts. The provider had them in a member that others use, and gets them
    back there; whatever else is beyond OpenAI's schema is a fault."""
    if request.format != "openai-chat":
        return request
    messages = [
        {name: value for name, value in message.items() if name != "reasoning_content"}
        for message in request.body["messages"]
    ]
    return replace(request, body={**request.body, "messages": messages})
