"""The plan of a board against the RTL's recorded cycles, the image's own bytes, and physics."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openfpga_host.boards import BOARDS, IDEAL, MEMORIES, Board
from openfpga_host.contract import CARD_SIZES
from openfpga_host.image import Image
from openfpga_host.model_shapes import KNOWN, ModelShape
from openfpga_host.placement import Placement
from openfpga_host.plan import HOST_SECONDS, Card, Part, WeightStream, plan
from openfpga_server.cli import build_parser, main
from openfpga_server.commands.plan import BOARD_NAMES, MEMORY_NAMES

LLAMA = KNOWN["llama-3.1-8b"]
HALF = replace(
    LLAMA, name="half", hidden_size=2048, intermediate_size=2048, num_heads=16, num_kv_heads=4, num_layers=3
)
"""`perf_programs.HALF`."""
RECORDED = Path(__file__).parents[2] / "benchmarks" / "perf_rtl.json"
"""python benchmarks/perf_rtl.py --json: what docs/performance.md shows."""
LATENCY = 32
"""Cycles, of the ideal memory there."""
FIGURES: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
LAYERS = [figure for figure in FIGURES if figure["context"]]


def _name(figure: dict[str, Any]) -> str:
    return f"{figure['size']}-{figure['memory']}-{figure['case']}"


@pytest.mark.parametrize("figure", LAYERS, ids=_name)
def test_a_layers_cycles_are_within_two_percent_of_the_rtl(figure: dict[str, Any]) -> None:
    size = CARD_SIZES[figure["size"]]
    memory = MEMORIES[figure["memory"]]
    if memory is IDEAL:
        memory = replace(IDEAL, latency_ns=LATENCY * 1e3 / size.clock_mhz)
    card = Card(HALF if size.name == "sim" else LLAMA, size, memory)
    rows, context = figure["rows"], figure["context"]
    parts = [Part(1, context)] * rows if "batch" in figure["case"] else [Part(rows, context)]
    stream = WeightStream(memory.sequential, 4096)

    def layer() -> float:
        if rows <= size.rows:
            return card.layer(parts, stream).cycles
        return card.turns([Part(size.rows, context - size.rows)], [Part(size.rows, context)], stream).cycles

    layer()
    assert layer() == pytest.approx(figure["cycles"], rel=0.02)


def test_recorded_figures_are_of_every_board_in_ideal_memory_and_its_own() -> None:
    kinds = {(figure["size"], figure["memory"]) for figure in LAYERS}
    for name, board in BOARDS.items():
        assert {(name, "ideal"), (name, board.memory.name)} <= kinds


@pytest.mark.parametrize("board", BOARDS.values(), ids=list(BOARDS))
@pytest.mark.parametrize("memory", [IDEAL, None], ids=["ideal", "own"])
@pytest.mark.parametrize("context", [1, 1024, 8192])
def test_no_plan_is_faster_than_the_ports(board: Board, memory: Any, context: int) -> None:
    result = plan(LLAMA, board, memory=memory, context=context, batches=(1, 3, 4, 16, 17))
    share = (memory or board.memory).sequential
    for decode in result.decode:
        assert 0 < decode.of_peak <= share
        moved = decode.bytes_per_token * decode.tokens_per_second
        assert moved == pytest.approx(decode.of_peak * board.peak_bytes)
        assert decode.bytes_per_token * decode.batch >= result.weight_bytes
    assert result.first_token_seconds > result.weight_bytes / board.peak_bytes


@pytest.mark.parametrize("ports", [1, 2, 4, 32])
def test_shapes_of_an_image_take_the_bytes_of_its_placement(demo_image: Path, ports: int) -> None:
    shape = ModelShape.load(str(demo_image))
    with Image.open(demo_image) as image:
        pool = Placement.of(image, ports).pool
    matrices = [shape.qkv, shape.o, shape.gate_up, shape.down] * shape.num_layers + [shape.lm_head]
    assert pool == sum(matrix.port_words(ports) for matrix in matrices)


def test_a_slow_memory_is_waited_for_only_once_the_buffer_is_empty() -> None:
    stream = WeightStream(0.9, 100)
    assert stream.wait(50) == 50
    assert stream.use(100) == 100  # 45 words held, ten of them used up
    assert stream.use(1000) == pytest.approx(350 + (1000 - 350) / 0.9)
    assert stream.use(90) == pytest.approx(100)
    stream.wait(1000)
    assert stream.use(10_000) == pytest.approx(1000 + 9000 / 0.9)


def test_words_that_others_take_are_not_fetched_ahead() -> None:
    stream = WeightStream(0.5, 100)
    stream.wait(100, busy_words=50)
    assert stream.use(100) == pytest.approx(200)


def test_models_that_a_card_cannot_take_are_refused_by_what_is_too_large() -> None:
    wide = replace(LLAMA, intermediate_size=40960)
    with pytest.raises(ValueError, match="40960 inputs; a card u280 takes 28672"):
        plan(wide, BOARDS["u280"])
    with pytest.raises(ValueError, match="heads of 256; a card u280 takes 128"):
        plan(replace(LLAMA, head_dim=256), BOARDS["u280"])
    with pytest.raises(ValueError, match="100000 tokens are asked for"):
        plan(LLAMA, BOARDS["u280"], context=100_000)
    with pytest.raises(ValueError, match=r"neither .* nor one of llama-3\.1-8b"):
        ModelShape.load("gpt-7")


def test_a_model_that_does_not_fit_the_memory_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--model", "mistral-7b", "--board", "kv260", "--context", "8192"]) == 1
    assert "KV cache" in capsys.readouterr().out


def test_the_command_names_what_there_is_without_importing_it() -> None:
    assert list(BOARDS) == list(BOARD_NAMES)
    assert list(MEMORIES) == list(MEMORY_NAMES)
    assert build_parser().parse_args(["plan"]).host_us == pytest.approx(1e6 * HOST_SECONDS)
    told = "import sys, openfpga_server.cli as cli; cli.build_parser(); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_command_tells_what_a_board_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--model", "llama-3.1-8b", "--board", "u280"]) == 0
    text = capsys.readouterr().out
    assert "AMD Alveo U280" in text
    assert "batch   4" in text
    assert main(["plan", "--json"]) == 0
    decode = json.loads(capsys.readouterr().out)["decode"]
    assert [entry["batch"] for entry in decode] == [1, 4, 8]
    assert decode[0]["tokens_per_second"] > 98
