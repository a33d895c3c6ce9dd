"""From a conversation or a text to token ids.

A chat template writes a model's control tokens (``<|eot_id|>`` and the like) as text, so its result has to
be read with control tokens enabled. What a user writes must not gain that power: a message with such text
would end its own turn and speak as somebody else. Control-token text inside messages and tools is therefore
replaced by a random marker before rendering, and put back as plain text when the result is split at the
markers and encoded piece by piece.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from openfpga_host.chat_template import ChatTemplate, ChatTemplateError
from openfpga_host.engine import ContextLengthExceeded
from openfpga_host.tokenizer import Tokenizer

from openfpga_server.errors import bad_request, context_length_exceeded, missing
from openfpga_server.protocol.chat import ChatRequest, ContentPart, Message
from openfpga_server.protocol.common import JsonObject
from openfpga_server.registry import ServedModel
from openfpga_server.structured.grammars import ANY_OBJECT, Source
from openfpga_server.structured.response_format import instruction, speaks_of_json
from openfpga_server.tools.definitions import ToolSet
from openfpga_server.tools.formats import ToolFormat

INLINE_CHARACTERS = 16384
"""Longer texts are encoded in a thread: at some 10 MB/s this is the millisecond the event loop can spare."""


class PromptEncoder:
    """Turns conversations and texts into token ids for one model.

    Args:
        tokenizer: of the model.
        template: of the model; None: conversations are refused.
        limit: tokens of context.

    Attributes:
        form: how the model writes tool calls; None: its template knows no tools.
    """

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate | None, limit: int) -> None:
        self._tokenizer = tokenizer
        self._limit = limit
        self._template = template
        self._takes_system = template is not None and _takes_system(template)
        self.form = ToolFormat.of(template, tokenizer)
        control = (tokenizer.token_text(i) for i in range(tokenizer.vocab_size) if tokenizer.is_special(i))
        names = sorted({text for text in control if text}, key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, names))) if names else None
        # JSON escapes character by character, so a name inside a text is its escaped form inside the JSON.
        escaped = (re.escape(msgspec.json.encode(name)[1:-1]) for name in names)
        self._control_in_json = re.compile(b"|".join(escaped)) if names else None

    @classmethod
    def of(cls, model: ServedModel) -> PromptEncoder:
        """The encoder of a served model."""
        return cls(model.engine.tokenizer, model.template, model.max_context)

    async def chat(
        self, body: ChatRequest, *, tools: ToolSet | None = None, response: Source | None = None
    ) -> list[int]:
        """Token ids of a conversation, ready for the assistant's turn.

        Args:
            body: the request.
            tools: that the template is to describe.
            response: the schema of the answer, which the model is told.

        Raises:
            ApiError: 400: the model has no template, a message is malformed, or the template refuses it.
        """
        # Each is a token at least.
        self._check_length(len(body.messages))
        messages = _with_names([_template_message(message, i) for i, message in enumerate(body.messages)])
        if response is not None and not (response.schema == ANY_OBJECT and speaks_of_json(messages)):
            messages = _instructed(messages, instruction(response), system=self._takes_system)
        if self.form is not None and self.form.short_ids:
            messages = [_with_short_ids(message) for message in messages]
        described = None if tools is None else tools.described
        variables = {} if body.reasoning_effort is None else {"reasoning_effort": body.reasoning_effort}
        encoded = _json([messages, described])
        size = INLINE_CHARACTERS + 1 if encoded is None else len(encoded)
        return await _run(size, lambda: self._encode_chat(messages, described, variables, encoded))

    async def text(self, text: str) -> list[int]:
        """Token ids of a raw prompt: control tokens are read as such, the model's BOS is put in front."""
        return await _run(len(text), lambda: self.with_bos(self._tokenizer.encode(text, special=True)))

    def with_bos(self, ids: list[int]) -> list[int]:
        """`ids`, beginning with the model's BOS token if it has one."""
        bos = self._tokenizer.bos_token_id
        return ids if bos is None or ids[:1] == [bos] else [bos, *ids]

    def _encode_chat(
        self,
        messages: list[JsonObject],
        tools: list[JsonObject] | None,
        variables: Mapping[str, str],
        encoded: bytes | None,
    ) -> list[int]:
        """`encoded`: messages and tools by `_json`."""
        if self._template is None:
            raise bad_request("This model has no chat template. Use /v1/completions instead.", "model")
        marker, found = "", list[str]()
        masked, masked_tools = messages, tools
        if self._has_control(encoded):
            marker = "OFPGA" + secrets.token_hex(16)
            masked, masked_tools = self._mask(messages, marker, found), self._mask(tools, marker, found)
        self._check_length(len(found))
        try:
            text = self._template.render(masked, tools=masked_tools, add_generation_prompt=True, **variables)
        except ChatTemplateError as error:
            message = f"The model's chat template refused the messages: {error}"
            raise bad_request(message, "messages") from error
        if not found:
            return self._tokenizer.encode(text, special=True)
        plain = {name: self._tokenizer.encode(name) for name in set(found)}
        ids: list[int] = []
        for i, piece in enumerate(re.split(f"{marker}([0-9]+);", text)):
            # Odd pieces are the captured numbers of markers.
            ids += plain[found[int(piece)]] if i % 2 else self._tokenizer.encode(piece, special=True)
            self._check_length(len(ids))
        return ids

    def _check_length(self, tokens: int) -> None:
        """Refuse what will not fit before all of it is counted: hostile messages have a million pieces."""
        if tokens > self._limit:
            raise context_length_exceeded(ContextLengthExceeded(tokens, None, self._limit), "messages")

    def _has_control(self, encoded: bytes | None) -> bool:
        """Whether there is control-token text anywhere; most conversations have none and need no copy."""
        if self._control_in_json is None:
            return False
        return encoded is None or self._control_in_json.search(encoded) is not None

    def _mask(self, value: Any, marker: str, found: list[str]) -> Any:
        """A copy of a JSON value in which control-token text is replaced by numbered markers."""
        if isinstance(value, str):
            if self._control is None:
                return value

            def note(match: re.Match[str]) -> str:
                found.append(match[0])
                return f"{marker}{len(found) - 1};"

            return self._control.sub(note, value)
        if isinstance(value, list):
            return [self._mask(item, marker, found) for item in value]
        if isinstance(value, dict):
            masked = self._mask
            return {masked(key, marker, found): masked(item, marker, found) for key, item in value.items()}
        return value


