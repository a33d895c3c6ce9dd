"""From a path to a served model."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from openfpga_server import loading
from openfpga_server.commands.convert import convert_with_bar
from openfpga_server.commands.serve import banner
from openfpga_server.loading import cached_image, fingerprint, opened_model
from openfpga_server.registry import ServedModel


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


def test_a_folder_that_takes_no_image_says_where_else_to_make_one(
    demo_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("build").write_text("not a folder")
    with pytest.raises(OSError, match=r"build.*openfpga convert .* -o FILE"):
        cached_image(demo_checkpoint)


def test_a_full_disk_names_the_image(
    demo_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("openfpga_host.convert.convert", full_disk)
    with pytest.raises(OSError, match=r"No space left on device: .*demo\.ofpga"):
        convert_with_bar(demo_checkpoint, tmp_path / "demo.ofpga")


def test_a_name_of_any_characters_makes_a_command_to_copy() -> None:
    model = SimpleNamespace(id='it\'s "mine"', max_context=64)
    line = banner("http://127.0.0.1:5000", [cast(ServedModel, model)], "csim").splitlines()[-1]
    assert json.loads(shlex.split(line)[-1])["model"] == model.id


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
    [
        ({"device": "abacus"}, "abacus"),
        ({"device": "csim", "rows": 1000}, "rows is 1000"),
        ({"device": "csim", "kv_blocks": 10**12}, "needs .* GB .* fewer KV blocks"),
    ],
)
def test_what_the_device_cannot_do_is_said(demo_image: Path, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(Exception, match=reason), opened_model(demo_image, **options):
        pass
