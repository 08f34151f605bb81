"""kill -9 in mid-conversation: what was acked is there once and in order, and nobody's clock ran.

The gateway is a process of its own; the pages keep sending, come back when it does, and send again
what was not acked, as our pages do.
"""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests import servers
from tests.gateway import schema
from tests.gateway.database import Database
from tests.gateway.page import Page
from tests.gateway.running import Process, running
from warmline.protocol import base64url

KILLS = 20
GRANTED = 45 * 60_000


class Talker:
    """A person at a seat, with a page that does what our pages do."""

    def __init__(self, port: int, room: int, seat: int) -> None:
        self.port = port
        self.room = room
        self.seat = seat
        self.page: Page | None = None
        self.acked: dict[str, int] = {}  # cid → number
        self.unsure: list[bytes] = []  # sent, no ack yet
        self.got: dict[int, str] = {}  # number → cid
        self.charged: list[int] = []  # what the clock said

    async def come_back(self) -> None:
        while True:
            with contextlib.suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                newest = max(self.got, default=0)
                self.page = await Page.sit(self.port, self.room, self.seat, after=newest)
                self.take_in()
                for cid in self.unsure:
                    await self.page.send(self.room, cid)
                return
            await asyncio.sleep(0.02)

    async def say_something(self) -> None:
        assert self.page is not None
        cid = secrets.token_bytes(16)
        self.unsure.append(cid)
        with contextlib.suppress(ConnectionClosed):
            await self.page.send(self.room, cid)

    async def listen(self, until: Callable[[], bool] = lambda: False) -> None:
        """Until it is so, or the line is cut."""
        assert self.page is not None
        with contextlib.suppress(ConnectionClosed):
            while not until():
                frame = await self.page.next()
                self.take_in()
                if frame["t"] == "nak":
                    assert frame["code"] == "not_stored"
                    await asyncio.sleep(0.05)
                    await self.page.send(self.room, base64url.decode(frame["cid"]))

    async def listen_until_sure(self) -> None:
        """Until everything said is acked."""
        await self.listen(lambda: not self.unsure)

    async def listen_until_got(self, messages: int) -> None:
        await self.listen(lambda: len(self.got) >= messages)

    def take_in(self) -> None:
        assert self.page is not None
        for frame in self.page.frames:
            if frame["t"] == "msg":
                assert self.got.setdefault(frame["seq"], frame["cid"]) == frame["cid"]
            elif frame["t"] == "ack":
                seq = self.acked.setdefault(frame["cid"], frame["seq"])
                assert seq == frame["seq"]
                cid = base64url.decode(frame["cid"])
                self.unsure = [u for u in self.unsure if u != cid]
            elif frame["t"] == "clock":
                self.charged.append(frame["used"])
        self.page.frames.clear()


async def talk_until_cut(talker: Talker, messages: int) -> None:
    """Sends a burst and reads until the line is cut."""
    for _ in range(messages):
        await talker.say_something()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            await talker.listen()


def check(database: Database, room: int, talkers: list[Talker]) -> None:
    """Everything acked is stored once, under the number acked, in an unbroken row."""
    stored = database.messages(room)
    assert [seq for seq, _, _ in stored] == list(range(1, len(stored) + 1))
    assert database.last_seq(room) == len(stored)
    by_cid = {(seat, base64url.encode(cid)): seq for seq, seat, cid in stored}
    assert len(by_cid) == len(stored)
    for talker in talkers:
        for cid, seq in talker.acked.items():
            assert by_cid[talker.seat, cid] == seq
        assert talker.got == {seq: base64url.encode(cid) for seq, _, cid in stored}


async def finish(talkers: list[Talker], database: Database, room: int) -> None:
    """Everybody sends what is unsure until all of it is acked and both have everything."""
    for talker in talkers:
        await talker.listen_until_sure()
    newest = database.last_seq(room)
    for talker in talkers:
        while len(talker.got) < newest:
            assert talker.page is not None
            await talker.page.next()
            talker.take_in()


async def test_gateway_killed_twenty_times(database: Database) -> None:
    room = database.make_room(granted_ms=GRANTED)
    process = Process(database.url)
    talkers = [Talker(process.port, room, seat) for seat in (1, 2)]
    try:
        for _ in range(KILLS):
            await asyncio.to_thread(process.start)
            await asyncio.gather(*(talker.come_back() for talker in talkers))
            talking = [asyncio.create_task(talk_until_cut(t, 8)) for t in talkers]
            await asyncio.sleep(random.random() * 0.08)
            process.kill()
            await asyncio.gather(*talking)
        await asyncio.to_thread(process.start)
        await asyncio.gather(*(talker.come_back() for talker in talkers))
        await finish(talkers, database, room)
        check(database, room, talkers)
        assert sum(len(talker.acked) for talker in talkers) == 2 * 8 * KILLS
    finally:
        process.close()


