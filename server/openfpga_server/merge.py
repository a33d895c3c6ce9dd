"""Several generations as one stream of what is ready, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from openfpga_host.engine import Delta, Generation


async def merged(generations: Sequence[Generation], n: int) -> AsyncGenerator[list[tuple[int, Delta]]]:
    """Yield all deltas that became ready since the last batch, each with the number of its choice.

    A consumer that is slow gets larger batches; it holds nobody up, and what waits for it is bounded by the
    generations' own token limits.

    Args:
        generations: to merge.
        n: choices of each; they are numbered over the generations first.

    Raises:
        EngineError: a generation failed; deltas before that have been yielded.
    """
    if n == len(generations) == 1:
        # Nothing to merge: one task switch less a token.
        async for delta in generations[0]:
            yield [(0, delta)]
        return
    ready: list[tuple[int, Delta]] = []
    wake = asyncio.Event()

    async def pump(position: int, generation: Generation) -> None:
        try:
            async for delta in generation:
                ready.append((position * n + delta.index, delta))
                wake.set()
        finally:
            wake.set()

    tasks = [asyncio.create_task(pump(i, generation)) for i, generation in enumerate(generations)]
    try:
        while True:
            await wake.wait()
            wake.clear()
            ended = [task for task in tasks if task.done()]
            if ready:
                batch = ready[:]
                ready.clear()
                yield batch
            for task in ended:
                # Raises what ended the generation.
                task.result()
            if len(ended) == len(tasks):
                return
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
