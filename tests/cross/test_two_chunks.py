"""Steps of more rows than a command has: two chunks that take turns give every backend the same bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openfpga_host.convert import convert
from openfpga_host.runner import ModelRunner
from support.make_checkpoint import Recipe, make_checkpoint
from support.stepping import Part, batch_of, prefill
from support.unit_bench import built

TOKENS = np.random.default_rng(12).integers(3, 300, 61).tolist()
TABLE = [5, 2, 9, 0]
OTHER = [7, 3, 1, 4]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    convert(make_checkpoint(folder / "checkpoint", Recipe()), folder / "model.ofpga")
    return folder / "model.ofpga"


@pytest.mark.parametrize("device", ["verilator:sim", "verilator:sim:hbm2"])
def test_the_rtl_card_gives_the_logits_of_the_reference(image: Path, device: str) -> None:
    """Commands of both chunks run at once there, in the order that memory allows."""
    built("card", "sim")
    reference = ModelRunner.open(image, "reference", kv_blocks=12)
    card = ModelRunner.open(image, device, kv_blocks=12, rows=8)
    expected = prefill(reference, TOKENS, TABLE)
    np.testing.assert_array_equal(prefill(card, TOKENS, TABLE), expected)
    mixed = batch_of(
        [Part(TOKENS[:3], 0, OTHER), Part(TOKENS[40:43], 40, TABLE), Part(TOKENS[:2], 0, [8])], "all"
    )
    np.testing.assert_array_equal(
        card.step(mixed), np.concatenate([expected[:3], expected[40:43], expected[:2]])
    )
    card.close()
    reference.close()
