"""``openfpga plan``: what a board would do with a model, without either."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openfpga_host.boards import Board
    from openfpga_host.model_shapes import ModelShape
    from openfpga_host.plan import Plan

    from openfpga_server.commands import Subparsers

DESCRIPTION = """\
Tokens a second, time to the first token, memory and bytes a token of a model on a board, from the model's
shapes and what the RTL card takes in simulation (docs/performance.md). Nothing of it was measured on a board.

  openfpga plan --model llama-3.1-8b --board u280
"""
# Their homes import NumPy, which would delay the start of every other command; a test holds them equal.
BOARD_NAMES = ("u280", "u250", "kv260")
MEMORY_NAMES = ("ideal", "hbm2", "ddr4", "ddr4x16")


def add_parser(commands: Subparsers) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = commands.add_parser(
        "plan",
        help="what a board would do with a model",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--model",
        default="llama-3.1-8b",
        help="an image, a checkpoint's folder, a config.json, or the name of a known model (one that is not "
        "known is answered with the list; default: llama-3.1-8b)",
    )
    parser.add_argument("--board", choices=BOARD_NAMES, default="u280", help="(default: u280)")
    parser.add_argument("--memory", choices=MEMORY_NAMES, help="behind the ports (default: the board's)")
    parser.add_argument(
        "--context", type=int, default=1024, metavar="TOKENS", help="of each sequence (default: 1024)"
    )
    parser.add_argument(
        "--batch", type=int, nargs="+", default=[1, 4, 8], metavar="N", help="sequences (default: 1 4 8)"
    )
    parser.add_argument(
        "--prompt", type=int, default=512, metavar="TOKENS", help="for the time to the first token (512)"
    )
    parser.add_argument(
        "--host-us",
        type=float,
        default=100.0,
        metavar="US",
        help="of the host between two programs (default: 100)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Carry the command out."""
    from openfpga_host.boards import BOARDS, MEMORIES
    from openfpga_host.model_shapes import ModelShape
    from openfpga_host.plan import plan

    model, board = ModelShape.load(options.model), BOARDS[options.board]
    result = plan(
        model,
        board,
        memory=MEMORIES[options.memory] if options.memory else None,
        context=options.context,
        batches=options.batch,
        prompt=options.prompt,
        host_seconds=options.host_us / 1e6,
    )
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(result)).decode())
    else:
        _show(model, board, options.memory or board.memory.name, result)
    return 0 if result.kv_tokens >= result.context else 1


def _show(model: ModelShape, board: Board, memory: str, result: Plan) -> None:
    size = board.size
    print(
        f"{model.name} on {board.product}: {size.ports} x {board.port_rate / 1e9:.1f} GB/s ({memory}), "
        f"{size.rows} rows, {size.clock_mhz} MHz"
    )
    weights, room = result.weight_bytes / 1e9, board.memory_bytes / 1e9
    print(
        f"  weights     {weights:.2f} of {room:.2f} GB; KV {result.kv_bytes_per_token / 1024:.0f} KiB a token"
    )
    if result.kv_tokens < 0:
        print("  does not fit")
    else:
        print(f"  KV cache    room for {result.kv_tokens:,} tokens")
    print(f"  decode at a context of {result.context:,}:")
    for decode in result.decode:
        print(
            f"    batch {decode.batch:3}   {decode.tokens_per_second:8.1f} tokens/s   "
            f"{1e3 * decode.step_seconds:8.2f} ms a step   {decode.bytes_per_token / 1e9:6.3f} GB a token   "
            f"{100 * decode.of_peak:5.1f} % of the ports' peak"
        )
    first = result.first_token_seconds
    rate = result.prompt / first
    print(
        f"  first token of a prompt of {result.prompt:,}: {first:.3f} s ({rate:,.0f} tokens/s) "
        f"in steps of {result.prompt_rows} rows"
    )
