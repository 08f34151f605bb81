"""What becomes of a message: stored, or refused and told why."""

import asyncio
import secrets

import pytest

from tests.gateway.database import Database
from tests.gateway.page import Page, tag_holds
from tests.gateway.running import running
from warmline.protocol import base64url, events, topics


async def test_resend_gets_the_stored_number_and_burns_none(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        cid = secrets.token_bytes(16)
        first = await ada.said(room, cid=cid)
        again = await ada.said(room, cid=cid)
        after = await ada.said(room)
        await ben.until("msg", lambda f: f["seq"] == 2)
    assert again == first
    assert after["seq"] == 2
    assert ben.seqs() == [1, 2]
    assert tag_holds(first, seat=1, c=base64url.encode(cid + cid))


async def test_resend_in_one_burst_is_stored_once(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        cid = secrets.token_bytes(16)
        for _ in range(5):
            await ada.send(room, cid)
        acks = [await ada.until("ack") for _ in range(5)]
    assert {ack["seq"] for ack in acks} == {1}
    assert database.last_seq(room) == 1


async def test_same_cid_from_the_other_seat_is_another_message(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        cid = secrets.token_bytes(16)
        assert (await ada.said(room, cid=cid))["seq"] == 1
        assert (await ben.said(room, cid=cid))["seq"] == 2


async def test_resend_is_known_even_when_all_else_has_changed(database: Database) -> None:
    room = database.make_room(granted_ms=1000)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        cid = secrets.token_bytes(16)
        await ada.said(room, cid=cid)
        database.run("UPDATE rooms_room SET epoch = 2 WHERE id = ?", room)
        database.run("UPDATE rooms_talkclock SET used_ms = 1000 WHERE room_id = ?", room)
        database.close_room(room)
        assert (await ada.said(room, cid=cid))["seq"] == 1
        assert (await ada.said(room))["t"] == "nak"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE rooms_room SET closed_at = '2026-03-01T13:00:00Z' WHERE id = ?", "closed"),
        ("UPDATE rooms_room SET epoch = 2 WHERE id = ?", "stale_epoch"),
        ("UPDATE rooms_talkclock SET used_ms = 60000 WHERE room_id = ?", "time_over"),
        (
            "UPDATE rooms_seat SET revoked_at = taken_at WHERE room_id = ? AND number = 1",
            "seat_gone",
        ),
    ],
)
async def test_refused_message_says_why_even_when_no_event_came(
    database: Database, change: str, code: str
) -> None:
    room = database.make_room(granted_ms=60_000)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        database.run(change, room)
        nak = await ada.said(room)
    assert (nak["t"], nak["code"]) == ("nak", code)
    assert database.messages(room) == []
    assert database.last_seq(room) == 0


async def test_room_without_a_granted_time_has_no_end(database: Database) -> None:
    room = database.make_room(granted_ms=None, used_ms=10**9)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        assert (await ada.said(room))["t"] == "ack"
        assert ada.of("clock") == []


async def test_seat_that_sends_too_fast_is_told_and_may_go_on(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, sends_per_second=20, sends_at_once=3) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        for _ in range(6):
            await ada.send(room)
        told = [await ada.until_told() for _ in range(6)]
        assert [t["t"] for t in told].count("ack") in (3, 4)
        assert {t["code"] for t in told if t["t"] == "nak"} == {"too_fast"}
        assert (await ben.said(room))["t"] == "ack"
        await asyncio.sleep(0.1)
        assert (await ada.said(room))["t"] == "ack"


async def test_reconnecting_fills_no_bucket(database: Database) -> None:
    room = database.make_room()
    async with running(database.url, sends_per_second=0.001, sends_at_once=2) as here:
        ada = await Page.sit(here.port, room, 1)
        await ada.said(room)
        await ada.said(room)
        again = await Page.sit(here.port, room, 1)
        assert (await again.said(room))["code"] == "too_fast"


async def test_numbers_are_dense_when_many_send_at_once(database: Database) -> None:
    rooms = [database.make_room() for _ in range(5)]
    async with running(database.url) as here:
        pages = [(room, await Page.sit(here.port, room, seat)) for room in rooms for seat in (1, 2)]

        async def talk(room: int, page: Page) -> None:
            for _ in range(30):
                await page.send(room)
            while len(page.of("msg")) < 60 or len(page.of("ack")) < 30:
                await page.next()

        await asyncio.gather(*(talk(room, page) for room, page in pages))
    for room, page in pages:
        assert page.seqs() == list(range(1, 61))
        assert [seq for seq, _, _ in database.messages(room)] == list(range(1, 61))


async def test_opaque_body_is_stored_and_delivered_to_the_byte(database: Database) -> None:
    room = database.make_room()
    body = bytes(range(256)) + bytes(188)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        await ada.said(room, body=base64url.encode(body))
        live = await ben.until("msg")
        replayed = (await Page.sit(here.port, room, 2)).of("msg")
    assert base64url.decode(live["body"]) == body
    assert replayed == [live]
    stored = database.run("SELECT body FROM rooms_message WHERE room_id = ?", room)
    assert bytes(stored[0][0]) == body


async def test_closing_the_room_is_told_and_ends_it(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        database.close_room(room)
        here.gateway.submit_event(events.encode_event(topics.room(room), "closed"))
        assert (await ada.until("over"))["why"] == "closed"
        assert (await ada.said(room))["code"] == "closed"
        late = await Page.sit(here.port, room, 1)
        assert (await late.until("over"))["why"] == "closed"
