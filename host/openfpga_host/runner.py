"""Runs a model's steps on a device: writes a step's data, rings once, returns its logits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    COMMAND_BYTES,
    COPY_DTYPE,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    WORD_BYTES,
)
from openfpga_host.device import Device, DeviceError, open_device
from openfpga_host.image import Image
from openfpga_host.placement import Placement, check_fits
from openfpga_host.pooling import Pooler
from openfpga_host.program import MOST_CHUNKS, ProgramBuilder, StepBuffer, StepShape

_DEFAULT_KV_BYTES = 1 << 30


@dataclass(slots=True)
class Segment:
    """Consecutive tokens of one sequence in a step."""

    first_row: int
    rows: int
    start: int
    """Position of the first of them; all positions before it are in the cache."""
    block_table: Sequence[int] | NDArray[Any]
    """Physical KV blocks of positions 0..start + rows - 1, at least ceil((start + rows) / 16) of them."""


@dataclass(slots=True)
class StepBatch:
    """What one step computes: R rows (tokens), in segments, and the logits of L of them."""

    tokens: NDArray[np.int32]
    """[R]"""
    positions: NDArray[np.int32]
    """[R]"""
    slots: NDArray[np.int32]
    """[R]: physical block * 16 + offset in the block."""
    segments: list[Segment]
    """Cover rows 0..R-1 in order."""
    logit_rows: NDArray[np.int32]
    """[L], L <= R; may be empty."""
    copies: list[tuple[int, int]]
    """(source, destination) blocks, copied in this order before anything else (copy on write)."""


class ModelRunner:
    """A model loaded on a device.

    `image` and `device` become the runner's own; `close` closes them. Options:

    rows: most rows of one step, by default twice the device's ROWS: these are two chunks, which take turns
        in the card's units (program.py). A prompt is read faster, and steps take longer.
    kv_blocks: KV blocks of 16 tokens. By default enough for as many sequences of the largest context as a
        chunk has rows, but at most `kv_bytes` (1 GiB) of them.

    Raises DeviceError if the model does not fit the card, ValueError for options out of range.
    """

    block_size = PAGE_TOKENS

    def __init__(
        self,
        image: Image,
        device: Device,
        *,
        rows: int | None = None,
        kv_blocks: int | None = None,
        kv_bytes: int = _DEFAULT_KV_BYTES,
    ) -> None:
        config, card = image.config, device.capabilities
        if config.encoder:
            kind = config.architecture
            raise ValueError(f"{config.name} is an encoder ({kind}): it makes vectors, no text")
        check_fits(config, image.matrices, card)
        self.image = image
        self.device = device
        self.max_rows = MOST_CHUNKS * card.rows if rows is None else rows
        self.chunk_rows = min(card.rows, self.max_rows)
        """Rows of one chunk of a step."""
        if not 1 <= self.max_rows <= MOST_CHUNKS * card.rows:
            raise ValueError(f"rows is {rows}; {device.name} takes 1 to {MOST_CHUNKS * card.rows}")
        self.max_context = min(config.max_context, card.context)
        self.vocab_size = config.vocab_size
        placement = Placement.of(image, card.ports)
        if kv_blocks is None:
            wanted = self.chunk_rows * -(-self.max_context // PAGE_TOKENS)
            kv_blocks = min(wanted, max(1, kv_bytes // placement.block_bytes))
        if kv_blocks < 1:
            raise ValueError(f"kv_blocks is {kv_blocks}; a sequence needs at least one")
        self.num_blocks = kv_blocks
        self.device_seconds = 0.0
        self._closed = False
        logit_width = image.matrices["lm_head"].n
        buffer = StepBuffer(
            config,
            logit_width,
            rows=self.max_rows,
            max_context=self.max_context,
            copies=kv_blocks,
            command_rows=card.rows,
        )
        self.port_bytes = placement.port_bytes(kv_blocks)
        """Memory of each port, weights first, then the KV pool."""
        try:
            device.open_memory(self.port_bytes, buffer.bytes)
        except (OSError, MemoryError, OverflowError) as error:
            raise DeviceError(
                f"{device.name}: {config.name} with {kv_blocks} KV blocks needs "
                f"{(card.ports * self.port_bytes + buffer.bytes) / 1e9:.1f} GB of memory, which cannot be "
                f"had ({error}); ask for fewer KV blocks"
            ) from error
        placement.upload(image, device)
        self._builder = ProgramBuilder(config, image.matrices, placement, buffer)
        self._program_addr = buffer.program
        self._loaded: tuple[StepShape, int] | None = None
        self._name_views(buffer, device.act, logit_width)

    @classmethod
    def open(
        cls, image_path: Path | str, device: str = "csim", *, verify: bool = True, **options: Any
    ) -> ModelRunner:
        """Open an image (its checksums too if `verify`) and a device by name; `options` as for the class.

        Raises ImageError, DeviceError, OSError, ValueError.
        """
        opened = open_device(device)
        image = Image.open(Path(image_path), verify=verify)
        return cls(image, opened, **options)

    def step(self, batch: StepBatch, launching: Callable[[], None] | None = None) -> NDArray[np.int32]:
        """Execute a step; int32 [L, vocab_size] logits in Q16, a view that the next step overwrites.

        `launching` is called when all is written, just before the device starts: the place to wake other
        threads, which then find the interpreter free.

        Raises ValueError for a batch that does not fit (nothing has run then), DeviceError if the device
        fails.
        """
        if self._closed:
            raise DeviceError(f"{self.device.name}: the runner is closed")
        shape = self._write(batch)
        if self._loaded is None or self._loaded[0] != shape:
            program = self._builder.build(shape)
            self._program[: len(program)] = program
            self._loaded = shape, len(program)
        if launching is not None:
            launching()
        started = perf_counter()
        self.device.run(self._program_addr, self._loaded[1])
        self.device_seconds += perf_counter() - started
        logits: NDArray[np.int32] = self._logits[: shape.logit_rows]
        return logits

    @property
    def dimensions(self) -> int:
        """Length of a state."""
        return self.image.config.hidden_size

    def pooler(self) -> Pooler:
        """What makes a vector of a text's states."""
        return Pooler.of(self.image)

    def states(self, start: int, stop: int) -> NDArray[np.int32]:
        """Rows start..stop of the last step behind the last layer: int32 [., hidden], Q16, a view."""
        rows: NDArray[np.int32] = self._x[start:stop]
        return rows

    def close(self) -> None:
        """Free the device and the image; idempotent."""
        self._closed = True
        self.device.close()
        self.image.close()

    def _name_views(self, buffer: StepBuffer, act: NDArray[np.uint8], logit_width: int) -> None:
        config, rows = self.image.config, self.max_rows

        def view(addr: int, dtype: Any, *shape: int) -> NDArray[Any]:
            start = WORD_BYTES * addr
            size = int(np.prod(shape)) * np.dtype(dtype).itemsize
            array: NDArray[Any] = act[start : start + size].view(dtype).reshape(shape)
            return array

        commands = (buffer.x - buffer.program) * WORD_BYTES // COMMAND_BYTES
        self._program = view(buffer.program, np.uint8, commands, COMMAND_BYTES)
        self._x = view(buffer.x, "<i4", rows, config.hidden_size)
        self._rope = view(buffer.rope, "<i2", rows, config.head_dim // 2, 2)
        self._command_rows = buffer.command_rows
        line = WORD_BYTES * buffer.line_words // 4
        records = WORD_BYTES * buffer.segment_words // SEGMENT_DTYPE.itemsize
        self._slots = view(buffer.slots, "<u4", buffer.chunks, line)
        self._segments = view(buffer.segments, SEGMENT_DTYPE, buffer.chunks, records)
        self._tables = view(buffer.tables, "<i4", rows, WORD_BYTES * buffer.table_words // 4)
        self._table_addrs = [buffer.tables + i * buffer.table_words for i in range(rows)]
        self._index = view(buffer.index, "<u4", buffer.chunks, line)
        self._copies = view(buffer.copies, COPY_DTYPE, self.num_blocks)
        self._logits = view(buffer.logits, "<i4", rows, logit_width)[:, : self.vocab_size]

    # ---------------------------------------------------------------------------------------- a step's data
    def _write(self, batch: StepBatch) -> StepShape:
        """Check the batch and write its data."""
        rows, wanted = len(batch.tokens), len(batch.logit_rows)
        if not 1 <= rows <= self.max_rows:
            raise ValueError(f"a step of {rows} rows; this device takes 1 to {self.max_rows}")
        if len(batch.positions) != rows or len(batch.slots) != rows:
            raise ValueError(
                f"{rows} tokens, {len(batch.positions)} positions and {len(batch.slots)} slots; "
                "they must be equally many"
            )
        if wanted > rows:
            raise ValueError(f"logits of {wanted} rows of a step of {rows}")
        _check_range("position", batch.positions.tolist(), self.max_context)
        _check_range("slot", batch.slots.tolist(), self.num_blocks * PAGE_TOKENS)
        if wanted:
            _check_range("logit row", batch.logit_rows.tolist(), rows)
            self._write_lines(self._index, batch.logit_rows)
        first, second = self._write_segments(batch.segments, rows)
        if batch.copies:
            self._write_copies(batch.copies)
        self.image.embedding_rows(batch.tokens, out=self._x[:rows])
        np.take(self.image.rope, batch.positions, axis=0, out=self._rope[:rows], mode="clip")
        self._write_lines(self._slots, batch.slots)
        return StepShape(rows, first, wanted, len(batch.copies), second)

    def _write_lines(self, lines: NDArray[Any], values: NDArray[np.int32]) -> None:
        """Write a value a row, each chunk's in a line of its own."""
        most = self._command_rows
        for line, start in zip(lines, range(0, len(values), most), strict=False):
            part = values[start : start + most]
            line[: len(part)] = part

    def _write_segments(self, segments: list[Segment], rows: int) -> tuple[int, int]:
        """Write tables and records; how many of these each chunk has."""
        try:
            records = self._write_tables(segments, rows)
            if rows <= self._command_rows:
                self._segments[0, : len(records)] = records
                return len(records), 0
            first, second = _halves(records, self._command_rows)
            self._segments[0, : len(first)] = first
            self._segments[1, : len(second)] = second
            return len(first), len(second)
        except ValueError:
            # No block of a refused step may stay behind a later step's table, where it would be seen again.
            self._tables[...] = 0
            raise

    def _write_tables(self, segments: list[Segment], rows: int) -> list[_Record]:
        """Write the block tables; the segments' records."""
        if not 1 <= len(segments) <= rows:
            raise ValueError(f"{len(segments)} segments in a step of {rows} rows")
        records: list[_Record] = []
        covered = longest = 0
        for segment, table, addr in zip(segments, self._tables, self._table_addrs, strict=False):
            length = segment.start + segment.rows
            if segment.first_row != covered or segment.rows < 1 or segment.start < 0:
                raise ValueError(f"{_named(segment)} does not continue at row {covered}")
            if length > self.max_context:
                raise ValueError(f"{_named(segment)} exceeds the context of {self.max_context} tokens")
            blocks = -(-length // PAGE_TOKENS)
            if len(segment.block_table) < blocks:
                raise ValueError(
                    f"{_named(segment)} needs {blocks} blocks, its table has {len(segment.block_table)}"
                )
            table[:blocks] = segment.block_table[:blocks]
            records.append((addr, covered, segment.rows, segment.start, length))
            covered += segment.rows
            longest = max(longest, blocks)
        if covered != rows:
            raise ValueError(f"the segments cover {covered} of {rows} rows")
        # One look at all tables: what lies behind a shorter table's end was valid in an earlier step.
        # As unsigned, a negative number is a large one: one reduction checks both ends.
        tables = self._tables[: len(segments), :longest]
        if np.maximum.reduce(tables.view(np.uint32), axis=None) >= self.num_blocks:
            raise ValueError(f"blocks {tables.min()}..{tables.max()}; allowed: 0 to {self.num_blocks - 1}")
        return records

    def _write_copies(self, copies: list[tuple[int, int]]) -> None:
        if len(copies) > self.num_blocks:
            raise ValueError(f"{len(copies)} block copies in a step; at most {self.num_blocks}")
        _check_range("copied block", [block for pair in copies for block in pair], self.num_blocks)
        self._copies[: len(copies)] = copies


_Record = tuple[int, int, int, int, int]
"""table_addr, first_row, rows, start, length: SEGMENT_DTYPE."""


def _halves(records: list[_Record], most: int) -> tuple[list[_Record], list[_Record]]:
    """Segments of more than `most` rows as those of two chunks; one may begin anew in the second."""
    first: list[_Record] = []
    second: list[_Record] = []
    for addr, row, rows, start, length in records:
        here = min(rows, max(0, most - row))
        if here:
            first.append((addr, row, here, start, start + here))
        if here < rows:
            second.append((addr, row + here - most, rows - here, start + here, length))
    return first, second


def _check_range(what: str, values: list[int], limit: int) -> None:
    # As a list: at this size a tenth of the time of NumPy's reductions.
    if not 0 <= min(values) <= max(values) < limit:
        raise ValueError(f"{what}s {min(values)}..{max(values)}; allowed: 0 to {limit - 1}")


def _named(segment: Segment) -> str:
    return (
        f"the segment of rows {segment.first_row}..{segment.first_row + segment.rows - 1} at {segment.start}"
    )
