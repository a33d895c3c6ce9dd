"""Compiles a step of an encoder into one command program.

Every row of a text is seen by all of its queries, so a layer has two halves over all chunks of at most ROWS
rows: first the keys and values of all, then the attention and what follows it. V and R are two rows of
residual stream for each token; a LayerNorm turns the one into the beginning of the other (docs/numerics.md,
section 12).

    for each layer:
      for each chunk:
        MATMUL     NORM            V    -> qkv
        MATMUL     NORM            V    -> R        attention_skip
        KV_WRITE                   qkv  -> q records, KV blocks
      for each chunk:
        ATTENTION                  q    -> mixed
        MATMUL     RESIDUAL        mixed -> R       o
        MATMUL     NORM, GELU      R    -> ff       up
        MATMUL     NORM            R    -> V        ff_skip
        MATMUL     RESIDUAL        ff   -> V        down
    FENCE          END

Chunks have buffers of their own, so a command waits (`dep`) for the last command before it that wrote what it
reads and no longer: see `_DEP`. A KV block holds one layer, as nobody reads it once its layer has ended.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    BLOCK,
    COMMAND_BYTES,
    COMMAND_DTYPES,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    TILE_CHANNELS,
    WORD_BYTES,
    Epilogue,
    Flag,
    Opcode,
)
from openfpga_host.image import ImageConfig, Matrix
from openfpga_host.layout import Bytes, q_record_words, words
from openfpga_host.placement import Placement

_HALVES: Final = (
    (Opcode.MATMUL, Opcode.MATMUL, Opcode.KV_WRITE),
    (Opcode.ATTENTION, Opcode.MATMUL, Opcode.MATMUL, Opcode.MATMUL, Opcode.MATMUL),
)
_CACHED_PROGRAMS: Final = 8


class Region(NamedTuple):
    """A step's data of one kind: chunk c at word `addr + c * stride` of the activation space."""

    addr: int
    stride: int


