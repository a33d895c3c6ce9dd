"""The client of ``openfpga bench``, a process of its own: streams completions and tells when tokens came.

Reads a `Job` as JSON from standard input and writes a list of `Result` to standard output.
"""

from __future__ import annotations

import asyncio
import sys
import time

import msgspec
from aiohttp import ClientSession


class Job(msgspec.Struct, frozen=True):
    """Streams to open at the same time, one a prompt (token ids); all that `repeats` times."""

    url: str
    model: str
    prompts: list[list[int]]
    max_tokens: int
    repeats: int


class Result(msgspec.Struct, frozen=True):
    """One repetition. Seconds from request to first token (median of streams), and from then to the last."""

    ttft: float
    seconds: float
    tokens: int


async def stream(session: ClientSession, job: Job, prompt: list[int]) -> tuple[float, float, float]:
    """(start, first token, last token) of one stream, `time.perf_counter`."""
    body = {
        "model": job.model,
        "prompt": prompt,
        "max_tokens": job.max_tokens,
        "temperature": 0,
        "ignore_eos": True,
        "stream": True,
    }
    started = time.perf_counter()
    first = last = 0.0
    async with session.post(f"{job.url}/v1/completions", json=body) as response:
        response.raise_for_status()
        async for _ in response.content.iter_any():
            last = time.perf_counter()
            first = first or last
    return started, first, last


async def run(job: Job) -> list[Result]:
    """Run all repetitions."""
    async with ClientSession() as session:
        return [await repeat(session, job) for _ in range(job.repeats)]


async def repeat(session: ClientSession, job: Job) -> Result:
    """Run all streams at once."""
    times = await asyncio.gather(*(stream(session, job, prompt) for prompt in job.prompts))
    ttft = sorted(first - started for started, first, _ in times)[len(times) // 2]
    seconds = max(last for _, _, last in times) - min(first for _, first, _ in times)
    return Result(ttft=ttft, seconds=seconds, tokens=(job.max_tokens - 1) * len(times))


if __name__ == "__main__":
    results = asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
    sys.stdout.buffer.write(msgspec.json.encode(results))
