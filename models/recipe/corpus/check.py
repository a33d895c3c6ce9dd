"""Check a file of documents: roles and their order, tool arguments, JSON answers, unfilled slots; print the mix."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from .kinds.common import Document, Message

_DECODER = json.JSONDecoder()
# The user may mean these without typing them.
_UNSAID_VALUES = ("USD", "EUR")
_UNFILLED_SLOT = re.compile(r"\{[a-zA-Z]\w*\}|\[[a-z ]+\|")
_MAY_FOLLOW = {
    "user": ("start", "assistant", "call"),
    "tool": ("call",),
    "assistant": ("user", "tool"),
}
_SHOWN_PROBLEMS = 12


def _has_type(value: Any, name: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "string": isinstance(value, str),
        "integer": number and isinstance(value, int),
        "number": number,
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
        "null": value is None,
    }[name]


def schema_errors(value: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    """What is wrong with a value by the small part of JSON Schema that the corpus uses."""
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    if types and not any(_has_type(value, name) for name in types):
        return [f"{path}: {value!r} is not {types}"]
    errors = []
    if "enum" in schema and value not in schema["enum"]:
        errors.append(f"{path}: {value!r} not in enum")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        errors += [f"{path}: missing {key}" for key in schema.get("required", []) if key not in value]
        for key, item in value.items():
            if key in properties:
                errors += schema_errors(item, properties[key], f"{path}.{key}")
            else:
                errors.append(f"{path}: unknown key {key}")
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            errors += schema_errors(item, schema["items"], f"{path}[{i}]")
    return errors


def _schema_in(text: str) -> dict[str, Any] | None:
    match = re.search(r'\{"type": "object"', text)
    if not match:
        return None
    schema: dict[str, Any] = _DECODER.raw_decode(text[match.start() :])[0]
    return schema


def _call_problems(call: dict[str, Any], tools: dict[str, dict[str, Any]], request: str) -> list[str]:
    """A call must fit its schema, and every value but enumerated ones and booleans must stand in the request."""
    if call["name"] not in tools:
        return [f"unknown tool {call['name']}"]
    parameters = tools[call["name"]]
    problems = schema_errors(call["arguments"], parameters)
    enumerated = {value for each in parameters["properties"].values() for value in each.get("enum", ())}
    for argument in call["arguments"].values():
        for value in argument if isinstance(argument, list) else [argument]:
            said = isinstance(value, bool) or str(value).lower() in request.lower()
            if not said and value not in enumerated and value not in _UNSAID_VALUES:
                problems.append(f"argument {value!r} is not in the request {request!r}")
    return problems


def _content_problems(message: Message, kind: str) -> list[str]:
    content = message.get("content")
    if not isinstance(content, str) or not content.strip() or content != content.strip():
        return [f"empty or padded content: {content!r}"]
    if kind != "tools" and _UNFILLED_SLOT.search(content):
        return [f"unfilled slot: {content}"]
    if kind not in ("fact", "fact_chat") and "  " in content:
        return [f"double blank: {content}"]
    return []


def _json_problems(messages: list[Message]) -> list[str]:
    """Answers that look like JSON must be JSON, and fit the schema that asked for them."""
    problems, found = [], False
    system = messages[0]["content"] if messages[0]["role"] == "system" else ""
    for before, message in pairwise(messages):
        if message["role"] == "assistant" and message["content"].startswith("{"):
            found = True
            value = json.loads(message["content"])
            schema = _schema_in(before["content"]) or _schema_in(system)
            if schema:
                problems += schema_errors(value, schema)
    return problems if found else [*problems, "no JSON answer"]


def problems_of(document: Document) -> list[str]:
    """The problems of one document; none if it is good."""
    if document.get("kind") == "text":
        good = isinstance(document.get("text"), str) and document["text"].strip() and len(document) == 2
        return [] if good else ["bad text"]
    problems = [f"unknown field {key}" for key in document if key not in ("kind", "messages", "tools")]
    tools: dict[str, dict[str, Any]] = {}
    for tool in document.get("tools", []):
        function = tool["function"]
        if tool["type"] != "function" or function["name"] in tools:
            problems.append("bad or double tool")
        tools[function["name"]] = function["parameters"]
    state, request = "start", ""
    for i, message in enumerate(document["messages"]):
        role = message["role"]
        if role == "system":
            problems += ["system not first"] if i else []
        elif role not in _MAY_FOLLOW:
            problems.append(f"role {role}")
        else:
            problems += [] if state in _MAY_FOLLOW[role] else [f"{role} after {state}"]
            state = "call" if "tool_calls" in message else role
        if role == "user":
            request = message["content"]
        if role == "tool":
            json.loads(message["content"])
        if "tool_calls" in message:
            problems += ["call with content"] if "content" in message else []
            for call in message["tool_calls"]:
                problems += _call_problems(call, tools, request)
        else:
            problems += _content_problems(message, document["kind"])
    if state not in ("assistant", "call"):
        problems.append(f"ends with {state}")
    if document["kind"] == "json":
        problems += _json_problems(document["messages"])
    return problems


def main() -> int:
    """The command line; 1 if a document is bad."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="JSONL file of documents")
    options = parser.parse_args()
    documents: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    bad = 0
    with options.file.open(encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            documents[document["kind"]] += 1
            characters[document["kind"]] += len(line)
            if problems := problems_of(document):
                bad += 1
                if bad <= _SHOWN_PROBLEMS:
                    print(problems[:3], line[:600])
    for kind, count in documents.most_common():
        share, size = count / documents.total(), characters[kind] / characters.total()
        print(f"{kind:16} {count:6} documents {share:6.1%} {size:6.1%} of characters")
    print(f"{documents.total()} documents, {bad} bad")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
