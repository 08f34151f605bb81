"""A served process seen from a test: start, move its clock, seed it, kill it, start it again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.ports import free_port

STARTS_WITHIN = timedelta(seconds=60)


class Service:
    """The service on a free port, with its data in `folder`.

    With `DATABASE_URL` in the environment it gets a PostgreSQL database of its own there; `REDIS_URL`
    is passed on. `url` is where it listens; what it prints and logs is in `logs`.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.seeded: dict[str, Any] = {}
        self._control = folder / "control"
        self._output = folder / "output"
        self._process: subprocess.Popen[bytes] | None = None
        self._database = _own_database() if "--demo" not in options else None

    @property
    def logs(self) -> str:
        """Everything it has printed and logged since its first start."""
        return self._output.read_text(errors="replace")

    @property
    def database_url(self) -> str | None:
        """Where its PostgreSQL database is; None with SQLite."""
        return self._database

    @property
    def setup_link(self) -> str:
        """The one-time link it printed last; ValueError without one."""
        *_, link = (word for word in self.logs.split() if "/setup/" in word)
        return link

    def start(self) -> None:
        """Return once it is ready; RuntimeError with its output if it ends instead."""
        command = [sys.executable, "-m", "tests.served", "--control", str(self._control)]
        command += ["--", "serve", "--port", str(self.port), *self.options]
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, env=self._environment()
            )
        deadline = time.monotonic() + STARTS_WITHIN.total_seconds()
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start:\n{self.logs}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether it answers and its database does."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """Ask it to end, and see that it has."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Start again on the same data, at the same address; the clock shows real time again."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it and drop what was made for it."""
        self.stop()
        if self._database:
            _drop_database(self._database)

    def move(self, by: timedelta) -> None:
        """Time passes in the service."""
        self._ask({"move_ms": by // timedelta(milliseconds=1)})

    def jump(self, by: timedelta) -> None:
        """The service's wall clock is set; no time passes."""
        self._ask({"jump_ms": by // timedelta(milliseconds=1)})

    def seed(self, name: str, /, **wish: Any) -> Any:
        """Call a function of `tests.served.seeds` inside the service; its answer, as JSON has it."""
        return self._ask({"seed": name, "with": wish})

    def _ask(self, question: dict[str, Any]) -> Any:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(30)
            peer.connect(str(self._control))
            with peer.makefile("rw") as lines:
                print(json.dumps(question), file=lines, flush=True)
                answer = json.loads(lines.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["ok"]

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WARMLINE_", "DJANGO_", "DATABASE_URL", "EMAIL_URL"))
        }
        own = {"WARMLINE_DATA": str(self.folder / "data"), "PYTHONUNBUFFERED": "1"}
        if self._database:
            own["DATABASE_URL"] = self._database
        return {**kept, **own}


@contextlib.contextmanager
def served(folder: Path, *options: str) -> Iterator[Service]:
    """A running service, gone afterwards."""
    service = Service(folder, *options)
    try:
        service.start()
        yield service
    finally:
        service.close()


def _own_database() -> str | None:
    url = os.environ.get("DATABASE_URL")
    if not url or url.startswith("sqlite"):
        return None
    name = f"served_{os.getpid()}_{random.randrange(10**9)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop_database(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
