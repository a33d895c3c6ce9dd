"""Real PostgreSQL and Valkey or Redis servers for tests, each in a temporary folder and on a Unix socket.

They are started by the first test that wants one and end with the session. Where a program is missing, its
tests are skipped; `make test` installs them (scripts/system-packages.sh).
"""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

RAN = pytest.StashKey[list[str]]()
"""What was started in this session, for the summary."""


class PostgresServer:
    """A running server with the superuser "postgres"; nothing of it is flushed to the disk.

    Args:
        folder: its data and its socket; short, as a socket's path has at most 107 bytes.
        programs: where initdb, pg_ctl and psql are.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._programs = programs
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._call(
            "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it (again) and wait until it takes connections."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "shared_buffers": "32MB",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._call("pg_ctl", "start", "-w", "-D", self._data, "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """End it at once, as a crash would."""
        self._call("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements, each in a transaction of its own; what psql prints of their rows."""
        commands = [word for statement in statements for word in ("-c", statement)]
        return self.run("psql", "-d", database, "-Atq", *commands)

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of PostgreSQL's on this server; what it prints."""
        return self._call(program, "-h", str(self.folder), "-U", "postgres", *arguments)

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self.folder}"

    def _call(self, program: str, *arguments: str) -> str:
        # A file for the output: the server inherits it, and a pipe would be open as long as it runs.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                cwd=self.folder,
                check=False,
            )
            output.seek(0)
            said = output.read()
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")
        return said.strip()


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; Debian does not put them on the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return None if newest is None else newest.parent


def redis_program() -> str | None:
    """Valkey's server, or Redis'."""
    return shutil.which("valkey-server") or shutil.which("redis-server")


def version_of(program: str | Path) -> str:
    """What a program calls itself: "PostgreSQL 15.14", "Redis 7.0.15"."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    name = next(word for word in ("PostgreSQL", "Valkey", "Redis") if word.lower() in said.lower())
    number = re.search(r"\d+\.\d[\d.]*", said)
    return f"{name} {number[0] if number else '?'}"


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A PostgreSQL server; most tests want `postgres_url`."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="ofpga-pg-", dir="/tmp"))
    try:
        server = PostgresServer(folder, programs)
        request.config.stash[RAN].append(version_of(programs / "postgres"))
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with all tables, to copy: that takes less time than migrating."""
    postgres_server.sql("CREATE DATABASE migrated")
    _migrate(postgres_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "openfpga.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_postgres: str) -> str:
    """The URL of a PostgreSQL database of this test's own, with all tables and nothing in them."""
    postgres_server.sql(
        "DROP DATABASE IF EXISTS test WITH (FORCE)",
        f"CREATE DATABASE test TEMPLATE {migrated_postgres} STRATEGY file_copy",
    )
    return postgres_server.url("test")


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of an SQLite database of this test's own, with all tables and nothing in them."""
    path = tmp_path / "openfpga.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def _migrate(url: str) -> None:
    # Here, as tests that need no database should not wait for SQLAlchemy.
    from openfpga_server.accounts.database import open_database

    async def migrate() -> None:
        await (await open_database(url)).close()

    asyncio.run(migrate())


@pytest.fixture(scope="session")
def redis_socket(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The socket of a Valkey or Redis server that keeps nothing on the disk."""
    program = redis_program()
    if program is None:
        pytest.skip("neither Valkey nor Redis is installed (Debian: valkey-server or redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="ofpga-redis-", dir="/tmp"))
    socket = folder / "socket"
    settings = [
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    process = subprocess.Popen([program, *settings], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            # The line that names the socket: "The server is now ready to accept connections at /..."
            if "ready to accept connections" in line.lower():
                break
        else:
            raise RuntimeError(f"{program} ended at once: {''.join(said)}")
        request.config.stash[RAN].append(version_of(program))
        yield socket
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_url(redis_socket: Path) -> str:
    """The URL of an emptied Valkey or Redis server."""
    _redis_command(redis_socket, "FLUSHALL")
    return f"unix://{redis_socket}"


def _redis_command(path: Path, command: str) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(f"{command}\r\n".encode())
        answer = connection.recv(100)
    assert answer == b"+OK\r\n", answer


def pytest_configure(config: pytest.Config) -> None:
    """Nothing has run yet."""
    config.stash[RAN] = []


def pytest_report_header() -> str:
    """What the tests can use here."""
    programs, redis = postgres_programs(), redis_program()
    names = [
        "no PostgreSQL" if programs is None else version_of(programs / "postgres"),
        "no Valkey or Redis" if redis is None else version_of(redis),
        "Chromium" if shutil.which("chromium") or shutil.which("chromium-browser") else "no Chromium",
    ]
    return f"servers and browser: {', '.join(names)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What they did use."""
    if ran := config.stash[RAN]:
        terminalreporter.write_line(f"real servers that these tests started: {', '.join(sorted(ran))}")
