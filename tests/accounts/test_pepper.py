"""The pepper: made once, kept apart from the database, and told when it is not the right one."""

# These tests look at files, and nothing else runs on their loop.
# ruff: noqa: ASYNC240

from __future__ import annotations

from pathlib import Path

import pytest
from openfpga_server.accounts.accounts import open_accounts


async def test_a_pepper_is_made_for_its_owner_alone_and_kept(sqlite_url: str, pepper_file: Path) -> None:
    async with open_accounts(sqlite_url, pepper_file=pepper_file) as first:
        key = (await first.create_key("mine")).secret
    assert pepper_file.stat().st_mode & 0o777 == 0o600
    assert len(pepper_file.read_bytes().strip()) == 64
    assert [path.name for path in pepper_file.parent.iterdir()] == ["pepper"]
    async with open_accounts(sqlite_url, pepper_file=pepper_file) as second:
        assert await second.authenticate(key) is not None
    # Configured, it needs no file.
    async with open_accounts(
        sqlite_url, pepper=pepper_file.read_text().strip(), pepper_file=Path("/no")
    ) as third:
        assert await third.authenticate(key) is not None


async def test_no_file_has_a_secret_but_the_peppers_own(
    sqlite_url: str, pepper_file: Path, tmp_path: Path
) -> None:
    async with open_accounts(sqlite_url, pepper_file=pepper_file) as accounts:
        key = (await accounts.create_key("mine")).secret
        session = await accounts.create_session(key)
        assert session is not None
        # The log of writes too, which the end removes.
        files = [path for path in tmp_path.iterdir() if path.is_file()]
        stored = b"".join(path.read_bytes() for path in files)
    assert any(path.name.endswith("-wal") for path in files)
    for secret in (key[14:-4], session.token, session.csrf, pepper_file.read_text().strip()):
        assert secret.encode() not in stored
        assert secret.encode().hex().encode() not in stored


async def test_a_wrong_short_or_missing_pepper_is_told(sqlite_url: str, pepper_file: Path) -> None:
    async with open_accounts(sqlite_url, pepper_file=pepper_file):
        pass
    with pytest.raises(ValueError, match="the configured pepper is not the one that the keys"):
        async with open_accounts(sqlite_url, pepper="x" * 32):
            pass
    with pytest.raises(ValueError, match="has 3 bytes; it needs at least 32"):
        async with open_accounts(sqlite_url, pepper="abc"):
            pass
    pepper_file.unlink()
    with pytest.raises(OSError, match=r"does not exist, but the keys of .* were made with one"):
        async with open_accounts(sqlite_url, pepper_file=pepper_file):
            pass
    assert not pepper_file.exists()


async def test_a_pepper_that_others_can_read_is_warned_of(
    sqlite_url: str, pepper_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_accounts(sqlite_url, pepper_file=pepper_file):
        pass
    assert not caplog.records
    pepper_file.chmod(0o644)
    async with open_accounts(sqlite_url, pepper_file=pepper_file):
        pass
    assert "can be read by others (mode 644)" in caplog.text
