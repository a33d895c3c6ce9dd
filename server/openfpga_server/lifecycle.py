"""Running the application: listen, and end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator

from aiohttp import web

from openfpga_server.connection import Connection, Gate
from openfpga_server.notify import notify
from openfpga_server.state import STATE, ServerState

logger = logging.getLogger("openfpga.server")

BACKLOG = 1024
"""Connections the system holds until they are accepted: bursts of clients come at once."""
ACCEPTED = 16
"""Connections that a pass of the event loop accepts at most. Those of a crowd wait in the system, where they
cost nothing, until what was accepted has had its turn: all at once would leave no time to answer anybody."""
FLUSH_SECONDS = 5.0
"""What answers get to leave the machine once their generations have ended."""


async def serve(
    app: web.Application,
    *,
    ready: Callable[[str], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    From then on /ready is 503, and for `ServerConfig.drain_delay` all else is as before, so that a load
    balancer looks elsewhere. Then running requests finish (up to `ServerConfig.drain_timeout`, after which
    they are cancelled), and new ones and /health are answered 503. A second signal ends the wait.

    Args:
        app: of `create_app`.
        ready: called once with the server's URL when it listens.
        stop: ends the serving like a signal does, when set.

    Raises:
        OSError: the address cannot be bound.
    """
    state = app[STATE]
    stop = stop or asyncio.Event()
    # handler_cancellation: off by default, and a lost client would keep its request running.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=FLUSH_SECONDS)
    await runner.setup()
    listener: asyncio.Server | None = None
    try:
        listener = await _listen(runner, state)
        with _signals(stop) as hurry:
            host = f"[{state.config.host}]" if ":" in state.config.host else state.config.host
            if ready is not None:
                ready(f"http://{host}:{listener.sockets[0].getsockname()[1]}")
            await stop.wait()
            await drain(app, hurry)
    finally:
        if listener is not None:
            listener.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, state: ServerState) -> asyncio.Server:
    server, config = runner.server, state.config
    assert server is not None
    gate = Gate(config, state.metrics)
    try:
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(server, gate), config.host, config.port, backlog=ACCEPTED
        )
    except OSError as error:
        # asyncio's own text repeats the address; the errors of name look-ups are negative and no errno.
        number = error.errno or 0
        reason = os.strerror(number).lower() if number > 0 else error.strerror
        where = f"{config.host}, port {config.port}"
        raise OSError(f"cannot listen on {where}: {reason}; choose another host or port") from error
    for listening in listener.sockets:
        # asyncio has one number for what the system holds and for what a pass accepts.
        with socket.socket(fileno=os.dup(listening.fileno())) as same:
            same.listen(BACKLOG)
    return listener


async def drain(app: web.Application, hurry: asyncio.Event) -> None:
    """Refuse new work and wait for what runs; the rest is cancelled at the time limit or on `hurry`."""
    state = app[STATE]
    state.leaving = True
    notify("STOPPING=1")
    if state.config.drain_delay:
        logger.info("leaving: new work is taken for %g s more", state.config.drain_delay)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hurry.wait(), state.config.drain_delay)
    state.draining = True
    timeout = state.config.drain_timeout
    logger.info("draining: running requests have %g s to finish", timeout)
    draining = asyncio.gather(*(model.engine.drain(timeout) for model in state.registry))
    hurried = asyncio.ensure_future(hurry.wait())
    await asyncio.wait((draining, hurried), return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    if not draining.done():
        logger.warning("second signal: running requests are cancelled")
        draining.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await draining
        await asyncio.gather(*(model.engine.drain(0) for model in state.registry))
    else:
        draining.result()


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[asyncio.Event]:
    """The first SIGTERM or SIGINT sets `stop`, the second the event that is yielded."""
    loop = asyncio.get_running_loop()
    hurry = asyncio.Event()

    def on_signal() -> None:
        (hurry if stop.is_set() else stop).set()

    handled: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGINT)
    try:
        for number in handled:
            loop.add_signal_handler(number, on_signal)
    except (NotImplementedError, RuntimeError, ValueError):
        # Not in the main thread: then `stop` is the only way to end, and the caller's.
        handled = ()
    try:
        yield hurry
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
