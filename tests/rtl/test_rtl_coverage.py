"""The report of `make coverage`: points of Verilator's files, merged over instances, sizes and benches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from rtl_coverage import Point, Source, explained, merged, points, table, toggles, unexplained


def entry(
    count: int, page: str, what: str, *, line: int = 3, module: str = "ofpga_fifo", folder: str = "rtl/lib"
) -> str:
    keys = {"f": f"/x/{folder}/{module}.sv", "l": line, "n": 5, "page": page, "o": what, "h": f"TOP.u{count}"}
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
    assert total[Point("lib", "ofpga_fifo", "line", 3, 5, "block")] == 2
    lines = table(total).splitlines()
    assert lines[1].split() == ["ofpga_fifo", "100.0", "%", "of", "1", "50.0", "%", "of", "2"]
    assert [line.split()[0] for line in lines[2:]] == ["lib", "all"]
    assert lines[1].split()[1:] == lines[2].split()[1:] == lines[3].split()[1:]


@pytest.mark.parametrize(("folder", "module"), [("sim/lib", "ofpga_sweep"), ("rtl/lib", "ofpga_math_pkg")])
def test_benches_and_packages_are_not_counted(tmp_path: Path, folder: str, module: str) -> None:
    text = file(tmp_path, "x", entry(1, "v_line/top", "block", module=module, folder=folder)).read_text()
    assert list(points(text)) == []
    assert list(points("# SystemC::Coverage-3\n" + entry(1, "v_user/ofpga_fifo", "assertion"))) == []


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.dat"
    wrong.write_text("hello", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.dat: this is no coverage file of Verilator"):
        merged([wrong])


@pytest.fixture
def missed(tmp_path: Path) -> tuple[dict[Point, int], Source]:
    """Three branches of a module, of which the first was reached."""
    code = "case (state_q)\n  IDLE: if (go) state_q <= RUN;  // begins\n  default: state_q <= IDLE;\n"
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ofpga_fifo.sv").write_text(code, encoding="utf-8")
    entries = [
        entry(1, "v_branch/ofpga_fifo", "if", line=2),
        entry(0, "v_branch/ofpga_fifo", "else", line=2),
        entry(0, "v_line/ofpga_fifo", "case", line=3),
    ]
    return merged([file(tmp_path, "x", *entries)]), Source(tmp_path)


def test_lines_that_nothing_reaches_are_named_unless_somebody_says_why(
    missed: tuple[dict[Point, int], Source], tmp_path: Path
) -> None:
    """By what stands there, so that lines may move."""
    reasons = tmp_path / "reasons.toml"
    reasons.write_text(
        """[[unreached]]
        why = "no state is left"
        points = ["ofpga_fifo: case: default: state_q <= IDLE;"]
        """,
        encoding="utf-8",
    )
    missing, reached = unexplained(*missed, explained(reasons))
    assert missing == ["rtl/lib/ofpga_fifo.sv:2: ofpga_fifo: else: IDLE: if (go) state_q <= RUN;"]
    assert reached == []


def test_a_reason_for_what_is_reached_is_named(missed: tuple[dict[Point, int], Source]) -> None:
    name = "ofpga_fifo: if: IDLE: if (go) state_q <= RUN;"
    assert unexplained(*missed, {name: "it is idle for ever"})[1] == [name]


def test_a_reason_without_points_is_refused(tmp_path: Path) -> None:
    reasons = tmp_path / "reasons.toml"
    reasons.write_text("[[unreached]]\nwhy = 'because'\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"an entry has \['why'\]; it must have `why` and `points`"):
        explained(reasons)


def test_toggles_are_listed_by_signal(tmp_path: Path) -> None:
    bits = [
        entry(bit % 2, "v_toggle/ofpga_fifo", f"a[{bit}]:{e}") for bit in range(2) for e in ("0->1", "1->0")
    ]
    total = merged([file(tmp_path, "x", *bits, entry(0, "v_toggle/ofpga_fifo", "b:1->0", line=9))])
    assert list(toggles(total, "ofpga_fifo")) == [
        "ofpga_fifo.sv:3: a: 2 of 4: +0 -0",
        "ofpga_fifo.sv:9: b: 1 of 1: -",
    ]


def test_every_reason_names_a_line_that_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    for name in explained(root / "sim" / "unreached.toml"):
        module, _, code = name.split(": ", 2)
        (source,) = (root / "rtl").rglob(f"{module}.sv")
        assert code in source.read_text(encoding="utf-8"), name
