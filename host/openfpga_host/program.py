"""Compiles a step of a decoder into one command program.

A step's data has fixed places in the activation space, laid out once for the largest step (`StepBuffer`),
so a program depends only on how many rows, segments, logit rows and copies the step has (`StepShape`):

    [KV_COPY]                                   blocks shared so far, copied before they are written
    for each layer:
      MATMUL    NORM            x    -> qkv
      KV_WRITE  ROPE            qkv  -> q records, KV blocks
      ATTENTION CAUSAL          q    -> attn
      MATMUL    RESIDUAL        attn -> x
      MATMUL    NORM, SILU      x    -> ff
      MATMUL    RESIDUAL        ff   -> x
    [MATMUL     NORM, GATHER    x    -> logits] if logits are wanted
    FENCE       END

Every command reads what the one before it wrote, hence dep = 1. The exceptions have dep = 0: the first MATMUL
reads only what the host wrote (and touches no KV block, so it need not wait for KV_COPY either), and FENCE
waits by itself. Weights are fetched ahead whatever dep says (docs/numerics.md, section 11).

A step of more rows than a command takes has two chunks of rows, which take turns (`_TURNS`): while the
MATMULs of one run, the other's keys and values are written and attended to, and its rows are read. So the
multipliers never wait, where each command of one chunk alone waits for the one before.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import (
    BLOCK,
    COMMAND_BYTES,
    COMMAND_DTYPES,
    COPY_DTYPE,
    PAGE_TOKENS,
    SEGMENT_DTYPE,
    TILE_CHANNELS,
    WORD_BYTES,
    Epilogue,
    Flag,
    Opcode,
)
from openfpga_host.image import ImageConfig, Matrix
from openfpga_host.layout import Bytes, q_record_words, rope_row_words, words
from openfpga_host.placement import Placement

_CACHED_PROGRAMS = 256
_LAYER_COMMANDS = 6
MOST_CHUNKS = 2
"""Of a step's rows: enough for one to be multiplied while the other's keys are attended to."""


class StepShape(NamedTuple):
    """All that a program depends on."""

    rows: int
    segments: int
    """Of the first chunk; that of all rows, unless these are more than a command takes."""
    logit_rows: int
    copies: int
    second_segments: int = 0
    """Of the second chunk."""


class StepBuffer:
    """Addresses (words) of a step's data in the activation space, for up to `rows` rows.

    command_rows: rows that a command takes, at least half of `rows`. None: all. Slots, segments and logit
    rows of a second chunk begin with a word, `line_words` and `segment_words` behind those of the first.
    """

    def __init__(
        self,
        config: ImageConfig,
        logit_width: int,
        rows: int,
        max_context: int,
        copies: int,
        command_rows: int | None = None,
    ) -> None:
        head_blocks = config.head_dim // BLOCK
        heads = config.num_heads + 2 * config.num_kv_heads
        self.rows = rows
        self.command_rows = min(rows, command_rows or rows)
        self.chunks = -(-rows // self.command_rows)
        if self.chunks > MOST_CHUNKS:
            raise ValueError(
                f"a step of {rows} rows, of which a command takes {command_rows}; "
                f"it has at most {MOST_CHUNKS * self.command_rows}"
            )
        self.line_words = words(4 * self.command_rows)
        self.segment_words = words(SEGMENT_DTYPE.itemsize * self.command_rows)
        self.table_entries = -(-max_context // PAGE_TOKENS)
        self.table_words = words(4 * self.table_entries)
        self._next = 0
        commands = self.chunks * (_LAYER_COMMANDS * config.num_layers + 1) + 2
        self.program = self._take(COMMAND_BYTES * commands)
        self.x = self._take(4 * rows * config.hidden_size)
        """Embedding rows in; then the residual stream."""
        self.rope = self._take(WORD_BYTES * rows * rope_row_words(head_blocks))
        self.slots = self._take(WORD_BYTES * self.line_words * self.chunks)
        self.segments = self._take(WORD_BYTES * self.segment_words * self.chunks)
        self.tables = self._take(WORD_BYTES * self.table_words * rows)
        """A block table for each segment, `table_words` apart."""
        self.index = self._take(WORD_BYTES * self.line_words * self.chunks)
        self.copies = self._take(COPY_DTYPE.itemsize * copies)
        self.qkv = self._take(4 * rows * heads * config.head_dim)
        self.q = self._take(WORD_BYTES * rows * q_record_words(config.num_heads, head_blocks))
        self.attention = self._take(4 * rows * config.num_heads * config.head_dim)
        self.ff = self._take(4 * rows * config.intermediate_size)
        self.logits = self._take(4 * rows * logit_width)
        self.bytes = WORD_BYTES * self._next

    def _take(self, n_bytes: int) -> int:
        addr = self._next
        self._next += words(n_bytes)
        return addr


class ProgramBuilder:
    """Programs of one model on one card, the most recent ones kept ready."""

    def __init__(
        self, config: ImageConfig, matrices: dict[str, Matrix], placement: Placement, buffer: StepBuffer
    ) -> None:
        self._config = config
        self._matrices = matrices
        self._placement = placement
        self._buffer = buffer
        self._chunks = [self._layer_commands(chunk) for chunk in range(buffer.chunks)]
        self._cache: OrderedDict[StepShape, Bytes] = OrderedDict()

    def build(self, shape: StepShape) -> Bytes:
        """The program of a step: uint8 [commands, 64], not to be written to."""
        program = self._cache.get(shape)
        if program is None:
            program = self._assemble(shape)
            if len(self._cache) == _CACHED_PROGRAMS:
                self._cache.popitem(last=False)
            self._cache[shape] = program
        return program

    def _assemble(self, shape: StepShape) -> Bytes:
        most = self._buffer.command_rows
        first = self._layers(0, min(shape.rows, most), shape.segments)
        if shape.rows <= most:
            layers = first
        else:
            second = self._layers(1, shape.rows - most, shape.second_segments)
            layers = np.concatenate([first, second], axis=1)[:, [turn.place for turn in _TURNS]]
            layers.view(COMMAND_DTYPES[Opcode.FENCE])["dep"][..., 0] = [turn.dep for turn in _TURNS]
            layers[0].view(COMMAND_DTYPES[Opcode.FENCE])["dep"][[0, 3]] = 0
        parts = [layers.reshape(-1, COMMAND_BYTES)]
        if shape.copies:
            parts.insert(0, self._copy(shape.copies))
        for chunk, start in enumerate(range(0, shape.logit_rows, most)):
            parts.append(self._lm_head(chunk, min(most, shape.logit_rows - start)))
        parts.append(_command(Opcode.FENCE, flags=Flag.END, tag=_tag(self._config.num_layers, 2)))
        return np.concatenate(parts)

    def _layers(self, chunk: int, rows: int, segments: int) -> Bytes:
        """Those of a chunk: uint8 [layers, 6, 64]."""
        layers = self._chunks[chunk].copy()
        for place, opcode in enumerate(_LAYER_OPCODES):
            layers[:, place].view(COMMAND_DTYPES[opcode])["rows"] = rows
        layers[:, 2].view(COMMAND_DTYPES[Opcode.ATTENTION])["segments"] = segments
        return layers

    def _layer_commands(self, chunk: int) -> Bytes:
        """Those of a chunk, rows and segments left open: uint8 [layers, 6, 64]."""
        config, buffer, placement = self._config, self._buffer, self._placement
        first = chunk * buffer.command_rows
        head_blocks = config.head_dim // BLOCK

        def rows_of(addr: int, width: int) -> int:
            """Where the chunk's rows of `width` int32 begin."""
            return addr + first * words(4 * width)

        heads_width = (config.num_heads + 2 * config.num_kv_heads) * config.head_dim
        x = rows_of(buffer.x, config.hidden_size)
        qkv = rows_of(buffer.qkv, heads_width)
        mixed = rows_of(buffer.attention, config.num_heads * config.head_dim)
        ff = rows_of(buffer.ff, config.intermediate_size)
        layers = np.empty((self._config.num_layers, _LAYER_COMMANDS, COMMAND_BYTES), np.uint8)
        for layer, commands in enumerate(layers):
            heads: dict[str, Any] = {
                "q_heads": self._config.num_heads,
                "kv_heads": self._config.num_kv_heads,
                "head_blocks": head_blocks,
                "kv_addr": placement.pool + layer * placement.kv.layer_words,
                "block_stride": placement.kv.block_words,
                "q_addr": buffer.q + first * q_record_words(config.num_heads, head_blocks),
                "dep": 1,
            }
            name = f"layers.{layer}"
            commands[0] = self._matmul(f"{name}.qkv", x, qkv, dep=1 if layer else 0)
            commands[1] = _command(
                Opcode.KV_WRITE,
                flags=Flag.ROPE,
                x_addr=qkv,
                slots_addr=buffer.slots + chunk * buffer.line_words,
                rope_addr=buffer.rope + first * rope_row_words(head_blocks),
                **heads,
            )
            commands[2] = _command(
                Opcode.ATTENTION,
                flags=Flag.CAUSAL,
                y_addr=mixed,
                segments_addr=buffer.segments + chunk * buffer.segment_words,
                window=self._config.sliding_window or 0,
                **heads,
            )
            residual, silu = Epilogue.RESIDUAL, Epilogue.SILU
            commands[3] = self._matmul(f"{name}.o", mixed, x, epilogue=residual)
            commands[4] = self._matmul(f"{name}.gate_up", x, ff, epilogue=silu)
            commands[5] = self._matmul(f"{name}.down", ff, x, epilogue=residual)
            for place, command in enumerate(commands):
                command.view(COMMAND_DTYPES[Opcode.FENCE])["tag"] = _tag(layer, place, chunk)
        return layers

    def _matmul(
        self, name: str, x_addr: int, y_addr: int, *, flags: int = 0, dep: int = 1, **fields: Any
    ) -> Bytes:
        matrix = self._matrices[name]
        return _command(
            Opcode.MATMUL,
            flags=flags | (Flag.NORM if matrix.norm else 0),
            dep=dep,
            k_blocks=matrix.k // BLOCK,
            n_tiles=matrix.n // TILE_CHANNELS,
            x_addr=x_addr,
            y_addr=y_addr,
            w_addr=self._placement.weights[name],
            norm_eps=matrix.norm_eps,
            format=matrix.format,
            codebook=matrix.codebook,
            **fields,
        )

    def _lm_head(self, chunk: int, rows: int) -> Bytes:
        """Logits, `command_rows` of them a chunk, of any rows of the step."""
        buffer = self._buffer
        width = words(4 * self._matrices["lm_head"].n)
        return self._matmul(
            "lm_head",
            buffer.x,
            buffer.logits + chunk * buffer.command_rows * width,
            flags=Flag.GATHER,
            dep=1 + chunk,
            index_addr=buffer.index + chunk * buffer.line_words,
            rows=rows,
            tag=_tag(self._config.num_layers, 0, chunk),
        )

    def _copy(self, pairs: int) -> Bytes:
        return _command(
            Opcode.KV_COPY,
            pairs=pairs,
            pairs_addr=self._buffer.copies,
            kv_addr=self._placement.pool,
            block_stride=self._placement.kv.block_words,
            tag=_tag(self._config.num_layers, 1),
        )


