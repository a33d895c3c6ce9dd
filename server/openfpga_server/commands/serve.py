"""``openfpga serve``: the OpenAI-compatible server."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shlex
from typing import TYPE_CHECKING

from openfpga_server.commands.options import add_model_options, existing, model_name, positive

if TYPE_CHECKING:
    from openfpga_server.commands import Subparsers
    from openfpga_server.registry import ServedModel

EXAMPLES = """\
examples:
  openfpga serve model.ofpga
  openfpga serve model.ofpga --port 8080 --name my-model
  openfpga serve path/to/checkpoint            converts it first, into build/
"""
LEVELS = ("debug", "info", "warning", "error")
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
    parser.add_argument("model", type=existing, metavar="MODEL", help="an image, or a checkpoint's folder")
    add_model_options(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--name", type=model_name, help="the model's name in the API (default: the image's)")
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
    from openfpga_server.config import ServerConfig
    from openfpga_server.lifecycle import serve
    from openfpga_server.loading import opened_model
    from openfpga_server.registry import ModelRegistry

    if options.host not in LOOPBACK and not options.allow_anonymous:
        raise ValueError(
            f"listening on {options.host} would let anyone who reaches this machine use the model: this "
            "server asks for no key yet. Add --allow-anonymous if you want that, or use --host 127.0.0.1"
        )
    config = ServerConfig(host=options.host, port=options.port, drain_timeout=options.drain_timeout)
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    with opened_model(
        options.model,
        device=options.device,
        name=options.name,
        rows=options.rows,
        kv_blocks=options.kv_blocks,
        max_queue=options.max_queue,
    ) as model:
        app = create_app(ModelRegistry([model]), config)
        asyncio.run(serve(app, ready=lambda url: print(banner(url, model, options.device), flush=True)))
    return 0


def banner(url: str, model: ServedModel, device: str) -> str:
    """What is served where, and a line to try it."""
    body = json.dumps({"model": model.id, "messages": [{"role": "user", "content": "What is an FPGA?"}]})
    return (
        f"OpenFPGA serves {model.id} on {device}, {model.max_context} tokens of context\n"
        f"  {url}/v1\n"
        f"  curl {url}/v1/chat/completions -H 'Content-Type: application/json' -d {shlex.quote(body)}"
    )
