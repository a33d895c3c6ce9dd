"""Converts a Hugging Face checkpoint to a device image, a few channels at a time.

    report = convert(Path("models/demo"), Path("build/demo.ofpga"))
    print(report.table())

Decoders (chat models) and encoders (sentence embeddings) are told apart by config.json. Memory holds a
handful of chunks of some MiB whatever the checkpoint's size; chunks are quantised on all cores.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from openfpga_host.checkpoint import read_config
from openfpga_host.contract import CONTEXT_MAX, WeightFormat
from openfpga_host.decoder_conversion import DecoderConversion
from openfpga_host.encoder.config import Pooling, is_encoder
from openfpga_host.encoder.conversion import EncoderConversion
from openfpga_host.image_format import FILES_PREFIX, ImageConfig, TensorReport
from openfpga_host.image_writer import ImageWriter
from openfpga_host.matrix_writer import MatrixSource, MatrixWriter, Progress

__all__ = ["ConvertOptions", "ConvertReport", "Progress", "convert"]

_WORKERS_MAX: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """How to convert.

    Attributes:
        name: of the model, for people and the API; None: the folder's name.
        max_context: tokens a sequence may have; None: what the model was made for, at most 32768.
        weight_format: of the linear layers; None: W4, for encoders W8, as they are small and have no sampling
            that would hide an error.
        lm_head_format: of the LM head; None: W8 below a hidden size of 2048, where it costs little time and
            helps accuracy most, else W4.
        workers: threads, each with a few chunks in memory; None: one a core, at most 16, which is as many as
            one reader can feed.
        pooling: of an encoder whose folder does not say (1_Pooling); None: the mean over the tokens.
    """

    name: str | None = None
    max_context: int | None = None
    weight_format: WeightFormat | None = None
    lm_head_format: WeightFormat | None = None
    workers: int | None = None
    pooling: Pooling | None = None

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
    with _opened(directory, options) as work:
        workers = options.workers or min(_WORKERS_MAX, len(os.sched_getaffinity(0)))
        with ImageWriter(output) as writer, ThreadPoolExecutor(workers) as pool:
            job = MatrixWriter(writer, pool, workers, work.total, progress or (lambda *_: None))
            report = work.tables(job)
            report += [job.matrix(source, fmt) for source, fmt in work.matrices()]
            for name, data in work.files.items():
                writer.add(FILES_PREFIX + name, data)
            checksum = writer.commit(work.config, job.matrices, report)
    seconds = time.perf_counter() - began
    return ConvertReport(output, checksum, output.stat().st_size, work.config, tuple(report), seconds)


class Conversion(Protocol):
    """What a checkpoint of some kind becomes."""

    @property
    def config(self) -> ImageConfig:
        """What the image says about the model."""
        ...

    @property
    def files(self) -> Mapping[str, bytes]:
        """Files that go into the image as they are."""
        ...

    @property
    def total(self) -> int:
        """Weights in all matrices."""
        ...

    def tables(self, job: MatrixWriter) -> list[TensorReport]:
        """Write all that is no matrix."""
        ...

    def matrices(self) -> Iterator[tuple[MatrixSource, WeightFormat]]:
        """The matrices in the order in which a step uses them."""
        ...


def _opened(directory: Path, options: ConvertOptions) -> AbstractContextManager[Conversion]:
    if is_encoder(directory, read_config(directory)):
        return EncoderConversion(directory, options)
    return DecoderConversion(directory, options)
