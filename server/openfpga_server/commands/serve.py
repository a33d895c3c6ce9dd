"""``openfpga serve``: the OpenAI-compatible server."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openfpga_server.commands.options import (
    add_model_options,
    alias,
    existing,
    model_name,
    named_path,
    positive,
)

if TYPE_CHECKING:
    from openfpga_server.catalogue import Catalogue
    from openfpga_server.commands import Subparsers
    from openfpga_server.loading import ModelSource
    from openfpga_server.registry import Served

EXAMPLES = """\
examples:
  openfpga serve model.ofpga
  openfpga serve model.ofpga --port 8080 --name my-model --alias gpt-4=my-model
  openfpga serve chat.ofpga encoder.ofpga --model llama-3.1-8b-fpga=llama.ofpga
  openfpga serve model.ofpga --dialect deepinfer --port 8000
  openfpga serve path/to/checkpoint            converts it first, into build/
"""
LEVELS = ("debug", "info", "warning", "error")
DIALECTS = ("openfpga", "gateway", "voltage", "deepinfer")
"""Their names, without loading aiohttp for `--help`; a test compares them with `dialects`."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
        "--model",
        type=named_path,
        action="append",
        default=[],
        dest="named",
        metavar="NAME=PATH",
        help="a further model under a name; may be repeated",
    )
    add_model_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--name", type=model_name, help="the first model's name in the API (default: the image's)"
    )
    parser.add_argument(
        "--alias",
        type=alias,
        action="append",
        default=[],
        metavar="NAME=MODEL",
        help="a further name of a served model, such as gpt-4=demo; may be repeated",
    )
    parser.add_argument(
        "--catalogue",
        type=existing,
        metavar="FILE",
        help="TOML or YAML: what /v1/models says about models (default: the package's own)",
    )
    parser.add_argument(
        "--dialect",
        choices=tuple(DIALECTS),
        help="the API document spoken at /v1 (default: openfpga); all have a base URL of their own besides",
    )
    parser.add_argument(
        "--config", type=existing, metavar="FILE", help="YAML or TOML: server.api_key, dialect, mounts"
    )
    parser.add_argument(
        "--max-queue",
        type=positive,
        default=256,
        metavar="N",
        help="requests that may wait; more are answered 503 (default: %(default)s)",
    )
    parser.add_argument(
        "--drain-timeout",
        type=float,
        default=30.0,
        metavar="S",
        help="seconds that running requests get after SIGTERM (default: %(default)g)",
    )
    parser.add_argument("--log-level", choices=LEVELS, default="info", help="(default: %(default)s)")
    parser.add_argument(
        "--allow-anonymous",
        action="store_true",
        help="listen on an address that others can reach although nobody has to log in",
    )
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    from openfpga_server.app import create_app
    from openfpga_server.catalogue import default_catalogue, read_catalogue
    from openfpga_server.config import ServerConfig
    from openfpga_server.config_file import ConfigFile, mounts_of, read_config_file
    from openfpga_server.lifecycle import serve
    from openfpga_server.loading import opened_models
    from openfpga_server.process import settle
    from openfpga_server.registry import ModelRegistry

    file = read_config_file(options.config) if options.config else ConfigFile()
    if options.host not in LOOPBACK and not options.allow_anonymous and file.server.api_key is None:
        raise ValueError(
            f"listening on {options.host} would let anyone who reaches this machine use the model: this "
            "server asks for no key. Set server.api_key in a --config file, add --allow-anonymous if you "
            "want that, or use --host 127.0.0.1"
        )
    config = ServerConfig(
        host=options.host,
        port=options.port,
        drain_timeout=options.drain_timeout,
        mounts=mounts_of(file.server, options.dialect),
        api_key=file.server.api_key,
    )
    aliases = dict(options.alias)
    if len(aliases) < len(options.alias):
        raise ValueError("an alias is given twice; each name stands for one model")
    catalogue = read_catalogue(options.catalogue) if options.catalogue else default_catalogue()
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    with opened_models(
        model_sources(options, catalogue),
        device=options.device,
        rows=options.rows,
        kv_blocks=options.kv_blocks,
        max_queue=options.max_queue,
    ) as models:
        registry = ModelRegistry(models, catalogue=catalogue, aliases=aliases)
        app = create_app(registry, config)
        keyed = config.api_key is not None

        def ready(url: str) -> None:
            print(banner(url, models, options.device, keyed=keyed), flush=True)

        settle()
        asyncio.run(serve(app, ready=ready))
    return 0


def model_sources(options: argparse.Namespace, catalogue: Catalogue) -> list[ModelSource]:
    """What to load, in order: the command line's models, then those that the catalogue has images of.

    Raises:
        ValueError: there is none; or an image that the catalogue names is not there.
    """
    from openfpga_server.loading import ModelSource

    sources = [ModelSource(path) for path in options.models]
    sources += [ModelSource(path, name) for name, path in options.named]
    if options.name and sources:
        sources[0] = ModelSource(sources[0].path, options.name)
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


def banner(url: str, models: Sequence[Served], device: str, *, keyed: bool = False) -> str:
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
    return "\n".join(
        (
            *(
                f"OpenFPGA serves {model.id} on {device}, {model.max_context} tokens of context"
                for model in models
            ),
            f"  {url}/v1",
            f"  curl {url}/v1/{path} -H 'Content-Type: application/json'{key} -d {data}",
        )
    )
