"""``make bench-server`` runs and prints what the documentation quotes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "server.py"


def test_every_figure_is_there() -> None:
    flags = ["--streams", "8", "--seconds", "1", "--connections", "2"]
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT), *flags],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = dict(re.findall(r"^  (\S.*?)  +(\S.*)$", done.stdout, re.MULTILINE))
    assert {"CPU a token", "CPU a request", "added latency", "memory a stream"} <= set(figures)
    p50 = re.match(r"p50 ([0-9.]+) ms", figures["added latency"])
    assert p50 is not None, done.stdout
    # A step takes 20 ms: more would mean that tokens were told of the wrong step.
    assert 0 < float(p50[1]) < 1000
