"""One socket to ``/live``, from the page's side."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from warmline.demo.browser import Browser
from warmline.protocol import frames

SOCKETS = logging.getLogger(f"{__name__}.sockets")
SOCKETS.setLevel(logging.WARNING)
"""Below a warning picows names addresses."""

PING_SECONDS = 20.0
SILENT_SECONDS = 65.0
"""A line that brings nothing for so long, not even an answer to three pings, is taken to be cut."""


class LineCutError(Exception):
    """The socket is closed; ``code`` is the protocol's close code, 0 if it was cut."""

    def __init__(self, code: int) -> None:
        super().__init__(f"line cut ({code})")
        self.code = code


class Line(WSListener):
    """Frames in the order they came. Pings by itself."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[frames.GatewayFrame | LineCutError] = asyncio.Queue()
        self._transport: WSTransport | None = None
        self._code = 0
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._pinging: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, browser: Browser, ticket: str) -> Line:
        """Raises OSError, TimeoutError or picows' WSError when the gateway does not let us in."""
        said = {**browser.headers(), "Sec-WebSocket-Protocol": f"warmline.1, {ticket}"}
        _transport, line = await ws_connect(
            cls,
            f"ws://{browser.host}:{browser.port}/live",
            extra_headers=said,
            logger_name=SOCKETS,
            max_redirects=0,
            max_frame_size=64 * 1024,
        )
        return cast(Line, line)

    def send(self, frame: frames.ClientFrame) -> None:
        """Raises LineCutError when nobody would hear it."""
        if self._transport is None:
            raise LineCutError(self._code)
        self._transport.send(WSMsgType.TEXT, frames.encode(frame))

    async def read(self, until: float | None = None) -> frames.GatewayFrame | None:
        """The next frame; None when it is ``until`` (the loop's time) first. Raises LineCutError."""
        try:
            async with asyncio.timeout_at(until):
                frame = await self._frames.get()
        except TimeoutError:
            return None
        if isinstance(frame, LineCutError):
            raise frame
        return frame

    def close(self) -> None:
        """Hang up; frames that come later are not heard."""
        if self._pinging is not None:
            self._pinging.cancel()
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.send_close()
            transport.disconnect()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._pinging = self._loop.call_later(PING_SECONDS, self._ping)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self._heard_at = self._loop.time()
        if frame.msg_type == WSMsgType.TEXT:
            self._take(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            code: Any = frame.get_close_code()
            self._code = int(getattr(code, "value", code))
            transport.send_close()
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._transport = None
        if self._pinging is not None:
            self._pinging.cancel()
        self._frames.put_nowait(LineCutError(self._code))

    def _take(self, data: bytes) -> None:
        try:
            self._frames.put_nowait(frames.decode_from_gateway(data))
        except frames.BadFrameError:
            return  # From a newer gateway: nothing this client acts on.

    def _ping(self) -> None:
        if self._transport is None:
            return
        if self._loop.time() - self._heard_at > SILENT_SECONDS:
            self._transport.disconnect(graceful=False)
            return
        self.send(frames.Ping())
        self._pinging = self._loop.call_later(PING_SECONDS, self._ping)
