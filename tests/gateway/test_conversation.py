"""Two people talk: the whole way of a message through real sockets and a real database."""

from tests.gateway.database import Database
from tests.gateway.page import Page, tag_holds
from tests.gateway.running import running
from warmline.protocol import base64url


async def test_two_talk_and_both_get_every_message(
    database: Database, redis_url: str | None
) -> None:
    room = database.make_room()
    async with running(database.url, redis_url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        await ada.until("presence", lambda f: f["seats"] == [1, 2])

        ack = await ada.said(room)
        heard = await ben.until("msg")
        own = ada.of("msg") or [await ada.until("msg")]
        answer = await ben.said(room)
        await ada.until("msg", lambda f: f["seq"] == 2)

    assert ack["t"] == "ack"
    assert (ack["seq"], answer["seq"]) == (1, 2)
    assert own[0] == heard
    assert (heard["seat"], heard["epoch"], heard["cid"]) == (1, 1, ack["cid"])
    assert base64url.decode(heard["body"]) == bytes(188)
    assert (heard["ms"], heard["tag"]) == (ack["ms"], ack["tag"])
    assert tag_holds(heard, seat=1)
    assert [(seq, seat) for seq, seat, _ in database.messages(room)] == [(1, 1), (2, 2)]
