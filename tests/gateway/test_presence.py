"""Who is there, and whose socket counts."""

from datetime import timedelta

from tests.gateway.database import Database
from tests.gateway.page import Page
from tests.gateway.running import running
from warmline.protocol import clock, events, topics


async def test_coming_and_going_is_told(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await ada.until("presence", lambda f: f["seats"] == [1])
        ben = await Page.sit(here.port, room, 2)
        await ada.until("presence", lambda f: f["seats"] == [1, 2])
        await ben.leave()
        await ada.until("presence", lambda f: f["seats"] == [1])


async def test_newest_socket_of_a_seat_counts(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        first = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        second = await Page.sit(here.port, room, 1)
        assert await first.closed() == 4000
        await ben.said(room)
        await second.until("msg")
        assert [f["seats"] for f in ben.of("presence")][-1] == [1, 2]


async def test_older_socket_that_syncs_late_gives_way(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        older = await Page.open(here.port, 101, room, 1)
        await older.until("welcome")
        newer = await Page.sit(here.port, room, 1)
        await older.sync(room)
        assert await older.closed() == 4000
        assert (await newer.said(room))["t"] == "ack"


async def test_typing_is_passed_on_once_a_turn(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        for _ in range(3):
            await ada.say(t="typing", room=room)
        await ada.said(room)
        await ada.say(t="typing", room=room)
        await ben.until("msg")
        assert (await ben.until("typing"))["seat"] == 1
        await ben.quiet()
        assert len(ben.of("typing")) == 2
        assert ada.of("typing") == []


async def test_revoked_seat_is_closed_and_stays_out(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        database.revoke(room, 2)
        here.gateway.submit_event(events.encode_event(topics.room(room), "revoked", {"seat": 2}))
        assert await ben.closed() == 4001
        await ada.until("presence", lambda f: f["seats"] == [1])
        again = await Page.open(here.port, 102, room, 2)
        await again.sync(room)
        assert await again.closed() == 4001


async def test_seat_of_another_person_is_not_given(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        for seat, person in ((1, 102), (3, 101)):
            eve = await Page.open(here.port, person, room, seat)
            await eve.sync(room)
            assert await eve.closed() == 4001


async def test_room_that_does_not_exist_has_no_seats(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port, 101, 999, 1)
        await page.sync(999)
        assert await page.closed() == 4001


async def test_event_reaches_only_who_listens(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.open(here.port, 7, topics=[topics.person(7)])
        eve = await Page.open(here.port, 8, topics=[topics.person(8)])
        ben = await Page.sit(here.port, room, 2)
        here.gateway.submit_event(events.encode_event(topics.person(7), "offer", {"n": 1}))
        assert await ada.until("event") == {
            "t": "event",
            "topic": "person:7",
            "name": "offer",
            "data": {"n": 1},
        }
        assert [f for f in await eve.quiet() if f["t"] == "event"] == []
        assert ben.of("event") == []


async def test_foreign_words_on_the_bus_are_ignored(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port, 7, topics=[topics.person(7)])
        for garbage in (b"", b"{}", b"\xff", b'{"t":"event","topic":"person:x"}'):
            here.gateway.submit_event(garbage)
        here.gateway.submit_event(events.encode_event("room:", "closed"))
        here.gateway.submit_event(events.encode_event("nothing", "closed"))
        here.gateway.submit_event(events.encode_event(topics.person(7), "offer"))
        assert (await page.until("event"))["name"] == "offer"


async def test_socket_that_says_nothing_for_a_minute_is_closed(database: Database) -> None:
    clock.freeze()
    room = database.make_room()
    async with running(database.url) as here:
        silent = await Page.sit(here.port, room, 1)
        lively = await Page.sit(here.port, room, 2)
        clock.move(timedelta(seconds=50))
        await lively.say(t="ping")
        await lively.until("pong")
        clock.move(timedelta(seconds=11))
        assert await silent.closed() == 4004
        await lively.until("presence", lambda f: f["seats"] == [2])


async def test_pages_are_sent_away_when_the_gateway_stops(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        page = await Page.sit(here.port, room, 1)
        await page.send(room)
    assert await page.closed() == 4005
    assert page.of("ack") or page.of("nak") == []
