"""A real server with accounts and usage in a database, in a thread, for browsers and blocking clients."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar, cast

from openfpga_host.chat_template import ChatTemplate
from openfpga_host.engine import Engine, EngineConfig
from openfpga_host.runner import ModelRunner
from openfpga_server.accounts.accounts import Accounts
from openfpga_server.app import create_app
from openfpga_server.catalogue import Catalogue, Entry, Pricing
from openfpga_server.config import AccountsConfig, ServerConfig
from openfpga_server.lifecycle import serve
from openfpga_server.registry import ModelRegistry, ServedModel
from openfpga_server.services import open_services
from openfpga_server.usage.log import UsageLog
from support.scripted import TEMPLATES, ScriptRunner, ScriptTokenizer

T = TypeVar("T")
PEPPER = "a pepper for tests that is long enough"
MODEL = "scripted"


@dataclass(slots=True)
class PortalServer:
    """A running server.

    Args:
        url: without a slash at its end.
        runner: the device of its model, which says what it is told.
        engine: of the model.
        accounts: in the server's own loop: use them by `run`.
        usage: the same.
    """

    url: str
    runner: ScriptRunner
    engine: Engine
    accounts: Accounts
    usage: UsageLog
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def create_key(self, name: str = "first", **settings: Any) -> str:
        """A new key's text."""
        return self.run(self.accounts.create_key(name, **settings)).secret


@contextlib.contextmanager
def portal_server(database_url: str, config: ServerConfig | None = None) -> Iterator[PortalServer]:
    """A server of a database, which has no keys yet."""
    runner = ScriptRunner()
    engine = Engine(cast(ModelRunner, runner), ScriptTokenizer(), EngineConfig())
    engine.start()
    template = ChatTemplate({"default": TEMPLATES["tagged"]}, {"bos_token": "<|bos|>"})
    model = ServedModel(id=MODEL, engine=engine, template=template)
    priced = Entry(id=MODEL, pricing=Pricing(input_per_million=Decimal(100), output_per_million=Decimal(200)))
    registry = ModelRegistry([model], catalogue=Catalogue([priced]), aliases={"other-name": MODEL})
    found: list[PortalServer] = []
    failures: list[BaseException] = []
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    config = replace(
        config or ServerConfig(port=0), accounts=AccountsConfig(database=database_url, pepper=PEPPER)
    )

    async def work() -> None:
        async with open_services(config) as services:
            accounts, usage = services.accounts, services.usage
            assert accounts is not None
            assert usage is not None
            app = create_app(registry, config, services)

            def on_ready(address: str) -> None:
                found.append(PortalServer(address, runner, engine, accounts, usage, loop))
                ready.set()

            await serve(app, ready=on_ready, stop=stop)

    def in_thread() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(work())
        except BaseException as error:
            failures.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=in_thread, name="portal-server")
    thread.start()
    ready.wait()
    try:
        if failures:
            raise failures[0]
        yield found[0]
    finally:
        runner.gate.set()
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        engine.close()
