"""What a decoder's checkpoint becomes: its tables, its matrices and their formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from openfpga_host.chat_template import load_chat_template
from openfpga_host.checkpoint import Checkpoint, CheckpointError
from openfpga_host.contract import WeightFormat
from openfpga_host.fold import (
    EMBEDDING,
    FINAL_NORM,
    PADDING,
    MatrixPlan,
    balance_keys,
    check_limits,
    plan_matrices,
)
from openfpga_host.image_format import FINAL_GAIN, ROPE, ImageConfig, TensorReport
from openfpga_host.image_tables import rope_rows
from openfpga_host.matrix_writer import CHUNK_BYTES, MatrixWriter
from openfpga_host.tokenizer import load_tokenizer, read_tokenizer_files

if TYPE_CHECKING:
    from openfpga_host.convert import ConvertOptions

DEFAULT_CONTEXT: Final = 32768
"""Longest context that an image gets unless asked for more; its RoPE rows take 2 * head_dim bytes each."""
_SMALL_HIDDEN: Final = 2048
_POSITIONS: Final = 4096  # of RoPE rows computed at once


class DecoderConversion:
    """A decoder's folder, open while it is converted; a `Conversion`.

    Raises:
        CheckpointError: the checkpoint is damaged, incomplete or not supported.
        TokenizerError, ChatTemplateError: its tokenizer or chat template is.
        ValueError: an option does not fit the model.
    """

    def __init__(self, directory: Path, options: ConvertOptions) -> None:
        self._options = options
        self._checkpoint = Checkpoint(directory)
        try:
            self._checkpoint.check()
            model = self._checkpoint.config
            check_limits(model)
            self.files = self._usable_files()
            self.config = self._image_config()
        except BaseException:
            self._checkpoint.close()
            raise
        self._plans = plan_matrices(model)
        self.total = sum(plan.n * plan.k for plan in self._plans)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._checkpoint.close()

    def tables(self, job: MatrixWriter) -> list[TensorReport]:
        """The embedding, RoPE's rows, and the last norm's gain (for pooled states)."""
        report = [job.rows("embedding", self._embedding_rows())]
        model = self._checkpoint.config
        with job.writer.section(ROPE) as section:
            for start in range(0, self.config.max_context, _POSITIONS):
                section.write(rope_rows(model, start, min(start + _POSITIONS, self.config.max_context)))
        job.writer.add(FINAL_GAIN, self._checkpoint.tensor(FINAL_NORM).astype("<f4"))
        return report

    def matrices(self) -> Iterator[tuple[PlannedMatrix, WeightFormat]]:
        """All matrices in the order in which a step uses them."""
        for plan in self._plans:
            if plan.name.endswith(".qkv") and all(plan.biases):
                plan = balance_keys(plan, self._checkpoint)
            yield PlannedMatrix(plan, self._checkpoint), self._format(plan)

    def _embedding_rows(self) -> Iterator[NDArray[np.float32]]:
        vocab, hidden = self._checkpoint.shape(EMBEDDING)
        rows = max(1, CHUNK_BYTES // (4 * hidden))
        for start in range(0, vocab, rows):
            yield self._checkpoint.rows(EMBEDDING, start, min(start + rows, vocab))

    def _format(self, plan: MatrixPlan) -> WeightFormat:
        if plan.name != "lm_head":
            chosen = self._options.weight_format
            return WeightFormat.W4 if chosen is None else chosen
        if self._options.lm_head_format is not None:
            return self._options.lm_head_format
        return WeightFormat.W8 if plan.k < _SMALL_HIDDEN else WeightFormat.W4

    def _usable_files(self) -> dict[str, bytes]:
        """The tokenizer's files, once they proved usable with this model."""
        directory, model = self._checkpoint.directory, self._checkpoint.config
        files = read_tokenizer_files(directory)
        tokenizer = load_tokenizer(files)
        load_chat_template(files)
        if tokenizer.vocab_size > model.vocab_size:
            raise CheckpointError(
                f"{directory}: the tokenizer has {tokenizer.vocab_size} tokens, the model "
                f"{model.vocab_size}; do they belong together?"
            )
        return files

    def _image_config(self) -> ImageConfig:
        model, options = self._checkpoint.config, self._options
        if options.pooling is not None:
            raise ValueError(f"pooling is for encoders; {model.architecture} is a decoder: leave it out")
        context = options.max_context or min(model.max_position_embeddings, DEFAULT_CONTEXT)
        if context > model.max_position_embeddings:
            raise ValueError(
                f"max_context is {context}; the model was made for {model.max_position_embeddings} tokens "
                "at most"
            )
        return ImageConfig(
            name=options.name or self._checkpoint.directory.resolve().name,
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


@dataclass(frozen=True, slots=True)
class PlannedMatrix:
    """A plan and the checkpoint it reads from; a `MatrixSource`."""

    plan: MatrixPlan
    checkpoint: Checkpoint

    @property
    def name(self) -> str:
        """In the image."""
        return self.plan.name

    @property
    def n(self) -> int:
        """Output channels, padding included."""
        return self.plan.n

    @property
    def k(self) -> int:
        """Inputs."""
        return self.plan.k

    @property
    def channels(self) -> int:
        """Output channels without padding."""
        return int((self.plan.source != PADDING).sum())

    @property
    def tensors(self) -> tuple[str, ...]:
        """What it takes rows from."""
        return self.plan.weights

    @property
    def norm(self) -> bool:
        """Whether the card normalises its input."""
        return bool(self.plan.gain)

    @property
    def norm_eps(self) -> int:
        """round(k * eps * 2**32) where `norm`, else 0."""
        return self.plan.norm_eps

    @property
    def scale_factor(self) -> NDArray[np.float64]:
        """float64 [n]: what the channels' scales take on."""
        return self.plan.scale_factor

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Channels start..stop: float32 [stop - start, k]."""
        return self.plan.read(self.checkpoint, start, stop)

    def bias(self) -> NDArray[np.int32]:
        """Q16 biases of all channels: int32 [n]."""
        return self.plan.bias(self.checkpoint)
