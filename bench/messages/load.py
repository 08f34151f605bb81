"""The load: both seats of every conversation, in a process of its own.

Run by __main__: python -m bench.messages.load '{…}'; prints one line of JSON a phase.

*Saturation*: every seat sends its next message as soon as its last one came back.
*Steady*: messages are sent at a given rate, whether or not the last came back; how long each took
to reach the other seat is what is reported.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from tests.gateway.configured import COOKIE
from tests.gateway.page import make_ticket
from warmline.protocol import base64url

_BODY = base64url.encode(bytes(12 + 16 + 32 + 256))  # a sealed text of two blocks
_C = base64url.encode(bytes(32))
_CID = b'"cid":"'


class Seat(WSListener):
    """A page. `other` is set once both are there."""

    def __init__(self, load: "Load", index: int, room: int, seat: int) -> None:
        self.load = load
        self.index = index
        self.room = room
        self.seat = seat
        self.sent = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.before = f'{{"t":"send","room":{room},"epoch":1,"cid":"'.encode()
        self.after = f'","c":"{_C}","body":"{_BODY}"}}'.encode()
        self.mark = f"{index:010d}".encode()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        data = frame.get_payload_as_bytes()
        kind = data[6:10]
        if kind in (b'msg"', b"send"):
            place = data.find(_CID) + len(_CID)
            self.load.arrived(self, data[place : place + 10], data[place + 10 : place + 21])
        elif kind == b"sync" and not self.ready.done():
            self.ready.set_result(None)
        elif data[6:9] == b"nak":
            self.load.refused += 1
            self.load.reasons.add(data[-40:])

    def send(self) -> None:
        self.sent += 1
        cid = b"%s%011dA" % (self.mark, self.sent)
        self.load.sent_at[self.index][self.sent] = time.perf_counter()
        self.transport.send(WSMsgType.TEXT, self.before + cid + self.after)

    def sync(self) -> None:
        text = json.dumps({"t": "sync", "room": self.room, "after": 0})
        self.transport.send(WSMsgType.TEXT, text.encode())


class Load:
    def __init__(self, kind: str, port: int, rooms: list[int], run: int) -> None:
        self.kind = kind
        self.port = port
        self.rooms = rooms
        self.run = run
        self.seats: list[Seat] = []
        self.sent_at: list[dict[int, float]] = []
        self.took: list[float] = []
        self.delivered = 0
        self.refused = 0
        self.reasons: set[bytes] = set()
        self.keeps_going = False

    async def open(self) -> None:
        for room in self.rooms:
            for seat in (1, 2):
                self.sent_at.append({})
                await self.open_one(room, seat)
        if self.kind != "hub":
            for page in self.seats:
                page.sync()
                await page.ready

    async def open_one(self, room: int, seat: int) -> None:
        page = Seat(self, len(self.seats), room, seat)
        host = f"127.0.0.1:{self.port}"
        path = f"/{room}" if self.kind == "hub" else "/live"
        ticket = make_ticket(host, 100 + seat + 2 * len(self.seats), room, seat)
        headers = {
            "Origin": f"http://{host}",
            "Cookie": f"{COOKIE}=a session",
            "Sec-WebSocket-Protocol": f"warmline.1, {ticket}",
        }
        await ws_connect(lambda: page, f"ws://{host}{path}", extra_headers=headers)
        self.seats.append(page)

    def arrived(self, at: Seat, mark: bytes, number: bytes) -> None:
        sender = self.seats[int(mark)]
        if sender is at:
            if self.keeps_going:
                at.send()
            return
        self.delivered += 1
        started = self.sent_at[sender.index].pop(int(number), None)
        if started is not None:
            self.took.append(time.perf_counter() - started)

    async def saturate(self, seconds: float) -> dict[str, Any]:
        self.keeps_going = True
        for page in self.seats:
            page.send()
        await asyncio.sleep(1.0)
        self.delivered, self.took = 0, []
        begun = time.perf_counter()
        await asyncio.sleep(seconds)
        result = self.report("saturation", time.perf_counter() - begun)
        self.keeps_going = False
        await self.settle()
        return result

    async def steady(self, rate: float, seconds: float) -> dict[str, Any]:
        """`rate` messages a second, spread evenly, by all seats in turn."""
        self.delivered, self.took = 0, []
        begun = time.perf_counter()
        sent = 0
        while (passed := time.perf_counter() - begun) < seconds:
            while sent < passed * rate:
                self.seats[sent % len(self.seats)].send()
                sent += 1
            await asyncio.sleep(0.001)
        await self.settle()
        return self.report("half", seconds)

    async def settle(self) -> None:
        """Until nothing is under way."""
        for _ in range(500):
            if not any(self.sent_at):
                return
            await asyncio.sleep(0.01)

    def report(self, phase: str, seconds: float) -> dict[str, Any]:
        took = sorted(self.took) or [0.0]
        return {
            "phase": phase,
            "per_second": self.delivered / seconds,
            "p50_ms": 1000 * took[len(took) // 2],
            "p99_ms": 1000 * took[int(len(took) * 0.99)],
            "messages": self.delivered,
            "refused": self.refused,
        }


async def main(kind: str, port: int, rooms: list[int], seconds: float) -> None:
    load = Load(kind, port, rooms, 0)
    await load.open()
    print(json.dumps({"phase": "open"}), flush=True)
    await wait_for_word()
    saturation = await load.saturate(seconds)
    print(json.dumps(saturation), flush=True)
    print(json.dumps(await load.steady(saturation["per_second"] / 2, seconds)), flush=True)


async def wait_for_word() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


if __name__ == "__main__":
    uvloop.run(main(**json.loads(sys.argv[1])))
