"""Encoders give the same bits on every backend."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from openfpga_host.convert import convert
from openfpga_host.device import DeviceError
from openfpga_host.encoder.runner import EncoderRunner
from support.make_encoder import EncoderRecipe, make_encoder


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bits")
    recipe = EncoderRecipe(hidden_size=64, intermediate_size=96, num_layers=2, num_heads=2, max_positions=64)
    make_encoder(folder / "encoder", recipe)
    convert(folder / "encoder", folder / "e.ofpga")
    return folder / "e.ofpga"


def states(image: Path, device: str, texts: list[list[int]]) -> list[NDArray[np.int32]]:
    runner = EncoderRunner.open(image, device)
    try:
        return [rows.copy() for rows in runner.step(texts)]
    finally:
        runner.close()


@pytest.mark.parametrize("device", ["csim", "csim:sim", "reference:kv260"])
def test_states_are_those_of_the_reference(image: Path, device: str) -> None:
    rng = np.random.default_rng(1)
    texts = [rng.integers(5, 390, length).tolist() for length in (3, 17, 1, 64, 40)]
    for mine, theirs in zip(states(image, device, texts), states(image, "reference:sim", texts), strict=True):
        assert np.array_equal(mine, theirs)


def test_states_of_the_rtl_card_are_those_of_the_reference(image: Path) -> None:
    texts = [[2, 17, 105, 230, 3], [2, 9, 3]]
    try:
        mine = states(image, "verilator:sim", texts)
    except DeviceError as error:
        pytest.skip(f"no compiled card: {error}")
    for rows, expected in zip(mine, states(image, "reference:sim", texts), strict=True):
        assert np.array_equal(rows, expected)
