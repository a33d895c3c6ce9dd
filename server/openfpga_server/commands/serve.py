"""``openfpga serve``: the OpenAI-compatible server."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import shlex
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from openfpga_server.commands.options import add_settings, existing, settings_of

if TYPE_CHECKING:
    from openfpga_server.catalogue import Catalogue
    from openfpga_server.commands import Subparsers
    from openfpga_server.config import ModelsConfig, ServerConfig
    from openfpga_server.loading import ModelSource
    from openfpga_server.registry import Served
    from openfpga_server.services import Services

EXAMPLES = """\
examples:
  openfpga serve model.ofpga
  openfpga serve model.ofpga --port 8080 --name my-model --alias gpt-4=my-model
  openfpga serve chat.ofpga encoder.ofpga --model llama-3.1-8b-fpga=llama.ofpga
  openfpga serve model.ofpga --dialect deepinfer --port 8000
  openfpga serve path/to/checkpoint            converts it first, into build/
  openfpga serve --config openfpga.yaml --print-config
"""


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "serve",
        help="serve a model over the OpenAI API",
        description="Serve a model over the OpenAI API. SIGTERM or Ctrl-C lets running requests finish.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "models", type=existing, nargs="*", metavar="MODEL", help="an image, or a checkpoint's folder"
    )
    parser.add_argument(
        "--print-config", action="store_true", help="print every setting, who gave it, and end"
    )
    add_settings(parser)
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    settings = settings_of(options, models__images=options.models)
    if options.print_config:
        print(settings.report())
        return 0

    from openfpga_server.app import create_app
    from openfpga_server.catalogue import default_catalogue, read_catalogue
    from openfpga_server.lifecycle import serve
    from openfpga_server.loading import opened_models
    from openfpga_server.logs import logging_to
    from openfpga_server.notify import notify
    from openfpga_server.process import raise_file_limit, settle
    from openfpga_server.registry import ModelRegistry

    config, chosen = settings.server, settings.models
    catalogue = read_catalogue(chosen.catalogue) if chosen.catalogue else default_catalogue()
    sources = model_sources(chosen, catalogue)
    with (
        logging_to(logging.StreamHandler(), settings.log),
        asyncio.Runner() as runner,
        # Before the models, as these take long to load, and settings that are wrong show here.
        opened_services(runner, config) as services,
    ):
        keyed = runner.run(asks_for_keys(config, services))
        check_reach(config, keyed=keyed)
        with opened_models(
            sources,
            device=chosen.device,
            rows=chosen.rows,
            kv_blocks=chosen.kv_blocks,
            max_queue=chosen.max_queue,
        ) as models:
            registry = ModelRegistry(models, catalogue=catalogue, aliases=dict(chosen.alias))

            def ready(url: str) -> None:
                print(banner(url, models, chosen.device, keyed=keyed, page=config.portal.enabled), flush=True)
                notify("READY=1")

            settle()
            raise_file_limit(config.max_connections)
            runner.run(serve(create_app(registry, config, services), ready=ready))
    return 0


@contextlib.contextmanager
def opened_services(runner: asyncio.Runner, config: ServerConfig) -> Iterator[Services]:
    """What a configuration asks for, open while the block runs; the runner's loop runs only when asked to."""
    from openfpga_server.services import open_services

    stack = contextlib.AsyncExitStack()
    services = runner.run(stack.enter_async_context(open_services(config)))
    try:
        yield services
    finally:
        runner.run(stack.aclose())


async def asks_for_keys(config: ServerConfig, services: Services) -> bool:
    """Whether requests need a key (the configured one, or one of an account) or a payment."""
    made = services.accounts is not None and await services.accounts.any_keys()
    return made or config.api_key is not None or config.payments.pay_to is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_reach(config: ServerConfig, *, keyed: bool) -> None:
    """Refuse to serve strangers by accident.

    Raises:
        ValueError: others than this machine could use a server that asks for no key.
    """
    if not is_loopback(config.host) and not keyed and not config.allow_anonymous:
        raise ValueError(
            f"listening on {config.host} would let anyone who reaches this machine use the model: this "
            "server asks for no key. Make one with `openfpga keys create`, set server.api_key in a --config "
            "file, add --allow-anonymous if you want that, or use --host 127.0.0.1"
        )


def model_sources(config: ModelsConfig, catalogue: Catalogue) -> list[ModelSource]:
    """What to load, in order: the models that are configured, then those that the catalogue has images of.

    Raises:
        ValueError: there is none; or an image that the catalogue names is not there.
    """
    from openfpga_server.loading import ModelSource

    sources = [ModelSource(path) for path in config.images]
    sources += [ModelSource(Path(path), name) for name, path in config.named]
    if config.name and sources:
        sources[0] = ModelSource(sources[0].path, config.name)
    names = {source.name for source in sources}
    for entry in catalogue:
        if entry.image is not None and entry.id not in names:
            path = Path(entry.image)
            if not path.exists():
                raise ValueError(f"the catalogue's image of {entry.id}, {path}, does not exist")
            sources.append(ModelSource(path, entry.id))
    if not sources:
        raise ValueError("no model to serve: give MODEL, --model NAME=PATH, or a catalogue with an image")
    return sources


def banner(
    url: str, models: Sequence[Served], device: str, *, keyed: bool = False, page: bool = False
) -> str:
    """What is served where, and a line to try it."""
    from openfpga_server.registry import ServedEncoder

    first = models[0]
    body: dict[str, object] = {"model": first.id}
    if isinstance(first, ServedEncoder):
        path, body["input"] = "embeddings", "What is an FPGA?"
    else:
        path, body["messages"] = "chat/completions", [{"role": "user", "content": "What is an FPGA?"}]
    data = shlex.quote(json.dumps(body))
    key = " -H 'Authorization: Bearer YOUR_API_KEY'" if keyed else ""
    open_to = "  It asks for no key. `openfpga keys create` makes the first one; then everyone needs one."
    return "\n".join(
        (
            *(
                f"OpenFPGA serves {model.id} on {device}, {model.max_context} tokens of context"
                for model in models
            ),
            *(() if keyed else (open_to,)),
            f"  {url}/v1",
            *((f"  {url}/  in a browser: keys, usage, a playground",) if page else ()),
            f"  curl {url}/v1/{path} -H 'Content-Type: application/json'{key} -d {data}",
        )
    )
