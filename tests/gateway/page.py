"""A page, as far as the gateway sees one."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.gateway.configured import COOKIE, FRANKING, TICKET_KEY
from warmline.protocol import base64url, clock, tags, tickets

PATIENCE = 30.0  # seconds until a test that waits for something that never comes gives up

Frame = dict[str, Any]


class Page:
    """One socket of one seat (or of a person on another page)."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []

    @classmethod
    async def open(
        cls,
        port: int,
        person: int = 101,
        room: int | None = None,
        seat: int | None = None,
        *,
        ticket: str | None = None,
        topics: list[str] | None = None,
        session: str = "a session",
        origin: str | None = None,
        host: str | None = None,
        **options: Any,
    ) -> Self:
        host = host or f"127.0.0.1:{port}"
        token = ticket or make_ticket(host, person, room, seat, topics, session)
        socket = await connect(
            f"ws://{host}/live",
            host="127.0.0.1",
            port=port,
            origin=Origin(origin or f"http://{host}"),
            subprotocols=[Subprotocol("warmline.1"), Subprotocol(token)],
            additional_headers={"Cookie": f"other=1; {COOKIE}={session}"},
            compression=None,
            ping_interval=None,
            **options,
        )
        assert socket.subprotocol == "warmline.1"
        return cls(socket)

    @classmethod
    async def sit(cls, port: int, room: int, seat: int, after: int = 0, **options: Any) -> Self:
        """Open with a seat and be synced."""
        page = await cls.open(port, 100 + seat, room, seat, **options)
        await page.sync(room, after)
        await page.until("synced")
        return page

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def sync(self, room: int, after: int = 0) -> None:
        await self.say(t="sync", room=room, after=after)

    async def send(self, room: int, cid: bytes | None = None, **changes: Any) -> bytes:
        """Sends a message, returns its cid."""
        cid = cid or secrets.token_bytes(16)
        await self.say(**(a_message(room, cid) | changes))
        return cid

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE):
            frame: Frame = json.loads(await self.socket.recv())
        self.frames.append(frame)
        return frame

    async def until(self, kind: str, where: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The next frame of this kind (for which `where` holds); those before are kept too."""
        while True:
            frame = await self.next()
            if frame["t"] == kind and where(frame):
                return frame

    async def said(self, room: int, **changes: Any) -> Frame:
        """Sends and waits for what becomes of it: ack or nak."""
        cid = base64url.encode(await self.send(room, **changes))
        while True:
            frame = await self.next()
            if frame["t"] in ("ack", "nak") and frame["cid"] == cid:
                return frame

    async def until_told(self) -> Frame:
        """The next ack or nak."""
        while (frame := await self.next())["t"] not in ("ack", "nak"):
            pass
        return frame

    async def closed(self) -> int:
        """Waits until the gateway has closed this socket; the code."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    async def quiet(self, seconds: float = 0.2) -> list[Frame]:
        """What comes in this time (a test of what must not come has to wait a little)."""
        seen = len(self.frames)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.next()
        except TimeoutError:
            return self.frames[seen:]

    async def leave(self) -> None:
        await self.socket.close()

    def of(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["t"] == kind]

    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.of("msg")]


def make_ticket(
    host: str,
    person: int = 101,
    room: int | None = None,
    seat: int | None = None,
    topics: list[str] | None = None,
    session: str = "a session",
) -> str:
    return tickets.issue(
        TICKET_KEY,
        person=person,
        room=room,
        seat=seat,
        topics=topics or [],
        sid=tickets.session_digest(session),
        aud=host,
        now_ms=clock.now_ms(),
    )


def a_message(room: int, cid: bytes, body: bytes = bytes(188)) -> Frame:
    return {
        "t": "send",
        "room": room,
        "epoch": 1,
        "cid": base64url.encode(cid),
        "c": base64url.encode(cid + cid),
        "body": base64url.encode(body),
    }


def tag_holds(frame: Frame, seat: int, c: str | None = None) -> bool:
    """Whether the tag in an ack or a delivery is the newest franking key's for it."""
    cid = base64url.decode(frame["cid"])
    return frame["kid"] == 2 and tags.tag_holds(
        base64url.decode(frame["tag"]),
        FRANKING[2],
        2,
        frame["room"],
        frame.get("epoch", 1),
        seat,
        frame["seq"],
        frame["ms"],
        cid,
        base64url.decode(c or frame["c"]),
    )
