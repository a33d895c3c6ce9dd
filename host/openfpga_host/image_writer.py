"""Writes a device image piece by piece, and leaves either the whole of it or nothing.

The bytes go to ``.NAME.<random>.part`` beside the output, which is flushed to the disk and renamed over the
output at the very end. A run that was killed leaves its part; the next run for the same output removes it. A
part whose writer lives is locked (flock), so concurrent runs do not disturb each other: the last to finish
wins.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from openfpga_host.contract import CONTRACT_ID
from openfpga_host.image_format import (
    CHECKSUM_BYTES,
    PAGE,
    Header,
    ImageConfig,
    ImageError,
    MatrixInfo,
    Metadata,
    SectionInfo,
    TensorReport,
    padded,
)


class SectionWriter:
    """A section being written; made by `ImageWriter.section`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.blake2b(digest_size=CHECKSUM_BYTES)
        self.length = 0

    def write(self, data: bytes | memoryview | NDArray[Any]) -> None:
        """Append bytes, or an array's (C order, in the byte order it has)."""
        if isinstance(data, np.ndarray):
            data = np.ascontiguousarray(data).reshape(-1).view(np.uint8).data
        flat = memoryview(data)
        self._file.write(flat)
        self._hash.update(flat)
        self.length += flat.nbytes

    def _finish(self) -> bytes:
        zeros = bytes(padded(self.length) - self.length)
        self._file.write(zeros)
        self._hash.update(zeros)
        return self._hash.digest()


class ImageWriter:
    """Context manager that writes one image.

        with ImageWriter(path) as writer:
            with writer.section("rope") as section:
                section.write(rows)
            checksum = writer.commit(config, matrices, report)

    Leaving the block without `commit`, by an exception or not, removes what was written.

    Args:
        path: the image to make or replace.

    Raises:
        ImageError: the folder does not exist, or `path` is a folder.
        OSError: the file system refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        folder = self.path.parent
        if not folder.is_dir():
            raise ImageError(f"{self.path}: the folder {folder} does not exist; create it first")
        if self.path.is_dir():
            raise ImageError(f"{self.path} is a folder; name a file for the image")
        remove_stale_parts(self.path)
        self._part, self._file = _create_part(self.path)
        self._sections: list[SectionInfo] = []
        self._open = True
        try:
            self._file.write(bytes(PAGE))
        except BaseException:
            self.abort()
            raise

    def __enter__(self) -> ImageWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    @contextlib.contextmanager
    def section(self, name: str) -> Iterator[SectionWriter]:
        """Append a section; its length and checksum are taken when the block ends."""
        if any(section.name == name for section in self._sections):
            raise ValueError(f"the image already has a section {name}")
        writer = SectionWriter(self._file)
        offset = self._file.tell()
        yield writer
        digest = writer._finish()
        self._sections.append(
            SectionInfo(name=name, offset=offset, length=writer.length, checksum=digest.hex())
        )

    def add(self, name: str, data: bytes | memoryview | NDArray[Any]) -> None:
        """Append a section that is at hand."""
        with self.section(name) as section:
            section.write(data)

    def section_bytes(self, name: str) -> int:
        """Length of a section already written, without padding."""
        return next(section.length for section in self._sections if section.name == name)

    def commit(
        self, config: ImageConfig, matrices: dict[str, MatrixInfo], report: Sequence[TensorReport]
    ) -> str:
        """Write metadata and header, flush to the disk, and put the image in place.

        Returns:
            The image's checksum in hexadecimal.
        """
        metadata = Metadata(config=config, matrices=matrices, sections=self._sections, report=list(report))
        encoded = msgspec.json.encode(metadata)
        writer = SectionWriter(self._file)
        offset = self._file.tell()
        writer.write(encoded)
        page = Header(config.version, CONTRACT_ID, offset, len(encoded), writer._finish()).page()
        self._file.seek(0)
        self._file.write(page)
        self._file.flush()
        os.fsync(self._file.fileno())
        os.replace(self._part, self.path)
        self._open = False
        self._file.close()
        _sync_folder(self.path.parent)
        return page[HEADER_CHECKSUM].hex()

    def abort(self) -> None:
        """Remove what was written; does nothing after `commit`."""
        if self._open:
            self._open = False
            self._part.unlink(missing_ok=True)
            # Closing flushes, which fails again on a full disk; the file is gone already.
            with contextlib.suppress(OSError):
                self._file.close()


HEADER_CHECKSUM = slice(48, 64)
"""Where the header page holds the image's checksum."""


def remove_stale_parts(path: Path) -> list[Path]:
    """Remove the parts that killed runs left beside `path`; those being written (locked) stay.

    Returns:
        What was removed.
    """
    removed = []
    for name in glob.glob(f".{glob.escape(path.name)}.*.part", root_dir=path.parent, include_hidden=True):
        part = path.parent / name
        # Gone meanwhile, locked by its writer, or somebody else's: not ours to remove.
        with contextlib.suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
            removed.append(part)
    return removed


def _create_part(path: Path) -> tuple[Path, BinaryIO]:
    """A new, locked part file."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
        file = part.open("xb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Another run may have taken it for stale between the two calls.
            if os.path.exists(part) and os.path.samestat(os.stat(part), os.fstat(file.fileno())):
                return part, file
        except BaseException:
            file.close()
            raise
        file.close()


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
