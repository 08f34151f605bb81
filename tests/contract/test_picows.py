"""What of picows the front door uses and picows does not promise."""

import asyncio
from importlib.metadata import version
from typing import cast

import pytest
import uvloop
from picows import WSListener
from picows.picows import WSProtocol

from tests.gateway.configured import GENEROUS
from warmline.gateway import head
from warmline.gateway.connection import Connection
from warmline.gateway.front_door import _feed, websocket
from warmline.protocol import clock
from warmline.protocol.tickets import Ticket

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455 §1.3, with its answer
ANSWER = b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
PING = b"\x89\x80\x00\x00\x00\x00"


class Quiet:
    """A hub that does nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


def test_it_is_the_version_these_tests_hold() -> None:
    assert version("picows") == "2.3.1"


def test_connection_is_a_listener() -> None:
    assert issubclass(Connection, WSListener)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("cut", [1, 60, 10_000])
def test_connection_that_was_read_from_can_be_handed_over(new_loop: object, cut: int) -> None:
    """A plain protocol reads the head, picows gets it and the rest; on both loops."""
    assert callable(new_loop)
    loop = new_loop()
    try:
        loop.run_until_complete(asyncio.wait_for(_hand_over(cut), 5))
    finally:
        loop.close()


async def _hand_over(padding: int) -> None:
    ticket = Ticket("A" * 22, clock.now_ms(), "s", "a", 1)
    opening = head.opening(head.Head(headers={"sec-websocket-key": KEY}))
    opening = opening.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * padding + b"\r\n\r\n")

    class First(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)

        def data_received(self, data: bytes) -> None:
            following = websocket(Connection(ticket, Quiet(), GENEROUS))  # type: ignore[arg-type]
            assert isinstance(following, WSProtocol)
            self.transport.set_protocol(following)
            following.connection_made(self.transport)
            _feed(following, opening + PING)

    server = await asyncio.get_running_loop().create_server(First, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"anything")
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert ANSWER in answer
    assert await reader.readexactly(2) == b"\x8a\x00"
    writer.write(PING)
    assert await reader.readexactly(2) == b"\x8a\x00"
    writer.close()
    server.close()
