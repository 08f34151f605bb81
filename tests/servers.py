"""A PostgreSQL and a Redis of the tests' own, in a temporary folder, with real durability.

`python -m tests.servers [--postgres] [--redis] -- COMMAND …` runs a command with `DATABASE_URL` and
`REDIS_URL` set and stops the servers when it ends. Tests that kill a server start one here for
themselves: `with postgres() as server: …; server.kill(); server.start()`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from tests.ports import free_port

S = TypeVar("S", bound="Server")


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL, gone afterwards."""
    with _folder() as folder, _running(Postgres(folder)) as server:
        yield server


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A running Redis, gone afterwards."""
    with _folder() as folder, _running(Redis(folder)) as server:
        yield server


class Server:
    """A server process whose data outlive it, so that it can be killed and started again."""

    url: str
    command: list[str]
    identity: dict[str, Any]

    def start(self) -> None:
        """Return once it answers; RuntimeError with its command if it ends instead."""
        self._process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.identity
        )
        deadline = time.monotonic() + 60
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"did not start: {' '.join(self.command)}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would: all its processes at once, nothing flushed."""
        pids = [self._process.pid, *_children(self._process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end, and see that it has."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def answers(self) -> bool:
        """Whether it takes connections and can work."""
        raise NotImplementedError


class Postgres(Server):
    """Listens only on a socket in its own folder; superuser `warmline`, database `postgres`."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_programs()
        port = free_port()
        self.identity = _as_postgres(folder)
        self.url = f"postgresql://warmline@/postgres?host={folder}&port={port}"
        self.command = [f"{programs}/postgres", "-D", f"{folder}/data", "-k", str(folder)]
        self.command += ["-p", str(port), "-c", "listen_addresses=", "-c", "max_connections=200"]
        self._asking = [f"{programs}/pg_isready", "-q", "-h", str(folder), "-p", str(port)]
        making = [f"{programs}/initdb", f"--pgdata={folder}/data", "--username=warmline"]
        making += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(making, check=True, stdout=subprocess.DEVNULL, **self.identity)

    def answers(self) -> bool:
        return subprocess.run(self._asking, check=False).returncode == 0


class Redis(Server):
    """Listens on a free port of 127.0.0.1 and writes nothing to disk."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.identity = {"cwd": folder}
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self._port)]
        self.command += ["--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as peer:
                peer.sendall(b"PING\r\n")
                return peer.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def postgres_programs() -> Path:
    """The folder of PostgreSQL's server programs, the newest; FileNotFoundError without one."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise FileNotFoundError("PostgreSQL's server programs")
    return versions[-1].parent


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="warmline-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _running(server: S) -> Iterator[S]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _as_postgres(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then its own user gets the folder."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    shutil.chown(folder, "postgres", "postgres")
    group = pwd.getpwnam("postgres").pw_gid
    return {"cwd": folder, "user": "postgres", "group": group, "extra_groups": []}


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def main() -> int:
    """Run the command line's command beside the servers it names."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as running:
        if asked.postgres:
            os.environ["DATABASE_URL"] = running.enter_context(postgres()).url
        if asked.redis:
            os.environ["REDIS_URL"] = running.enter_context(redis()).url
        return subprocess.run(asked.command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
