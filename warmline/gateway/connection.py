"""One socket: what it may say, and how often."""

import asyncio
import itertools
import logging
from contextlib import suppress
from typing import Final, Protocol

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from warmline.gateway.config import Limits
from warmline.gateway.limits import Bucket
from warmline.protocol import clock, frames
from warmline.protocol.tickets import Ticket

log = logging.getLogger(__name__)

REPLACED: Final = 4000
REVOKED: Final = 4001
MALFORMED: Final = 4002
FLOODED: Final = 4003
IDLE: Final = 4004
GOING_AWAY: Final = 4005
UNREAD: Final = 4006
TOO_BIG: Final = 1009

_numbers = itertools.count(1)
_GOODBYE_SECONDS: Final = 2.0  # for the page to answer our close frame
_PONG: Final = frames.encode(frames.Pong())
_WHOLE_TEXT: Final = 0x81
_DATA = (WSMsgType.TEXT, WSMsgType.CONTINUATION)


class Listener(Protocol):
    """Whoever answers what a socket says: the hub."""

    def connected(self, connection: "Connection") -> None: ...

    def disconnected(self, connection: "Connection") -> None:
        """It counts no longer; its line may still be open for the goodbye."""

    def gone(self, connection: "Connection") -> None:
        """Its line is closed."""

    def wants_sync(self, connection: "Connection", frame: frames.Sync) -> None: ...

    def says(self, connection: "Connection", frame: frames.Sending) -> None: ...

    def types(self, connection: "Connection") -> None: ...


class Connection(WSListener):
    """`cursor`: the newest number this socket was given; `is_live`: the replay is over."""

    def __init__(self, ticket: Ticket, hub: Listener, limits: Limits) -> None:
        self.ticket = ticket
        self.number = next(_numbers)  # later sockets of this process have higher ones
        self.since_ms = clock.now_ms()
        self.heard_at = clock.monotonic()
        self.cursor = 0
        self.is_live = False
        self.has_synced = False
        self.has_typed = False
        self.replay: asyncio.Task[None] | None = None
        self.sends = Bucket(limits.sends_per_second, limits.sends_at_once)
        self.is_closing = False
        self._hub = hub
        self._limits = limits
        self._frames = Bucket(limits.frames_per_second, limits.frames_at_once)
        self._syncs = Bucket(limits.syncs_per_second, limits.syncs_at_once)
        self._partial: bytearray | None = None
        self._transport: WSTransport | None = None
        self._is_read: asyncio.Future[None] | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=self._limits.unread_bytes // 4)
        self._hub.connected(self)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.is_closing = True
        self._leave()
        self._transport = None
        self._hub.gone(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            self._answer_close(transport)
            return
        if self.is_closing:
            return
        self.heard_at = clock.monotonic()
        if not self._frames.take():
            self.close(FLOODED)
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.close(MALFORMED)
        elif frame.msg_type in _DATA:
            self._collect(frame)
        elif frame.msg_type == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif frame.msg_type != WSMsgType.PONG:
            self.close(MALFORMED)

    def pause_writing(self) -> None:
        if self._is_read is None:
            self._is_read = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        waiting, self._is_read = self._is_read, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def drained(self) -> None:
        """Returns once the page has read most of what it was sent."""
        if self._is_read is not None:
            await asyncio.shield(self._is_read)

    def send(self, data: bytes) -> None:
        """A frame, unless the socket is closing; a page that doesn't read is let go."""
        if self.is_closing or self._transport is None:
            return
        # Not by picows' own send, which is a system call each: uvloop writes what is given to one
        # transport in one turn, such as an ack and the delivery of the same message, in one.
        line = self._transport.underlying_transport
        line.write(_framed(data))
        if line.get_write_buffer_size() > self._limits.unread_bytes:
            self.close(UNREAD)

    def close(self, code: int) -> None:
        """Says goodbye with this code and leaves at once; the line is cut if nobody answers."""
        if self.is_closing:
            return
        self.is_closing = True
        self._leave()
        transport = self._transport
        if transport is not None:
            transport.send_close(code)  # type: ignore[arg-type]
            asyncio.get_running_loop().call_later(_GOODBYE_SECONDS, _cut, transport)

    def _leave(self) -> None:
        if self.replay is not None:
            self.replay.cancel()
        self.resume_writing()
        self._hub.disconnected(self)

    def _answer_close(self, transport: WSTransport) -> None:
        if not self.is_closing:
            self.is_closing = True
            self._leave()
            transport.send_close(WSCloseCode.OK)
        transport.disconnect()

    def _collect(self, frame: WSFrame) -> None:
        """A message may come in parts (RFC 6455 §5.4), though no page of ours does that."""
        is_first = frame.msg_type == WSMsgType.TEXT
        if is_first != (self._partial is None):
            self.close(MALFORMED)
            return
        data = frame.get_payload_as_bytes()
        if self._partial is not None:
            self._partial += data
            if len(self._partial) > frames.FRAME_LIMIT:
                self.close(TOO_BIG)
                return
        elif not frame.fin:
            self._partial = bytearray(data)
        if frame.fin:
            whole = data if self._partial is None else bytes(self._partial)
            self._partial = None
            self._obey(whole)

    def _obey(self, data: bytes) -> None:
        try:
            frame = frames.read(data)
            self._check_place(frame)
        except frames.FrameTooBigError:
            self.close(TOO_BIG)
        except frames.BadFrameError:
            self.close(MALFORMED)
        else:
            self._dispatch(frame)

    def _check_place(self, frame: frames.Checked) -> None:
        """A seat's socket speaks of its room, after its first sync; any other only says ping."""
        if isinstance(frame, frames.Ping):
            return
        if frame.room != self.ticket.room:
            raise frames.BadFrameError("another room")
        if not self.has_synced and not isinstance(frame, frames.Sync):
            raise frames.BadFrameError("sync comes first")

    def _dispatch(self, frame: frames.Checked) -> None:
        if isinstance(frame, frames.Sending):
            self._hub.says(self, frame)
        elif isinstance(frame, frames.Ping):
            self.send(_PONG)
        elif isinstance(frame, frames.Typing):
            if not self.has_typed:
                self.has_typed = True
                self._hub.types(self)
        elif self._syncs.take():
            self.has_synced = True
            self._hub.wants_sync(self, frame)
        else:
            self.close(FLOODED)


def _framed(text: bytes) -> bytes:
    """A whole text message of a server (RFC 6455 §5.2): not masked, at most 65,535 bytes."""
    size = len(text)
    if size < 126:
        return bytes((_WHOLE_TEXT, size)) + text
    return bytes((_WHOLE_TEXT, 126, size >> 8, size & 0xFF)) + text


def _cut(transport: WSTransport) -> None:
    with suppress(RuntimeError):
        transport.disconnect(graceful=False)
