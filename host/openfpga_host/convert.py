"""Converts a Hugging Face checkpoint to a device image, a few channels at a time.

    report = convert(Path("models/demo"), Path("build/demo.ofpga"))
    print(report.table())

Memory holds a handful of chunks of some MiB whatever the checkpoint's size; chunks are quantised on all cores
(NumPy releases the interpreter's lock), and the image does not depend on how many there are.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openfpga_host.chat_template import load_chat_template
from openfpga_host.checkpoint import Checkpoint, CheckpointError
from openfpga_host.codebook import Codebook
from openfpga_host.contract import (
    CODEBOOK_SIZE,
    CONTEXT_MAX,
    FRAC_BITS,
    TILE_CHANNELS,
    WeightFormat,
)
from openfpga_host.fold import EMBEDDING, PADDING, MatrixPlan, balance_keys, check_limits, plan_matrices
from openfpga_host.image_format import (
    CHANNEL_MULTIPLE,
    EMBEDDING_EXPONENT,
    EMBEDDING_MANTISSA,
    FILES_PREFIX,
    ROPE,
    ImageConfig,
    MatrixInfo,
    TensorReport,
)
from openfpga_host.image_tables import quantise_embedding, rope_rows
from openfpga_host.image_writer import ImageWriter
from openfpga_host.layout import pack_tiles
from openfpga_host.model_config import ModelConfig
from openfpga_host.quantise import choose_codebook, quantise
from openfpga_host.tokenizer import load_tokenizer, read_tokenizer_files

__all__ = ["ConvertOptions", "ConvertReport", "Progress", "convert"]

Progress = Callable[[int, int, str], None]
"""Called with weights done, weights in all, and the matrix at hand."""

DEFAULT_CONTEXT: Final = 32768
"""Longest context that an image gets unless asked for more; its RoPE rows take 2 * head_dim bytes each."""
_WORKERS_MAX: Final = 16
_CHUNK_BYTES: Final = 8 << 20  # of float32 weights
_SAMPLE_WEIGHTS: Final = 1 << 17
_SAMPLE_RUN: Final = 4  # neighbouring channels read at once
_SMALL_HIDDEN: Final = 2048
_POSITIONS: Final = 4096  # of RoPE rows computed at once


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """How to convert.

    Attributes:
        name: of the model, for people and the API; None: the folder's name.
        max_context: tokens a sequence may have; None: what the model was made for, at most 32768.
        weight_format: of the linear layers.
        lm_head_format: of the LM head; None: W8 below a hidden size of 2048, where it costs little time and
            helps accuracy most, else W4.
        workers: threads, each with a few chunks in memory; None: one a core, at most 16, which is as many as
            one reader can feed.
    """

    name: str | None = None
    max_context: int | None = None
    weight_format: WeightFormat = WeightFormat.W4
    lm_head_format: WeightFormat | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.max_context is not None and not 1 <= self.max_context <= CONTEXT_MAX:
            raise ValueError(f"max_context is {self.max_context}; allowed are 1 to {CONTEXT_MAX}")
        if self.name is not None and not self.name.strip():
            raise ValueError("name is empty; give the model a name or leave it out")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers is {self.workers}; at least 1 is needed")


@dataclass(frozen=True, slots=True)
class ConvertReport:
    """What a conversion made.

    Attributes:
        path, checksum, bytes: of the image.
        config: what the image says about the model.
        tensors: one line for the embedding and each matrix.
        seconds: it took.
    """

    path: Path
    checksum: str
    bytes: int
    config: ImageConfig
    tensors: tuple[TensorReport, ...]
    seconds: float

    @property
    def weights(self) -> int:
        """Weights in the matrices."""
        return sum(t.n * t.k for t in self._matrices())

    @property
    def bits_per_weight(self) -> float:
        """Of the matrices, scales, multipliers and padding included."""
        return 8 * sum(t.bytes for t in self._matrices()) / self.weights

    def table(self) -> str:
        """The report as text: a line for each tensor, and the sums."""
        lines = [f"{'tensor':<20} {'shape':>14}  {'format':<6} {'codebook':<8} {'error':>8} {'bytes':>13}"]
        lines += [
            f"{t.name:<20} {f'{t.n} x {t.k}':>14}  {t.format:<6} {t.codebook or '-':<8} {t.error:>8.3%} "
            f"{t.bytes:>13,}"
            for t in self.tensors
        ]
        lines.append(
            f"{self.path.name}: {self.bytes:,} bytes, {self.weights:,} weights at {self.bits_per_weight:.2f} "
            f"bits, {self.seconds:.1f} s, checksum {self.checksum}"
        )
        return "\n".join(lines)

    def _matrices(self) -> list[TensorReport]:
        return [t for t in self.tensors if t.format in WeightFormat.__members__]


def convert(
    directory: Path | str,
    output: Path | str,
    *,
    options: ConvertOptions | None = None,
    progress: Progress | None = None,
) -> ConvertReport:
    """Convert a checkpoint folder to a device image.

    Args:
        directory: with config.json, safetensors and the tokenizer's files.
        output: the image to make or replace; appears only when it is complete.
        options: how.
        progress: called after every chunk.

    Returns:
        What was made.

    Raises:
        CheckpointError: the checkpoint is damaged, incomplete, not finite or not supported.
        TokenizerError, ChatTemplateError: its tokenizer or chat template is.
        ImageError: the output cannot be placed there. (All of these are ValueErrors.)
        OSError: the file system refuses.
    """
    began = time.perf_counter()
    directory, output, options = Path(directory), Path(output), options or ConvertOptions()
    with Checkpoint(directory) as checkpoint:
        checkpoint.check()
        model = checkpoint.config
        check_limits(model)
        files = _files(directory, model)
        config = _image_config(directory, model, options)
        workers = options.workers or min(_WORKERS_MAX, len(os.sched_getaffinity(0)))
        with ImageWriter(output) as writer, ThreadPoolExecutor(workers) as pool:
            job = _Conversion(checkpoint, writer, pool, workers, options, progress or (lambda *_: None))
            report = [job.embedding()]
            _write_rope(writer, model, config.max_context)
            report += [job.matrix(plan) for plan in job.plans]
            for name, data in files.items():
                writer.add(FILES_PREFIX + name, data)
            checksum = writer.commit(config, job.matrices, report)
    seconds = time.perf_counter() - began
    return ConvertReport(output, checksum, output.stat().st_size, config, tuple(report), seconds)


class _Packed(NamedTuple):
    """A chunk of channels, ready to be written."""

    tiles: NDArray[np.uint8]
    squared_error: float
    energy: float


class _Conversion:
    """One run of `convert`."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        writer: ImageWriter,
        pool: ThreadPoolExecutor,
        workers: int,
        options: ConvertOptions,
        progress: Progress,
    ) -> None:
        self.checkpoint = checkpoint
        self.writer = writer
        self.pool = pool
        self.options = options
        self.progress = progress
        self.in_flight = 1 + workers
        self.plans = plan_matrices(checkpoint.config)
        self.matrices: dict[str, MatrixInfo] = {}
        self.total = sum(plan.n * plan.k for plan in self.plans)
        self.done = 0

    def embedding(self) -> TensorReport:
        """Write the embedding: int16 mantissas and an exponent for each row."""
        vocab, hidden = self.checkpoint.shape(EMBEDDING)
        exponents = np.zeros(vocab, np.uint8)
        error = energy = 0.0
        rows = max(1, _CHUNK_BYTES // (4 * hidden))
        with self.writer.section(EMBEDDING_MANTISSA) as section:
            for start in range(0, vocab, rows):
                values = self.checkpoint.rows(EMBEDDING, start, min(start + rows, vocab))
                mantissas, exponents[start : start + rows] = quantise_embedding(values)
                section.write(mantissas.astype("<i2"))
                restored = np.ldexp(
                    mantissas.astype(np.float64),
                    exponents[start : start + rows, None].astype(np.int32) - FRAC_BITS,
                )
                error += float(np.square(restored - values).sum())
                energy += float(np.square(values, dtype=np.float64).sum())
        self.writer.add(EMBEDDING_EXPONENT, exponents)
        size = self.writer.section_bytes(EMBEDDING_MANTISSA) + vocab
        return _report("embedding", vocab, hidden, "I16", "", error, energy, size)

    def matrix(self, plan: MatrixPlan) -> TensorReport:
        """Quantise and write one matrix."""
        fmt = self._format(plan)
        channels = int((plan.source != PADDING).sum())
        try:
            if plan.name.endswith(".qkv") and all(plan.biases):
                plan = balance_keys(plan, self.checkpoint)
            book = choose_codebook(self._sample(plan, channels)) if fmt == WeightFormat.W4 else None
            error = energy = 0.0
            with self.writer.section(plan.name) as section:
                for packed in self._chunks(plan, fmt, book):
                    section.write(packed.tiles)
                    error += packed.squared_error
                    energy += packed.energy
        except CheckpointError:
            raise
        except ValueError as fault:
            raise CheckpointError(f"{plan.name} (from {', '.join(plan.weights)}): {fault}") from fault
        self.matrices[plan.name] = MatrixInfo(
            n=plan.n,
            k=plan.k,
            format=fmt.name,
            codebook=[0] * CODEBOOK_SIZE if book is None else book.values.tolist(),
            norm=bool(plan.gain),
            norm_eps=plan.norm_eps,
        )
        size = self.writer.section_bytes(plan.name)
        return _report(plan.name, channels, plan.k, fmt.name, book.name if book else "", error, energy, size)

    def _format(self, plan: MatrixPlan) -> WeightFormat:
        if plan.name != "lm_head":
            return self.options.weight_format
        if self.options.lm_head_format is not None:
            return self.options.lm_head_format
        return WeightFormat.W8 if plan.k < _SMALL_HIDDEN else WeightFormat.W4

    def _sample(self, plan: MatrixPlan, channels: int) -> NDArray[np.float32]:
        """Short runs of channels, evenly spread over the matrix."""
        wanted = max(_SAMPLE_RUN, _SAMPLE_WEIGHTS // plan.k)
        runs = -(-min(wanted, channels) // _SAMPLE_RUN)
        starts = np.linspace(0, max(0, channels - _SAMPLE_RUN), runs).astype(int)
        return np.concatenate([plan.read(self.checkpoint, s, s + _SAMPLE_RUN) for s in np.unique(starts)])

    def _chunks(self, plan: MatrixPlan, fmt: WeightFormat, book: Codebook | None) -> Iterator[_Packed]:
        """Quantised chunks in order; a few are worked on while the next is read."""
        bias, factor = plan.bias(self.checkpoint), plan.scale_factor
        stride = max(1, _CHUNK_BYTES // (4 * plan.k * CHANNEL_MULTIPLE)) * CHANNEL_MULTIPLE
        pending: deque[Future[_Packed]] = deque()
        for start in range(0, plan.n, stride):
            part = slice(start, min(start + stride, plan.n))
            weights = plan.read(self.checkpoint, part.start, part.stop)
            pending.append(self.pool.submit(_pack, weights, fmt, book, factor[part], bias[part]))
            if len(pending) > self.in_flight:
                yield self._next(pending, plan)
        while pending:
            yield self._next(pending, plan)

    def _next(self, pending: deque[Future[_Packed]], plan: MatrixPlan) -> _Packed:
        packed = pending.popleft().result()
        self.done += TILE_CHANNELS * len(packed.tiles) * plan.k
        self.progress(self.done, self.total, plan.name)
        return packed


def _write_rope(writer: ImageWriter, model: ModelConfig, max_context: int) -> None:
    with writer.section(ROPE) as section:
        for start in range(0, max_context, _POSITIONS):
            section.write(rope_rows(model, start, min(start + _POSITIONS, max_context)))


def _pack(
    weights: NDArray[np.float32],
    fmt: WeightFormat,
    book: Codebook | None,
    factor: NDArray[np.float64],
    bias: NDArray[np.int32],
) -> _Packed:
    q = quantise(weights, fmt, book, factor)
    tiles = pack_tiles(q.codes, q.mults, q.mantissa, q.exponent, bias, fmt)
    return _Packed(tiles, q.squared_error, q.energy)


def _files(directory: Path, model: ModelConfig) -> dict[str, bytes]:
    """The tokenizer's files, once they proved usable with this model."""
    files = read_tokenizer_files(directory)
    tokenizer = load_tokenizer(files)
    load_chat_template(files)
    if tokenizer.vocab_size > model.vocab_size:
        raise CheckpointError(
            f"{directory}: the tokenizer has {tokenizer.vocab_size} tokens, the model {model.vocab_size}; "
            "do they belong together?"
        )
    return files


def _image_config(directory: Path, model: ModelConfig, options: ConvertOptions) -> ImageConfig:
    context = options.max_context or min(model.max_position_embeddings, DEFAULT_CONTEXT)
    if context > model.max_position_embeddings:
        raise ValueError(
            f"max_context is {context}; the model was made for {model.max_position_embeddings} tokens at most"
        )
    return ImageConfig(
        name=options.name or directory.resolve().name,
        architecture=model.architecture,
        vocab_size=model.vocab_size,
        hidden_size=model.hidden_size,
        intermediate_size=model.intermediate_size,
        num_layers=model.num_layers,
        num_heads=model.num_heads,
        num_kv_heads=model.num_kv_heads,
        head_dim=model.head_dim,
        max_context=context,
        sliding_window=model.sliding_window,
        tie_word_embeddings=model.tie_word_embeddings,
        created_by=f"openfpga {version('openfpga')}",
    )


def _report(
    name: str, n: int, k: int, fmt: str, codebook: str, error: float, energy: float, size: int
) -> TensorReport:
    relative = (error / energy) ** 0.5 if energy else 0.0
    return TensorReport(name=name, n=n, k=k, format=fmt, codebook=codebook, error=relative, bytes=size)
