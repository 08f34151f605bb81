"""One port for pages and sockets, and nobody holds it up."""

import asyncio
from datetime import timedelta

import pytest

from tests.gateway.database import Database
from tests.gateway.page import COOKIE, Page, make_ticket
from tests.gateway.running import Running, running

KEY = "AAAAAAAAAAAAAAAAAAAAAA=="


async def raw(here: Running, *parts: bytes, pause: float = 0.01) -> bytes:
    """Sends the parts one after another and reads until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


def opening(here: Running, **changes: str) -> bytes:
    host = f"127.0.0.1:{here.port}"
    headers = {
        "Host": host,
        "Origin": f"http://{host}",
        "Cookie": f"{COOKIE}=a session",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Protocol": f"warmline.1, {make_ticket(host)}",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"GET /live HTTP/1.1\r\n{lines}\r\n".encode()


async def opened(here: Running, *parts: bytes) -> bytes:
    """The answer's head and the first bytes after it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer


async def test_pages_are_served_and_the_connection_is_kept(database: Database) -> None:
    async with running(database.url) as here:
        answer = await raw(
            here,
            b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /live/ticket/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert b"page /one" in answer
    assert b"page /live/ticket/" in answer


async def test_request_in_small_pieces_is_understood(database: Database) -> None:
    async with running(database.url) as here:
        page = b"GET /slowly HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        pieces = [page[i : i + 7] for i in range(0, len(page), 7)]
        assert b"page /slowly" in await raw(here, *pieces, pause=0)
        request = opening(here)
        pieces = [request[i : i + 50] for i in range(0, len(request), 50)]
        assert b"101 Switching" in await opened(here, *pieces)


async def test_body_after_the_first_head_is_kept(database: Database) -> None:
    async with running(database.url) as here:
        head = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
        assert b"page /form" in await raw(here, head + b"a=1")


async def test_opening_with_what_browsers_send_is_accepted(database: Database) -> None:
    async with running(database.url) as here:
        answer = await opened(here, opening(here, Connection="keep-alive, Upgrade"))
        assert answer.startswith(b"HTTP/1.1 101")
        assert b"Sec-WebSocket-Protocol: warmline.1\r\n" in answer
        assert b"Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n" in answer
        assert b"101" in await opened(here, opening(here, Cookie=f'a=b; {COOKIE}="a session"'))
        long = "x" * 6000
        assert b"101" in await opened(here, opening(here, User_Agent=long))


async def test_upgrade_where_a_page_was_served_is_accepted(database: Database) -> None:
    async with running(database.url) as here:
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"page /first" in await reader.readuntil(b"page /first")
        writer.write(opening(here))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b"HTTP/1.1 101" in answer
        assert b'"welcome"' in await reader.readuntil(b"}")
        writer.write(b"\x89\x80\x00\x00\x00\x00")
        assert await reader.readexactly(2) == b"\x8a\x00"
        writer.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"Upgrade": ""},
        {"Upgrade": "h2c"},
        {"Connection": ""},
        {"Connection": "keep-alive"},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": ""},
        {"Sec_WebSocket_Key": "short"},
        {"Content_Length": "5"},
        {"Transfer_Encoding": "chunked"},
    ],
)
async def test_what_opens_no_socket_is_told_so(database: Database, wrong: dict[str, str]) -> None:
    async with running(database.url) as here:
        answer = await raw(here, opening(here, **wrong))
    assert answer.startswith(b"HTTP/1.1 426")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"Origin": ""}, b"origin"),
        ({"Host": "evil.example"}, b"ticket"),
        ({"Cookie": ""}, b"session"),
        ({"Cookie": "another=1"}, b"session"),
        ({"Sec_WebSocket_Protocol": ""}, b"ticket"),
        ({"Sec_WebSocket_Protocol": "warmline.1"}, b"ticket"),
        ({"Sec_WebSocket_Protocol": "warmline.2, x"}, b"ticket"),
    ],
)
async def test_what_is_missing_is_refused(
    database: Database, wrong: dict[str, str], code: bytes
) -> None:
    async with running(database.url) as here:
        answer = await raw(here, opening(here, **wrong))
    assert answer.startswith(b"HTTP/1.1 403")
    assert answer.endswith(b"\r\n\r\n" + code)


async def test_header_given_twice_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        request = opening(here)
        for name in (b"Origin: http://evil.example", b"Host: evil.example", b"Cookie: a=b"):
            twice = request.replace(b"\r\n\r\n", b"\r\n" + name + b"\r\n\r\n")
            assert (await raw(here, twice)).startswith(b"HTTP/1.1 426")


async def test_client_that_is_silent_or_slow_is_shown_out(database: Database) -> None:
    async with running(database.url, head=timedelta(milliseconds=150)) as here:
        for parts in ([], [b"GET / HT"], [b"GET / HTTP/1.1\r\nHost: x\r\n"], [b"GET /live HTTP/1"]):
            assert await raw(here, *parts) == b""


async def test_request_line_without_end_is_shown_out(database: Database) -> None:
    async with running(database.url) as here:
        answer = await raw(here, b"GET /" + b"a" * 5000)
        assert answer.startswith(b"HTTP/1.1 414")


async def test_head_without_end_is_shown_out(database: Database) -> None:
    async with running(database.url, head_bytes=2000) as here:
        answer = await raw(here, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 500)
        assert answer.startswith(b"HTTP/1.1 431")


async def test_garbage_is_answered_or_cut_and_the_house_stands(database: Database) -> None:
    async with running(database.url, head=timedelta(seconds=1)) as here:
        for garbage in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01",
            b"\r\n\r\n",
            b"GET /live\r\n\r\n",
            b"POST /live HTTP/1.1\r\n\r\n",
            b"GET /live HTTP/1.0\r\n\r\n",
            b"GET /live HTTP/1.1\r\n: x\r\n\r\n",
            b"GET /live HTTP/1.1\r\n\xff\xfe: x\r\n\r\n",
        ):
            await raw(here, garbage)
        page = await Page.open(here.port)
        await page.until("welcome")
