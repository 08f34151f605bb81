"""Eve's page says what no page of ours says."""

import json
import secrets
from typing import Any

import pytest

from tests.gateway.database import Database
from tests.gateway.page import Page, a_message
from tests.gateway.running import running

CID = bytes(16)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "null",
        '{"t":"welcome"}',
        '{"t":"send"}',
        '{"t":"ping","extra":1}',
        '{"t":"sync","room":1.5,"after":0}',
        b'{"t":"ping"}',
        b"\x00\xff",
        ["{", '"t":"ping"', "]"],
    ],
)
async def test_malformed_frame_closes_its_socket_and_no_other(
    database: Database, said: Any
) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        eve = await Page.sit(here.port, room, 2)
        await eve.socket.send(said)
        assert await eve.closed() == 4002
        assert (await ada.said(room))["t"] == "ack"


async def test_frame_in_parts_is_one_frame(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port)
        await page.socket.send(['{"t":', '"pi', 'ng"}'])
        await page.until("pong")


async def test_oversized_frame_is_too_big(database: Database) -> None:
    async with running(database.url) as here:
        eve = await Page.open(here.port)
        await eve.socket.send("x" * 8193)
        assert await eve.closed() == 1009
        eve = await Page.open(here.port)
        await eve.socket.send(["x" * 5000, "x" * 5000])
        assert await eve.closed() == 1009


async def test_biggest_frame_is_read(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port)
        await page.socket.send('{"t":"ping"}'.ljust(8192))
        await page.until("pong")


@pytest.mark.parametrize("before", ["send", "typing"])
async def test_sync_comes_first(database: Database, before: str) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        page = await Page.open(here.port, 101, room, 1)
        frame = a_message(room, CID) if before == "send" else {"t": "typing", "room": room}
        await page.socket.send(json.dumps(frame))
        assert await page.closed() == 4002
    assert database.messages(room) == []


async def test_another_room_is_none_of_its_business(database: Database) -> None:
    room, other = database.make_room(), database.make_room()
    async with running(database.url) as here:
        for frame in (
            {"t": "sync", "room": other, "after": 0},
            a_message(other, CID),
            {"t": "typing", "room": other},
        ):
            eve = await Page.sit(here.port, room, 1)
            await eve.say(**frame)
            assert await eve.closed() == 4002
    assert database.messages(other) == []


async def test_socket_without_a_seat_only_pings(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        eve = await Page.open(here.port, 101)
        await eve.say(t="ping")
        await eve.until("pong")
        await eve.sync(room)
        assert await eve.closed() == 4002


@pytest.mark.parametrize("kind", ["ping", "control", "sync"])
async def test_flood_closes_the_socket(database: Database, kind: str) -> None:
    room = database.make_room()
    limits = {"frames_per_second": 5, "frames_at_once": 20, "syncs_per_second": 1}
    async with running(database.url, **limits, syncs_at_once=3) as here:
        eve = await Page.sit(here.port, room, 1)
        for _ in range(40):
            if kind == "control":
                await eve.socket.ping()
            elif kind == "sync":
                await eve.sync(room)
            else:
                await eve.say(t="ping")
        assert await eve.closed() == 4003


async def test_noise_never_takes_the_house_down(database: Database) -> None:
    room = database.make_room()
    async with running(database.url) as here:
        for _ in range(30):
            eve = await Page.open(here.port, 101, room, 1)
            await eve.socket.send(secrets.token_bytes(secrets.randbelow(300)).decode("latin-1"))
            assert await eve.closed() == 4002
        for raw in (
            b"\xff\xff\xff\xff",
            b"\x81\x05hello",
            b"\xc1\x80\x00\x00\x00\x00",
            b"\x83\x80",
        ):
            eve = await Page.open(here.port, 101, room, 1)
            eve.socket.transport.write(raw)
            assert await eve.closed() in (1002, 4002)
        ada = await Page.sit(here.port, room, 1)
        assert (await ada.said(room))["t"] == "ack"
