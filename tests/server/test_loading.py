"""From a path to a served model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from openfpga_server import loading
from openfpga_server.commands.convert import convert_with_bar
from openfpga_server.loading import cached_image, fingerprint, opened_model


def test_checkpoint_folder_is_converted_once_and_again_when_it_changed(
    demo_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(demo_checkpoint, folder)
    conversions = []

    def convert(directory: Path, output: Path) -> None:
        conversions.append(output)
        convert_with_bar(directory, output)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "convert_with_bar", convert)
    image = cached_image(folder)
    assert cached_image(folder) == image
    assert len(conversions) == 1
    assert image.parent == Path("build")
    newer = image.stat().st_mtime + 10
    os.utime(folder / "config.json", (newer, newer))
    cached_image(folder)
    assert len(conversions) == 2
    image.write_bytes(b"no image")
    os.utime(image, (newer + 10, newer + 10))
    cached_image(folder)
    assert len(conversions) == 3


def test_served_model_is_what_the_image_says(demo_image: Path) -> None:
    with opened_model(demo_image, device="csim", kv_blocks=40, rows=4) as model:
        assert model.id == "demo"
        assert model.max_context == 640
        assert model.engine.runner.max_rows == 4
        assert model.template is not None
        assert model.defaults.temperature == 0.7
        assert model.fingerprint == fingerprint(model.engine.runner.image)
        assert model.fingerprint.startswith("fp_")


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"device": "abacus"}, "abacus"), ({"device": "csim", "rows": 1000}, "rows is 1000")],
)
def test_what_the_device_cannot_do_is_said(demo_image: Path, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(Exception, match=reason), opened_model(demo_image, **options):
        pass
