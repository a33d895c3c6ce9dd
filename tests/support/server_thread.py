"""A real server in a thread, for blocking clients: its model recites a few letters and ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from openfpga_server.app import create_app
from openfpga_server.catalogue import default_catalogue
from openfpga_server.config import ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import open_services
from support.alphabet import END, AlphabetRunner
from support.alphabet_model import alphabet_model


class BriefRunner(AlphabetRunner):
    """Ends after f, so that no answer is long."""

    @staticmethod
    def successor(token: int) -> int:
        """The most likely next token."""
        return END if token == ord("f") else AlphabetRunner.successor(token)


@contextlib.contextmanager
def served_alphabet(
    config: ServerConfig, aliases: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, ServedModel]]:
    """(URL without /v1, the model called "alphabet") of a running server.

    It has accounts and records usage where the configuration names a database.
    """
    with alphabet_model(BriefRunner(max_context=1024, num_blocks=256)) as model:
        registry = ModelRegistry([model], catalogue=default_catalogue(), aliases=aliases)
        with _running(registry, config) as url:
            yield url, model


@contextlib.contextmanager
def _running(registry: ModelRegistry, config: ServerConfig) -> Iterator[str]:
    loop = asyncio.new_event_loop()
    stop, ready, address = asyncio.Event(), threading.Event(), list[str]()

    def on_ready(url: str) -> None:
        address.append(url)
        ready.set()

    async def run() -> None:
        async with contextlib.AsyncExitStack() as stack:
            services = None
            if config.accounts.database is not None:
                services = await stack.enter_async_context(open_services(config))
            await serve(create_app(registry, config, services), ready=on_ready, stop=stop)

    def work() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(run())
        finally:
            ready.set()

    thread = threading.Thread(target=work, name="server")
    thread.start()
    try:
        ready.wait()
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