class EncoderBuffer:
    """Where a step's data lie, for `tokens` rows or a few more in chunks of `rows`."""

    def __init__(self, config: ImageConfig, tokens: int, rows: int) -> None:
        self.rows = rows
        self.chunks = -(-tokens // rows)
        self.tokens = self.chunks * rows
        self._next = 0
        commands = config.num_layers * self.chunks * sum(map(len, _HALVES)) + 1
        self.program = self._take(words(COMMAND_BYTES * commands))
        hidden, inner = (words(4 * n) for n in (config.hidden_size, config.intermediate_size))
        self.v = self._region(rows * hidden)
        """Embedding rows in; the last layer's sums out."""
        self.r = self._region(rows * hidden)
        self.slots = self._region(words(4 * rows))
        self.segments = self._region(words(SEGMENT_DTYPE.itemsize * rows))
        # A text's table begins at a word: one for each text, and one more for every 256 tokens.
        self.table_words = self.tokens + words(4 * -(-self.tokens // PAGE_TOKENS))
        self.tables = self._take(self.table_words)
        self.qkv = self._region(rows * 3 * hidden)
        self.q = self._region(rows * q_record_words(config.num_heads, config.head_dim // BLOCK))
        self.mixed = self._region(rows * hidden)
        self.ff = self._region(rows * inner)
        self.bytes = WORD_BYTES * self._next

    def _region(self, stride: int) -> Region:
        return Region(self._take(self.chunks * stride), stride)

    def _take(self, count: int) -> int:
        addr = self._next
        self._next += count
        return addr


class EncoderProgramBuilder:
    """Programs of one model on one card, the most recent ones kept ready."""

    def __init__(
        self, config: ImageConfig, matrices: Mapping[str, Matrix], placement: Placement, buffer: EncoderBuffer
    ) -> None:
        self._config = config
        self._matrices = matrices
        self._placement = placement
        self._buffer = buffer
        layers = range(config.num_layers)
        self._halves = (
            np.stack([self._keys_and_values(layer) for layer in layers]),
            np.stack([self._attention_and_ff(layer) for layer in layers]),
        )
        self._cache: OrderedDict[tuple[int, tuple[int, ...]], Bytes] = OrderedDict()

    def build(self, rows: int, segments: Sequence[int]) -> Bytes:
        """The program of a step.

        Args:
            rows: tokens; all chunks but the last are full.
            segments: of each chunk.

        Returns:
            uint8 [commands, 64], not to be written to.
        """
        shape = (rows, tuple(segments))
        program = self._cache.get(shape)
        if program is None:
            program = self._assemble(*shape)
            if len(self._cache) == _CACHED_PROGRAMS:
                self._cache.popitem(last=False)
            self._cache[shape] = program
        return program

    def _assemble(self, rows: int, segments: tuple[int, ...]) -> Bytes:
        """Cut the halves [layers, chunks, commands, 64] to the step's chunks; fill in what they left open."""
        chunks = len(segments)
        halves = [half[:, :chunks].copy() for half in self._halves]
        last = rows - (chunks - 1) * self._buffer.rows
        for half, opcodes in zip(halves, _HALVES, strict=True):
            for place, opcode in enumerate(opcodes):
                _fields(half, place, opcode)["rows"][:, -1] = last
        _fields(halves[1], 0, Opcode.ATTENTION)["segments"] = segments
        _set_deps(halves[0], halves[1], chunks)
        layers = [half.reshape(len(half), -1, COMMAND_BYTES) for half in halves]
        body = np.concatenate(layers, axis=1).reshape(-1, COMMAND_BYTES)
        return np.concatenate([body, self._commands(Opcode.FENCE, 0, 0, flags=Flag.END)[:1]])

    def _keys_and_values(self, layer: int) -> Bytes:
        """The first half of a layer: uint8 [chunks, 3, 64]."""
        buffer = self._buffer
        return self._half(
            self._matmul(layer, 0, "qkv", buffer.v, buffer.qkv),
            self._matmul(layer, 1, "attention_skip", buffer.v, buffer.r),
            self._commands(
                Opcode.KV_WRITE, layer, 2, x_addr=buffer.qkv, slots_addr=buffer.slots, **self._heads()
            ),
        )

    def _attention_and_ff(self, layer: int) -> Bytes:
        """The second half of a layer: uint8 [chunks, 5, 64]."""
        buffer = self._buffer
        return self._half(
            self._commands(
                Opcode.ATTENTION,
                layer,
                3,
                y_addr=buffer.mixed,
                segments_addr=buffer.segments,
                **self._heads(),
            ),
            self._matmul(layer, 4, "o", buffer.mixed, buffer.r, epilogue=Epilogue.RESIDUAL),
            self._matmul(layer, 5, "up", buffer.r, buffer.ff, epilogue=Epilogue.GELU),
            self._matmul(layer, 6, "ff_skip", buffer.r, buffer.v),
            self._matmul(layer, 7, "down", buffer.ff, buffer.v, epilogue=Epilogue.RESIDUAL),
        )

    @staticmethod
    def _half(*commands: Bytes) -> Bytes:
        return np.stack(commands, axis=1)

    def _heads(self) -> dict[str, Any]:
        config, placement = self._config, self._placement
        return {
            "q_heads": config.num_heads,
            "kv_heads": config.num_kv_heads,
            "head_blocks": config.head_dim // BLOCK,
            "kv_addr": placement.pool,
            "block_stride": placement.kv.block_words,
            "q_addr": self._buffer.q,
        }

    def _matmul(self, layer: int, place: int, part: str, x: Region, y: Region, **fields: Any) -> Bytes:
        name = f"layers.{layer}.{part}"
        matrix = self._matrices[name]
        return self._commands(
            Opcode.MATMUL,
            layer,
            place,
            flags=Flag.NORM if matrix.norm else 0,
            k_blocks=matrix.k // BLOCK,
            n_tiles=matrix.n // TILE_CHANNELS,
            x_addr=x,
            y_addr=y,
            w_addr=self._placement.weights[name],
            norm_eps=matrix.norm_eps,
            format=matrix.format,
            codebook=matrix.codebook,
            **fields,
        )

    def _commands(self, opcode: Opcode, layer: int, place: int, **fields: Any) -> Bytes:
        """A command for each chunk, uint8 [chunks, 64]; its tag tells chunk, layer and place in the layer."""
        chunk = np.arange(self._buffer.chunks)
        commands = np.zeros(len(chunk), COMMAND_DTYPES[opcode])
        commands["opcode"] = opcode
        commands["tag"] = chunk << 16 | layer << 8 | place
        if "rows" in (commands.dtype.names or ()):
            commands["rows"] = self._buffer.rows
        for name, value in fields.items():
            commands[name] = value.addr + chunk * value.stride if isinstance(value, Region) else value
        return commands.view(np.uint8).reshape(-1, COMMAND_BYTES)


def _fields(half: Bytes, place: int, opcode: Opcode) -> NDArray[np.void]:
    """The commands at a place of all layers and chunks, by field: [layers, chunks]."""
    fields: NDArray[np.void] = half[:, :, place].view(COMMAND_DTYPES[opcode])[..., 0]
    return fields


def _set_deps(first: Bytes, second: Bytes, chunks: int) -> None:
    """How far back the last command lies that each command must wait for.

    What reads V in chunk c waits for `down` of that chunk in the layer before: its qkv stands
    5 chunks - 2 c - 4 commands behind it. KV_WRITE waits for qkv, and with it for all of the layer before.
    ATTENTION of chunk c waits for the last KV_WRITE, 5 c + 1 commands before it. The others wait for
    their neighbours.
    """
    chunk = np.arange(chunks)
    header = Opcode.FENCE
    _fields(first, 0, header)["dep"][1:] = 5 * chunks - 2 * chunk - 4
    _fields(first, 1, header)["dep"][1:] = 5 * chunks - 2 * chunk - 3
    _fields(first, 2, header)["dep"] = 2
    _fields(second, 0, header)["dep"] = 5 * chunk + 1
    for place, dep in enumerate((1, 1, 2, 1), 1):
        _fields(second, place, header)["dep"] = dep
