"""Settings of the whole process, for programs that only serve."""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 20_000
"""Allocated minus freed objects before the collector looks; hundreds of streams make as many in a second."""


def settle() -> None:
    """Call once all is loaded: the collector no longer looks at what is there by now, and looks less often.

    Modules, templates and vocabularies are hundreds of thousands of objects that stay; going through them
    takes tens of milliseconds, in which no stream gets a token.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
