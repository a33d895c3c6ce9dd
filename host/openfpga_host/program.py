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


class StepShape(NamedTuple):
    """All that a program depends on."""

    rows: int
    segments: int
    logit_rows: int
    copies: int


class StepBuffer:
    """Addresses (words) of a step's data in the activation space, for up to `rows` rows."""

    def __init__(
        self, config: ImageConfig, logit_width: int, rows: int, max_context: int, copies: int
    ) -> None:
        head_blocks = config.head_dim // BLOCK
        heads = config.num_heads + 2 * config.num_kv_heads
        self.rows = rows
        self.table_entries = -(-max_context // PAGE_TOKENS)
        self.table_words = words(4 * self.table_entries)
        self._next = 0
        self.program = self._take(COMMAND_BYTES * (_LAYER_COMMANDS * config.num_layers + 3))
        self.x = self._take(4 * rows * config.hidden_size)
        """Embedding rows in; then the residual stream."""
        self.rope = self._take(WORD_BYTES * rows * rope_row_words(head_blocks))
        self.slots = self._take(4 * rows)
        self.segments = self._take(SEGMENT_DTYPE.itemsize * rows)
        self.tables = self._take(WORD_BYTES * self.table_words * rows)
        """A block table for each segment, `table_words` apart."""
        self.index = self._take(4 * rows)
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
        self._layers = self._layer_commands()
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
        layers = self._layers.copy()
        for place, opcode in enumerate(_LAYER_OPCODES):
            layers[:, place].view(COMMAND_DTYPES[opcode])["rows"] = shape.rows
        layers[:, 2].view(COMMAND_DTYPES[Opcode.ATTENTION])["segments"] = shape.segments
        parts = [layers.reshape(-1, COMMAND_BYTES)]
        if shape.copies:
            parts.insert(0, self._copy(shape.copies))
        if shape.logit_rows:
            parts.append(self._lm_head(shape.logit_rows))
        parts.append(_command(Opcode.FENCE, flags=Flag.END, tag=_tag(self._config.num_layers, 2)))
        return np.concatenate(parts)

    def _layer_commands(self) -> Bytes:
        """uint8 [layers, 6, 64], rows and segments left open."""
        buffer, placement = self._buffer, self._placement
        layers = np.empty((self._config.num_layers, _LAYER_COMMANDS, COMMAND_BYTES), np.uint8)
        for layer, commands in enumerate(layers):
            heads: dict[str, Any] = {
                "q_heads": self._config.num_heads,
                "kv_heads": self._config.num_kv_heads,
                "head_blocks": self._config.head_dim // BLOCK,
                "kv_addr": placement.pool + layer * placement.kv.layer_words,
                "block_stride": placement.kv.block_words,
                "q_addr": buffer.q,
                "dep": 1,
            }
            name = f"layers.{layer}"
            commands[0] = self._matmul(f"{name}.qkv", buffer.x, buffer.qkv, dep=1 if layer else 0)
            commands[1] = _command(
                Opcode.KV_WRITE,
                flags=Flag.ROPE,
                x_addr=buffer.qkv,
                slots_addr=buffer.slots,
                rope_addr=buffer.rope,
                **heads,
            )
            commands[2] = _command(
                Opcode.ATTENTION,
                flags=Flag.CAUSAL,
                y_addr=buffer.attention,
                segments_addr=buffer.segments,
                window=self._config.sliding_window or 0,
                **heads,
            )
            residual, silu = Epilogue.RESIDUAL, Epilogue.SILU
            commands[3] = self._matmul(f"{name}.o", buffer.attention, buffer.x, epilogue=residual)
            commands[4] = self._matmul(f"{name}.gate_up", buffer.x, buffer.ff, epilogue=silu)
            commands[5] = self._matmul(f"{name}.down", buffer.ff, buffer.x, epilogue=residual)
            for place, command in enumerate(commands):
                command.view(COMMAND_DTYPES[Opcode.FENCE])["tag"] = _tag(layer, place)
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

    def _lm_head(self, rows: int) -> Bytes:
        buffer = self._buffer
        return self._matmul(
            "lm_head",
            buffer.x,
            buffer.logits,
            flags=Flag.GATHER,
            index_addr=buffer.index,
            rows=rows,
            tag=_tag(self._config.num_layers, 0),
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


def _tag(layer: int, place: int) -> int:
    """What an error message needs to find the command: the layer (the last + 1 for those outside layers)."""
    return layer << 8 | place


def _command(opcode: Opcode, **fields: Any) -> NDArray[np.uint8]:
    """uint8 [1, 64]; fields that are not named are zero."""
    command = np.zeros(1, COMMAND_DTYPES[opcode])
    command["opcode"] = opcode
    for name, value in fields.items():
        command[name] = value
    return command.view(np.uint8).reshape(1, COMMAND_BYTES)
