"""The shapes of decoder models: what decides how many bytes a token moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from openfpga_host.contract import BLOCK, TILE_CHANNELS, WeightFormat
from openfpga_host.image import Image, ImageConfig
from openfpga_host.layout import code_words, port_tiles, tile_words
from openfpga_host.model_config import ModelConfig

_CHANNELS = 2 * TILE_CHANNELS
"""The converter pads output channels to a multiple of this."""
_SMALL_HIDDEN = 2048
"""Below it the converter keeps the LM head in W8 (`convert.ConvertOptions.lm_head_format`)."""


class MatrixShape(NamedTuple):
    """A matrix as the card has it: `n` output channels, `k` inputs."""

    n: int
    k: int
    format: WeightFormat = WeightFormat.W4

    @property
    def tile_words(self) -> int:
        """Words of one of its weight tiles."""
        return tile_words(-(-self.k // BLOCK), self.format)

    @property
    def code_words(self) -> int:
        """Those of them that hold codes, which are multiplied."""
        return code_words(-(-self.k // BLOCK), self.format)

    def port_words(self, ports: int) -> int:
        """Words of it on each of `ports` ports."""
        return port_tiles(-(-self.n // TILE_CHANNELS), ports) * self.tile_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShape:
    """A decoder of the Llama family in numbers; attributes as in `image.ImageConfig`."""

    name: str
    hidden_size: int
    intermediate_size: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    vocab_size: int
    max_context: int
    sliding_window: int | None = None

    @property
    def qkv(self) -> MatrixShape:
        return MatrixShape((self.num_heads + 2 * self.num_kv_heads) * self.head_dim, self.hidden_size)

    @property
    def o(self) -> MatrixShape:
        return MatrixShape(self.hidden_size, self.num_heads * self.head_dim)

    @property
    def gate_up(self) -> MatrixShape:
        return MatrixShape(2 * self.intermediate_size, self.hidden_size)

    @property
    def down(self) -> MatrixShape:
        return MatrixShape(self.hidden_size, self.intermediate_size)

    @property
    def lm_head(self) -> MatrixShape:
        fmt = WeightFormat.W8 if self.hidden_size < _SMALL_HIDDEN else WeightFormat.W4
        return MatrixShape(-(-self.vocab_size // _CHANNELS) * _CHANNELS, self.hidden_size, fmt)

    @property
    def head_blocks(self) -> int:
        return -(-self.head_dim // BLOCK)

    @classmethod
    def load(cls, model: str) -> ModelShape:
        """A model by name (`KNOWN`), or that of a checkpoint's folder, a config.json or an image.

        Raises:
            ValueError: nothing of that name, or a file that does not describe a supported model.
        """
        if model.lower() in KNOWN:
            return KNOWN[model.lower()]
        path = Path(model)
        if path.is_dir():
            path = path / "config.json"
        if not path.is_file():
            raise ValueError(
                f"{model} is neither a checkpoint's folder, a config.json or an image, nor one of "
                f"{', '.join(KNOWN)}"
            )
        if path.suffix == ".json":
            config = ModelConfig.from_json(path.read_bytes())
            return cls._of(path.parent.name or model, config, config.max_position_embeddings)
        with Image.open(path, verify=False) as image:
            return cls._of(image.config.name, image.config, image.config.max_context)

    @classmethod
    def _of(cls, name: str, config: ModelConfig | ImageConfig, max_context: int) -> ModelShape:
        return cls(
            name=name,
            hidden_size=config.hidden_size,
            intermediate_size=config.intermediate_size,
            num_layers=config.num_layers,
            num_heads=config.num_heads,
            num_kv_heads=config.num_kv_heads,
            head_dim=config.head_dim,
            vocab_size=config.vocab_size,
            max_context=max_context,
            sliding_window=config.sliding_window,
        )


def _shape(
    name: str,
    hidden: int,
    ff: int,
    layers: int,
    heads: int,
    kv_heads: int,
    head_dim: int,
    vocab: int,
    context: int,
) -> ModelShape:
    return ModelShape(
        name=name,
        hidden_size=hidden,
        intermediate_size=ff,
        num_layers=layers,
        num_heads=heads,
        num_kv_heads=kv_heads,
        head_dim=head_dim,
        vocab_size=vocab,
        max_context=context,
    )


KNOWN: Mapping[str, ModelShape] = {
    shape.name: shape
    for shape in (
        # config.json of the models' repositories.
        _shape("llama-3.1-8b", 4096, 14336, 32, 32, 8, 128, 128256, 131072),
        _shape("llama-3.2-3b", 3072, 8192, 28, 24, 8, 128, 128256, 131072),
        _shape("llama-3.2-1b", 2048, 8192, 16, 32, 8, 64, 128256, 131072),
        _shape("llama-2-7b", 4096, 11008, 32, 32, 32, 128, 32000, 4096),
        _shape("mistral-7b", 4096, 14336, 32, 32, 8, 128, 32768, 32768),
        _shape("qwen2.5-7b", 3584, 18944, 28, 28, 4, 128, 152064, 32768),
        _shape("qwen2.5-0.5b", 896, 4864, 24, 14, 2, 64, 151936, 32768),
        _shape("tinyllama-1.1b", 2048, 5632, 22, 32, 4, 64, 32000, 2048),
        _shape("smollm2-135m", 576, 1536, 30, 9, 3, 64, 49152, 8192),
    )
}
