"""Sequences stepped through a model runner by hand, without the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from openfpga_host.layout import slot_of
from openfpga_host.runner import ModelRunner, Segment, StepBatch


class Part(NamedTuple):
    """Consecutive tokens of a sequence, from position `start`, with the sequence's whole block table."""

    tokens: Sequence[int]
    start: int
    table: Sequence[int]


def batch_of(
    parts: Sequence[Part], logits: str = "last", copies: Sequence[tuple[int, int]] = ()
) -> StepBatch:
    """A step of these parts in order; logits of the "last" row of each, of "all" rows, or of "none"."""
    tokens: list[int] = []
    positions: list[NDArray[np.int32]] = []
    slots, segments, wanted = [], [], []
    for part in parts:
        place = np.arange(part.start, part.start + len(part.tokens), dtype=np.int32)
        segments.append(Segment(len(tokens), len(part.tokens), part.start, part.table))
        tokens += part.tokens
        positions.append(place)
        slots.append(slot_of(np.asarray(part.table, np.int32), place))
        wanted.append(len(tokens) - 1)
    rows = {"last": wanted, "all": list(range(len(tokens))), "none": []}[logits]
    return StepBatch(
        np.array(tokens, np.int32),
        np.concatenate(positions),
        np.concatenate(slots),
        segments,
        np.array(rows, np.int32),
        list(copies),
    )


def prefill(
    runner: ModelRunner,
    tokens: Sequence[int],
    table: Sequence[int],
    *,
    chunk: int | None = None,
    start: int = 0,
) -> NDArray[np.int32]:
    """Logits [tokens, vocab] of all tokens, `chunk` a step (default: as many as a step takes)."""
    chunk = chunk or runner.max_rows
    steps = [
        runner.step(batch_of([Part(tokens[at : at + chunk], start + at, table)], "all")).copy()
        for at in range(0, len(tokens), chunk)
    ]
    return np.concatenate(steps)


def greedy(
    runner: ModelRunner, prompts: Sequence[Sequence[int]], tables: Sequence[Sequence[int]], count: int
) -> list[list[int]]:
    """`count` greedy tokens of each prompt, decoded as one batch."""
    current = [int(prefill(runner, p, t)[-1].argmax()) for p, t in zip(prompts, tables, strict=True)]
    answers = [[token] for token in current]
    for step in range(count - 1):
        parts = [
            Part([token], len(prompt) + step, table)
            for token, prompt, table in zip(current, prompts, tables, strict=True)
        ]
        logits = runner.step(batch_of(parts))
        current = logits.argmax(axis=1).tolist()
        for answer, token in zip(answers, current, strict=True):
            answer.append(token)
    return answers
