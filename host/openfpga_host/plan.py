"""How fast a card runs a model, from shapes alone: an analytic model of the RTL's cycles.

A step is the program that `program.ProgramBuilder` writes: six commands a layer and the LM head, each reading
what the one before it wrote. So it is a sequence of phases, in cycles of the card's clock:

* MATMUL: a gap until its first products (the results before it, and their quantisation), then a word of
  weights a cycle and port; a word of codes once for each group of as many rows as are multiplied at once
  (`mac_rows`), so that with two groups its weights are streamed half as fast. Weights are fetched as far
  ahead as the prefetch buffer goes, also while other commands run: a memory that gives less than a word a
  cycle is only waited for once the buffer is empty.
* KV_WRITE: a word of q, k and v a cycle, and a start.
* ATTENTION: items (queries of a row and KV head on a slot of the ports), the keys of one beside the values of
  the one before, and a start.

`Pace` holds what the RTL takes; `benchmarks/perf_rtl.py` measures it, docs/performance.md compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openfpga_host.boards import Board, MemoryKind
from openfpga_host.contract import BLOCK, PAGE_TOKENS, TILE_CHANNELS, WORD_BYTES, CardSize
from openfpga_host.layout import KvGeometry
from openfpga_host.model_shapes import MatrixShape, ModelShape

HOST_SECONDS = 100e-6
"""Between the end of a step and the next doorbell: sampling and building the next one (`make bench`)."""


class Part(NamedTuple):
    """A sequence's part of a step: `rows` new tokens, after which it has `context` tokens."""

    rows: int
    context: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the RTL's units take beyond their words, in cycles: fitted to `benchmarks/perf_rtl.py`.

    Where a number has a part for each port, the ports' lanes pass something on to one another, or take turns.
    """

    prefetch_words: int = 4096
    """Of weights, on each port."""
    follow: float = 63.0
    follow_port: float = 0.5
    """From the last word of weights to the first of the MATMUL that follows: finish, collect, quantise."""
    read: float = 110.0
    read_port: float = 1.3
    """The same for a MATMUL that reads its rows, without a latency and the reading."""
    read_row: float = 8.0
    read_row_port: float = 0.8
    """Of every row but the first."""
    kv_write: float = 64.0
    kv_write_row: float = 4.0
    kv_write_turn: float = 110.0
    """A row in DRAM, which is writing then among the reads of weights."""
    turns_dram: float = 1.034
    """What a layer of two chunks takes of its cycles in DRAM, where units that work side by side get in one
    another's way: measured on the u280 with HBM2, where its parts do not explain it."""
    attention: float = 258.0
    attention_port: float = 5.5
    """From the end of KV_WRITE, or from the last value of the last item, without a latency."""
    item: float = 38.0
    """Between the results of two items, beside their words."""
    queue: float = 128.0
    """Words that a memory has promised to the weights when keys or values are first asked for."""
    contention: float = 0.23
    """Cycles a word that ATTENTION waits behind weights fetched ahead, until their buffer is full."""


class WeightStream:
    """The weights of a step's MATMULs on one port: fetched ahead at the memory's rate, used a word a cycle.

    Args:
        rate: words a cycle that the memory gives.
        buffer: words that may be fetched ahead.
    """

    def __init__(self, rate: float, buffer: int) -> None:
        self._rate = rate
        self._buffer = buffer
        self._held = 0.0

    @property
    def room(self) -> float:
        """Words that may still be fetched ahead."""
        return self._buffer - self._held

    def wait(self, cycles: float, busy_words: float = 0.0) -> float:
        """Cycles pass without products while others take `busy_words` from the memory; returns `cycles`."""
        self._held = min(self._buffer, self._held + max(0.0, self._rate * cycles - busy_words))
        return cycles

    def use(self, words: float, cycles_a_word: float = 1.0) -> float:
        """Cycles until `words` are multiplied."""
        need = 1.0 / cycles_a_word
        cycles = words * cycles_a_word
        if need <= self._rate:
            self._held = min(self._buffer, self._held + cycles * (self._rate - need))
            return cycles
        drained = self._held / (need - self._rate)
        if cycles <= drained:
            self._held -= cycles * (need - self._rate)
            return cycles
        self._held = 0.0
        return drained + (words - drained * need) / self._rate


