"""``openfpga bench``: how fast a model is here, alone and through the server."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openfpga_server.commands.options import add_model_options, existing, positive

if TYPE_CHECKING:
    from openfpga_host.bench import DecodePoint, EngineReport, PrefillPoint

    from openfpga_server.commands import Subparsers
    from openfpga_server.commands.bench_client import Result
    from openfpga_server.registry import ServedModel

EXAMPLES = """\
examples:
  openfpga bench model.ofpga
  openfpga bench model.ofpga --batch 1 16 --tokens 64 --json
"""


@dataclass(frozen=True, slots=True)
class ServerPoint:
    """`batch` streams at once over loopback from another process.

    The quickest of the repetitions; server_seconds_per_token (CPU time of the server's event loop) and
    server_share (of it in wall time) are averages over all.
    """

    batch: int
    tokens_per_second: float
    ttft: float
    server_seconds_per_token: float
    server_share: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that the command found."""

    model: str
    device: str
    engine: EngineReport
    server: list[ServerPoint]


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "bench",
        help="measure tokens/s, time to first token and where the time goes",
        description="Measure prefill and decode speed, the time to the first token, and the shares of "
        "kernels, host and server in the time.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=existing, metavar="MODEL", help="an image, or a checkpoint's folder")
    add_model_options(parser)
    parser.add_argument(
        "--batch",
        type=positive,
        nargs="+",
        default=[1, 4, 8],
        metavar="N",
        help="at once (default: 1 4 8)",
    )
    parser.add_argument(
        "--prompt",
        type=positive,
        nargs="+",
        default=[64, 512],
        metavar="N",
        help="prompt tokens (default: 64 512)",
    )
    parser.add_argument(
        "--tokens",
        type=positive,
        default=128,
        metavar="N",
        help="tokens a request decodes (default: %(default)s)",
    )
    parser.add_argument(
        "--repeats", type=positive, default=5, metavar="N", help="the quickest counts (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    import msgspec
    from openfpga_host.bench import bench_engine

    from openfpga_server.loading import opened_model

    with opened_model(
        options.model,
        device=options.device,
        rows=options.rows,
        kv_blocks=options.kv_blocks,
        prefix_cache=False,
    ) as model:
        engine = asyncio.run(
            bench_engine(
                model.engine,
                prompts=options.prompt,
                batches=options.batch,
                new_tokens=options.tokens,
                repeats=options.repeats,
            )
        )
        server = bench_server(model, options.batch, options.tokens, options.repeats)
    report = Report(model.id, options.device, engine, server)
    print(msgspec.json.format(msgspec.json.encode(report)).decode() if options.json else table(report))
    return 0


def table(report: Report) -> str:
    """The report for people."""
    return "\n".join(
        [
            f"{report.model} on {report.device}",
            "",
            "prefill     prompt     tokens/s        TTFT",
            *map(_prefill_line, report.engine.prefill),
            "",
            "decode       batch     tokens/s        step   kernels     host: schedule build sample emit rest",
            *map(_decode_line, report.engine.decode),
            "",
            "HTTP         batch     tokens/s        TTFT    server   server/token",
            *map(_server_line, report.server),
        ]
    )


def _prefill_line(point: PrefillPoint) -> str:
    return f"       {point.prompt_tokens:11d} {point.tokens_per_second:12.0f} {_ms(point.ttft)}"


def _decode_line(point: DecodePoint) -> str:
    shares = point.shares
    parts = (shares.schedule, shares.build, shares.sample, shares.emit, shares.rest)
    detail = " ".join(f"{100 * part:.1f}" for part in parts)
    kernels = ", ".join(f"{name} {100 * share:.1f}" for name, share in shares.kernels.items())
    return (
        f"       {point.batch:11d} {point.tokens_per_second:12.0f} {_ms(point.step_seconds)}"
        f" {100 * shares.device:8.1f}% {100 * shares.host:7.1f}%: {detail}"
        + (f"\n{'':20s}kernels: {kernels}" if kernels else "")
    )


def _server_line(point: ServerPoint) -> str:
    return (
        f"       {point.batch:11d} {point.tokens_per_second:12.0f} {_ms(point.ttft)}"
        f" {100 * point.server_share:8.1f}% {point.server_seconds_per_token * 1e6:11.1f} us"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:8.2f} ms"


def bench_server(
    model: ServedModel, batches: Sequence[int], new_tokens: int, repeats: int
) -> list[ServerPoint]:
    """Measure the HTTP side: the real server in a thread of its own, the client in a process of its own."""
    points = []
    with _server(model) as (url, loop):
        for batch in batches:
            before = _loop_seconds(loop)
            results = _client(model, url, batch, min(new_tokens, model.max_context - 16), repeats)
            busy = _loop_seconds(loop) - before
            if not all(result.seconds for result in results):
                raise ValueError(
                    f"batch {batch}: all tokens came at once, so there is nothing to measure; "
                    f"ask for more tokens than {new_tokens}"
                )
            points.append(
                ServerPoint(
                    batch=batch,
                    tokens_per_second=max(result.tokens / result.seconds for result in results),
                    ttft=min(result.ttft for result in results),
                    server_seconds_per_token=busy / sum(result.tokens for result in results),
                    server_share=busy / sum(result.seconds for result in results),
                )
            )
    return points


def _loop_seconds(loop: asyncio.AbstractEventLoop) -> float:
    async def cpu() -> float:
        return time.thread_time()

    return asyncio.run_coroutine_threadsafe(cpu(), loop).result()


def _client(model: ServedModel, url: str, batch: int, new_tokens: int, repeats: int) -> list[Result]:
    import msgspec
    from openfpga_host.bench import PROMPT, random_prompt

    from openfpga_server.commands.bench_client import Job, Result

    prompts = [random_prompt(model.engine, PROMPT, seed) for seed in range(batch)]
    job = Job(url=url, model=model.id, prompts=prompts, max_tokens=new_tokens, repeats=repeats)
    done = subprocess.run(
        [sys.executable, "-m", "openfpga_server.commands.bench_client"],
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=list[Result])


@contextmanager
def _server(model: ServedModel) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """The model's server on a free port, in a thread; yields its URL and its event loop."""
    from concurrent.futures import Future

    from aiohttp import web

    from openfpga_server.app import create_app
    from openfpga_server.registry import ModelRegistry

    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        runner = web.AppRunner(create_app(ModelRegistry([model])), handler_cancellation=True, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            ready.set_result((f"http://127.0.0.1:{site.port}", asyncio.get_running_loop(), stop))
            await stop.wait()
        finally:
            await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="openfpga-server")
    thread.start()
    url, loop, stop = ready.result(timeout=30)
    try:
        yield url, loop
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
