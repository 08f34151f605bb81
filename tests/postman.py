"""A mail server on this machine: keeps what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller

from tests.served.service import free_port


class Postman:
    """`taken` holds the mails in their order; `refuses` makes it take nothing."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: Queue[Message] = Queue()
        self.refuses = False

    def next(self) -> Message:
        """The next mail; queue.Empty when none comes for a long time."""
        return self.taken.get(timeout=30)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return f"550 no such person as {envelope.rcpt_tos[0]}"
        self.taken.put(message_from_bytes(envelope.content))
        return "250 taken"


@contextmanager
def postman() -> Iterator[Postman]:
    """A running one on a free port."""
    inside = Postman(free_port())
    server = Controller(inside, hostname="127.0.0.1", port=inside.port)
    server.start()
    try:
        yield inside
    finally:
        server.stop()
