"""The demonstration model loses less than 2 % of perplexity on held-out chats: its weights, and the card."""

from __future__ import annotations

from pathlib import Path

import pytest
from openfpga_host.image import Image
from openfpga_host.runner import ModelRunner
from support.float_model import FloatModel
from support.image_model import ImageModel
from support.perplexity import perplexity, read_chats
from support.runner_model import RunnerModel

LIMIT = 1.02
CHATS = pytest.mark.parametrize(
    "chats", [30, pytest.param(300, marks=pytest.mark.slow, id="all")], scope="module"
)


@pytest.fixture(scope="module")
def in_float(demo_checkpoint: Path, chats: int) -> float:
    scored = read_chats(demo_checkpoint, demo_checkpoint / "heldout.jsonl", chats)
    return perplexity(FloatModel(demo_checkpoint), scored)


@CHATS
def test_matmuls_alone_keep_the_perplexity(
    demo_checkpoint: Path, demo_image: Path, chats: int, in_float: float
) -> None:
    scored = read_chats(demo_checkpoint, demo_checkpoint / "heldout.jsonl", chats)
    assert len(scored) == chats
    with Image.open(demo_image) as image:
        assert 1 < perplexity(ImageModel(image), scored) < LIMIT * in_float


@CHATS
def test_the_card_keeps_the_perplexity(
    demo_checkpoint: Path, demo_image: Path, chats: int, in_float: float
) -> None:
    scored = read_chats(demo_checkpoint, demo_checkpoint / "heldout.jsonl", chats)
    runner = ModelRunner.open(demo_image, "csim")
    try:
        assert 1 < perplexity(RunnerModel(runner), scored) < LIMIT * in_float
    finally:
        runner.close()
