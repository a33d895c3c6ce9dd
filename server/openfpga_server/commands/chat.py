"""``openfpga chat``: talk to a model in the terminal, loaded here or behind a running server."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from openfpga_server.commands.options import add_model_options, existing, positive, server_url, temperature

if TYPE_CHECKING:
    import aiohttp

    from openfpga_server.commands import Subparsers
    from openfpga_server.registry import ServedModel

EXAMPLES = """\
examples:
  openfpga chat model.ofpga
  openfpga chat --url http://127.0.0.1:5000
  echo "What is an FPGA?" | openfpga chat model.ofpga

While talking: /clear forgets the conversation, /exit or Ctrl-D ends, Ctrl-C cuts an answer short.
"""
Messages = list[dict[str, str]]


class TalkError(Exception):
    """An answer that could not be had; the conversation can go on without it."""


class Talker(Protocol):
    """Where answers come from."""

    def answer(self, messages: Messages) -> AsyncIterator[str]:
        """Pieces of the assistant's next message."""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "chat",
        help="talk to a model in the terminal",
        description="Talk to a model in the terminal: one that is loaded here, or one that a server has.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "model", type=existing, nargs="?", metavar="MODEL", help="an image, or a checkpoint's folder"
    )
    source.add_argument("--url", type=server_url, help="a running server, such as http://127.0.0.1:5000")
    add_model_options(parser)
    parser.add_argument("--name", help="which of the server's models (default: the first)")
    parser.add_argument("--system", metavar="TEXT", help="what the model is told first")
    parser.add_argument(
        "--temperature", type=temperature, metavar="T", help="0: always the likeliest (default: the model's)"
    )
    parser.add_argument(
        "--max-tokens", type=positive, metavar="N", help="longest answer (default: what fits)"
    )
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    with asyncio.Runner() as runner, _talker(options, runner) as talker:
        failed = converse(talker, runner, options.system)
    # Who types has seen the errors; a script sees the status.
    return 1 if failed and not sys.stdin.isatty() else 0


def converse(talker: Talker, runner: asyncio.Runner, system: str | None) -> bool:
    """The dialogue, until the input ends; True if an answer could not be had."""
    failed = False
    opening: Messages = [] if system is None else [{"role": "system", "content": system}]
    messages = list(opening)
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return failed
        if line in ("/exit", "/quit"):
            return failed
        if line == "/clear":
            messages = list(opening)
            continue
        if not line:
            continue
        messages.append({"role": "user", "content": line})
        parts: list[str] = []
        try:
            runner.run(_show(talker.answer(messages), parts))
        except KeyboardInterrupt:
            print(" [cut short]", end="")
        except TalkError as error:
            print(f"error: {error}", file=sys.stderr)
            failed = True
            messages.pop()
            continue
        print(flush=True)
        messages.append({"role": "assistant", "content": "".join(parts)})


async def _show(answer: AsyncIterator[str], parts: list[str]) -> None:
    async for part in answer:
        parts.append(part)
        print(part, end="", flush=True)


@contextmanager
def _talker(options: argparse.Namespace, runner: asyncio.Runner) -> Iterator[Talker]:
    fields: dict[str, float | int] = {}
    if options.temperature is not None:
        fields["temperature"] = options.temperature
    if options.max_tokens is not None:
        fields["max_tokens"] = options.max_tokens
    if options.url is not None:
        name = options.name or runner.run(first_model(options.url))
        yield RemoteTalker(options.url, name, fields)
        return
    from openfpga_server.loading import opened_model

    with opened_model(
        options.model, device=options.device, rows=options.rows, kv_blocks=options.kv_blocks
    ) as model:
        print(f"{model.id} on {options.device}; /clear forgets, /exit ends", file=sys.stderr)
        yield LocalTalker(model, fields)


class LocalTalker:
    """A model in this process."""

    def __init__(self, model: ServedModel, fields: dict[str, float | int]) -> None:
        from openfpga_server.prompt import PromptEncoder

        self._model = model
        self._fields = fields
        self._encoder = PromptEncoder.of(model)

    async def answer(self, messages: Messages) -> AsyncIterator[str]:
        """Pieces of the assistant's next message.

        Raises:
            TalkError: the request is refused or the engine failed.
        """
        import msgspec
        from openfpga_host.engine import EngineError

        from openfpga_server.dialects import OPENFPGA
        from openfpga_server.errors import ApiError
        from openfpga_server.protocol.chat import ChatRequest
        from openfpga_server.sampling import sampling_params

        try:
            body = msgspec.convert(
                {"model": self._model.id, "messages": messages, **self._fields}, ChatRequest
            )
            params = sampling_params(body, self._model, OPENFPGA, max_tokens=body.max_tokens, logprobs=None)
            generation = self._model.engine.submit(await self._encoder.chat(body), params)
            try:
                async for delta in generation:
                    yield delta.text
            finally:
                generation.cancel()
        except (ApiError, EngineError, msgspec.ValidationError) as error:
            raise TalkError(str(error)) from error


class RemoteTalker:
    """A model behind a server.

    Args:
        base: the server's URL without /v1.
        model: its name there.
        fields: further fields of the request.
    """

    def __init__(self, base: str, model: str, fields: dict[str, float | int]) -> None:
        self._base = base
        self._model = model
        self._fields = fields

    async def answer(self, messages: Messages) -> AsyncIterator[str]:
        """Pieces of the assistant's next message.

        Raises:
            TalkError: the server refused, failed or is gone; its own message if it has one.
        """
        import aiohttp

        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
                async for text in self._stream(session, messages):
                    yield text
        except aiohttp.ClientError as error:
            raise TalkError(f"{self._base}: {error}") from error

    async def _stream(self, session: aiohttp.ClientSession, messages: Messages) -> AsyncIterator[str]:
        body = {"model": self._model, "messages": messages, "stream": True, **self._fields}
        async with session.post(f"{self._base}/v1/chat/completions", json=body) as response:
            if response.status != 200:
                raise TalkError(f"the server answered {response.status}: {_message(await response.text())}")
            async for line in response.content:
                data = line.removeprefix(b"data: ").strip()
                if line == data or not data or data == b"[DONE]":
                    continue
                event = json.loads(data)
                if "error" in event:
                    raise TalkError(_message(data.decode()))
                for choice in event["choices"]:
                    yield choice["delta"].get("content") or ""


async def first_model(base: str) -> str:
    """The first model of a server.

    Raises:
        ValueError: no OpenAI-compatible server answers there.
    """
    import aiohttp

    try:
        async with aiohttp.ClientSession() as session, session.get(f"{base}/v1/models") as response:
            models = await response.json()
        return str(models["data"][0]["id"])
    except (aiohttp.ClientError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"no model can be had from {base}/v1/models: {error}") from error


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, LookupError, TypeError):
        return text[:200]
