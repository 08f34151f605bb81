"""What is logged names nobody."""

import logging

import pytest

from tests.gateway.database import Database
from tests.gateway.page import Page, make_ticket
from tests.gateway.running import running
from warmline.protocol import base64url

MARKER = "marker of the tests"


async def test_no_address_cookie_ticket_or_word_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    room = database.make_room()
    body = base64url.encode(MARKER.encode().ljust(188))
    async with running(database.url) as here:
        caplog.clear()
        logging.getLogger("websockets").setLevel(logging.CRITICAL)
        ticket = make_ticket(f"127.0.0.1:{here.port}", 101, room, 1, session=MARKER)
        ada = await Page.open(here.port, ticket=ticket, session=MARKER, user_agent_header=MARKER)
        await ada.sync(room)
        await ada.said(room, body=body)
        await ada.socket.send(MARKER)
        assert await ada.closed() == 4002
        eve = await Page.open(here.port, session=MARKER)
        eve.socket.transport.write(b"\xff" + MARKER.encode())
        await eve.closed()
        with pytest.raises(Exception, match="403"):
            await Page.open(here.port, ticket=ticket, session=MARKER)
    said = [
        record.getMessage() + str(record.exc_info)
        for record in caplog.records
        if not record.name.startswith("websockets")
    ]
    for secret in (MARKER, body, ticket, ticket.split(".")[1], "127.0.0.1"):
        assert not [line for line in said if secret in line]
