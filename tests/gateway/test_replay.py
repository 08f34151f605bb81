"""Coming back: what was missed arrives once and in order, whatever else goes on."""

import asyncio

from tests.gateway.database import Database
from tests.gateway.page import Page, tag_holds
from tests.gateway.running import running


async def test_page_gets_what_it_missed_then_what_is_new(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, replay_page=3) as here:
        ada = await Page.sit(here.port, room, 1)
        for _ in range(10):
            await ada.said(room)
        ben = await Page.open(here.port, 102, room, 2)
        await ben.sync(room, after=4)
        synced = await ben.until("synced")
        assert ben.seqs() == [5, 6, 7, 8, 9, 10]
        assert synced["seq"] == 10
        assert all(tag_holds(frame, seat=1) for frame in ben.of("msg"))
        await ada.said(room)
        assert (await ben.until("msg"))["seq"] == 11


async def test_page_that_has_all_gets_nothing_again(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await ada.said(room)
        again = await Page.sit(here.port, room, 1, after=1)
        assert again.of("msg") == []


async def test_page_that_has_too_much_is_told_to_start_anew(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await ada.said(room)
        ben = await Page.open(here.port, 102, room, 2)
        await ben.sync(room, after=2)
        assert (await ben.until("resync"))["room"] == room
        await ben.sync(room, after=0)
        await ben.until("synced")
        assert ben.seqs() == [1]


async def test_messages_sent_during_a_long_replay_come_once_and_in_order(
    database: Database,
) -> None:
    room = database.make_room()
    async with running(database.url, replay_page=5) as here:
        ada = await Page.sit(here.port, room, 1)
        for _ in range(200):
            await ada.send(room)
        while len(ada.of("ack")) < 200:
            await ada.next()
        ben = await Page.open(here.port, 102, room, 2)
        await ben.sync(room)

        async def go_on() -> None:
            for _ in range(50):
                await ada.said(room)

        await asyncio.gather(go_on(), ben.until("msg", lambda f: f["seq"] == 250))
        if not ben.of("synced"):  # The replay was slower than all that was said meanwhile.
            await ben.until("synced")
        await ben.quiet()
    assert ben.seqs() == list(range(1, 251))
    assert len(ben.of("synced")) == 1


async def test_second_sync_in_mid_replay_starts_over(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, replay_page=2) as here:
        ada = await Page.sit(here.port, room, 1)
        for _ in range(40):
            await ada.said(room)
        ben = await Page.open(here.port, 102, room, 2)
        await ben.sync(room)
        await ben.sync(room, after=30)
        await ben.until("synced")
        assert ben.seqs()[-10:] == list(range(31, 41))


async def test_forgotten_messages_are_no_gap(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        for _ in range(3):
            await ada.said(room)
        database.run("DELETE FROM rooms_message WHERE room_id = ?", room)
        ben = await Page.sit(here.port, room, 2)
        assert ben.of("synced")[0]["seq"] == 3
        await ada.said(room)
        assert (await ben.until("msg"))["seq"] == 4


async def test_message_of_another_process_that_nobody_told_of_is_fetched(
    database: Database,
) -> None:
    """As when the bus lost one: the next message shows the gap, and the gap is filled."""
    room = database.make_room()
    async with running(database.url) as here, running(database.url) as elsewhere:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(elsewhere.port, room, 2)
        await ben.said(room)
        await ben.said(room)
        await ada.said(room)
        await ada.until("msg", lambda f: f["seq"] == 3)
        assert ada.seqs() == [1, 2, 3]


async def test_page_that_does_not_read_is_let_go_and_others_go_on(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, unread_bytes=200_000) as here:
        ada = await Page.sit(here.port, room, 1, max_queue=None)
        ben = await Page.sit(here.port, room, 2, max_queue=1)
        ben.socket.transport.pause_reading()
        await ada.until("presence", lambda f: f["seats"] == [1, 2])
        ada.frames.clear()
        while not ada.of("presence"):
            await ada.said(room, body="A" * 7800)
        ben.socket.transport.resume_reading()
        assert await ben.closed() == 4006
        assert (await ada.said(room))["t"] == "ack"
        back = await Page.sit(here.port, room, 2, after=max(ben.seqs(), default=0))
        assert (ben.seqs() + back.seqs()) == list(range(1, back.seqs()[-1] + 1))


async def test_long_replay_waits_for_a_slow_page(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, unread_bytes=40_000) as here:
        database.make_messages(room, 600, bytes(5800))
        ben = await Page.open(here.port, 102, room, 2, max_queue=1)
        ben.socket.transport.pause_reading()
        await ben.sync(room)
        await asyncio.sleep(0.3)
        ben.socket.transport.resume_reading()
        await ben.until("synced")
        assert ben.seqs() == list(range(1, 601))
