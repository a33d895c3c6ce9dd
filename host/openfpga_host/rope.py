"""Rotary position embedding: the inverse frequencies that each published scaling method defines.

Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (arXiv 2104.09864) for the method;
each function below names the source of its scaling. Names of the parameters are those of config.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

# Parameters of each kind of scaling: required, then optional.
ROPE_KINDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "default": (frozenset(), frozenset()),
    "linear": (frozenset({"factor"}), frozenset()),
    "dynamic": (frozenset({"factor"}), frozenset({"original_max_position_embeddings"})),
    "llama3": (
        frozenset({"factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"}),
        frozenset(),
    ),
    "yarn": (
        frozenset({"factor"}),
        frozenset(
            {
                "original_max_position_embeddings",
                "attention_factor",
                "beta_fast",
                "beta_slow",
                "mscale",
                "mscale_all_dim",
                "truncate",
            }
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Rope:
    """Rotary embedding of one model.

    Attributes:
        theta: base wavelength.
        kind: a key of `ROPE_KINDS`.
        scaling: the kind's parameters, all numbers (`truncate` as 0 or 1).
    """

    theta: float = 10_000.0
    kind: str = "default"
    scaling: Mapping[str, float] = field(default_factory=dict)


def inverse_frequencies(rope: Rope, head_dim: int, max_positions: int) -> tuple[Float64, float]:
    """Radians per position of each rotated pair, and the factor on cos and sin.

    Args:
        rope: base and scaling.
        head_dim: size of a head; all of it is rotated.
        max_positions: the model's max_position_embeddings, the fallback for the original context length.

    Returns:
        float64 [head_dim / 2], and the attention factor (1.0 but for yarn).
    """
    plain = rope.theta ** -(np.arange(0, head_dim, 2, dtype=np.float64) / head_dim)
    match rope.kind:
        case "linear":
            return plain / rope.scaling["factor"], 1.0
        case "llama3":
            return _llama3(plain, rope.scaling), 1.0
        case "yarn":
            return _yarn(plain, rope, head_dim, max_positions)
        case _:
            # "dynamic" (NTK-aware) changes the base only beyond max_position_embeddings, where we do not go.
            return plain, 1.0


def _llama3(plain: Float64, scaling: Mapping[str, float]) -> Float64:
    """Llama 3.1's scaling by wavelength (llama-models, `apply_scaling`): long waves are stretched by the
    factor, short ones kept, those between interpolated."""
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = scaling["original_max_position_embeddings"] * plain / (2 * math.pi)  # in the original context
    keep = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return plain * (keep + (1.0 - keep) / scaling["factor"])


def _yarn(plain: Float64, rope: Rope, head_dim: int, max_positions: int) -> tuple[Float64, float]:
    """YaRN (Peng et al., arXiv 2309.00071): sections 3.2, "NTK-by-parts", and 3.4, the attention factor."""
    scaling = rope.scaling
    factor = scaling["factor"]
    original = scaling.get("original_max_position_embeddings") or max_positions

    def dimension(turns: float) -> float:
        """Index of the pair that makes this many turns in the original context."""
        return head_dim * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(rope.theta))

    low = dimension(scaling.get("beta_fast") or 32.0)
    high = dimension(scaling.get("beta_slow") or 1.0)
    if scaling.get("truncate", 1.0):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, head_dim - 1)
    if low == high:
        high += 0.001
    stretch = np.clip((np.arange(head_dim // 2, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
    frequencies = plain * (1.0 - stretch) + plain / factor * stretch

    def magnitude(scale: float = 1.0) -> float:
        return 1.0 if factor <= 1.0 else 0.1 * scale * math.log(factor) + 1.0

    attention_factor = scaling.get("attention_factor")
    if attention_factor is None:
        mscale, mscale_all = scaling.get("mscale"), scaling.get("mscale_all_dim")
        attention_factor = magnitude(mscale) / magnitude(mscale_all) if mscale and mscale_all else magnitude()
    return frequencies, attention_factor
