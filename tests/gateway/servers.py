"""A PostgreSQL and a Redis of our own, to be killed."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_POSTGRES_FOLDERS = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
_SETTINGS = ["fsync=on", "synchronous_commit=on", "max_connections=50", "shared_buffers=32MB"]


def postgres_program(name: str) -> str | None:
    """Where Debian, or the PATH, has it."""
    for folder in _POSTGRES_FOLDERS:
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


class PostgresServer:
    """PostgreSQL refuses to run as root: as root it runs as the user postgres."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._data = folder / "data"
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        subprocess.run(
            [_program("initdb"), "-D", self._data, "-A", "trust", "-U", "postgres", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=folder,
        )

    def start(self) -> None:
        """Returns once it answers."""
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        self._process = subprocess.Popen(
            [
                _program("postgres"), "-D", str(self._data), "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", *settings,
            ],
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd=self._data,
        )  # fmt: skip
        _wait(lambda: subprocess.run(
            [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        ).returncode == 0)  # fmt: skip

    def kill(self) -> None:
        """As in a crash: nothing is finished, nothing is said. The children die with it."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        self._end(signal.SIGINT)

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None


class RedisServer:
    """Keeps nothing on disk: it comes back empty."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )
        _wait(self._listens)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    stop = kill

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Started, in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="warmline-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="warmline-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _program(name: str) -> str:
    found = postgres_program(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing: install the package postgresql")
    return found


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def _wait(true: object, seconds: float = 20.0) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not answer")
        time.sleep(0.05)
