"""A small encoder: its folder, its image, and a float model of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openfpga_host.convert import convert
from support.float_bert import FloatBert
from support.make_encoder import make_encoder


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder."""
    return make_encoder(tmp_path_factory.mktemp("encoder") / "mini")


@pytest.fixture(scope="session")
def encoder_image(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its image, with the converter's defaults."""
    path = tmp_path_factory.mktemp("image") / "mini.ofpga"
    convert(encoder_folder, path)
    return path


@pytest.fixture(scope="session")
def float_bert(encoder_folder: Path) -> FloatBert:
    """Its float model."""
    return FloatBert(encoder_folder)


@pytest.fixture(scope="session")
def texts() -> list[list[int]]:
    """Token ids of texts of 1 to 160 tokens."""
    rng = np.random.default_rng(3)
    lengths = [1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 159, 160]
    return [rng.integers(5, 400, length).tolist() for length in lengths]
