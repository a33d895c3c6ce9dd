"""How an engine is set up, and what it reports of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Limits of an engine.

    max_queue: requests that may wait to start. When so many do, there is still room for one of each account
        that has none there, up to twice as many.
    max_running: sequences that hold KV blocks at once, None for one per eight blocks and at least one per row
        of a step. One account never runs more than a step has rows.
    prefix_cache: whether sequences share the KV blocks of equal prefixes.
    step_rows: rows of a step, None for all that the runner has.
    prompt_rows: of a step in which prompts are read and nobody waits for a next token; None for the same.
    wake_interval: seconds between two wake-ups of an event loop while steps stay alike. Each costs the step
        thread tens of microseconds; a millisecond is less than anybody sees. 0: one wake-up a step.
    """

    max_queue: int = 256
    max_running: int | None = None
    prefix_cache: bool = True
    step_rows: int | None = None
    prompt_rows: int | None = None
    wake_interval: float = 0.0


@dataclass(frozen=True, slots=True)
class EngineStats:
    """Where the engine stands: gauges (running .. kv_blocks_cached) and counters that only grow.

    running and waiting count sequences, that is choices; prompt_tokens those computed (again after a
    preemption), cached_tokens those found in the prefix cache; times are seconds. last_error tells why the
    last step failed.
    """

    running: int
    waiting: int
    kv_blocks_total: int
    kv_blocks_used: int
    kv_blocks_cached: int
    steps: int
    failed_steps: int
    tokens: int
    prompt_tokens: int
    cached_tokens: int
    preemptions: int
    schedule_seconds: float
    build_seconds: float
    device_seconds: float
    sample_seconds: float
    emit_seconds: float
    last_error: str | None


@dataclass(slots=True)
class Counters:
    """The engine's own counters, written by its step thread only; times in seconds."""

    steps: int = 0
    failed_steps: int = 0
    tokens: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    schedule: float = 0.0
    build: float = 0.0
    sample: float = 0.0
    emit: float = 0.0