async def test_clock_does_not_run_while_the_gateway_is_down(database: Database) -> None:
    room = database.make_room(granted_ms=GRANTED)
    process = Process(database.url)
    talkers = [Talker(process.port, room, seat) for seat in (1, 2)]
    loop = asyncio.get_running_loop()
    together = 0.0
    try:
        for _ in range(3):
            await asyncio.to_thread(process.start)
            begun = loop.time()
            await asyncio.gather(*(talker.come_back() for talker in talkers))
            await asyncio.sleep(0.3)
            process.kill()
            together += loop.time() - begun
            used, since, last_beat = database.clock(room)
            await asyncio.sleep(0.7)
            assert database.clock(room) == (used, since, last_beat)
        await asyncio.to_thread(process.start)
        begun = loop.time()
        await asyncio.gather(*(talker.come_back() for talker in talkers))
        await asyncio.to_thread(process.stop)
        together += loop.time() - begun
        assert database.clock(room)[0] <= together * 1000
        assert database.clock(room)[1] is None
    finally:
        process.close()


@pytest.fixture
def own_postgres(postgres_url: str | None) -> Iterator[servers.Postgres]:
    if postgres_url is None:
        pytest.skip("this run is for SQLite")
    with servers.postgres() as server:
        Database(server.url).script(schema.POSTGRES)
        yield server


async def test_postgres_killed_in_mid_conversation(own_postgres: servers.Postgres) -> None:
    database = Database(own_postgres.url)
    room = database.make_room(granted_ms=GRANTED)
    async with running(own_postgres.url) as here:
        talkers = [Talker(here.port, room, seat) for seat in (1, 2)]
        await asyncio.gather(*(talker.come_back() for talker in talkers))
        for _ in range(4):
            for talker in talkers:
                for _ in range(8):
                    await talker.say_something()
            await asyncio.sleep(random.random() * 0.01)
            own_postgres.kill()
            nak = [t.page.said(room) for t in talkers if t.page is not None]
            assert {frame["code"] for frame in await asyncio.gather(*nak)} == {"not_stored"}
            for talker in talkers:
                talker.take_in()
            await asyncio.to_thread(own_postgres.start)
            for talker in talkers:
                assert talker.page is not None
                for cid in talker.unsure:
                    await talker.page.send(room, cid)
                async with asyncio.timeout(30):
                    await talker.listen_until_sure()
        await finish(talkers, database, room)
        check(database, room, talkers)


async def test_clock_does_not_run_while_postgres_is_down(own_postgres: servers.Postgres) -> None:
    database = Database(own_postgres.url)
    room = database.make_room(granted_ms=GRANTED)
    loop = asyncio.get_running_loop()
    async with running(own_postgres.url) as here:
        begun = loop.time()
        ada, ben = [await Page.sit(here.port, room, seat) for seat in (1, 2)]
        await ada.until("clock", lambda f: f["running"])
        own_postgres.kill()
        down_at = loop.time()
        async with asyncio.timeout(30):
            await ada.until("clock", lambda f: not f["running"])
        await asyncio.to_thread(own_postgres.start)
        up_at = loop.time()
        async with asyncio.timeout(20):
            await ada.until("clock", lambda f: f["running"])
        await ben.leave()
        await ada.until("clock", lambda f: not f["running"])
        ended = loop.time()
    used = database.clock(room)[0]
    assert used <= (ended - begun - (up_at - down_at)) * 1000
    assert database.clock(room)[1] is None


async def test_redis_killed_in_mid_conversation(database: Database, redis_url: str | None) -> None:
    """Two gateways, a seat at each."""
    if redis_url is None:
        pytest.skip("this run is without Redis")
    room = database.make_room(granted_ms=GRANTED)
    with servers.redis() as redis:
        async with (
            running(database.url, redis.url) as here,
            running(database.url, redis.url) as there,
        ):
            talkers = [Talker(here.port, room, 1), Talker(there.port, room, 2)]
            await asyncio.gather(*(talker.come_back() for talker in talkers))
            for round_ in range(3):
                for _ in range(8):
                    for talker in talkers:
                        await talker.say_something()
                if round_ % 2:
                    await asyncio.to_thread(redis.start)
                else:
                    redis.kill()
                expected = 8 * 2 * (round_ + 1)
                async with asyncio.timeout(10):
                    await asyncio.gather(*(talker.listen_until_got(expected) for talker in talkers))
            await finish(talkers, database, room)
            check(database, room, talkers)