class Cycles(NamedTuple):
    """A command, a layer or a step on the card."""

    cycles: float
    words: float
    """Read and written by the busiest port."""

    def plus(self, other: Cycles, times: int = 1) -> Cycles:
        """Both, the other one `times` times."""
        return Cycles(self.cycles + times * other.cycles, self.words + times * other.words)


class Card:
    """A card that runs a model's programs.

    Args:
        model: its shapes.
        size: the card's.
        memory: behind every port.
        pace: of its units.
    """

    def __init__(
        self, model: ModelShape, size: CardSize, memory: MemoryKind, pace: Pace | None = None
    ) -> None:
        self._model = model
        self._size = size
        self._pace = pace or Pace()
        self._rate = memory.sequential
        self._lanes = 8 if size.rows >= 16 else 4  # queries of an item: ofpga_attention's Lanes
        self._latency = memory.latency_ns * size.clock_mhz / 1e3
        self._queue = self._pace.queue / memory.sequential if memory.sequential < 1 else 0.0
        self._kv = KvGeometry(model.num_layers, model.num_kv_heads, model.head_blocks, size.ports)

    def step(self, parts: Sequence[Part], logit_rows: int, second: Sequence[Part] = ()) -> Cycles:
        """A step's program, of at most the card's rows, or of two chunks of so many that take turns."""
        stream = WeightStream(self._rate, self._pace.prefetch_words)

        def layer() -> Cycles:
            return self.turns(parts, second, stream) if second else self.layer(parts, stream)

        first = layer()
        # A layer finds the buffer as the one before left it; from the second on they are alike.
        whole = first.plus(layer(), self._model.num_layers - 1)
        return whole.plus(self.matmul(self._model.lm_head, logit_rows, stream)) if logit_rows else whole

    def layer(self, parts: Sequence[Part], stream: WeightStream) -> Cycles:
        """The six commands of a layer."""
        model, rows = self._model, sum(part.rows for part in parts)
        return (
            self.matmul(model.qkv, rows, stream)
            .plus(self.kv_write(rows, stream))
            .plus(self.attention(parts, stream))
            .plus(self.matmul(model.o, rows, stream, reads=True))
            .plus(self.matmul(model.gate_up, rows, stream))
            .plus(self.matmul(model.down, rows, stream))
        )

    def turns(self, first: Sequence[Part], second: Sequence[Part], stream: WeightStream) -> Cycles:
        """The twelve commands of a layer of two chunks (`program._TURNS`).

        What comes between the MATMULs of one runs beside those of the other, and is waited for only if it
        takes longer. Its words are the memory's to give all the same.
        """
        model = self._model
        chunks = first, second
        rows = [sum(part.rows for part in chunk) for chunk in chunks]
        aside = [self._aside(chunk) for chunk in chunks]
        total = Cycles(0.0, sum(chunk.words for chunk in aside))
        o, down = model.o, model.down
        beside = self._multiply(down, rows[1], WeightStream(1.0, 0)).cycles  # the MATMUL before: the other's
        for matrix in (model.qkv, o, model.gate_up, down):
            for chunk in range(2):
                ready = self._read_gap(matrix, rows[chunk]) + (aside[chunk].cycles if matrix is o else 0.0)
                late = stream.wait(max(0.0, ready - beside))
                product = self._multiply(matrix, rows[chunk], stream)
                total = total.plus(product).plus(Cycles(late, 0.0))
                beside = product.cycles
        cycles = total.cycles * (self._pace.turns_dram if self._rate < 1 else 1.0)
        return total._replace(cycles=max(cycles, total.words / self._rate))

    def _aside(self, parts: Sequence[Part]) -> Cycles:
        """KV_WRITE and ATTENTION while others fetch weights, of which enough are there."""
        full = WeightStream(self._rate, 0)
        return self.kv_write(sum(part.rows for part in parts), full).plus(self.attention(parts, full))

    def matmul(self, matrix: MatrixShape, rows: int, stream: WeightStream, *, reads: bool = False) -> Cycles:
        """A MATMUL that follows the one before, or reads its rows, from that one's last words to its own."""
        pace, ports = self._pace, self._size.ports
        if reads:
            gap = self._read_gap(matrix, rows)
        else:
            gap = pace.follow + pace.follow_port * ports + (rows - 1) * max(TILE_CHANNELS, self._collect)
        waited = Cycles(stream.wait(gap), 0.0)
        return waited.plus(self._multiply(matrix, rows, stream))

    @property
    def _collect(self) -> float:
        """Cycles of a row of a tile of every port."""
        return self._size.ports / 2 + 1

    def _read_gap(self, matrix: MatrixShape, rows: int) -> float:
        """Cycles from the end of what wrote a MATMUL's rows to its first products."""
        pace, ports = self._pace, self._size.ports
        gap = pace.read + pace.read_port * ports + self._latency + rows * matrix.k * 4 / WORD_BYTES
        return gap + (rows - 1) * (pace.read_row + pace.read_row_port * ports)

    def _multiply(self, matrix: MatrixShape, rows: int, stream: WeightStream) -> Cycles:
        """From the first words of a MATMUL's weights that are multiplied to the last."""
        tile = matrix.tile_words
        groups = -(-rows // self._size.mac_rows)
        multiplied = tile + (groups - 1) * matrix.code_words
        slowest = max(multiplied, rows * TILE_CHANNELS, rows * self._collect)
        words = matrix.port_words(self._size.ports)
        return Cycles(stream.use(words, slowest / tile), words)

    def kv_write(self, rows: int, stream: WeightStream) -> Cycles:
        """A KV_WRITE, from the last words of qkv's weights."""
        model, pace = self._model, self._pace
        row = (model.num_heads + 2 * model.num_kv_heads) * model.head_dim * 4 / WORD_BYTES
        turn = pace.kv_write_turn if self._rate < 1 else 0.0
        cycles = pace.kv_write + self._latency + rows * (row + pace.kv_write_row + turn)
        written = 2 * rows * self._kv.slots * -(-model.head_dim // WORD_BYTES)
        return Cycles(stream.wait(cycles, written), written)

    def attention(self, parts: Sequence[Part], stream: WeightStream) -> Cycles:
        """An ATTENTION."""
        model, kv, pace = self._model, self._kv, self._pace
        heads = min(self._size.ports // kv.split, model.num_kv_heads)  # of an item
        # Two elements a cycle of up to eight heads side by side; those of the last lane leave by themselves.
        finish = -(-heads // 8) * self._lanes * model.head_dim / 2
        leave = min(heads, 8) * model.head_dim * 4 / WORD_BYTES
        cycles = pace.attention + pace.attention_port * self._size.ports + self._latency + finish + leave
        words, first, before, last, contended = 0.0, True, 0.0, 0.0, 0.0
        for part in parts:
            keys = min(part.context, model.sliding_window or part.context)
            blocks = -(-keys // PAGE_TOKENS)
            items = kv.slots * -(-part.rows * model.num_heads // model.num_kv_heads // self._lanes)
            work = 2.0 * kv.mantissa_words * blocks
            read = (2 * kv.mantissa_words + 2 * kv.exponent_words) * blocks
            stage = max(work, read / self._rate, finish + pace.item)
            contended += (items - 1 if first else items) * read / self._rate
            once = work / self._rate + self._queue
            cycles += (items - 1) * stage + (once if first else max(stage, before))
            words += items * read
            first, before, last = False, stage, once
        if self._rate < 1:
            cycles += min(stream.room / self._rate, contended * pace.contention)
        return Cycles(stream.wait(cycles + last, words), words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decode:
    """Decoding with `batch` sequences at one context."""

    batch: int
    step_seconds: float
    """A token of every sequence: a program, or several where the batch has more rows than the card."""
    tokens_per_second: float
    """Of all sequences together."""
    bytes_per_token: float
    of_peak: float
    """Share of the ports' peak that is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a board does with a model."""

    weight_bytes: int
    """On all ports."""
    kv_bytes_per_token: int
    kv_tokens: int
    """That fit beside the weights; negative where not even these fit."""
    context: int
    decode: tuple[Decode, ...]
    prompt: int
    prompt_rows: int
    """Of a step that reads it: two chunks of the card's rows (`serve --rows`)."""
    first_token_seconds: float
    """Prefill of `prompt` tokens, nothing else on the card."""


def plan(
    model: ModelShape,
    board: Board,
    *,
    memory: MemoryKind | None = None,
    context: int = 1024,
    batches: Sequence[int] = (1, 4, 8),
    prompt: int = 512,
    host_seconds: float = HOST_SECONDS,
) -> Plan:
    """What `board` does with `model`.

    Args:
        model: its shapes.
        board: with its card.
        memory: behind the ports; None: the board's own.
        context: tokens of each sequence while decoding.
        batches: numbers of sequences.
        prompt: tokens of the prompt whose first token is awaited.
        host_seconds: of the host, between two programs.

    Raises:
        ValueError: the card cannot take the model's shapes or that context; the message says which.
    """
    size = board.size
    _check(model, size, max(context, prompt))
    card = Card(model, size, memory or board.memory)
    clock = board.clock_hz
    kv = KvGeometry(model.num_layers, model.num_kv_heads, model.head_blocks, size.ports)
    port_words = model.num_layers * sum(
        matrix.port_words(size.ports) for matrix in (model.qkv, model.o, model.gate_up, model.down)
    ) + model.lm_head.port_words(size.ports)
    weight_bytes = port_words * WORD_BYTES * size.ports
    block_bytes = kv.block_words * WORD_BYTES * size.ports
    decode = []
    for batch in batches:
        whole, rest = divmod(batch, size.rows)
        total = Cycles(0.0, 0.0)
        for rows, times in ((size.rows, whole), (rest, 1)):
            if rows and times:
                total = total.plus(card.step([Part(1, context)] * rows, rows), times)
        seconds = total.cycles / clock + host_seconds * (whole + bool(rest))
        moved = total.words * WORD_BYTES * size.ports
        decode.append(
            Decode(
                batch=batch,
                step_seconds=seconds,
                tokens_per_second=batch / seconds,
                bytes_per_token=moved / batch,
                of_peak=moved / seconds / board.peak_bytes,
            )
        )
    first = 0.0
    prompt_rows = 2 * size.rows
    for start in range(0, prompt, prompt_rows):
        end = min(start + prompt_rows, prompt)
        middle = min(start + size.rows, end)
        chunks = [Part(middle - start, middle)], [Part(end - middle, end)][: end > middle]
        step = card.step(chunks[0], int(end == prompt), chunks[1])
        first += step.cycles / clock + host_seconds
    return Plan(
        weight_bytes=weight_bytes,
        kv_bytes_per_token=block_bytes // PAGE_TOKENS,
        kv_tokens=(board.memory_bytes - weight_bytes) // block_bytes * PAGE_TOKENS,
        context=context,
        decode=tuple(decode),
        prompt=prompt,
        prompt_rows=prompt_rows,
        first_token_seconds=first,
    )


def _check(model: ModelShape, size: CardSize, tokens: int) -> None:
    widest = max(matrix.k for matrix in (model.qkv, model.o, model.down))
    if widest > size.k_blocks * BLOCK:
        raise ValueError(
            f"{model.name} has a matrix of {widest} inputs; a card {size.name} takes {size.k_blocks * BLOCK}"
        )
    if model.head_blocks > size.head_blocks:
        raise ValueError(
            f"{model.name} has heads of {model.head_dim}; a card {size.name} takes {size.head_blocks * BLOCK}"
        )
    most = min(size.context, model.max_context)
    if tokens > most:
        raise ValueError(f"{tokens} tokens are asked for; {model.name} on a card {size.name} takes {most}")
