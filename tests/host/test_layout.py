"""Named layout steps: every pack has an inverse, and bytes lie where docs/numerics.md section 10 says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host import layout
from openfpga_host.contract import PAGE_TOKENS, WORD_BYTES, WeightFormat

formats = st.sampled_from(list(WeightFormat))


def random_weights(rng: np.random.Generator, n: int, k: int, fmt: WeightFormat) -> layout.Weights:
    codes = (
        rng.integers(0, 16, (n, k), dtype=np.uint8)
        if fmt == WeightFormat.W4
        else rng.integers(-127, 128, (n, k), dtype=np.int8)
    )
    return layout.Weights(
        codes,
        rng.integers(0, 256, (n, k // 32), dtype=np.uint8),
        rng.integers(0, 2**16, n, dtype=np.uint16),
        rng.integers(-128, 128, n, dtype=np.int16),
        rng.integers(-(2**31), 2**31, n, dtype=np.int32),
    )


@given(formats, st.integers(1, 5), st.integers(1, 19), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_tiles_round_trip(fmt: WeightFormat, tiles: int, k_blocks: int, seed: int) -> None:
    weights = random_weights(np.random.default_rng(seed), 8 * tiles, 32 * k_blocks, fmt)
    packed = layout.pack_tiles(*weights, fmt)
    assert packed.shape == (tiles, layout.tile_bytes(32 * k_blocks, fmt))
    for name, back, was in zip(
        weights._fields, layout.unpack_tiles(packed, 32 * k_blocks, fmt), weights, strict=True
    ):
        np.testing.assert_array_equal(back, was, err_msg=name)


@pytest.mark.parametrize("fmt", list(WeightFormat))
def test_tile_bytes_lie_where_the_normative_text_says(fmt: WeightFormat) -> None:
    """A scalar reading of section 10.2, byte by byte."""
    n, k_blocks = 16, 11
    weights = random_weights(np.random.default_rng(5), n, 32 * k_blocks, fmt)
    tiles = layout.pack_tiles(*weights, fmt)
    words_per_block = 2 if fmt == WeightFormat.W4 else 4
    for channel in range(n):
        tile, c = tiles[channel // 8], channel % 8
        assert int.from_bytes(tile[8 * c : 8 * c + 2], "little") == weights.mantissa[channel]
        assert int.from_bytes(tile[8 * c + 2 : 8 * c + 4], "little", signed=True) == weights.exponent[channel]
        assert int.from_bytes(tile[8 * c + 4 : 8 * c + 8], "little", signed=True) == weights.bias[channel]
        for kb in range(k_blocks):
            group_word = 1 + (kb // 8) * (1 + 8 * words_per_block)
            assert tile[64 * group_word + 8 * (kb % 8) + c] == weights.mults[channel, kb]
            code_word = group_word + 1 + (kb % 8) * words_per_block
            for i in range(32):
                code = weights.codes[channel, 32 * kb + i]
                if fmt == WeightFormat.W8:
                    byte = tile[64 * (code_word + c // 2) + 32 * (c % 2) + i]
                    assert byte == int(code) % 256
                else:
                    byte = tile[64 * (code_word + c // 4) + 16 * (c % 4) + i % 16]
                    assert (byte >> 4 if i >= 16 else byte & 15) == code
    assert tiles.shape[1] == 64 * (1 + 2 + k_blocks * words_per_block)


def test_unused_multiplier_bytes_are_zero() -> None:
    weights = random_weights(np.random.default_rng(1), 8, 32, WeightFormat.W8)
    tiles = layout.pack_tiles(*weights, WeightFormat.W8)
    assert not tiles[0, 64 + 8 : 128].any()


@given(formats, st.integers(1, 9), st.sampled_from([1, 2, 4, 32]), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_fold_round_trips_and_deals_tile_t_to_port_t_mod_p(
    fmt: WeightFormat, n_tiles: int, ports: int, seed: int
) -> None:
    shape = (n_tiles, layout.tile_bytes(32, fmt))
    tiles = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    folded = layout.fold_tiles(tiles, ports)
    assert folded.shape[:2] == (ports, layout.port_tiles(n_tiles, ports))
    for t in range(ports * folded.shape[1]):
        expected = tiles[t] if t < n_tiles else np.zeros_like(tiles[0])
        np.testing.assert_array_equal(folded[t % ports, t // ports], expected)
    np.testing.assert_array_equal(layout.unfold_tiles(folded, n_tiles), tiles)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": np.zeros((7, 32), np.uint8)}, "N a multiple of 8"),
        ({"codes": np.zeros((8, 31), np.uint8)}, "K of 32"),
        ({"codes": np.full((8, 32), 16, np.uint8)}, "0..15"),
        ({"mults": np.zeros((8, 2), np.uint8)}, "mults has the shape"),
        ({"mantissa": np.zeros(4, np.uint16)}, "mantissa has the shape"),
        ({"exponent": np.full(8, 128, np.int16)}, "-128..127"),
    ],
)
def test_packing_refuses_what_the_format_cannot_hold(change: dict[str, np.ndarray], message: str) -> None:
    weights = random_weights(np.random.default_rng(0), 8, 32, WeightFormat.W4)._replace(**change)
    with pytest.raises(ValueError, match=message):
        layout.pack_tiles(*weights, WeightFormat.W4)


def test_w8_code_of_minus_128_is_refused() -> None:
    weights = random_weights(np.random.default_rng(0), 8, 32, WeightFormat.W8)
    weights.codes[3, 4] = -128
    with pytest.raises(ValueError, match="-127"):
        layout.pack_tiles(*weights, WeightFormat.W8)


geometries = st.builds(
    layout.KvGeometry,
    layers=st.integers(1, 4),
    kv_heads=st.integers(1, 9),
    head_blocks=st.integers(1, 8),
    ports=st.sampled_from([1, 2, 3, 4, 8, 32]),
)


@given(geometries)
def test_kv_geometry_follows_the_rule(geometry: layout.KvGeometry) -> None:
    split = geometry.split
    assert split in (1, 2, 4, 8, 16)
    assert split == 1 or split * geometry.kv_heads <= geometry.ports
    assert split == 16 or 2 * split * geometry.kv_heads > geometry.ports
    heads = range(geometry.kv_heads)
    places = {geometry.chunk(head, token) for head in heads for token in range(PAGE_TOKENS)}
    assert len(places) == geometry.kv_heads * PAGE_TOKENS
    assert all(port < geometry.ports and slot < geometry.slots for port, slot, _ in places)
    chunk_bytes = geometry.chunk_words * WORD_BYTES
    assert chunk_bytes >= geometry.chunk_tokens * 2 * (geometry.head_dim + geometry.head_blocks)


@given(geometries, st.integers(1, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_kv_chunks_round_trip_to_the_ports_and_back(
    geometry: layout.KvGeometry, blocks: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    lead = (blocks, geometry.kv_heads, geometry.split, geometry.chunk_tokens)
    vectors = layout.KvVectors(
        rng.integers(-127, 128, (*lead, geometry.head_dim), dtype=np.int8),
        rng.integers(0, 21, (*lead, geometry.head_blocks), dtype=np.uint8),
        rng.integers(-127, 128, (*lead, geometry.head_dim), dtype=np.int8),
        rng.integers(0, 21, (*lead, geometry.head_blocks), dtype=np.uint8),
    )
    by_port = geometry.by_port(geometry.pack_chunks(vectors))
    assert by_port.shape == (geometry.ports, blocks, geometry.slots, geometry.chunk_words * WORD_BYTES)
    back = geometry.unpack_chunks(geometry.by_head(by_port))
    for name, got, was in zip(vectors._fields, back, vectors, strict=True):
        np.testing.assert_array_equal(got, was, err_msg=name)
    for token in range(PAGE_TOKENS):
        head = token % geometry.kv_heads
        port, slot, row = geometry.chunk(head, token)
        chunk = geometry.unpack_chunks(by_port[port, :, slot])
        np.testing.assert_array_equal(
            chunk.k[:, row], vectors.k[:, head, token // geometry.chunk_tokens, token % geometry.chunk_tokens]
        )


@given(st.integers(1, 5), st.integers(1, 7), st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_q_records_round_trip(rows: int, heads: int, head_blocks: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mantissas = rng.integers(-127, 128, (rows, heads, 32 * head_blocks), dtype=np.int8)
    exponents = rng.integers(0, 21, (rows, heads, head_blocks), dtype=np.uint8)
    records = layout.pack_q_records(mantissas, exponents)
    assert records.shape[1] == 64 * layout.q_record_words(heads, head_blocks)
    for got, was in zip(
        layout.unpack_q_records(records, heads, head_blocks), (mantissas, exponents), strict=True
    ):
        np.testing.assert_array_equal(got, was)


def test_slots_follow_the_block_table() -> None:
    slots = layout.slot_of(np.array([7, 2, 9], np.int32), np.array([0, 15, 16, 40], np.int32))
    assert slots.tolist() == [112, 127, 32, 152]
