"""The device image: what is written is read, and nothing damaged, foreign or half-made is."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfpga_host import image_format, image_writer
from openfpga_host.contract import CONTRACT_ID
from openfpga_host.image import Image, ImageConfig, ImageError
from openfpga_host.image_format import (
    MAGIC,
    PAGE,
    VERSION,
    Header,
    MatrixInfo,
    Metadata,
    SectionInfo,
    TensorReport,
    checksum,
    padded,
)
from openfpga_host.image_writer import ImageWriter

CONFIG = ImageConfig(
    name="tiny",
    architecture="LlamaForCausalLM",
    vocab_size=5,
    hidden_size=32,
    intermediate_size=32,
    num_layers=0,
    num_heads=1,
    num_kv_heads=1,
    head_dim=32,
    max_context=7,
    sliding_window=None,
    tie_word_embeddings=True,
    created_by="test",
)
HEAD = MatrixInfo(n=16, k=32, format="W8", codebook=[0] * 16, norm=True, norm_eps=1374)
TILE_BYTES = 64 + 64 + 256
REPORT = [
    TensorReport(name="lm_head", n=5, k=32, format="W8", codebook="", error=0.005, bytes=2 * TILE_BYTES)
]
FILES = {"tokenizer.model": b"ranks" * 1000, "empty.json": b""}


def arrays() -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(1)
    return {
        "embedding.mantissa": rng.integers(-32767, 32768, (5, 32)).astype("<i2"),
        "embedding.exponent": np.array([0, 1, 2, 3, 16], np.uint8),
        "rope": rng.integers(-16384, 16385, (7, 16, 2)).astype("<i2"),
        "lm_head": rng.integers(0, 256, (2, TILE_BYTES)).astype(np.uint8),
    }


def write(path: Path, config: ImageConfig = CONFIG, head: MatrixInfo = HEAD, skip: str = "") -> str:
    with ImageWriter(path) as writer:
        for name, array in arrays().items():
            if name != skip:
                writer.add(name, array)
        for name, data in FILES.items():
            writer.add("files/" + name, data)
        return writer.commit(config, {"lm_head": head}, REPORT)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("image") / "tiny.ofpga"
    write(path)
    return path


def place(path: Path) -> list[tuple[int, str]]:
    """Where each part of the file begins."""
    with Image.open(path) as image:
        sections = image.sections()
    end = sections[-1].offset + padded(sections[-1].length)
    return [(0, "header"), *((s.offset, s.name) for s in sections), (end, "metadata")]


# ------------------------------------------------------------------------------------------------- reading
def test_what_was_written_is_read(whole: Path) -> None:
    with Image.open(whole) as image:
        content = arrays()
        assert image.config == CONFIG
        assert image.contract_id == CONTRACT_ID
        assert list(image.report) == REPORT
        assert dict(image.files) == FILES
        np.testing.assert_array_equal(image.rope, content["rope"])
        head = image.matrices["lm_head"]
        assert (head.name, head.n, head.k, head.norm, head.norm_eps) == ("lm_head", 16, 32, True, 1374)
        assert head.format.name == "W8"
        np.testing.assert_array_equal(head.tiles, content["lm_head"])
        assert head.codebook.dtype == np.int8


def test_sections_are_mapped_not_copied_and_cannot_be_written(whole: Path) -> None:
    with Image.open(whole) as image:
        for array in (image.rope, image.matrices["lm_head"].tiles):
            assert not array.flags.writeable
            assert array.ctypes.data % PAGE == 0


def test_embedding_rows_are_exact_shifts(whole: Path) -> None:
    content = arrays()
    with Image.open(whole) as image:
        rows = image.embedding_rows(np.array([4, 0, 4]))
        assert rows.dtype == np.int32
        for row, token in zip(rows, (4, 0, 4), strict=True):
            shift = int(content["embedding.exponent"][token])
            assert row.tolist() == [int(m) << shift for m in content["embedding.mantissa"][token]]
        assert image.embedding_rows(np.array([], np.int32)).shape == (0, 32)


@pytest.mark.parametrize("ids", [[-1], [5], [0, 1 << 40]])
def test_token_ids_outside_the_vocabulary_are_refused(whole: Path, ids: list[int]) -> None:
    with Image.open(whole) as image, pytest.raises(ValueError, match=r"exceed 0\.\.4"):
        image.embedding_rows(np.array(ids))


def test_arrays_outlive_the_image(whole: Path) -> None:
    image = Image.open(whole)
    rope = image.rope
    image.close()
    image.close()
    np.testing.assert_array_equal(rope, arrays()["rope"])


def test_checksum_identifies_the_content(whole: Path, tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    assert write(same) == Image.open(whole).checksum
    assert same.read_bytes() == whole.read_bytes()
    assert write(other, head=MatrixInfo(**{**msgspec.structs.asdict(HEAD), "norm_eps": 1375})) != write(same)


# ------------------------------------------------------------------------------------------------- damage
def test_a_flipped_byte_in_every_section_is_refused_with_its_name(whole: Path, tmp_path: Path) -> None:
    data, parts = whole.read_bytes(), place(whole)
    path = tmp_path / "flipped"
    ends = [offset for offset, _ in parts[1:]] + [len(data)]
    for (start, name), end in zip(parts, ends, strict=True):
        for position in {start, (start + end) // 2, end - 1} if end > start else set():
            damaged = bytearray(data)
            damaged[position] ^= 0x40
            path.write_bytes(damaged)
            with pytest.raises(ImageError, match=f"(the|section) {name} .*convert") as caught:
                Image.open(path)
            assert str(path) in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(position=st.integers(0, 1 << 30), mask=st.integers(1, 255))
def test_any_flipped_byte_is_refused_with_its_sections_name(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, position: int, mask: int
) -> None:
    data, parts = bytearray(whole.read_bytes()), place(whole)
    position %= len(data)
    data[position] ^= mask
    path = tmp_path_factory.getbasetemp() / "any-flip"
    path.write_bytes(data)
    name = next(name for offset, name in reversed(parts) if offset <= position)
    with pytest.raises(ImageError, match=f" {name} "):
        Image.open(path)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, 1 << 30))
def test_a_truncated_image_is_refused(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    data = whole.read_bytes()
    path = tmp_path_factory.getbasetemp() / "truncated"
    path.write_bytes(data[: length % len(data)])
    with pytest.raises(
        ImageError, match=r"not an OpenFPGA image|cut off in the header|cut short.*copy it again"
    ):
        Image.open(path)


def test_bytes_after_the_end_are_refused(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(whole.read_bytes() + b"\0")
    with pytest.raises(ImageError, match="too long"):
        Image.open(path)


def test_without_verify_sections_are_checked_only_when_asked(whole: Path, tmp_path: Path) -> None:
    data = bytearray(whole.read_bytes())
    offset = {name: offset for offset, name in place(whole)}["rope"]
    data[offset + 3] ^= 1
    path = tmp_path / "damaged"
    path.write_bytes(data)
    with Image.open(path, verify=False) as image:
        image.verify(["lm_head"])
        with pytest.raises(ImageError, match="section rope is damaged"):
            image.verify()
        with pytest.raises(KeyError):
            image.verify(["no such section"])


# ------------------------------------------------------------------------------------------------- foreign
# files
def test_another_kind_of_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + bytes(10000))
    with pytest.raises(ImageError, match=r"not an OpenFPGA image.*openfpga convert DIR -o FILE"):
        Image.open(path)


def reheaded(whole: Path, path: Path, version: int, contract: int) -> Path:
    data = bytearray(whole.read_bytes())
    header = image_format.read_header(whole, bytes(data[:PAGE]), VERSION, CONTRACT_ID)
    fields = (header.metadata_offset, header.metadata_length, header.metadata_checksum)
    data[:PAGE] = Header(version, contract, *fields).page()
    path.write_bytes(data)
    return path


def test_a_newer_version_says_to_update(whole: Path, tmp_path: Path) -> None:
    path = reheaded(whole, tmp_path / "newer", VERSION + 1, CONTRACT_ID)
    with pytest.raises(
        ImageError, match=rf"image format {VERSION + 1}.*up to {VERSION}; update OpenFPGA or convert"
    ):
        Image.open(path)


def test_another_contract_says_to_convert_again(whole: Path, tmp_path: Path) -> None:
    path = reheaded(whole, tmp_path / "contract", VERSION, CONTRACT_ID ^ 1)
    with pytest.raises(
        ImageError, match=rf"{CONTRACT_ID ^ 1:#010x}.*{CONTRACT_ID:#010x}; convert again with"
    ):
        Image.open(path)


def with_metadata(path: Path, metadata: bytes, sections: bytes) -> Path:
    """A file whose checksums are right, whatever it says."""
    body = metadata + bytes(padded(len(metadata)) - len(metadata))
    page = Header(VERSION, CONTRACT_ID, PAGE + len(sections), len(metadata), checksum(body)).page()
    path.write_bytes(page + sections + body)
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_context": 8}, "section rope has 448 bytes; its shape .8, 16, 2. needs 512"),
        ({"vocab_size": 0}, "section embedding"),
        ({"hidden_size": 1 << 40}, "section embedding"),
        ({"head_dim": 1}, "section rope"),
    ],
)
def test_shapes_that_do_not_fit_their_sections_are_refused(
    tmp_path: Path, change: dict[str, int], message: str
) -> None:
    path = tmp_path / "shape"
    write(path, ImageConfig(**{**msgspec.structs.asdict(CONFIG), **change}))
    with pytest.raises(ImageError, match=message):
        Image.open(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 24}, "multiples of 16"),
        ({"n": 32}, "section lm_head"),
        ({"k": 40}, "inputs of 32"),
        ({"k": 0}, "inputs of 32"),
        ({"format": "W5"}, "unknown weight format 'W5'"),
        ({"codebook": [1, 2]}, "16 values"),
        ({"codebook": [128] * 16}, "within -127..127"),
        ({"norm_eps": 1 << 32}, "norm_eps"),
        ({"norm": False}, "norm_eps"),
    ],
)
def test_matrices_beyond_the_contract_are_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    path = tmp_path / "matrix"
    write(path, head=MatrixInfo(**{**msgspec.structs.asdict(HEAD), **change}))
    with pytest.raises(ImageError, match=message):
        Image.open(path)


@pytest.mark.parametrize("name", list(arrays()))
def test_a_missing_section_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "missing"
    write(path, skip=name)
    with pytest.raises(ImageError, match=f"section {name} is missing; convert again"):
        Image.open(path)


def test_sections_that_overlap_or_leave_gaps_are_refused(tmp_path: Path) -> None:
    for offset, length in ((0, 10), (PAGE, -PAGE), (2 * PAGE, 10), (PAGE, 3 * PAGE), (PAGE, 1)):
        section = SectionInfo(name="odd", offset=offset, length=length, checksum="")
        metadata = Metadata(config=CONFIG, matrices={}, sections=[section], report=[])
        path = with_metadata(tmp_path / "gap", msgspec.json.encode(metadata), bytes(2 * PAGE))
        with pytest.raises(ImageError, match=r"section odd is not where|sections end at"):
            Image.open(path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.just(b'{"config": {}, "unknown": 1}') | st.just(b"[" * 5000))
def test_metadata_that_is_not_ours_is_refused(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    path = with_metadata(tmp_path_factory.getbasetemp() / "metadata", text, b"")
    with pytest.raises(ImageError, match="metadata cannot be understood"):
        Image.open(path)


def test_a_header_that_points_into_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "self"
    path.write_bytes(Header(VERSION, CONTRACT_ID, 0, PAGE, bytes(16)).page())
    with pytest.raises(ImageError, match="metadata at 0"):
        Image.open(path)
    assert path.read_bytes().startswith(MAGIC)


# ------------------------------------------------------------------------------------------------- writing
def test_a_failed_write_leaves_the_old_image_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "out"
    first = write(path)

    def fail() -> None:
        with ImageWriter(path) as writer:
            writer.add("rope", bytes(100_000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert Image.open(path).checksum == first
    assert os.listdir(tmp_path) == ["out"]


def test_without_commit_nothing_appears(tmp_path: Path) -> None:
    with ImageWriter(tmp_path / "out") as writer:
        writer.add("rope", b"x")
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(image_writer.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_stale_parts_are_removed_and_live_ones_are_not(tmp_path: Path) -> None:
    path = tmp_path / "out[1]"
    stale, other = tmp_path / ".out[1].0123.part", tmp_path / ".out1.0123.part"
    for part in (stale, other):
        part.write_bytes(b"half")
    with ImageWriter(path) as first:
        assert not stale.exists()
        live = next(p for p in tmp_path.iterdir() if p != other)
        second = write(path)
        assert live.exists()
        for name, array in arrays().items():
            first.add(name, array)
        assert first.commit(CONFIG, {"lm_head": HEAD}, []) != second
    assert sorted(os.listdir(tmp_path)) == [other.name, path.name]


def test_a_part_taken_for_stale_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = fcntl.flock, []

    def remove_first(file: Any, operation: int) -> None:
        if not calls:
            Path(file.name).unlink()
        calls.append(operation)
        real(file, operation)

    monkeypatch.setattr(image_writer.fcntl, "flock", remove_first)
    assert write(tmp_path / "out") == Image.open(tmp_path / "out").checksum
    assert len(calls) == 2


def test_bad_outputs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"folder .*nowhere does not exist"):
        ImageWriter(tmp_path / "nowhere" / "out")
    with pytest.raises(ImageError, match="is a folder"):
        ImageWriter(tmp_path)


def test_a_section_cannot_be_written_twice(tmp_path: Path) -> None:
    with ImageWriter(tmp_path / "out") as writer:
        writer.add("rope", b"")
        with pytest.raises(ValueError, match="already has a section rope"):
            writer.add("rope", b"")


# ---------------------------------------------------------------------------------------------- documentation
def test_documentation_names_every_field_and_section(demo_image: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "image.md").read_text(encoding="utf-8")
    fields = [
        name
        for struct in (ImageConfig, MatrixInfo, SectionInfo, TensorReport, Metadata)
        for name in struct.__struct_fields__
    ]
    with Image.open(demo_image) as image:
        sections = [re.sub(r"\d+", "I", section.name) for section in image.sections()]
    missing = [name for name in {*fields, *sections} if f"`{name}`" not in text and "files/" not in name]
    assert missing == []
    assert f"format version: {VERSION}" in text
