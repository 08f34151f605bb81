"""A gateway on a port of its own, in this process or in one that can be killed."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.gateway.configured import GENEROUS, config_for
from tests.ports import free_port
from warmline.gateway import Gateway

ROOT = Path(__file__).resolve().parents[2]


async def a_page_app(scope: Any, receive: Any, send: Any) -> None:
    """Stands for Django behind the front door."""
    body = f"page {scope['path']}".encode()
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


@dataclass
class Running:
    gateway: Gateway
    port: int


@contextlib.asynccontextmanager
async def running(
    database_url: str, redis_url: str | None = None, names: Sequence[str] = (), **limits: Any
) -> AsyncIterator[Running]:
    """A gateway in this process and loop; `limits` in place of generous ones."""
    listening = listen()
    port = listening.getsockname()[1]
    limited = replace(GENEROUS, **limits)
    gateway = Gateway(config_for(port, database_url, redis_url, limited, names))
    await gateway.start()
    pages = Config(a_page_app, lifespan="off", access_log=False, ws=gateway.upgraded)  # type: ignore[arg-type]
    pages.load()
    state = ServerState()

    def http() -> asyncio.Protocol:
        return HttpToolsProtocol(config=pages, server_state=state, app_state={})

    loop = asyncio.get_running_loop()
    server = await loop.create_server(gateway.front_door(http), sock=listening)
    try:
        yield Running(gateway, port)
    finally:
        server.close()
        await gateway.stop()


def listen() -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    return listening


class Process:
    """A gateway in a process of its own, always on the same port."""

    def __init__(self, database_url: str, redis_url: str | None = None) -> None:
        self.port = free_port()
        given = {"port": self.port, "database_url": database_url, "redis_url": redis_url}
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway.serve", json.dumps(given)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pid: int | None = None

    def start(self) -> None:
        """Returns once it listens."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        word, pid = self._hear().split()
        assert word == "listening"
        self._pid = int(pid)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """For good."""
        self.kill()
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(10)
        assert self._nursery.stdout is not None
        self._nursery.stdout.close()

    def _end(self, how: signal.Signals) -> None:
        if self._pid is not None:
            os.kill(self._pid, how)
            self._pid = None
            assert self._hear() == "gone\n"

    def _hear(self) -> str:
        assert self._nursery.stdout is not None
        return self._nursery.stdout.readline()
