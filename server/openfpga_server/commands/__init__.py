"""One module a command: `add_parser` declares it, `run` carries it out.

Modules that take time to import are imported where they are used, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