_LAYER_OPCODES = (
    Opcode.MATMUL,
    Opcode.KV_WRITE,
    Opcode.ATTENTION,
    Opcode.MATMUL,
    Opcode.MATMUL,
    Opcode.MATMUL,
)


class _Turn(NamedTuple):
    """A command of a layer of two chunks."""

    place: int
    """Among the six of the first chunk and the six of the second behind them."""
    dep: int


_TURNS = (
    _Turn(0, 2),  # qkv: `down` of its chunk in the layer before
    _Turn(1, 1),
    _Turn(2, 1),
    _Turn(6, 4),  # qkv of the second: its `down`, and no command of this layer
    _Turn(7, 1),  # its keys and values: also when the first's have been read, which share KV blocks
    _Turn(8, 1),
    _Turn(3, 4),  # o: ATTENTION of the first, and nothing behind that
    _Turn(9, 2),
    _Turn(4, 2),
    _Turn(10, 2),
    _Turn(5, 2),
    _Turn(11, 2),
)
"""The commands of a layer of two chunks: what a MATMUL needs is ready before the other chunk's ends."""


def _tag(layer: int, place: int, chunk: int = 0) -> int:
    """What an error message needs to find the command: the layer (the last + 1 for those outside layers)."""
    return chunk << 16 | layer << 8 | place


def _command(opcode: Opcode, **fields: Any) -> NDArray[np.uint8]:
    """uint8 [1, 64]; fields that are not named are zero."""
    command = np.zeros(1, COMMAND_DTYPES[opcode])
    command["opcode"] = opcode
    for name, value in fields.items():
        command[name] = value
    return command.view(np.uint8).reshape(1, COMMAND_BYTES)
