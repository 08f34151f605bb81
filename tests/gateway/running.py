"""A gateway on a port of its own, in this process or in one that can be killed."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.gateway.page import COOKIE, FRANKING, TICKET_KEY
from warmline.gateway import Gateway, GatewayConfig, Limits

ROOT = Path(__file__).resolve().parents[2]

GENEROUS = Limits(
    sends_per_second=100_000,
    sends_at_once=100_000,
    frames_per_second=100_000,
    frames_at_once=100_000,
    syncs_per_second=100_000,
    syncs_at_once=100_000,
)


def config_for(
    port: int, database_url: str, redis_url: str | None, limits: Limits = GENEROUS
) -> GatewayConfig:
    return GatewayConfig(
        origins=frozenset({f"http://127.0.0.1:{port}"}),
        hosts=frozenset({f"127.0.0.1:{port}"}),
        session_cookie=COOKIE,
        ticket_key=TICKET_KEY,
        franking_keys=FRANKING,
        database_url=database_url,
        redis_url=redis_url,
        limits=limits,
    )


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
    database_url: str, redis_url: str | None = None, **limits: Any
) -> AsyncIterator[Running]:
    """A gateway in this process and loop; `limits` in place of generous ones."""
    listening = listen()
    port = listening.getsockname()[1]
    gateway = Gateway(config_for(port, database_url, redis_url, replace(GENEROUS, **limits)))
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


def free_port() -> int:
    with listen() as unused:
        return int(unused.getsockname()[1])


class Process:
    """A gateway in a process of its own, always on the same port."""

    def __init__(self, database_url: str, redis_url: str | None = None) -> None:
        self.port = free_port()
        self._given = json.dumps(
            {"port": self.port, "database_url": database_url, "redis_url": redis_url}
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway.serve", self._given],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"listening\n"

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


def wait_until(true: Any, seconds: float = 10.0) -> None:
    """For what another process does; fails after a while."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
