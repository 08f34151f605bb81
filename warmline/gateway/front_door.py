"""One port: `/live` goes to picows, everything else to the HTTP server.

A connection is nobody's until the whole head of its first request is here, so that a client that
sends nothing, or slowly, or without end, costs one small buffer and is shown out.
"""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

from picows import WSAutoPingStrategy, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from warmline.gateway import head
from warmline.gateway.admission import Admission
from warmline.gateway.config import Limits
from warmline.gateway.connection import Connection
from warmline.gateway.hub import Hub
from warmline.protocol import frames
from warmline.protocol.tickets import RefusedError, Ticket

log = logging.getLogger(__name__)

HttpFactory = Callable[[], asyncio.Protocol]

_END: Final = b"\r\n\r\n"
_READ_BUFFER: Final = 2048  # bytes a socket keeps while nothing arrives
# picows logs addresses and what it could not parse. We log nothing about people: not even errors.
_SILENT: Final = logging.getLogger("warmline.gateway.silent")
_SILENT.setLevel(logging.CRITICAL + 1)
_SILENT.propagate = False


class FrontDoor(asyncio.Protocol):
    """Reads the first head of a connection and hands the connection on."""

    def __init__(self, live: Callable[[], "LiveDoor"], http: HttpFactory, limits: Limits) -> None:
        self._live = live
        self._http = http
        self._limits = limits
        self._data = bytearray()
        self._transport: asyncio.Transport | None = None
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        seconds = self._limits.head.total_seconds()
        self._patience = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_go()

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        self._data += data
        line_end = self._data.find(b"\n")
        line = len(self._data) if line_end < 0 else line_end
        if line > self._limits.request_line_bytes:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif _END in self._data:
            self._hand_on(self._transport, bytes(self._data[:line_end]))
        elif len(self._data) > self._limits.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _hand_on(self, transport: asyncio.Transport, request_line: bytes) -> None:
        if len(request_line.split()) != 3:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        data = bytes(self._data)
        self._let_go()
        following = self._live() if head.is_live(request_line) else self._http()
        transport.set_protocol(following)
        following.connection_made(transport)
        following.data_received(data)

    def _refuse(self, status: HTTPStatus) -> None:
        transport = self._transport
        self._let_go()
        if transport is not None:
            _answer(transport, status, "")

    def _give_up(self) -> None:
        transport = self._transport
        self._let_go()
        if transport is not None:
            transport.abort()

    def _let_go(self) -> None:
        self._transport = None
        self._data = bytearray()
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class LiveDoor(asyncio.Protocol):
    """Checks an opening request and makes the connection a socket, or answers why not.

    Also takes connections over from uvicorn (as its `ws` protocol class) that carried a page
    before: proxies reuse them. Whoever hands over may set the protocol again right after, so
    nothing is decided before the loop's next turn.
    """

    def __init__(self, admission: Admission, hub: Hub, limits: Limits) -> None:
        self._admission = admission
        self._hub = hub
        self._limits = limits
        self._data = bytearray()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._data += data
        if self._task is None and _END in self._data:
            self._task = asyncio.create_task(self._decide())
        elif len(self._data) > self._limits.head_bytes and self._transport is not None:
            self._transport.abort()

    async def _decide(self) -> None:
        raw = bytes(self._data[: self._data.find(_END) + len(_END)])
        del self._data[: len(raw)]
        try:
            request = head.read(raw)
            self._check_room()
            ticket = await self._admission.admit(request)
        except head.BadHeadError:
            self._answer(HTTPStatus.UPGRADE_REQUIRED, "upgrade")
        except RefusedError as refused:
            self._answer(HTTPStatus.FORBIDDEN, refused.code)
        except _FullError:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "full")
        else:
            self._open(request, ticket)

    def _check_room(self) -> None:
        if self._hub.sockets >= self._limits.sockets:
            raise _FullError

    def _answer(self, status: HTTPStatus, code: str) -> None:
        if self._transport is not None:
            _answer(self._transport, status, code)

    def _open(self, request: head.Head, ticket: Ticket) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        following = websocket(Connection(ticket, self._hub, self._limits))
        transport.set_protocol(following)
        following.connection_made(transport)
        _feed(following, head.opening(request) + bytes(self._data))


class _FullError(Exception):
    """No room for another socket."""


def websocket(connection: Connection) -> Any:
    """picows' protocol for a connection whose opening request has been checked.

    Its constructor is not public: picows is pinned, and tests/contract holds what is used here.
    """
    headers = {"Sec-WebSocket-Protocol": head.SUBPROTOCOL}
    response = WSUpgradeResponse.create_101_response(headers)
    return WSProtocol(
        None,  # host and port, of clients
        None,  # path, of clients
        False,  # is a client
        lambda _: WSUpgradeResponseWithListener(response, connection),
        _SILENT,
        True,  # disconnect when the listener raises
        None,  # handshake timeout: the whole head is here
        False,  # pings by itself
        20,
        20,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        False,  # pongs by itself: pings count against the limit of frames
        frames.FRAME_LIMIT,
        None,  # extra headers, of clients
        _READ_BUFFER,
    )


def _feed(protocol: Any, data: bytes) -> None:
    """Gives a buffered protocol what has been read already."""
    while data:
        buffer = protocol.get_buffer(-1)
        size = min(len(buffer), len(data))
        buffer[:size] = data[:size]
        protocol.buffer_updated(size)
        data = data[size:]


def _answer(transport: asyncio.Transport, status: HTTPStatus, body: str) -> None:
    upgrade = "Upgrade: websocket\r\n" if status == HTTPStatus.UPGRADE_REQUIRED else ""
    transport.write(
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(body)}\r\n{upgrade}Cache-Control: no-store\r\n"
        f"Connection: close\r\n\r\n{body}".encode("ascii")
    )
    transport.close()
