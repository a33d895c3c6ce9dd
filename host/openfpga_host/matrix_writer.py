"""Quantises matrices and tables of rows a few MiB at a time and writes them to an image.

Chunks of channels are quantised on all cores (NumPy releases the interpreter's lock) and written in order, so
that the image does not depend on how many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from openfpga_host.checkpoint import CheckpointError
from openfpga_host.codebook import Codebook
from openfpga_host.contract import CODEBOOK_SIZE, FRAC_BITS, TILE_CHANNELS, WeightFormat
from openfpga_host.image_format import CHANNEL_MULTIPLE, MatrixInfo, TensorReport
from openfpga_host.image_tables import quantise_embedding
from openfpga_host.image_writer import ImageWriter
from openfpga_host.layout import pack_tiles
from openfpga_host.quantise import choose_codebook, quantise

Progress = Callable[[int, int, str], None]
"""Called with weights done, weights in all, and the matrix at hand."""

CHUNK_BYTES: Final = 8 << 20  # of float32 weights
_SAMPLE_WEIGHTS: Final = 1 << 17
_SAMPLE_RUN: Final = 4  # neighbouring channels read at once


class MatrixSource(Protocol):
    """A matrix of the image as it is made from a checkpoint.

    Attributes:
        name: in the image, such as "layers.0.qkv".
        n, k: output channels (padding included) and inputs.
        channels: output channels without padding.
        tensors: what it is made from, for messages.
        norm, norm_eps: whether the card normalises its input; round(k * eps * 2**32) then.
        scale_factor: float64 [n]: what the channels' scales take on.
    """

    @property
    def name(self) -> str: ...
    @property
    def n(self) -> int: ...
    @property
    def k(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def tensors(self) -> tuple[str, ...]: ...
    @property
    def norm(self) -> bool: ...
    @property
    def norm_eps(self) -> int: ...
    @property
    def scale_factor(self) -> NDArray[np.float64]: ...

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Channels start..stop without `scale_factor`: float32 [stop - start, k]."""
        ...

    def bias(self) -> NDArray[np.int32]:
        """Q16 biases of all channels: int32 [n]."""
        ...


class _Packed(NamedTuple):
    """A chunk of channels, ready to be written."""

    tiles: NDArray[np.uint8]
    squared_error: float
    energy: float


class MatrixWriter:
    """Writes an image's matrices and tables.

    Args:
        writer: of the image.
        pool: threads that quantise.
        workers: how many of them.
        total: weights in all matrices, for `progress`.
        progress: called after every chunk.

    Attributes:
        matrices: what was written, for the image's metadata.
    """

    def __init__(
        self, writer: ImageWriter, pool: ThreadPoolExecutor, workers: int, total: int, progress: Progress
    ) -> None:
        self.writer = writer
        self.matrices: dict[str, MatrixInfo] = {}
        self._pool = pool
        self._in_flight = 1 + workers
        self._total = total
        self._progress = progress
        self._done = 0

    def rows(self, name: str, chunks: Iterable[NDArray[np.float32]]) -> TensorReport:
        """Write a table of rows as the sections NAME.mantissa (int16) and NAME.exponent (one a row).

        Args:
            name: of the table, such as "embedding".
            chunks: its rows in order, float32 [., width].
        """
        exponents: list[NDArray[np.uint8]] = []
        error = energy = 0.0
        width = 0
        with self.writer.section(f"{name}.mantissa") as section:
            for values in chunks:
                width = values.shape[1]
                mantissas, exponent = quantise_embedding(values)
                section.write(mantissas.astype("<i2"))
                exponents.append(exponent)
                restored = np.ldexp(
                    mantissas.astype(np.float64), exponent[:, None].astype(np.int32) - FRAC_BITS
                )
                error += float(np.square(restored - values).sum())
                energy += float(np.square(values, dtype=np.float64).sum())
        column = np.concatenate(exponents)
        self.writer.add(f"{name}.exponent", column)
        size = self.writer.section_bytes(f"{name}.mantissa") + len(column)
        return _report(name, len(column), width, "I16", "", error, energy, size)

    def matrix(self, source: MatrixSource, fmt: WeightFormat) -> TensorReport:
        """Quantise and write one matrix.

        Raises:
            CheckpointError: its tensors cannot be read, or hold what the format cannot.
        """
        try:
            book = choose_codebook(_sample(source)) if fmt == WeightFormat.W4 else None
            error = energy = 0.0
            with self.writer.section(source.name) as section:
                for packed in self._chunks(source, fmt, book):
                    section.write(packed.tiles)
                    error += packed.squared_error
                    energy += packed.energy
        except CheckpointError:
            raise
        except ValueError as fault:
            raise CheckpointError(f"{source.name} (from {', '.join(source.tensors)}): {fault}") from fault
        self.matrices[source.name] = MatrixInfo(
            n=source.n,
            k=source.k,
            format=fmt.name,
            codebook=[0] * CODEBOOK_SIZE if book is None else book.values.tolist(),
            norm=source.norm,
            norm_eps=source.norm_eps,
        )
        size = self.writer.section_bytes(source.name)
        name = book.name if book else ""
        return _report(source.name, source.channels, source.k, fmt.name, name, error, energy, size)

    def _chunks(self, source: MatrixSource, fmt: WeightFormat, book: Codebook | None) -> Iterator[_Packed]:
        """Quantised chunks in order; a few are worked on while the next is read."""
        bias, factor = source.bias(), source.scale_factor
        stride = max(1, CHUNK_BYTES // (4 * source.k * CHANNEL_MULTIPLE)) * CHANNEL_MULTIPLE
        pending: deque[Future[_Packed]] = deque()
        for start in range(0, source.n, stride):
            part = slice(start, min(start + stride, source.n))
            weights = source.read(part.start, part.stop)
            pending.append(self._pool.submit(_pack, weights, fmt, book, factor[part], bias[part]))
            if len(pending) > self._in_flight:
                yield self._next(pending, source)
        while pending:
            yield self._next(pending, source)

    def _next(self, pending: deque[Future[_Packed]], source: MatrixSource) -> _Packed:
        packed = pending.popleft().result()
        self._done += TILE_CHANNELS * len(packed.tiles) * source.k
        self._progress(self._done, self._total, source.name)
        return packed


def _sample(source: MatrixSource) -> NDArray[np.float32]:
    """Short runs of channels, evenly spread over the matrix."""
    wanted = max(_SAMPLE_RUN, _SAMPLE_WEIGHTS // source.k)
    runs = -(-min(wanted, source.channels) // _SAMPLE_RUN)
    starts = np.linspace(0, max(0, source.channels - _SAMPLE_RUN), runs).astype(int)
    return np.concatenate([source.read(s, s + _SAMPLE_RUN) for s in np.unique(starts)])


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


def _report(
    name: str, n: int, k: int, fmt: str, codebook: str, error: float, energy: float, size: int
) -> TensorReport:
    relative = (error / energy) ** 0.5 if energy else 0.0
    return TensorReport(name=name, n=n, k=k, format=fmt, codebook=codebook, error=relative, bytes=size)
