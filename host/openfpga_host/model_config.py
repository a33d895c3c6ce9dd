"""What a checkpoint's config.json says about the model, checked against what we can run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .rope import ROPE_KINDS, Rope, inverse_frequencies

Float64 = npt.NDArray[np.float64]


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message names the file, key or tensor and what would be right."""


@dataclass(frozen=True, slots=True)
class _Family:
    """What config.json leaves out because the architecture implies it (transformers, configuration_*.py)."""

    max_position_embeddings: int
    num_kv_heads: int | None = None  # None: as many as heads
    sliding_window: int | None = None
    qkv_bias: bool | None = None  # None: attention_bias says, for q, k, v and o


_FAMILIES: Mapping[str, _Family] = {
    "LlamaForCausalLM": _Family(2048),
    "MistralForCausalLM": _Family(131_072, num_kv_heads=8, sliding_window=4096, qkv_bias=False),
    "Qwen2ForCausalLM": _Family(32_768, num_kv_heads=32, sliding_window=4096, qkv_bias=True),
}
_DTYPES = ("bfloat16", "float16", "float32")
# Keys that change what the model computes and that we do not implement, with the values that change nothing.
_MUST_BE: Mapping[str, tuple[Any, ...]] = {
    "hidden_act": ("silu",),
    "quantization_config": (None,),
    "partial_rotary_factor": (1.0, None),
    "rope_interleaved": (False, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """A decoder-only transformer of the Llama family: RMSNorm, RoPE, grouped-query attention, SwiGLU.

    Attributes:
        architecture: as in config.json, e.g. "LlamaForCausalLM".
        vocab_size: rows of the embedding, among them padding without a token.
        hidden_size, intermediate_size: widths of the residual stream and of the feed-forward part.
        num_layers, num_heads, num_kv_heads, head_dim: of the decoder and its attention.
        rms_norm_eps: epsilon of every RMSNorm.
        rope: rotary embedding.
        max_position_embeddings: longest context in tokens.
        sliding_window: tokens each position attends to, itself included; None for all before it.
        tie_word_embeddings: the LM head is the embedding matrix.
        qkv_bias, o_bias, mlp_bias: which projections have a bias.
        hidden_act: activation of the gate, always "silu".
        torch_dtype: the checkpoint's own type, "bfloat16", "float16" or "float32".
        eos_token_ids, bos_token_id: as config.json names them; the tokenizer adds those of other files.
    """

    architecture: str
    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_layers: int
    num_heads: int
    num_kv_heads: int
    head_dim: int
    rms_norm_eps: float
    rope: Rope
    max_position_embeddings: int
    sliding_window: int | None
    tie_word_embeddings: bool
    qkv_bias: bool
    o_bias: bool
    mlp_bias: bool
    hidden_act: str
    torch_dtype: str
    eos_token_ids: tuple[int, ...]
    bos_token_id: int | None

    @classmethod
    def from_json(cls, data: bytes | str) -> ModelConfig:
        """Reads the content of config.json. Raises CheckpointError naming the key that is wrong."""
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise CheckpointError(f"config.json is not valid JSON: {error}") from error
        if not isinstance(value, dict):
            raise CheckpointError(f"config.json holds a JSON {type(value).__name__}; it must be an object")
        return cls.from_dict(value)

    @classmethod
    def from_dict(cls, config: Mapping[str, Any]) -> ModelConfig:
        """Reads a parsed config.json.

        Raises:
            CheckpointError: unknown architecture, missing key, value of a wrong type or range, or an option
                that we do not implement; the message names it and what is supported.
        """
        architecture, family = _family(config)
        for key, allowed in _MUST_BE.items():
            value = config.get(key, allowed[0])
            if value not in allowed:
                raise CheckpointError(
                    f"config.json: {key} {_short(value)} is not supported; it must be {_short(allowed[0])}"
                )
        read = _Reader(config)
        hidden_size = read.integer("hidden_size")
        num_heads = read.integer("num_attention_heads")
        num_kv_heads = read.integer("num_key_value_heads", family.num_kv_heads or num_heads)
        if num_heads % num_kv_heads:
            raise CheckpointError(
                f"config.json: num_attention_heads {num_heads} is not a multiple of "
                f"num_key_value_heads {num_kv_heads}"
            )
        if config.get("head_dim") is None and hidden_size % num_heads:
            raise CheckpointError(
                f"config.json: head_dim is missing, and hidden_size {hidden_size} is not a multiple of "
                f"num_attention_heads {num_heads}"
            )
        head_dim = read.integer("head_dim", hidden_size // num_heads)
        if head_dim % 2:
            raise CheckpointError(f"config.json: head_dim {head_dim} is odd; RoPE turns pairs")
        num_layers = read.integer("num_hidden_layers")
        max_positions = read.integer("max_position_embeddings", family.max_position_embeddings)
        attention_bias = read.flag("attention_bias")
        dtype = config.get("torch_dtype") or config.get("dtype") or "float32"
        if dtype not in _DTYPES:
            raise CheckpointError(
                f"config.json: torch_dtype {_short(dtype)} is not one of {', '.join(_DTYPES)}"
            )
        bos = read.ids("bos_token_id")
        return cls(
            architecture=architecture,
            vocab_size=read.integer("vocab_size"),
            hidden_size=hidden_size,
            intermediate_size=read.integer("intermediate_size"),
            num_layers=num_layers,
            num_heads=num_heads,
            num_kv_heads=num_kv_heads,
            head_dim=head_dim,
            rms_norm_eps=read.number("rms_norm_eps", 1e-6),
            rope=_rope(config),
            max_position_embeddings=max_positions,
            sliding_window=_sliding_window(config, family, architecture, num_layers, max_positions),
            tie_word_embeddings=read.flag("tie_word_embeddings"),
            qkv_bias=attention_bias if family.qkv_bias is None else family.qkv_bias,
            o_bias=attention_bias and family.qkv_bias is None,
            mlp_bias=read.flag("mlp_bias") and architecture == "LlamaForCausalLM",
            hidden_act="silu",
            torch_dtype=dtype,
            eos_token_ids=read.ids("eos_token_id"),
            bos_token_id=bos[0] if bos else None,
        )


def rope_frequencies(config: ModelConfig) -> tuple[Float64, float]:
    """Inverse frequencies, float64 [head_dim / 2] in radians per position, and the factor on cos and sin."""
    return inverse_frequencies(config.rope, config.head_dim, config.max_position_embeddings)


def rope_table(config: ModelConfig, positions: npt.ArrayLike) -> tuple[Float64, Float64]:
    """cos and sin of each position's angles, the attention factor included.

    Args:
        config: the model.
        positions: integers [N].

    Returns:
        cos and sin, float64 [N, head_dim / 2]; pair i of a head is its elements i and i + head_dim / 2, as
        checkpoints in Hugging Face's layout store them.
    """
    frequencies, factor = rope_frequencies(config)
    angles = np.multiply.outer(np.asarray(positions, dtype=np.float64), frequencies)
    return np.cos(angles) * factor, np.sin(angles) * factor


class _Reader:
    """Typed access to config.json's keys; null counts as missing."""

    def __init__(self, config: Mapping[str, Any], place: str = "config.json") -> None:
        self._config = config
        self._place = place

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1 or value >= 1 << 31:
            raise CheckpointError(f"{self._place}: {key} is {_short(value)}; it must be a positive integer")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number above 0."""
        value = self._value(key, default)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1e300:
            raise CheckpointError(f"{self._place}: {key} is {_short(value)}; it must be a positive number")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._value(key, False)
        if not isinstance(value, bool):
            raise CheckpointError(f"{self._place}: {key} is {_short(value)}; it must be true or false")
        return value

    def ids(self, key: str) -> tuple[int, ...]:
        """Token ids given as null, one integer or a list."""
        value = self._config.get(key)
        ids = [] if value is None else value if isinstance(value, list) else [value]
        if not all(isinstance(token, int) and not isinstance(token, bool) and token >= 0 for token in ids):
            raise CheckpointError(
                f"{self._place}: {key} is {_short(value)}; it must be a token id or a list of them"
            )
        return tuple(ids)

    def _value(self, key: str, default: Any) -> Any:
        value = self._config.get(key)
        if value is None and default is None:
            raise CheckpointError(f"{self._place}: {key} is missing")
        return default if value is None else value


def _family(config: Mapping[str, Any]) -> tuple[str, _Family]:
    """The one supported architecture that config.json names."""
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and len(names) == 1 else names
    family = _FAMILIES.get(name) if isinstance(name, str) else None
    if family is None:
        raise CheckpointError(
            f"config.json: architecture {_short(name)} is not supported; supported: {', '.join(_FAMILIES)} "
            "(Llama 2, 3, 3.x, SmolLM, Mistral, Qwen2, Qwen2.5)"
        )
    return str(name), family


def _rope(config: Mapping[str, Any]) -> Rope:
    """RoPE from `rope_theta` and `rope_scaling`, or from the newer `rope_parameters` that holds both."""
    newer = config.get("rope_parameters")
    key = "rope_scaling" if newer is None else "rope_parameters"
    scaling = config.get(key)
    if scaling is None:
        scaling = {}
    if not isinstance(scaling, dict):
        raise CheckpointError(f"config.json: {key} is {_short(scaling)}; it must be an object or null")
    theta_holder = _Reader(scaling, f"config.json: {key}") if "rope_theta" in scaling else _Reader(config)
    theta = theta_holder.number("rope_theta", 10_000.0)
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    if not isinstance(kind, str) or kind not in ROPE_KINDS:
        raise CheckpointError(
            f"config.json: {key} type {_short(kind)} is not supported; supported: {', '.join(ROPE_KINDS)}"
        )
    if theta <= 1:
        raise CheckpointError(f"config.json: rope_theta is {theta}; it must be above 1")
    required, optional = ROPE_KINDS[kind]
    read = _Reader(scaling, f"config.json: {key}")
    present = required | {name for name in optional if scaling.get(name) is not None}
    values = {
        name: float(read.flag(name)) if name == "truncate" else read.number(name) for name in sorted(present)
    }
    if kind == "llama3" and values["high_freq_factor"] <= values["low_freq_factor"]:
        raise CheckpointError(f"config.json: {key}: high_freq_factor must be above low_freq_factor")
    return Rope(theta, kind, values)


def _sliding_window(
    config: Mapping[str, Any], family: _Family, architecture: str, num_layers: int, max_positions: int
) -> int | None:
    """The window that all layers share. Raises CheckpointError where only some layers have one."""
    if family.sliding_window is None:
        return None
    read = _Reader(config)
    # Where the key is there, null means no window; where it is not, the architecture's default holds.
    if "sliding_window" in config and config["sliding_window"] is None:
        return None
    window = read.integer("sliding_window", family.sliding_window)
    sliding = num_layers
    layer_types = config.get("layer_types")
    if isinstance(layer_types, list):
        sliding = sum(kind == "sliding_attention" for kind in layer_types)
    elif architecture == "Qwen2ForCausalLM":
        first = config.get("max_window_layers", 28)
        if not isinstance(first, int) or first < 0:
            raise CheckpointError(f"config.json: max_window_layers is {_short(first)}; it must be an integer")
        sliding = max(num_layers - first, 0)
    if architecture == "Qwen2ForCausalLM" and not read.flag("use_sliding_window"):
        sliding = 0
    if 0 < sliding < num_layers:
        raise CheckpointError(
            f"config.json: a sliding window in {sliding} of {num_layers} layers is not supported; supported: "
            "in all or in none"
        )
    return window if sliding and window < max_positions else None


def _short(value: Any) -> str:
    """A value for a message, not longer than a line."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= 80 else text[:77] + "..."
