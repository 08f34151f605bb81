"""Ports for servers that stop and start again on the same one."""

from __future__ import annotations

import contextlib
import os
import random
import socket

FIRST, SPAN = 20_000, 2_000
"""Below those the system hands out by itself; tests that run side by side draw from ranges of their own."""


def free_port() -> int:
    """A port nobody listens on, and that no other run of tests beside this one draws."""
    beside = int(os.environ.get("PYTEST_XDIST_WORKER", "gw4").removeprefix("gw")) % 5
    while True:
        port = FIRST + beside * SPAN + random.randrange(SPAN)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
