"""The RTL card: programs of all units, and whole models through the `verilator` device, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.boards import MEMORIES
from openfpga_host.chat_template import load_chat_template
from openfpga_host.contract import (
    CARD_SIZES,
    COMMAND_DTYPES,
    CONTRACT_ID,
    SEGMENT_DTYPE,
    Opcode,
    Register,
    Status,
    WeightFormat,
)
from openfpga_host.convert import convert
from openfpga_host.device import DeviceError, open_device
from openfpga_host.device.verilator import Handshake, Unit, VerilatedCard
from openfpga_host.layout import KvGeometry, q_record_words, tile_words
from openfpga_host.reference import RunResult, execute
from openfpga_host.runner import ModelRunner
from openfpga_host.tokenizer import load_tokenizer
from support import random_commands
from support.bench import Bench
from support.csim_card import clear_q_padding, copy_memory, csim_card, same_memory
from support.make_checkpoint import Recipe, make_checkpoint
from support.stepping import Part, batch_of, greedy, prefill
from support.unit_bench import built

SIZE = CARD_SIZES["sim"]
COMMANDS = (
    random_commands.matmuls,
    random_commands.kv_writes,
    random_commands.attentions,
    random_commands.kv_copies,
)
pytestmark = pytest.mark.timeout(1800)  # the first test of a size compiles its model
TOKENS = np.random.default_rng(22).integers(3, 300, 40).tolist()
SLOW_SIZES = [pytest.param(size, marks=pytest.mark.slow) for size in ("kv260", "u250", "u280")]


STALLS = (0, 6, 13)


@pytest.fixture(scope="module", params=STALLS, ids=lambda stall: f"stall{stall}")
def card(request: pytest.FixtureRequest) -> VerilatedCard:
    """With memories that are always willing, and others."""
    return VerilatedCard(built("card", "sim"), latency=20, stall=request.param, seed=request.param)


@pytest.fixture(scope="module")
def small_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model with grouped queries."""
    folder = tmp_path_factory.mktemp("grouped")
    recipe = Recipe(num_heads=6, num_kv_heads=2, head_dim=64, intermediate_size=160)
    convert(make_checkpoint(folder / "checkpoint", recipe), folder / "model.ofpga")
    return folder / "model.ofpga"


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: commands.__name__)
def test_commands_equal_the_reference(card: VerilatedCard, commands: Callable[..., Any]) -> None:
    """One after another on one card, all of memory compared."""

    @given(commands(SIZE.ports))
    @settings(max_examples=15, deadline=None)
    def check(bench: Bench) -> None:
        raw = bench._commands[0]
        addr, count = bench.program()
        mine = copy_memory(bench.memory)
        run = card.run(mine.ports, mine.act, addr, count)
        assert run.result == execute(bench.memory, addr, count, SIZE)
        assert run.cycles > 0
        if raw[0] == Opcode.KV_WRITE:
            command = raw.view(COMMAND_DTYPES[Opcode.KV_WRITE])[0]
            for memory in (bench.memory, mine):
                clear_q_padding(memory, command)
        assert same_memory(bench.memory, mine)

    check()


