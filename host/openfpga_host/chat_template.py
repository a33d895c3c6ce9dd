"""Chat templates: Jinja2 programs, shipped with a model, that write a conversation as its prompt.

The environment is the one that Hugging Face's `apply_chat_template` defines (transformers,
chat_template_utils.py): sandboxed and immutable, `trim_blocks`, `lstrip_blocks`, loop controls,
`raise_exception`, `strftime_now`, a `tojson` without HTML escapes, `{% generation %}` tags. Messages are data
and never compiled. Loop steps, products and the length of the prompt are bounded, so that no conversation
makes a template run away; beyond that a template is trusted as much as the weights it comes with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from datetime import datetime
from typing import Any, NoReturn, cast

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .tokenizer.base import TokenizerError
from .tokenizer.metadata import read_json, token_roles

MAX_LOOP_STEPS = 1_000_000
MAX_CHARACTERS = 1 << 24
MAX_INTEGER_BITS = 4096
_BUDGET = "loop budget"  # not an identifier, so no template can set it


class ChatTemplateError(ValueError):
    """A conversation the model's template refuses, or a template that does not work; has its own message."""


class ChatTemplate:
    """A model's chat template, compiled once; rendering is safe from several threads."""

    def __init__(
        self,
        sources: Mapping[str, str],
        variables: Mapping[str, str] | None = None,
        *,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        """
        Args:
            sources: template text by name; "default", and "tool_use" where the model has one for tools.
            variables: the model's tokens by role, as templates expect them: bos_token, eos_token, ...
            clock: local time, for `strftime_now`.

        Raises:
            ChatTemplateError: a template that does not compile, or no "default" among several.
        """
        environment = _environment(clock)
        self.tool_source = sources.get("tool_use") or sources.get("default", "")
        """Text of the template that describes tools, if any does: it tells how the model writes calls."""
        self._variables = dict(variables or {})
        self._templates = {}
        for name, source in sources.items():
            try:
                template = environment.from_string(source)
            except (TemplateError, RecursionError) as error:
                raise ChatTemplateError(f"chat template {name!r} does not compile: {error}") from error
            # Jinja's own is a ChainMap, which is slow to copy, and it is copied at each rendering.
            template.globals = dict(template.globals)
            self._templates[name] = template
        if "default" not in self._templates:
            raise ChatTemplateError(f"no chat template called 'default' among {sorted(sources)}")

    def render(
        self,
        messages: list[dict[str, Any]],
        *,
        tools: list[dict[str, Any]] | None = None,
        add_generation_prompt: bool = True,
        **kwargs: Any,
    ) -> str:
        """The prompt for a conversation; encode it with `special=True`, it has its BOS.

        Args:
            messages: OpenAI chat messages. Their content may be text or a list of text parts; the arguments
                of tool calls may be JSON text, which templates get as an object.
            tools: OpenAI tool definitions; none and an empty list are the same.
            add_generation_prompt: end with the header of the assistant's turn.
            kwargs: further variables of the template (`enable_thinking`, `documents`, ...).

        Raises:
            ChatTemplateError: the template's own `raise_exception` message, or why it cannot be rendered.
        """
        name = "tool_use" if tools and "tool_use" in self._templates else "default"
        variables = {
            "documents": None,
            **self._variables,
            **kwargs,
            "messages": [_prepare(message) for message in messages],
            "tools": tools or None,
            "add_generation_prompt": add_generation_prompt,
            _BUDGET: _Budget(),
        }
        pieces: list[str] = []
        length = 0
        try:
            for piece in self._templates[name].generate(variables):
                length += len(piece)
                if length > MAX_CHARACTERS:
                    raise ChatTemplateError(f"the prompt is longer than {MAX_CHARACTERS} characters")
                pieces.append(piece)
        except ChatTemplateError:
            raise
        except Exception as error:  # a template is a program: it can fail in any way on unexpected messages
            raise ChatTemplateError(f"the chat template failed: {type(error).__name__}: {error}") from error
        return "".join(pieces)


def load_chat_template(files: Mapping[str, bytes]) -> ChatTemplate | None:
    """The chat template of a model, None where it has none (a base model).

    chat_template.jinja wins over chat_template.json over tokenizer_config.json (newest form first).

    Args:
        files: file name to content, as `read_tokenizer_files` gives them.

    Raises:
        ChatTemplateError: malformed files, or a template that does not compile.
    """
    try:
        config = read_json(files, "tokenizer_config.json")
        tokens = {**token_roles(read_json(files, "special_tokens_map.json")), **token_roles(config)}
        standalone = read_json(files, "chat_template.json")
        text = files["chat_template.jinja"].decode("utf-8") if "chat_template.jinja" in files else None
    except (TokenizerError, UnicodeDecodeError) as error:
        raise ChatTemplateError(str(error)) from error
    value = text or standalone.get("chat_template") or config.get("chat_template")
    if not value:
        return None
    if isinstance(value, str):
        return ChatTemplate({"default": value}, tokens)
    try:
        sources = {str(entry["name"]): str(entry["template"]) for entry in value}
    except (TypeError, KeyError) as error:
        raise ChatTemplateError(
            "chat_template must be a template or a list of {name, template}; it is " + repr(value)[:100]
        ) from error
    if len(sources) == 1:
        sources = {"default": next(iter(sources.values()))}
    return ChatTemplate(sources, tokens)


def _prepare(message: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a message in the form that templates are written for."""
    message = dict(message)
    content = message.get("content")
    calls = message.get("tool_calls")
    if isinstance(content, list):
        message["content"] = "\n".join(_part_text(part) for part in content)
    elif content is None and not calls:
        message["content"] = ""
    if isinstance(calls, list):
        message["tool_calls"] = [_with_parsed_arguments(call) for call in calls]
    elif "tool_calls" in message and not calls:
        del message["tool_calls"]
    return message


def _part_text(part: Any) -> str:
    if isinstance(part, Mapping) and part.get("type") == "text" and isinstance(part.get("text"), str):
        return str(part["text"])
    kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
    raise ChatTemplateError(f"content part of type {kind!r}: this model reads only parts of type 'text'")


def _with_parsed_arguments(call: Any) -> Any:
    """A tool call whose arguments, JSON text on the wire, are an object; other text stays."""
    function = call.get("function") if isinstance(call, Mapping) else None
    arguments = function.get("arguments") if isinstance(function, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(arguments, str):
        return call
    try:
        parsed = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return call
    return {**call, "function": {**function, "arguments": parsed}} if isinstance(parsed, dict) else call


class _Budget:
    """Loop steps left in one rendering."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = MAX_LOOP_STEPS

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ChatTemplateError(f"the chat template runs for more than {MAX_LOOP_STEPS} loop steps")


class _LoopBudget(Extension):
    """Counts the steps of every loop: wraps what a `for` iterates over in a counting generator."""

    def parse(self, parser: Parser) -> nodes.Node:
        raise NotImplementedError("this extension has no tags")

    def count(self, context: Context, values: Iterable[Any]) -> Iterator[Any]:
        spend = context[_BUDGET].spend
        for value in values:
            spend()
            yield value

    def wrap(self, template: nodes.Template) -> None:
        for loop in list(template.find_all(nodes.For)):
            arguments: list[nodes.Expr] = [nodes.ContextReference(), cast(nodes.Expr, loop.iter)]
            loop.iter = self.call_method("count", arguments, lineno=loop.lineno)
        template.set_environment(self.environment)


class _Generation(Extension):
    """`{% generation %}` ... `{% endgeneration %}` marks words for training; here it is transparent."""

    tags = {"generation"}  # noqa: RUF012 - the base class declares it as an instance attribute

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with loops counted and products bounded."""

    intercepted_binops = frozenset(["*", "**"])

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Jinja's hook between parsing and code generation."""
        _LoopBudget(self).wrap(source)
        return super()._generate(source, name, filename, defer_init)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuses products and powers that could use unbounded time or memory in one operation."""
        match left, right:
            case int(), int():
                bits = left.bit_length()
                size = bits * abs(right) if operator == "**" else bits + right.bit_length()
                limit = MAX_INTEGER_BITS
            case (int(count), Sized() as value) | (Sized() as value, int(count)):
                size, limit = len(value) * abs(count), MAX_CHARACTERS
            case _:
                size = limit = 0
        if size > limit:
            raise ChatTemplateError(f"the chat template computes {operator} with a result of size {size}")
        return super().call_binop(context, operator, left, right)


def _environment(clock: Callable[[], datetime]) -> _Environment:
    """Hugging Face's environment for chat templates."""

    def strftime_now(format: str) -> str:
        return clock().strftime(format)

    environment = _Environment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation, _LoopBudget]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = strftime_now
    return environment


def _raise_exception(message: object) -> NoReturn:
    raise ChatTemplateError(str(message))


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Hugging Face's `tojson`: key order kept, no HTML escapes (Jinja's own has both)."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )
