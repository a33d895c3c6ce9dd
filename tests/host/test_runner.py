"""The model runner on small random models: paging, chunking, batches and ports never change a logit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host.convert import convert
from openfpga_host.device import DeviceError, open_device
from openfpga_host.image import Image
from openfpga_host.runner import ModelRunner, Segment
from support.make_checkpoint import Recipe, make_checkpoint
from support.stepping import Part, batch_of, prefill

TOKENS = np.random.default_rng(11).integers(3, 300, 70).tolist()
TABLE = [5, 2, 9, 0, 7]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    convert(make_checkpoint(folder / "checkpoint", Recipe()), folder / "model.ofpga")
    return folder / "model.ofpga"


@pytest.fixture
def runner(image: Path) -> Iterator[ModelRunner]:
    runner = ModelRunner.open(image, "reference", kv_blocks=12)
    yield runner
    runner.close()


@pytest.fixture(scope="module", params=[("reference", 32), ("reference:kv260", 16)], ids=["", "two chunks"])
def interleaved(image: Path, request: pytest.FixtureRequest) -> ModelRunner:
    """Of 32 rows a step, and of 16 on a card whose commands have 8."""
    device, rows = request.param
    return ModelRunner.open(image, device, kv_blocks=15, rows=rows)


@pytest.fixture(scope="module")
def expected(image: Path) -> np.ndarray:
    """Logits [70, vocab] of TOKENS."""
    runner = ModelRunner.open(image, "reference", kv_blocks=12)
    return prefill(runner, TOKENS, TABLE)


@pytest.mark.parametrize("chunk", [1, 7, 16, 31])
def test_prefill_in_chunks_equals_one_shot(runner: ModelRunner, expected: np.ndarray, chunk: int) -> None:
    np.testing.assert_array_equal(prefill(runner, TOKENS, TABLE, chunk=chunk), expected)


def test_physical_blocks_do_not_matter(runner: ModelRunner, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(prefill(runner, TOKENS, [11, 10, 3, 4, 6]), expected)


@pytest.mark.parametrize("device", ["reference:sim", "reference:u250", "reference:u280"])
def test_cards_of_any_ports_and_rows_give_the_same_logits(
    image: Path, expected: np.ndarray, device: str
) -> None:
    runner = ModelRunner.open(image, device, kv_blocks=12)
    np.testing.assert_array_equal(prefill(runner, TOKENS, TABLE), expected)


def test_a_sequence_does_not_see_who_shares_the_step(runner: ModelRunner, expected: np.ndarray) -> None:
    other = TOKENS[::-1]
    prefill(runner, other[:40], [1, 3, 4])
    prefill(runner, TOKENS[:20], TABLE)
    parts = [
        Part(other[40:43], 40, [1, 3, 4]),
        Part(TOKENS[20:37], 20, TABLE),
        Part(TOKENS[:5], 0, [8]),
        Part(other[50:51], 0, [10]),
    ]
    logits = runner.step(batch_of(parts, "all"))
    np.testing.assert_array_equal(logits[3:20], expected[20:37])
    np.testing.assert_array_equal(logits[20:25], expected[:5])


advances = st.tuples(st.permutations(range(3)), st.lists(st.integers(0, 17), min_size=3, max_size=3))


@given(st.lists(advances, min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_any_interleaving_of_sequences_gives_each_its_own_logits(
    interleaved: ModelRunner, expected: np.ndarray, steps: list[tuple[list[int], list[int]]]
) -> None:
    """Three sequences of equal tokens in other blocks advance by any amounts, in any order within a step."""
    tables = [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [14, 13, 12, 11, 10]]
    done = [0, 0, 0]
    for order, counts in steps:
        room, parts, spans = interleaved.max_rows, [], []
        for i, wanted in zip(order, counts, strict=True):
            end = done[i] + min(wanted, room, len(TOKENS) - done[i])
            if end > done[i]:
                parts.append(Part(TOKENS[done[i] : end], done[i], tables[i]))
                spans.append(expected[done[i] : end])
            room -= end - done[i]
            done[i] = end
        if parts:
            np.testing.assert_array_equal(interleaved.step(batch_of(parts, "all")), np.concatenate(spans))


def test_only_the_wanted_rows_come_back_in_the_order_asked_for(
    runner: ModelRunner, expected: np.ndarray
) -> None:
    batch = batch_of([Part(TOKENS[:20], 0, TABLE)])
    batch.logit_rows = np.array([19, 3, 3], np.int32)
    np.testing.assert_array_equal(runner.step(batch), expected[[19, 3, 3]])
    assert runner.step(batch_of([Part(TOKENS[20:25], 20, TABLE)], "none")).shape == (0, runner.vocab_size)
    np.testing.assert_array_equal(runner.step(batch_of([Part(TOKENS[25:26], 25, TABLE)])), expected[25:26])


def test_copied_blocks_carry_on_as_the_original_would(runner: ModelRunner, expected: np.ndarray) -> None:
    prefill(runner, TOKENS[:20], [5, 2])
    fork = batch_of([Part([17], 20, [5, 3])], copies=[(2, 8), (8, 3)])
    runner.step(fork)
    np.testing.assert_array_equal(prefill(runner, TOKENS[20:30], [5, 2], start=20), expected[20:30])
    np.testing.assert_array_equal(prefill(runner, TOKENS[20:30], [5, 8], start=20), expected[20:30])
    np.testing.assert_array_equal(prefill(runner, TOKENS[20:30], [5, 3], start=20), expected[20:30])


def test_one_doorbell_a_step(runner: ModelRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    rung = []
    run = runner.device.run
    monkeypatch.setattr(runner.device, "run", lambda *args: (rung.append(args), run(*args))[1])
    prefill(runner, TOKENS[:40], TABLE, chunk=8)
    assert len(rung) == 5
    assert runner.device_seconds > 0


def test_a_sliding_window_hides_what_lies_behind_it(tmp_path: Path) -> None:
    recipe = Recipe(architecture="MistralForCausalLM", num_layers=1, extra={"sliding_window": 8})
    convert(make_checkpoint(tmp_path / "checkpoint", recipe), tmp_path / "model.ofpga")
    runner = ModelRunner.open(tmp_path / "model.ofpga", "reference", kv_blocks=12)
    whole = prefill(runner, TOKENS[:30], TABLE)
    changed = [4, *TOKENS[1:30]]
    other = prefill(runner, changed, TABLE)
    np.testing.assert_array_equal(whole[8:], other[8:])
    assert (whole[:8] != other[:8]).any(axis=1).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokens": np.zeros(0, np.int32)}, "a step of 0 rows"),
        ({"tokens": np.zeros(65, np.int32)}, "a step of 65 rows"),
        ({"tokens": np.array([0, 1, 2, 500], np.int32)}, "token ids"),
        ({"tokens": np.array([0, 1, 2, -1], np.int32)}, "token ids"),
        ({"positions": np.zeros(3, np.int32)}, "equally many"),
        ({"positions": np.array([0, 1, 2, 256], np.int32)}, "positions 0..256"),
        ({"positions": np.array([0, 1, 2, -1], np.int32)}, "positions -1..2"),
        ({"slots": np.array([0, 1, 2, 12 * 16], np.int32)}, "slots 0..192; allowed: 0 to 191"),
        ({"slots": np.array([0, 1, 2, -5], np.int32)}, "slots -5..2"),
        ({"logit_rows": np.array([4], np.int32)}, "logit rows 4..4; allowed: 0 to 3"),
        ({"logit_rows": np.array([-1], np.int32)}, "logit rows"),
        ({"logit_rows": np.zeros(5, np.int32)}, "logits of 5 rows of a step of 4"),
        ({"segments": []}, "0 segments"),
        ({"segments": [Segment(0, 3, 0, [0])]}, "cover 3 of 4 rows"),
        ({"segments": [Segment(0, 5, 0, [0])]}, "cover 5 of 4 rows"),
        ({"segments": [Segment(0, 2, 0, [0]), Segment(3, 1, 0, [1])]}, "does not continue at row 2"),
        ({"segments": [Segment(0, 4, 0, [0]), Segment(4, 0, 0, [1])]}, "does not continue"),
        ({"segments": [Segment(0, 4, -1, [0])]}, "does not continue"),
        ({"segments": [Segment(0, 4, 13, [0])]}, "needs 2 blocks, its table has 1"),
        ({"segments": [Segment(0, 4, 253, list(range(20)))]}, "exceeds the context of 256 tokens"),
        ({"segments": [Segment(0, 4, 0, [12])]}, "blocks 12..12; allowed: 0 to 11"),
        ({"segments": [Segment(0, 4, 0, [-1])]}, "blocks -1..-1"),
        ({"segments": [Segment(i, 1, 0, [0]) for i in range(5)]}, "5 segments"),
        ({"copies": [(0, 12)]}, "copied blocks 0..12"),
        ({"copies": [(-1, 0)]}, "copied blocks -1..0"),
        ({"copies": [(0, 1)] * 13}, "13 block copies"),
    ],
)
def test_bad_batches_are_refused_before_the_device_hears_of_them(
    runner: ModelRunner, expected: np.ndarray, changes: dict[str, Any], message: str
) -> None:
    batch = batch_of([Part(TOKENS[:4], 0, [0])])
    for name, value in changes.items():
        setattr(batch, name, value)
    with pytest.raises(ValueError, match=message):
        runner.step(batch)
    assert runner.device_seconds == 0
    np.testing.assert_array_equal(prefill(runner, TOKENS[:20], TABLE), expected[:20])


def test_a_refused_block_table_leaves_nothing_behind(runner: ModelRunner, expected: np.ndarray) -> None:
    prefill(runner, TOKENS[:40], TABLE)
    batch = batch_of([Part(TOKENS[:4], 0, [0])])
    batch.segments = [Segment(0, 3, 40, [1, 1, 99]), Segment(3, 1, 0, [])]
    with pytest.raises(ValueError, match="needs 1 blocks"):
        runner.step(batch)
    logits = runner.step(batch_of([Part(TOKENS[:1], 0, [11]), Part(TOKENS[40:41], 40, TABLE)]))
    np.testing.assert_array_equal(logits, expected[[0, 40]])


def test_kv_blocks_follow_the_memory_given(image: Path) -> None:
    block_bytes = 2 * 2 * (1 + 8 + 8) * 64
    assert ModelRunner.open(image, "reference", kv_bytes=5 * block_bytes + 1).num_blocks == 5
    assert ModelRunner.open(image, "reference", kv_bytes=1).num_blocks == 1
    assert ModelRunner.open(image, "reference").num_blocks == 32 * 256 // 16
    assert ModelRunner.open(image, "reference", rows=3).num_blocks == 3 * 256 // 16


@pytest.mark.parametrize("options", [{"rows": 0}, {"rows": 65}, {"kv_blocks": 0}])
def test_options_out_of_range_are_refused(image: Path, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        ModelRunner.open(image, "reference", **options)


def test_a_model_too_large_for_the_card_says_what_is_too_large(tmp_path: Path) -> None:
    recipe = Recipe(hidden_size=96, intermediate_size=2112, num_layers=1, head_dim=160)
    convert(make_checkpoint(tmp_path / "checkpoint", recipe), tmp_path / "model.ofpga")
    with pytest.raises(DeviceError, match="a matrix of 2112 inputs; this card takes up to 2048"):
        ModelRunner.open(tmp_path / "model.ofpga", "reference:sim")
    with pytest.raises(DeviceError, match="heads of 160; this card takes up to 128"):
        ModelRunner.open(tmp_path / "model.ofpga", "reference:u280")


def test_close_can_be_repeated_and_ends_the_runner(image: Path) -> None:
    runner = ModelRunner(Image.open(image), open_device("reference"), kv_blocks=12)
    runner.close()
    runner.close()
    with pytest.raises(DeviceError, match="closed"):
        runner.step(batch_of([Part(TOKENS[:4], 0, [0])]))