def _json(value: list[Any]) -> bytes | None:
    """A value's JSON; None: it is nested too deeply to have any."""
    try:
        return msgspec.json.encode(value)
    except RecursionError:
        return None


async def _run(size: int, work: Callable[[], list[int]]) -> list[int]:
    return work() if size <= INLINE_CHARACTERS else await asyncio.to_thread(work)


def _takes_system(template: ChatTemplate) -> bool:
    """Whether a template shows what a system message says; some refuse them."""
    said = "what the system says"
    try:
        return said in template.render(
            [{"role": "system", "content": said}, {"role": "user", "content": "x"}]
        )
    except ChatTemplateError:
        return False


def _instructed(messages: list[JsonObject], text: str, *, system: bool) -> list[JsonObject]:
    """The messages with an instruction: at the end of the system's or in one of its own; for templates that
    show none, at the end of the last message of the user."""
    users = [i for i, message in enumerate(messages) if message["role"] == "user"]
    place = 0 if system or not users else users[-1]
    if system and messages[0]["role"] != "system":
        return [{"role": "system", "content": text}, *messages]
    told = {**messages[place], "content": f"{messages[place]['content']}\n\n{text}".strip()}
    return [*messages[:place], told, *messages[place + 1 :]]


def _with_names(messages: list[JsonObject]) -> list[JsonObject]:
    """The messages, in which results of tools have the name of their function: some templates want it."""
    calls = [call for message in messages for call in message.get("tool_calls", ())]
    names = {call["id"]: call["function"]["name"] for call in calls}
    return [
        {**message, "name": names[message["tool_call_id"]]}
        if message["role"] == "tool" and "name" not in message and message["tool_call_id"] in names
        else message
        for message in messages
    ]


def _with_short_ids(message: JsonObject) -> JsonObject:
    """A message whose ids of calls are nine letters and digits, as Mistral's templates insist."""
    message = dict(message)
    if "tool_call_id" in message:
        message["tool_call_id"] = _short(message["tool_call_id"])
    if "tool_calls" in message:
        message["tool_calls"] = [{**call, "id": _short(call["id"])} for call in message["tool_calls"]]
    return message


def _short(call_id: str) -> str:
    if len(call_id) == 9 and call_id.isascii() and call_id.isalnum():
        return call_id
    return hashlib.blake2b(call_id.encode("utf-8", "replace")).hexdigest()[:9]


def _template_message(message: Message, index: int) -> JsonObject:
    """A message as templates expect it: only the keys that are there, content as one string."""
    param = f"messages[{index}]"
    role = "system" if message.role == "developer" else message.role
    answered = role == "assistant" and (message.tool_calls or message.refusal)
    if message.content is None and not answered:
        raise missing(f"{param}.content")
    if message.tool_calls and role != "assistant":
        message_ = f"'{param}.tool_calls' is only allowed in messages of the assistant."
        raise bad_request(message_, f"{param}.tool_calls")
    if role == "tool" and message.tool_call_id is None:
        raise missing(f"{param}.tool_call_id")
    result: JsonObject = {"role": role, "content": _text(message.content, param) or message.refusal or ""}
    if message.name is not None:
        result["name"] = message.name
    if message.tool_call_id is not None:
        result["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        result["tool_calls"] = [
            {
                "id": call.id,
                "type": call.type,
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in message.tool_calls
        ]
    return result


def _text(content: str | list[ContentPart] | None, param: str) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(_part(part, f"{param}.content[{i}]") for i, part in enumerate(content))


def _part(part: ContentPart, param: str) -> str:
    if part.type not in ("text", "refusal"):
        message = (
            f"Invalid value for '{param}.type': {part.type[:40]!r}. This model reads parts of type 'text'."
        )
        raise bad_request(message, f"{param}.type", "invalid_value")
    text = part.text if part.type == "text" else part.refusal
    if text is None:
        raise missing(f"{param}.{part.type}")
    return text
