"""What an encoder's checkpoint becomes: its tables, its matrices and their formats."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from openfpga_host.checkpoint import CheckpointError
from openfpga_host.contract import WeightFormat
from openfpga_host.encoder.checkpoint import EncoderCheckpoint, Floats
from openfpga_host.encoder.fold import MEAN_UNITS, SKIPS, FoldedMatrix, check_limits, norm_at, plan_matrices
from openfpga_host.image_format import FINAL_BIAS, FINAL_GAIN, EncoderInfo, ImageConfig, TensorReport
from openfpga_host.matrix_writer import CHUNK_BYTES, MatrixWriter
from openfpga_host.tokenizer import load_tokenizer, read_tokenizer_files

if TYPE_CHECKING:
    from openfpga_host.convert import ConvertOptions


class EncoderConversion:
    """An encoder's folder, open while it is converted; a `Conversion`.

    Raises:
        CheckpointError: the checkpoint is damaged, incomplete or not supported.
        TokenizerError: its tokenizer is.
        ValueError: an option does not fit the model.
    """

    def __init__(self, directory: Path, options: ConvertOptions) -> None:
        self._checkpoint = EncoderCheckpoint(directory)
        try:
            model = self._checkpoint.config
            check_limits(model)
            self.files = self._usable_files()
            self.config = self._image_config(options)
        except BaseException:
            self._checkpoint.close()
            raise
        chosen = options.weight_format
        self._format = WeightFormat.W8 if chosen is None else chosen
        self.total = sum(matrix.n * matrix.k for matrix in plan_matrices(self._checkpoint))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._checkpoint.close()

    def tables(self, job: MatrixWriter) -> list[TensorReport]:
        """Embeddings and positions, both centred (C x is all that a LayerNorm sees), and the last LayerNorm.

        Texts have one token type, so its row is part of the positions.
        """
        checkpoint, config = self._checkpoint, self._checkpoint.config
        positions = checkpoint.weight("position_embeddings")[config.first_position :][
            : self.config.max_context
        ]
        if config.token_types:
            positions = positions + checkpoint.weight("token_type_embeddings")[0]
        report = [job.rows("embedding", self._word_rows()), job.rows("positions", [centred_rows(positions)])]
        last = norm_at(checkpoint, config.num_layers)
        job.writer.add(FINAL_GAIN, last.gain.astype("<f4"))
        job.writer.add(FINAL_BIAS, last.bias.astype("<f4"))
        return report

    def matrices(self) -> Iterator[tuple[FoldedMatrix, WeightFormat]]:
        """All matrices in the order in which a step uses them.

        Those of the residual path are diagonal, which W4 with a scale a channel holds exactly.
        """
        for matrix in plan_matrices(self._checkpoint):
            yield matrix, WeightFormat.W4 if matrix.name.endswith(SKIPS) else self._format

    def _word_rows(self) -> Iterator[Floats]:
        name = self._checkpoint.name("word_embeddings") + ".weight"
        vocab, hidden = self._checkpoint.shape(name)
        rows = max(1, CHUNK_BYTES // (4 * hidden))
        for start in range(0, vocab, rows):
            yield centred_rows(self._checkpoint.rows(name, start, min(start + rows, vocab)))

    def _usable_files(self) -> dict[str, bytes]:
        """The tokenizer's files, once they proved usable with this model."""
        directory, model = self._checkpoint.directory, self._checkpoint.config
        files = read_tokenizer_files(directory)
        tokenizer = load_tokenizer(files)
        if tokenizer.vocab_size > model.vocab_size:
            raise CheckpointError(
                f"{directory}: the tokenizer has {tokenizer.vocab_size} tokens, the model "
                f"{model.vocab_size}; do they belong together?"
            )
        return files

    def _image_config(self, options: ConvertOptions) -> ImageConfig:
        model = self._checkpoint.config
        context = options.max_context or model.max_tokens
        if context > model.max_tokens:
            raise ValueError(
                f"max_context is {context}; the model was made for {model.max_tokens} tokens at most"
            )
        if model.pooling and options.pooling not in (None, model.pooling):
            raise ValueError(
                f"pooling is {options.pooling}, but the folder says {model.pooling}; leave the option out"
            )
        if options.lm_head_format is not None:
            raise ValueError(f"an encoder ({model.architecture}) has no LM head; leave its format out")
        return ImageConfig(
            name=options.name or self._checkpoint.directory.resolve().name,
            architecture=model.architecture,
            vocab_size=model.vocab_size,
            hidden_size=model.hidden_size,
            intermediate_size=model.intermediate_size + MEAN_UNITS,
            num_layers=model.num_layers,
            num_heads=model.num_heads,
            num_kv_heads=model.num_heads,
            head_dim=model.head_dim,
            max_context=context,
            sliding_window=None,
            tie_word_embeddings=False,
            created_by=f"openfpga {version('openfpga')}",
            encoder=EncoderInfo(
                pooling=options.pooling or model.pooling or "mean", layer_norm_eps=model.layer_norm_eps
            ),
        )


def centred_rows(rows: Floats) -> Floats:
    """Rows [R, hidden] with the mean of each taken away."""
    result: Floats = rows - rows.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    return result