@given(st.sampled_from(["x_addr", "y_addr", "w_addr"]), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_an_address_outside_the_memory_fails_its_command_only(field: str, seed: int) -> None:
    """The status names it; the next program on the same card completes."""
    card = VerilatedCard(built("card", "sim"))
    bench = Bench(SIZE.ports)
    rng = np.random.default_rng(seed)
    fields = {
        "rows": rng.integers(1, 5),
        "k_blocks": rng.integers(1, 9),
        "n_tiles": 2 * rng.integers(1, 9),
        "y_addr": bench.reserve(4096),
    }
    bench.command(Opcode.MATMUL, tag=1, **fields)
    bench.command(Opcode.MATMUL, tag=2, dep=1, **(fields | {field: 2**32 - 1}))
    bench.command(Opcode.MATMUL, tag=3, dep=1, **fields)
    addr, count = bench.program()
    failed = card.run(bench.memory.ports, bench.memory.act, addr, count)
    assert failed.result == RunResult(Status.BAD_ADDRESS, 1, 2, 1)
    good = Bench(SIZE.ports)
    good.command(Opcode.MATMUL, **fields)
    assert card.run(good.memory.ports, good.memory.act, *good.program()).result.status == Status.OK
    card.close()


@given(st.integers(0, 2**31 - 1), st.sampled_from(STALLS))
@settings(max_examples=8, deadline=None)
def test_independent_commands_of_all_units_share_the_channels(seed: int, stall: int) -> None:
    """MATMUL, KV_WRITE and ATTENTION at once, none waiting for another."""
    rng = np.random.default_rng(seed)
    bench = Bench(SIZE.ports)
    dim, geometry = 64, KvGeometry(1, 2, 2, SIZE.ports)
    pool = bench.reserve_ports(8 * geometry.block_words)
    weights = bench.reserve_ports(4 * (2 + 8 * 2 + 2))
    for space in bench.memory.ports:
        space[:] = rng.integers(0, 2, len(space))  # as exponents harmless
    tables = bench.put(np.arange(4, 8, dtype=np.uint32))
    segment = np.array([(tables, 0, 2, 40, 42)], SEGMENT_DTYPE)
    heads = {"rows": 2, "q_heads": 4, "kv_heads": 2, "head_blocks": 2, "block_stride": geometry.block_words}
    record = 64 * q_record_words(4, 2)
    for _ in range(4):
        bench.command(
            Opcode.MATMUL,
            rows=4,
            k_blocks=8,
            n_tiles=8,
            x_addr=bench.put(random_commands.random_i32(rng, (4, 256), "ordinary")),
            y_addr=bench.reserve(4 * 4 * 64),
            w_addr=weights,
            codebook=rng.integers(-127, 128, 16),
        )
        bench.command(
            Opcode.KV_WRITE,
            x_addr=bench.put(random_commands.random_i32(rng, (2, 8, dim), "ordinary")),
            q_addr=bench.reserve(2 * record),
            slots_addr=bench.put(np.array([5, 40], np.uint32)),
            kv_addr=pool,
            **heads,
        )
        bench.command(
            Opcode.ATTENTION,
            q_addr=bench.put(rng.integers(0, 9, 2 * record).astype(np.uint8)),
            y_addr=bench.reserve(4 * 2 * 4 * dim),
            segments_addr=bench.put(segment),
            segments=1,
            kv_addr=pool,
            **heads,
        )
    writes = [raw.view(COMMAND_DTYPES[Opcode.KV_WRITE])[0] for raw in bench._commands[1::3]]
    addr, count = bench.program()
    mine = copy_memory(bench.memory)
    card = VerilatedCard(built("card", "sim"), stall=stall, seed=seed)
    run = card.run(mine.ports, mine.act, addr, count)
    assert run.result == execute(bench.memory, addr, count, SIZE)
    for command in writes:
        for memory in (bench.memory, mine):
            clear_q_padding(memory, command)
    assert same_memory(bench.memory, mine)
    card.close()


@pytest.mark.parametrize("memory", [kind for kind in MEMORIES if kind != "ideal"])
def test_real_memories_take_longer_and_give_the_same_bits(memory: str) -> None:
    """Programs of all units on a card with DRAM behind its ports, compared as a whole."""
    cards = [VerilatedCard(built("card", "sim"), SIZE, kind) for kind in ("ideal", memory)]

    @given(st.sampled_from(COMMANDS).flatmap(lambda commands: commands(SIZE.ports)))
    @settings(max_examples=8, deadline=None, derandomize=True)
    def check(bench: Bench) -> None:
        raw = bench._commands[0]
        addr, count = bench.program()
        memories = [copy_memory(bench.memory) for _ in cards]
        ended = [
            card.run(mine.ports, mine.act, addr, count) for card, mine in zip(cards, memories, strict=True)
        ]
        expected = execute(bench.memory, addr, count, SIZE)
        assert [run.result for run in ended] == [expected, expected]
        if raw[0] == Opcode.KV_WRITE:
            for mine in (bench.memory, *memories):
                clear_q_padding(mine, raw.view(COMMAND_DTYPES[Opcode.KV_WRITE])[0])
        assert all(same_memory(bench.memory, mine) for mine in memories)

    check()
    ideal, real = (card.sequential_share(20_000) for card in cards)
    assert ideal == 1
    assert 0.9 < real <= 1
    for card in cards:
        card.close()


def test_events_tell_when_a_unit_got_and_ended_its_commands() -> None:
    bench = Bench(SIZE.ports)
    fields = {"rows": 1, "k_blocks": 8, "n_tiles": 2 * SIZE.ports, "y_addr": bench.reserve(4096)}
    for tag in range(3):
        bench.command(Opcode.MATMUL, tag=tag, dep=1 if tag else 0, **fields)
    card = VerilatedCard(built("card", "sim"))
    run = card.run(bench.memory.ports, bench.memory.act, *bench.program())
    events = card.events()
    assert {event.unit for event in events} == {Unit.MATMUL}
    taken, gone, done = ([e.cycle for e in events if e.kind == kind] for kind in Handshake)
    assert len(taken) == len(gone) == len(done) == 3
    assert all(a < b < c <= run.cycles for a, b, c in zip(taken, gone, done, strict=True))
    assert sum(card.port_words()) == run.port_words == 3 * SIZE.ports * 2 * tile_words(8, WeightFormat.W4)
    card.close()


def test_a_memory_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(DeviceError, match="no memory is called ddr9; there are ddr4, ddr4x16 and hbm2"):
        VerilatedCard(built("card", "sim"), SIZE, "ddr9")
    with pytest.raises(DeviceError, match="unknown memory 'ddr9'; there are ideal, hbm2"):
        open_device("verilator:sim:ddr9")
    with pytest.raises(DeviceError, match="only a verilator device has a choice of memories"):
        open_device("reference:sim:hbm2")


def test_registers_tell_what_the_card_is(card: VerilatedCard) -> None:
    registers = (Register.CONTRACT_ID, Register.PORTS, Register.ROWS, Register.K_BLOCKS)
    assert [card.register(r) for r in registers] == [CONTRACT_ID, SIZE.ports, SIZE.rows, SIZE.k_blocks]


@pytest.mark.slow
def test_a_card_compiled_in_blocks_takes_the_cycles_of_one_compiled_whole() -> None:
    """What sim/hierarchical.py makes of the blocks' wrappers."""
    bench = Bench(4)
    fields = {"rows": 2, "k_blocks": 16, "n_tiles": 16}
    for tag in range(3):
        x, y = bench.reserve(8192), bench.reserve(8192)
        bench.command(Opcode.MATMUL, tag=tag, dep=tag % 2, x_addr=x, y_addr=y, **fields)
    program = bench.program()
    four = replace(SIZE, ports=4)
    cycles = []
    for whole in (False, True):
        card = VerilatedCard(built("card", "sim", {"Ports": 4}, whole=whole), four)
        cycles.append(card.run(bench.memory.ports, bench.memory.act, *program).cycles)
        card.close()
    assert cycles[0] == cycles[1]


@pytest.mark.parametrize("size", ["sim", *SLOW_SIZES])
def test_a_small_model_gives_the_same_logits_pages_and_tokens(small_image: Path, size: str) -> None:
    built("card", size)
    names = (f"verilator:{size}", f"reference:{size}")
    runners = [ModelRunner.open(small_image, name, kv_blocks=12) for name in names]
    tables = [[3, 1, 7], [0, 2, 4]]
    np.testing.assert_array_equal(*(prefill(runner, TOKENS, tables[0]) for runner in runners))
    prompts = [TOKENS[:17], TOKENS[30:39]]
    answers = [greedy(runner, prompts, tables, 4) for runner in runners]
    assert answers[0] == answers[1]
    fork = batch_of([Part([5], 17, [3, 9])], copies=[(1, 9)])
    np.testing.assert_array_equal(*(runner.step(fork) for runner in runners))
    for port in range(CARD_SIZES[size].ports):
        pages = [runner.device.read_port(port, 0, runner.port_bytes) for runner in runners]
        np.testing.assert_array_equal(*pages)
    for runner in runners:
        runner.close()


@pytest.mark.slow
def test_the_demonstration_model_gives_the_same_32_tokens_at_batch_1_and_4(demo_image: Path) -> None:
    """Logits, KV pages and tokens of RTL and csim are equal."""
    built("card", "sim")
    csim_card("sim")
    runners = [ModelRunner.open(demo_image, f"{name}:sim", kv_blocks=40) for name in ("verilator", "csim")]
    files = runners[0].image.files
    tokenizer, template = load_tokenizer(files), load_chat_template(files)
    assert template is not None
    questions = ("What is the capital of France?", "11 x 4 = ?", "Hello!", "Tell me a story of a fox")
    texts = [template.render([{"role": "user", "content": question}]) for question in questions]
    prompts = [tokenizer.encode(text, special=True) for text in texts]
    tables = np.random.default_rng(1).permutation(40)[:32].reshape(4, 8).tolist()
    for group in (slice(0, 1), slice(0, 4)):
        answers = [greedy(runner, prompts[group], tables[group], 32) for runner in runners]
        assert answers[0] == answers[1]
    last = batch_of([Part([7], len(prompts[0]) + 32, tables[0])])
    np.testing.assert_array_equal(*(runner.step(last) for runner in runners))
    for port in range(SIZE.ports):
        pages = [runner.device.read_port(port, 0, runner.port_bytes) for runner in runners]
        np.testing.assert_array_equal(*pages)
    for runner in runners:
        runner.close()
