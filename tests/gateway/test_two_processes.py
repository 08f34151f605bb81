"""Several gateways on one database, told of each other by Redis."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from websockets.exceptions import InvalidStatus

from tests import servers
from tests.gateway.database import Database
from tests.gateway.page import Page, make_ticket
from tests.gateway.running import Running, running
from warmline.core import realtime
from warmline.protocol import clock, events, topics

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def with_redis_only(redis_url: str | None) -> None:
    if redis_url is None:
        pytest.skip("this run is without Redis")


@pytest.fixture
def own_redis() -> Iterator[servers.Redis]:
    with servers.redis() as server:
        yield server


@contextlib.asynccontextmanager
async def two(database: Database, redis_url: str) -> AsyncIterator[tuple[Running, Running]]:
    """Behind one name, `warm.example`."""
    given = (database.url, redis_url, ["warm.example"])
    async with running(*given) as here, running(*given) as there:
        yield here, there


def publish(redis_url: str, topic: str, name: str, **data: object) -> None:
    """What Django does once it has committed."""
    realtime._send_over_redis(redis_url, events.encode_event(topic, name, data))


async def test_two_at_two_gateways_talk(database: Database, redis_url: str) -> None:
    room = database.make_room(granted_ms=HOUR)
    async with two(database, redis_url) as (here, there):
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(there.port, room, 2)
        await ada.until("presence", lambda f: f["seats"] == [1, 2])
        await ben.until("clock", lambda f: f["running"])
        await ada.say(t="typing", room=room)
        assert (await ben.until("typing"))["seat"] == 1
        await ada.said(room)
        heard = await ben.until("msg")
        assert heard == (ada.of("msg") or [await ada.until("msg")])[0]
        await ben.leave()
        await ada.until("presence", lambda f: f["seats"] == [1])
        await ada.until("clock", lambda f: not f["running"])


async def test_many_messages_through_both_arrive_once_and_in_order(
    database: Database, redis_url: str
) -> None:
    room = database.make_room()
    async with two(database, redis_url) as (here, there):
        pages = [await Page.sit(here.port, room, 1), await Page.sit(there.port, room, 2)]

        async def talk(page: Page) -> None:
            for _ in range(60):
                await page.send(room)
            while len(page.of("msg")) < 120:
                await page.next()

        await asyncio.gather(*map(talk, pages))
    assert pages[0].seqs() == pages[1].seqs() == list(range(1, 121))


async def test_newest_socket_counts_across_gateways(database: Database, redis_url: str) -> None:
    room = database.make_room()
    async with two(database, redis_url) as (here, there):
        older = await Page.sit(here.port, room, 1)
        clock.move(timedelta(milliseconds=5))
        newer = await Page.sit(there.port, room, 1)
        assert await older.closed() == 4000
        assert (await newer.said(room))["t"] == "ack"


async def test_one_clock_counts_for_both(database: Database, redis_url: str) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=HOUR)
    async with two(database, redis_url) as (here, there):
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(there.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        await ben.until("clock", lambda f: f["running"])
        for beat in range(1, 4):
            clock.move(timedelta(seconds=4))
            for page in (ada, ben):
                assert (await page.until("clock", lambda f: f["used"]))["used"] == beat * 4000
    assert database.clock(room)[0] == 12_000


async def test_time_that_is_over_is_told_at_both(database: Database, redis_url: str) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=10_000)
    async with two(database, redis_url) as (here, there):
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(there.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        await ben.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=11))
        for page in (ada, ben):
            assert (await page.until("over"))["why"] == "time"
            assert (await page.said(room))["code"] == "time_over"


async def test_ticket_works_once_whichever_gateway(database: Database, redis_url: str) -> None:
    async with two(database, redis_url) as (here, there):
        ticket = make_ticket("warm.example")
        await Page.open(here.port, ticket=ticket, host="warm.example")
        with pytest.raises(InvalidStatus) as caught:
            await Page.open(there.port, ticket=ticket, host="warm.example")
        assert caught.value.response.body == b"used"


async def test_django_reaches_pages_at_every_gateway(database: Database, redis_url: str) -> None:
    room = database.make_room()
    async with two(database, redis_url) as (here, there):
        ada = await Page.open(here.port, 7, topics=[topics.person(7)])
        tab = await Page.open(there.port, 7, topics=[topics.person(7)])
        ben = await Page.sit(there.port, room, 2)
        publish(redis_url, topics.person(7), "offer")
        assert (await ada.until("event"))["name"] == (await tab.until("event"))["name"] == "offer"
        database.revoke(room, 2)
        publish(redis_url, topics.room(room), "revoked", seat=2)
        assert await ben.closed() == 4001
        publish(redis_url, topics.person(7), "signed_out")
        assert await ada.closed() == await tab.closed() == 4001


async def test_without_redis_sockets_are_checked_against_the_database(
    database: Database, own_redis: servers.Redis
) -> None:
    room, closed = database.make_room(), database.make_room()
    async with two(database, own_redis.url) as (here, there):
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(there.port, room, 2)
        chioma = await Page.sit(here.port, closed, 2)
        own_redis.kill()
        database.revoke(room, 2)
        database.close_room(closed)
        assert await ben.closed() == 4001
        assert (await chioma.until("over"))["why"] == "closed"
        assert (await ada.said(room))["t"] == "ack"


async def test_what_was_lost_with_redis_is_fetched(
    database: Database, own_redis: servers.Redis
) -> None:
    room = database.make_room(granted_ms=HOUR)
    async with two(database, own_redis.url) as (here, there):
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(there.port, room, 2)
        await ada.until("presence", lambda f: f["seats"] == [1, 2])
        own_redis.kill()
        await ada.said(room)
        await ben.until("msg")
        await asyncio.to_thread(own_redis.start)
        await ben.leave()
        async with asyncio.timeout(10):
            await ada.until("presence", lambda f: f["seats"] == [1])
        again = await Page.sit(there.port, room, 2, after=1)
        await ada.until("presence", lambda f: f["seats"] == [1, 2])
        await again.until("clock", lambda f: f["running"])


async def test_gateway_starts_and_opens_without_redis(
    database: Database, own_redis: servers.Redis
) -> None:
    room = database.make_room()
    own_redis.kill()
    async with running(database.url, own_redis.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}", 101, room, 1)
        ada = await Page.open(here.port, ticket=ticket)
        await ada.sync(room)
        assert (await ada.said(room))["t"] == "ack"
        with pytest.raises(InvalidStatus) as caught:
            await Page.open(here.port, ticket=ticket)
        assert caught.value.response.body == b"used"
