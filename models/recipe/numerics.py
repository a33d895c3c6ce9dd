"""The device's number formats as differentiable PyTorch functions, for training and evaluation.

The rounding is the device's (docs/numerics.md); the gradient is the straight-through estimator (Bengio et
al., 2013, arXiv:1308.3432): backwards, quantising counts as the identity.
"""

from __future__ import annotations

import torch
from torch import Tensor

BLOCK = 32
MANTISSA_MAX = 127
EXPONENT_SPAN = 15  # a block's exponent is at most this far below its row's largest
MULTIPLIER_MAX = 255
# Candidate steps of a 4-bit block, as the code that its largest magnitude would get; the least error wins.
_CODE_AT_MAXIMUM = (6.0, 6.75, 7.5, 8.0)


def _straight_through(x: Tensor, quantised: Tensor) -> Tensor:
    return x + (quantised.to(x.dtype) - x).detach()


def quantise_activation(x: Tensor) -> Tensor:
    """Block floating point along the last axis: int8 mantissas, one power-of-two exponent per block of 32.

    Args:
        x: (..., K), any float dtype, K a multiple of 32; the last axis is one row.

    Returns:
        (..., K) of x's dtype: mantissa * 2**exponent, rounded half up.
    """
    blocks = x.detach().float().view(*x.shape[:-1], -1, BLOCK)
    largest = blocks.abs().amax(-1, keepdim=True).clamp_min(2.0**-60)
    # The smallest exponent whose mantissas round to at most MANTISSA_MAX.
    exponent = torch.floor(torch.log2(largest / (MANTISSA_MAX + 0.5))) + 1
    exponent = torch.maximum(exponent, exponent.amax(-2, keepdim=True) - EXPONENT_SPAN)
    step = torch.exp2(exponent)
    mantissa = torch.floor(blocks / step + 0.5).clamp(-MANTISSA_MAX, MANTISSA_MAX)
    return _straight_through(x, (mantissa * step).flatten(-2))


def quantise_weight(weight: Tensor, bits: int = 4) -> Tensor:
    """Integer codes with a uint8 multiplier per 32 weights along K and one scale per output channel.

    Args:
        weight: (N, K) float, K a multiple of 32.
        bits: 4 (uniform codebook -8..7) or 8 (codes -127..127).

    Returns:
        (N, K) of weight's dtype: code * multiplier * channel scale.
    """
    blocks = weight.detach().float().view(len(weight), -1, BLOCK)
    largest = blocks.abs().amax(-1, keepdim=True)
    lowest, highest, candidates = (-8, 7, _CODE_AT_MAXIMUM) if bits == 4 else (-127, 127, (127.0,))
    channel = largest.amax(-2, keepdim=True) / (MULTIPLIER_MAX * candidates[0]) + 1e-20
    best = best_error = None
    for code_at_maximum in candidates:
        multiplier = (largest / (code_at_maximum * channel)).round().clamp(1, MULTIPLIER_MAX)
        if bits == 8:
            multiplier = torch.ceil(largest / (code_at_maximum * channel)).clamp(1, MULTIPLIER_MAX)
        step = multiplier * channel
        value = torch.floor(blocks / step + 0.5).clamp(lowest, highest) * step
        error = (value - blocks).square().sum(-1, keepdim=True)
        if best is None or best_error is None:
            best, best_error = value, error
        else:
            best = torch.where(error < best_error, value, best)
            best_error = torch.minimum(error, best_error)
    assert best is not None
    return _straight_through(weight, best.flatten(-2))
