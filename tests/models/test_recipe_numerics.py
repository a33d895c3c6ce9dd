"""The recipe's number formats are the device's. Needs the optional extra `train`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch: Any = pytest.importorskip("torch")

from recipe.model import Decoder  # noqa: E402
from recipe.numerics import BLOCK, EXPONENT_SPAN, quantise_activation, quantise_weight  # noqa: E402
from recipe.shape import Shape  # noqa: E402

ROWS = st.integers(0, 2**32 - 1)
SMALL = Shape(
    vocab_size=64,
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
)


def random_row(seed: int, blocks: int) -> np.ndarray:
    """Blocks whose magnitudes differ by up to 2**20, float32."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((blocks, BLOCK)) * 2.0 ** rng.integers(-10, 10, (blocks, 1))
    return values.astype(np.float32).reshape(-1)


def exact_row(row: np.ndarray) -> np.ndarray:
    """docs/numerics.md, section 2, in Python's exact arithmetic (without the floor of Q16)."""
    blocks = row.astype(np.float64).reshape(-1, BLOCK)
    fitting = []
    for block in blocks:
        exponent = math.frexp(float(np.abs(block).max()))[1] - 7
        while math.floor(float(np.abs(block).max()) / 2.0**exponent + 0.5) > 127:
            exponent += 1
        fitting.append(exponent)
    exponents = np.maximum(fitting, max(fitting) - EXPONENT_SPAN)[:, None]
    mantissas = np.floor(blocks / 2.0**exponents + 0.5)
    return (mantissas * 2.0**exponents).reshape(-1).astype(np.float32)


@given(seed=ROWS, blocks=st.integers(1, 4))
def test_activations_are_rounded_as_on_the_device(seed: int, blocks: int) -> None:
    row = random_row(seed, blocks)
    np.testing.assert_array_equal(quantise_activation(torch.from_numpy(row)).numpy(), exact_row(row))


@given(seed=ROWS)
def test_quantised_activations_stay_as_they_are(seed: int) -> None:
    once = quantise_activation(torch.from_numpy(random_row(seed, 3)))
    assert torch.equal(quantise_activation(once), once)


def test_zero_row_stays_zero() -> None:
    assert not quantise_activation(torch.zeros(2, 64)).any()


@pytest.mark.parametrize(("bits", "levels"), [(4, 16), (8, 255)])
def test_weight_block_has_no_more_values_than_codes(bits: int, levels: int) -> None:
    weight = torch.from_numpy(np.random.default_rng(3).standard_normal((6, 96)).astype(np.float32))
    blocks = quantise_weight(weight, bits).reshape(-1, BLOCK)
    assert max(len(set(block.tolist())) for block in blocks) <= levels
    assert (blocks - weight.reshape(-1, BLOCK)).abs().max() < 4.0 / (levels - 1)


def test_gradient_passes_straight_through() -> None:
    x = torch.randn(2, 64, requires_grad=True)
    quantise_activation(x).sum().backward()
    assert torch.equal(x.grad, torch.ones_like(x))


@pytest.mark.parametrize("quantised", [False, True])
def test_decoding_token_by_token_gives_the_same_logits(quantised: bool) -> None:
    torch.manual_seed(0)
    model = Decoder(SMALL)
    ids = torch.randint(0, SMALL.vocab_size, (1, 7))
    with torch.no_grad():
        whole, _ = model(ids, torch.arange(7)[None], quantised=quantised)
        past = None
        for i in range(7):
            step, past = model(ids[:, i : i + 1], torch.tensor([[i]]), quantised=quantised, past=past)
    torch.testing.assert_close(step[:, 0], whole[:, -1], atol=2e-3 if quantised else 1e-5, rtol=0)


def test_frozen_model_gives_the_same_logits() -> None:
    torch.manual_seed(0)
    model = Decoder(SMALL)
    ids = torch.randint(0, SMALL.vocab_size, (1, 5))
    with torch.no_grad():
        before, _ = model(ids, torch.arange(5)[None], quantised=True)
        model.freeze()
        after, _ = model(ids, torch.arange(5)[None], quantised=True)
    assert torch.equal(before, after)
