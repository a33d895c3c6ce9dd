"""Runs an encoder's steps on a device: writes the rows of whole texts, rings once, returns their states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import BLOCK, COMMAND_BYTES, PAGE_TOKENS, SEGMENT_DTYPE, WORD_BYTES
from openfpga_host.device import Device, DeviceError, open_device
from openfpga_host.encoder.program import EncoderBuffer, EncoderProgramBuilder, Region
from openfpga_host.image import Image
from openfpga_host.layout import KvGeometry
from openfpga_host.placement import Placement, check_fits
from openfpga_host.pooling import Pooler

_STEP_TOKENS: Final = 512
"""Tokens of a step by default, more where a single text may be longer: enough to share its overhead."""
_TABLE_ENTRIES: Final = WORD_BYTES // 4


class EncoderRunner:
    """An encoder loaded on a device.

    `image` and `device` become the runner's own; `close` closes them. Options:

    rows: rows of one command, at most the device's ROWS (the default).
    step_tokens: tokens of a step, at least the longest text's.

    Raises DeviceError if the model does not fit the card, ValueError for options out of range or an image of
    a decoder.
    """

    def __init__(
        self, image: Image, device: Device, *, rows: int | None = None, step_tokens: int | None = None
    ) -> None:
        config, card = image.config, device.capabilities
        if config.encoder is msgspec.UNSET:
            raise ValueError(f"{config.name} is no encoder but a decoder ({config.architecture})")
        check_fits(config, image.matrices, card)
        self.image = image
        self.device = device
        self.max_rows = card.rows if rows is None else rows
        if not 1 <= self.max_rows <= card.rows:
            raise ValueError(f"rows is {rows}; {device.name} takes 1 to {card.rows}")
        self.max_context = min(config.max_context, card.context)
        if step_tokens is not None and step_tokens < self.max_context:
            raise ValueError(f"step_tokens is {step_tokens}; a text may have {self.max_context}")
        self.vocab_size = config.vocab_size
        self.dimensions = config.hidden_size
        self.device_seconds = 0.0
        self._closed = False
        buffer = EncoderBuffer(config, step_tokens or max(_STEP_TOKENS, self.max_context), self.max_rows)
        self.step_tokens = buffer.tokens
        self.num_blocks = buffer.tokens
        """KV blocks: what as many texts of one token would take."""
        placement = Placement.of(image, card.ports)
        kv = KvGeometry(1, config.num_kv_heads, config.head_dim // BLOCK, card.ports)
        placement = replace(placement, kv=kv)
        self.port_bytes = placement.port_bytes(self.num_blocks)
        try:
            device.open_memory(self.port_bytes, buffer.bytes)
        except (OSError, MemoryError, OverflowError) as error:
            size = (card.ports * self.port_bytes + buffer.bytes) / 1e9
            raise DeviceError(
                f"{device.name}: {config.name} needs {size:.1f} GB of memory, which cannot be had ({error}); "
                "ask for fewer tokens a step"
            ) from error
        placement.upload(image, device)
        self._builder = EncoderProgramBuilder(config, image.matrices, placement, buffer)
        self._program_addr = buffer.program
        self._tables_addr = buffer.tables
        self._name_views(buffer, device.act)

    @classmethod
    def open(
        cls, image_path: Path | str, device: str = "csim", *, verify: bool = True, **options: Any
    ) -> EncoderRunner:
        """Open an image (its checksums too if `verify`) and a device by name; `options` as for the class.

        Raises ImageError, DeviceError, OSError, ValueError.
        """
        opened = open_device(device)
        return cls(Image.open(Path(image_path), verify=verify), opened, **options)

    def step(
        self, texts: Sequence[Sequence[int]], launching: Callable[[], None] | None = None
    ) -> list[NDArray[np.int32]]:
        """Compute the last layer's rows of whole texts.

        Args:
            texts: token ids, 1 to `max_context` each and at most `step_tokens` together.
            launching: called when all is written, just before the device starts.

        Returns:
            For each text int32 [tokens, hidden] in Q16, views that the next step overwrites.

        Raises:
            ValueError: texts that do not fit (nothing has run then).
            DeviceError: the device fails.
        """
        if self._closed:
            raise DeviceError(f"{self.device.name}: the runner is closed")
        ends = np.cumsum([len(text) for text in texts])
        segments = self._write(texts, ends)
        program = self._builder.build(int(ends[-1]), segments)
        self._program[: len(program)] = program
        if launching is not None:
            launching()
        started = perf_counter()
        self.device.run(self._program_addr, len(program))
        self.device_seconds += perf_counter() - started
        return np.split(self._v[: ends[-1]], ends[:-1])

    def pooler(self) -> Pooler:
        """What makes a vector of a text's rows."""
        return Pooler.of(self.image)

    def close(self) -> None:
        """Free the device and the image; idempotent."""
        self._closed = True
        self.device.close()
        self.image.close()

    def _name_views(self, buffer: EncoderBuffer, act: NDArray[np.uint8]) -> None:
        def view(addr: int, dtype: Any, *shape: int) -> NDArray[Any]:
            start = WORD_BYTES * addr
            size = int(np.prod(shape)) * np.dtype(dtype).itemsize
            array: NDArray[Any] = act[start : start + size].view(dtype).reshape(shape)
            return array

        def by_chunk(region: Region, dtype: Any) -> NDArray[Any]:
            size = WORD_BYTES * region.stride // np.dtype(dtype).itemsize
            return view(region.addr, dtype, buffer.chunks, size)

        commands = (buffer.v.addr - buffer.program) * WORD_BYTES // COMMAND_BYTES
        self._program = view(buffer.program, np.uint8, commands, COMMAND_BYTES)
        self._v = view(buffer.v.addr, "<i4", buffer.tokens, self.dimensions)
        self._slots = by_chunk(buffer.slots, "<u4")
        self._segments = by_chunk(buffer.segments, SEGMENT_DTYPE)
        self._tables = view(buffer.tables, "<u4", buffer.table_words * _TABLE_ENTRIES)

    def _write(self, texts: Sequence[Sequence[int]], ends: NDArray[np.int64]) -> list[int]:
        """Check the texts and write their data; the number of segments of each chunk."""
        lengths = [len(text) for text in texts]
        if not lengths or not 1 <= min(lengths) <= max(lengths) <= self.max_context:
            raise ValueError(
                f"texts of {min(lengths, default=0)} to {max(lengths, default=0)} tokens; allowed are 1 to "
                f"{self.max_context}"
            )
        total = int(ends[-1])
        if total > self.step_tokens:
            raise ValueError(f"{total} tokens in a step; at most {self.step_tokens} fit")
        tokens = np.fromiter((token for text in texts for token in text), np.int32, total)
        positions = np.concatenate([np.arange(length) for length in lengths])
        rows = self._v[:total]
        self.image.embedding_rows(tokens, out=rows)
        rows += self.image.positions[positions]
        blocks = [-(-length // PAGE_TOKENS) for length in lengths]
        first_block = np.cumsum([0, *blocks[:-1]])
        slots = np.repeat(first_block * PAGE_TOKENS, lengths) + positions
        chunks = -(-total // self.max_rows)
        for chunk in range(chunks):
            part = slots[chunk * self.max_rows : (chunk + 1) * self.max_rows]
            self._slots[chunk, : len(part)] = part
        return self._write_segments(lengths, blocks, chunks)

    def _write_segments(self, lengths: list[int], blocks: list[int], chunks: int) -> list[int]:
        """A block table for each text, and a segment for each chunk that it has rows in.

        All rows of a text see all of it, so a segment claims to end where the text does: the card computes
        the keys a row sees from `length` alone when the attention is not causal.
        """
        counts = [0] * chunks
        row = word = block = 0
        for length, used in zip(lengths, blocks, strict=True):
            entry = word * _TABLE_ENTRIES
            self._tables[entry : entry + used] = np.arange(block, block + used)
            end = row + length
            while row < end:
                chunk, first = divmod(row, self.max_rows)
                rows = min(self.max_rows - first, end - row)
                record = (self._tables_addr + word, first, rows, length - rows, length)
                self._segments[chunk, counts[chunk]] = record
                counts[chunk] += 1
                row += rows
            word += -(-used // _TABLE_ENTRIES)
            block += used
        return counts
