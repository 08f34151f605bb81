"""Every frame from every socket that may not say it: nothing of it is stored, and nobody hears it."""

from __future__ import annotations

import typing
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.gateway.database import Database
from tests.gateway.page import Frame, Page, a_message
from tests.gateway.running import Running, running
from tests.policy.frames import FRAMES, MAY_STORE, NOTHING, PASSED_ON, Socket
from warmline.protocol import events, frames, topics

ADA, BEN = 1, 2


def said_by_pages() -> set[str]:
    """The types of all frames that a page can say, from the union itself."""
    return {str(each.__struct_config__.tag) for each in typing.get_args(frames.ClientFrame)}


def test_every_frame_has_its_column_for_every_socket() -> None:
    missing = said_by_pages() - FRAMES.keys()
    assert not missing, f"Say in tests/policy/frames.py who may say these: {sorted(missing)}"
    assert FRAMES.keys() == said_by_pages(), "A column is left of a frame that is no more."
    for kind, answers in FRAMES.items():
        assert set(answers) == set(Socket), f"“{kind}” has no answer for some socket."


@pytest.mark.parametrize("socket", Socket)
async def test_what_each_socket_gets(database: Database, socket: Socket) -> None:
    async with running(database.url) as here:
        for kind, answers in FRAMES.items():
            room = database.make_room()
            ben = await Page.sit(here.port, room, BEN)
            page = await _opened(here, database, socket, room)
            await ben.quiet(0.02)

            with suppress(ConnectionClosed):
                await page.say(**_frame(kind, room))

            assert await _comes(page, ben, answers[socket]), f"{kind}: not {answers[socket]}"
            stored = len(database.messages(room))
            assert stored == ((kind, socket) in MAY_STORE), f"{kind}: {stored} stored"
            await page.leave()
            await ben.leave()


async def _opened(here: Running, database: Database, socket: Socket, room: int) -> Page:
    if socket is Socket.PERSON:
        return await Page.open(here.port, 101)
    if socket is Socket.ELSEWHERE:
        return await Page.sit(here.port, database.make_room(), ADA)
    if socket is Socket.NOT_THEIRS:
        return await Page.open(here.port, 555, room, ADA)
    if socket is Socket.NO_SUCH_SEAT:
        return await Page.open(here.port, 101, room, 9)
    if socket is Socket.REVOKED_BEFORE:
        database.revoke(room, ADA)
    if socket in (Socket.UNSYNCED, Socket.REVOKED_BEFORE):
        return await Page.open(here.port, 101, room, ADA)
    page = await Page.sit(here.port, room, ADA)
    if socket is Socket.REVOKED:
        database.revoke(room, ADA)
        here.gateway.submit_event(events.encode_event(topics.room(room), "revoked", {"seat": ADA}))
    if socket is Socket.CLOSED:
        database.close_room(room)
        here.gateway.submit_event(events.encode_event(topics.room(room), "closed"))
        await page.until("over")
    return page


def _frame(kind: str, room: int) -> Frame:
    return {
        "sync": {"t": "sync", "room": room, "after": 0},
        "send": a_message(room, bytes(range(16))),
        "typing": {"t": "typing", "room": room},
        "ping": {"t": "ping"},
    }[kind]


async def _comes(page: Page, ben: Page, wanted: str) -> bool:
    if wanted.isdigit():
        return await page.closed() == int(wanted) and not _heard_of_it(ben)
    if wanted == PASSED_ON:
        return bool(await ben.until("typing"))
    if wanted == NOTHING:
        await page.quiet(0.05)
        return not _heard_of_it(ben)
    if wanted in ("ack", "synced", "pong"):
        return bool(await page.until(wanted))
    return str((await page.until("nak"))["code"]) == wanted and not _heard_of_it(ben)


def _heard_of_it(ben: Page) -> bool:
    return bool(ben.of("msg") or ben.of("typing"))
