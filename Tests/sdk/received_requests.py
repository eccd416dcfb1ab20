"""Reads requests as providers do. Whatever is not expected here is a KeyError, and so a failed test."""

from __future__ import annotations

from typing import Any

from neutral import call
from sent_requests import Sent


def _tool(name: str, description: str, schema: dict[str, Any]) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    return name, description, tuple(sorted(schema["properties"])), tuple(schema["required"])


def _data(url: str) -> str:
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return data


def _text(content: Any, kind: str = "text") -> str:
    """A text, or a list with nothing but texts."""
    return content if isinstance(content, str) else "".join(part[kind] for part in content or [])


def read_openai_chat(body: dict[str, Any]) -> Sent:
    sent, names = _empty(), {}
    for message in body["messages"]:
        role, content = message["role"], message.get("content")
        if role in ("system", "developer"):
            sent.system += _text(content)
        elif role == "tool":
            sent.results.append((names[message["tool_call_id"]], _text(content)))
        else:
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
            sent.texts += [(role, part["text"]) for part in parts if part["type"] == "text"]
            sent.pictures += [_data(part["image_url"]["url"]) for part in parts if part["type"] == "image_url"]
        for tool_call in message.get("tool_calls") or []:
            function = tool_call["function"]
            names[tool_call["id"]] = function["name"]
            sent.calls.append(call(function["name"], function["arguments"]))
    functions = [tool["function"] for tool in body["tools"]]
    sent.tools = [_tool(item["name"], item["description"], item["parameters"]) for item in functions]
    sent.temperature = body.get("temperature")
    sent.maximum = body.get("max_completion_tokens") or body.get("max_tokens")
    return sent


def read_openai_responses(body: dict[str, Any]) -> Sent:
    sent, names = _empty(), {}
    sent.system = body.get("instructions") or ""
    for item in body["input"]:
        if item.get("type") == "function_call":
            names[item["call_id"]] = item["name"]
            sent.calls.append(call(item["name"], item["arguments"]))
        elif item.get("type") == "function_call_output":
            sent.results.append((names[item["call_id"]], _text(item["output"])))
        elif item["role"] in ("system", "developer"):
            sent.system += _text(item["content"])
        else:
            content = item["content"]
            parts = [{"type": "input_text", "text": content}] if isinstance(content, str) else content
            sent.texts += [(item["role"], part["text"]) for part in parts if part["type"].endswith("_text")]
            sent.pictures += [_data(part["image_url"]) for part in parts if part["type"] == "input_image"]
    sent.tools = [_tool(item["name"], item["description"], item["parameters"]) for item in body["tools"]]
    sent.temperature, sent.maximum = body.get("temperature"), body.get("max_output_tokens")
    return sent


def read_anthropic(body: dict[str, Any]) -> Sent:
    sent, names = _empty(), {}
    sent.system = _text(body["system"])
    for message in body["messages"]:
        content = message["content"]
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            if block["type"] == "text":
                sent.texts.append((message["role"], block["text"]))
            elif block["type"] == "image":
                sent.pictures.append(block["source"]["data"])
            elif block["type"] == "tool_use":
                names[block["id"]] = block["name"]
                sent.calls.append(call(block["name"], block["input"]))
            else:
                sent.results.append((names[block["tool_use_id"]], _text(block["content"])))
    sent.tools = [_tool(item["name"], item["description"], item["input_schema"]) for item in body["tools"]]
    sent.temperature, sent.maximum = body.get("temperature"), body["max_tokens"]
    return sent


def read_gemini(body: dict[str, Any]) -> Sent:
    sent = _empty()
    sent.system = _text(body["systemInstruction"]["parts"])
    for content in body["contents"]:
        role = "assistant" if content["role"] == "model" else content["role"]
        for part in content["parts"]:
            if "text" in part:
                sent.texts.append((role, part["text"]))
            elif "inlineData" in part:
                # Google takes both alphabets of base64, and its SDK writes the one for addresses.
                sent.pictures.append(part["inlineData"]["data"].replace("-", "+").replace("_", "/"))
            elif "functionCall" in part:
                sent.calls.append(call(part["functionCall"]["name"], part["functionCall"]["args"]))
            else:
                answer = part["functionResponse"]
                (value,) = answer["response"].values()
                sent.results.append((answer["name"], value))
    declarations = [item for tool in body["tools"] for item in tool["functionDeclarations"]]
    # Google takes snake case as well, and its SDK writes some members so.
    names = ("parametersJsonSchema", "parameters_json_schema", "parameters")
    schemas = [next(item[name] for name in names if name in item) for item in declarations]
    sent.tools = [
        _tool(item["name"], item["description"], schema) for item, schema in zip(declarations, schemas, strict=True)
    ]
    settings = body["generationConfig"]
    sent.temperature, sent.maximum = settings.get("temperature"), settings.get("maxOutputTokens")
    return sent


def read_bedrock(body: dict[str, Any]) -> Sent:
    sent, names = _empty(), {}
    sent.system = _text(body["system"])
    for message in body["messages"]:
        for block in message["content"]:
            if "text" in block:
                sent.texts.append((message["role"], block["text"]))
            elif "image" in block:
                sent.pictures.append(block["image"]["source"]["bytes"])
            elif "toolUse" in block:
                names[block["toolUse"]["toolUseId"]] = block["toolUse"]["name"]
                sent.calls.append(call(block["toolUse"]["name"], block["toolUse"]["input"]))
            else:
                result = block["toolResult"]
                sent.results.append((names[result["toolUseId"]], _result(result["content"])))
    specifications = [item["toolSpec"] for item in body["toolConfig"]["tools"]]
    sent.tools = [_tool(item["name"], item["description"], item["inputSchema"]["json"]) for item in specifications]
    settings = body["inferenceConfig"]
    sent.temperature, sent.maximum = settings.get("temperature"), settings.get("maxTokens")
    return sent


def _result(content: list[dict[str, Any]]) -> str:
    """A text, or an object whose one value is the text."""
    (block,) = content
    if "json" in block:
        (value,) = block["json"].values()
        return str(value)
    return str(block["text"])


def _empty() -> Sent:
    return Sent(system="", texts=[], pictures=[], calls=[], results=[], tools=[], temperature=None, maximum=None)


READERS: dict[str, Any] = {
    "openai-chat": read_openai_chat,
    "openai-responses": read_openai_responses,
    "anthropic-messages": read_anthropic,
    "gemini": read_gemini,
    "bedrock-converse": read_bedrock,
}
