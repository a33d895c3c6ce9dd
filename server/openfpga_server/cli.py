"""The command line, ``openfpga``: its commands, and how they fail."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from openfpga_server.commands import (
    bench,
    chat,
    convert,
    devices,
    keys,
    payments,
    plan,
    plans,
    serve,
    usage,
    users,
)

DESCRIPTION = """\
Open large language models on FPGA cards, behind an OpenAI-compatible server.

  openfpga convert path/to/checkpoint -o model.ofpga     make a device image
  openfpga serve model.ofpga                             serve it at http://127.0.0.1:5000
  openfpga chat model.ofpga                              talk to it here
  openfpga keys create                                   from now on it asks for an API key
"""


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; `sys.argv` if left out.

    Returns:
        The exit status: 0, 1 (the command's own "no"), 2 (a failure, told in one line), 130 (interrupted).
    """
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output left, as in `openfpga devices | head -1`.
        sys.stderr.close()
        return 2
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        else:
            reason = " ".join(str(error).split()) or type(error).__name__
            print(f"openfpga {options.command}: error: {reason}", file=sys.stderr)
        return 2


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = Parser(
        prog="openfpga", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"openfpga {version('openfpga')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (serve, chat, convert, bench, devices, plan, keys, users, plans, usage, payments):
        command = module.add_parser(commands)
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


if __name__ == "__main__":
    sys.exit(main())
