"""A small random model on every card size that is built for tests: reference and csim agree bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openfpga_host.convert import convert
from openfpga_host.runner import ModelRunner
from support.csim_card import csim_card
from support.make_checkpoint import Recipe, make_checkpoint
from support.stepping import Part, batch_of, greedy, prefill

RECIPES = {
    "grouped": Recipe(num_heads=6, num_kv_heads=2, head_dim=64, intermediate_size=160),
    "windowed": Recipe(
        architecture="MistralForCausalLM",
        num_heads=3,
        num_kv_heads=3,
        head_dim=96,
        extra={"sliding_window": 20},
        tied=True,
    ),
}
TOKENS = np.random.default_rng(21).integers(3, 300, 50).tolist()


@pytest.fixture(scope="module", params=list(RECIPES))
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    convert(make_checkpoint(folder / "checkpoint", RECIPES[request.param]), folder / "model.ofpga")
    return folder / "model.ofpga"


@pytest.mark.parametrize("size", ["csim", "sim", "u280"])
def test_logits_pages_and_tokens_agree(image: Path, size: str) -> None:
    csim_card(size)
    names = [f"{backend}:{size}" for backend in ("reference", "csim")]
    runners = [ModelRunner.open(image, name, kv_blocks=16) for name in names]
    tables = [[3, 1, 7, 9, 15], [0, 2, 4, 6, 8]]
    prompts = [TOKENS[:41], TOKENS[30:50]]
    logits = [prefill(runner, TOKENS, tables[0]) for runner in runners]
    np.testing.assert_array_equal(*logits)
    answers = [greedy(runner, prompts, tables, 12) for runner in runners]
    assert answers[0] == answers[1]
    fork = batch_of([Part([5], 41, [3, 1, 11, 9])], copies=[(7, 11)])
    np.testing.assert_array_equal(*(runner.step(fork) for runner in runners))
    for port in range(runners[0].device.capabilities.ports):
        pages = [runner.device.read_port(port, 0, runner.port_bytes) for runner in runners]
        np.testing.assert_array_equal(*pages)
    for runner in runners:
        runner.close()
