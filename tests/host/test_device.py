"""Devices: names, capabilities, memory bounds, errors that say what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from openfpga_host.contract import CARD_SIZES, CONTRACT_ID, FENCE_DTYPE, Flag, Opcode, Status
from openfpga_host.device import (
    Capabilities,
    Device,
    DeviceError,
    ProgramError,
    list_devices,
    open_device,
)

BUILD = Path(__file__).resolve().parents[2] / "build"
LIBRARIES = {
    "csim:sim": (BUILD / "csim" / "libofpga_csim_sim.so", "make -C hls csim SIZE=sim"),
    "verilator:sim": (BUILD / "verilator" / "libofpga_card_sim.so", "make -C sim card SIZE=sim"),
}


@pytest.fixture(params=["reference:sim", *LIBRARIES])
def device(request: pytest.FixtureRequest) -> Device:
    if request.param in LIBRARIES:
        library, make = LIBRARIES[request.param]
        if not library.exists():
            pytest.skip(f"{library} is missing; `{make}`")
    return open_device(request.param)


def fence(**fields: int) -> np.ndarray:
    command = np.zeros(1, FENCE_DTYPE)
    command["opcode"], command["flags"] = Opcode.FENCE, Flag.END
    for name, value in fields.items():
        command[name] = value
    return command.view(np.uint8)


def test_capabilities_are_those_of_the_size(device: Device) -> None:
    assert device.capabilities == Capabilities.of(CARD_SIZES["sim"])


def test_memory_starts_zeroed_and_holds_what_is_written(device: Device) -> None:
    device.open_memory(256, 128)
    assert not device.act.any()
    assert len(device.act) == 128
    data = np.arange(64, dtype=np.uint8).reshape(8, 8)
    device.write_port(1, 64, data[::2])
    assert device.read_port(1, 64, 32).tolist() == data[::2].reshape(-1).tolist()
    assert not device.read_port(0, 0, 256).any()
    assert not device.read_port(1, 96, 160).any()


@pytest.mark.parametrize(("offset", "size"), [(250, 7), (-1, 4), (256, 1)])
def test_accesses_outside_a_port_are_refused(device: Device, offset: int, size: int) -> None:
    device.open_memory(256, 128)
    with pytest.raises(IndexError, match="outside a port of 256 bytes"):
        device.write_port(0, offset, np.ones(size, np.uint8))
    with pytest.raises(IndexError, match="outside a port of 256 bytes"):
        device.read_port(0, offset, size)


@pytest.mark.parametrize(("port_bytes", "act_bytes"), [(0, 64), (64, 0), (65, 64), (64, -64)])
def test_memory_is_whole_words(device: Device, port_bytes: int, act_bytes: int) -> None:
    with pytest.raises(ValueError, match="positive multiple of 64"):
        device.open_memory(port_bytes, act_bytes)


def test_a_program_runs_to_its_end(device: Device) -> None:
    device.open_memory(64, 256)
    device.act[64:128] = fence()
    result = device.run(1, 1)
    assert (result.status, result.completed) == (Status.OK, 1)


def test_a_failing_program_names_status_command_and_tag(device: Device) -> None:
    device.open_memory(64, 256)
    device.act[:64] = fence(flags=0)
    device.act[64:128] = fence(dep=2, tag=0xABC)
    with pytest.raises(
        ProgramError, match=r"sim: BAD_DEP at command 1 \(FENCE, tag 0xabc\); 1 commands"
    ) as failed:
        device.run(0, 2)
    assert failed.value.result.status == Status.BAD_DEP
    device.act[64:128] = fence(opcode=99)
    with pytest.raises(ProgramError, match=r"BAD_OPCODE at command 1 \(opcode 99"):
        device.run(0, 2)
    with pytest.raises(ProgramError, match=r"BAD_ADDRESS at command 0 \(no command"):
        device.run(4, 1)


def test_memory_is_opened_once_and_gone_after_close(device: Device) -> None:
    with pytest.raises(DeviceError, match="not open"):
        device.run(0, 1)
    device.open_memory(64, 64)
    with pytest.raises(DeviceError, match="open already"):
        device.open_memory(64, 64)
    device.close()
    device.close()
    with pytest.raises(DeviceError, match="not open"):
        _ = device.act


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpu", "unknown device 'gpu'; there are csim, reference, verilator, pynq"),
        ("reference:huge", "unknown card size 'huge'; there are csim, sim,"),
        ("pynq", "not available yet"),
    ],
)
def test_devices_that_do_not_exist_say_so(name: str, message: str) -> None:
    with pytest.raises(DeviceError, match=message):
        open_device(name)


def test_a_missing_library_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENFPGA_CSIM_DIR", str(tmp_path))
    with pytest.raises(DeviceError, match=r"libofpga_csim_csim.so is missing; `make csim`"):
        open_device("csim")
    with pytest.raises(DeviceError, match=r"`make -C hls csim SIZE=u280`"):
        open_device("csim:u280")


def test_a_missing_card_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENFPGA_VERILATOR_DIR", str(tmp_path))
    with pytest.raises(DeviceError, match=r"libofpga_card_sim.so is missing; `make -C sim card SIZE=sim`"):
        open_device("verilator")


@pytest.mark.parametrize("backend", ["csim", "verilator"])
def test_a_file_that_is_no_library_is_refused(tmp_path: Path, backend: str) -> None:
    library = tmp_path / "library.so"
    library.write_bytes(b"not a library")
    with pytest.raises(DeviceError, match="does not load"):
        open_device(backend, library=library)


def test_a_card_of_another_contract_is_refused(tmp_path: Path) -> None:
    source, library = tmp_path / "old.c", tmp_path / "old.so"
    source.write_text(
        "void *ofpga_card_open(void *memory) { return &ofpga_card_open; }"
        "void ofpga_card_close(void *card) {}"
        "int ofpga_card_run, ofpga_card_error, ofpga_card_events, ofpga_card_sequential;"
        "int ofpga_card_set, ofpga_card_words;"
        "int ofpga_card_info(void *card, int r) { return r == 0x40 ? 7 : 1; }"
    )
    subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    with pytest.raises(DeviceError, match=rf"contract 0x00000007, this host has {CONTRACT_ID:#010x}"):
        open_device("verilator", library=library)


def test_a_library_of_another_contract_is_refused(tmp_path: Path) -> None:
    source, library = tmp_path / "old.c", tmp_path / "old.so"
    source.write_text("int ofpga_card_info(int r) { return r == 0x40 ? 7 : 1; } int ofpga_card_run;")
    subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    with pytest.raises(DeviceError, match=rf"contract 0x00000007, this host has {CONTRACT_ID:#010x}"):
        open_device("csim", library=library)


def test_the_list_tells_what_can_be_used_and_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENFPGA_CSIM_DIR", str(tmp_path))
    monkeypatch.setenv("OPENFPGA_VERILATOR_DIR", str(tmp_path))
    devices = {info.name: info for info in list_devices()}
    assert list(devices) == ["csim", "reference", "verilator", "pynq"]
    assert [info.available for info in devices.values()] == [False, True, False, False]
    assert "make csim" in devices["csim"].detail
    assert "make -C sim card" in devices["verilator"].detail
    assert devices["reference"].capabilities == Capabilities.of(CARD_SIZES["csim"])
