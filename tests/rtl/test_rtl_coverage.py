"""The report of `make coverage`: points of Verilator's files, merged over instances, sizes and benches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from rtl_coverage import Point, merged, points, table


def entry(count: int, page: str, what: str, *, line: int = 3, module: str = "ofpga_fifo") -> str:
    keys = {"f": f"rtl/lib/{module}.sv", "l": line, "n": 5, "page": page, "o": what, "h": f"TOP.u{count}"}
    return "C '" + "".join(f"\x01{key}\x02{value}" for key, value in keys.items()) + f"' {count}"


def file(folder: Path, name: str, *entries: str) -> Path:
    path = folder / f"{name}.dat"
    path.write_text("\n".join(["# SystemC::Coverage-3", *entries, ""]), encoding="utf-8")
    return path


def test_a_point_is_covered_if_any_instance_reaches_it(tmp_path: Path) -> None:
    one = file(
        tmp_path, "one", entry(0, "v_line/ofpga_fifo", "block"), entry(4, "v_toggle/ofpga_fifo", "a[0]")
    )
    two = file(
        tmp_path, "two", entry(2, "v_line/ofpga_fifo", "block"), entry(0, "v_toggle/ofpga_fifo", "a[1]")
    )
    total = merged([one, two])
    assert total[Point("ofpga_fifo", "line", 3, 5, "block")] == 2
    lines = table(total).splitlines()
    assert lines[1].split() == ["ofpga_fifo", "100.0", "%", "of", "1", "50.0", "%", "of", "2"]
    assert lines[2].split()[0] == "all"


def test_benches_and_the_simulator_are_no_modules_of_ours(tmp_path: Path) -> None:
    text = file(tmp_path, "x", entry(1, "v_line/top", "block", module="verilator")).read_text()
    assert list(points(text)) == []
    assert list(points("# SystemC::Coverage-3\n" + entry(1, "v_user/ofpga_fifo", "assertion"))) == []


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.dat"
    wrong.write_text("hello", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.dat: this is no coverage file of Verilator"):
        merged([wrong])
