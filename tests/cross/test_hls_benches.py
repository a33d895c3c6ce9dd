"""The C++ benches: the same vectors through the quick, the exact and the sanitized build, bit for bit."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from support.csim_card import ROOT


def test_benches_pass_in_every_flavour() -> None:
    """Quick equals exact, so no width is too small; the sanitizers see no overflow and no stray access."""
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL")}
    make = ["make", "-s", "-C", str(ROOT / "hls"), "tb", f"PYTHON={sys.executable}"]
    result = subprocess.run(make, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    ran = re.findall(r"(\w+): (\d+) vectors, (\d+) failed", result.stdout)
    assert [bench for bench, _, _ in ran] == ["matmul", "attention", "kv_cache", "card"] * 3
    assert all(int(vectors) >= 20 and failed == "0" for _, vectors, failed in ran)
