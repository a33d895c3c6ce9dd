"""Settings of the whole process, for programs that only serve."""

from __future__ import annotations

import contextlib
import gc
import logging
import resource

YOUNG_OBJECTS = 20_000
"""Allocated minus freed objects before the collector looks; hundreds of streams make as many in a second."""
OTHER_FILES = 256
"""Descriptors for what is no client's connection: the database's, the log, libraries."""

logger = logging.getLogger("openfpga.server")


def raise_file_limit(connections: int) -> None:
    """Allow as many descriptors as so many connections need, as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        logger.warning(
            "the system allows %d open files: fewer than server.max_connections (%d) needs",
            allowed,
            connections,
        )


def settle() -> None:
    """Call once all is loaded: the collector no longer looks at what is there by now, and looks less often.

    Modules, templates and vocabularies are hundreds of thousands of objects that stay; going through them
    takes tens of milliseconds, in which no stream gets a token.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
