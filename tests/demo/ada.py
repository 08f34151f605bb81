"""Ada at the demo: a seeker's browser without a screen, from the home page to goodbye."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from warmline.demo.keys import Keyring
from warmline.demo.letters import TalkLog
from warmline.protocol import base64url, frames

PATIENCE = 40.0


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Ask again and again, until it is so."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.1)


async def post(http: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """A form with its token."""
    token = http.cookies.get("csrf", "")
    return await http.post(path, data={**fields, "csrfmiddlewaretoken": token})


class Ada:
    """`heard`: what the other has said, in order; `hear` gives it out one by one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20)
        self.room = 0
        self.heard: list[str] = []
        self._given = 0
        self.seen: list[dict[str, Any]] = []
        self.log: TalkLog
        self._socket: ClientConnection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await post(self.http, path, **fields)

    async def ask(self, **wish: str) -> None:
        """Three steps, from home to waiting."""
        await self.http.get("/begin/")
        await self.post("/begin/", adult="on", consent="on", rules="on", version="1")
        await self.http.get("/begin/about/")
        answer = await self.post("/begin/about/", languages="en", **wish)
        assert answer.headers["location"] == "/waiting/"
        assert (await self.http.get("/waiting/")).status_code == 200

    async def be_met(self) -> str:
        """Wait like the page does; returns the page that says somebody is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                news = await self.report()
                if news["state"] == "matched":
                    return (await self.http.get(news["url"])).text
                await asyncio.sleep(0.2)

    async def report(self) -> dict[str, str]:
        """What the waiting page hears when it says that it is still there."""
        news: dict[str, str] = (await self.post("/waiting/here/")).json()
        return news

    async def start(self) -> str:
        """Come in; returns the page of the talk."""
        location = (await self.post("/met/start/")).headers["location"]
        found = re.fullmatch(r"/talk/(\d+)/", location)
        assert found
        self.room = int(found[1])
        self.log = TalkLog(self.room, 1, Keyring(self.room, 1))
        await self._keys("hello/", pk=base64url.encode(self.log.keys.pk))
        return (await self.http.get(location)).text

    async def connect(self) -> None:
        ticket = (await self.post(f"/talk/{self.room}/ticket/")).json()["ticket"]
        self._socket = await connect(
            f"{self.url.replace('http', 'ws')}/live",
            origin=Origin(self.url),
            subprotocols=[Subprotocol("warmline.1"), Subprotocol(ticket)],
            additional_headers={
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
            },
            compression=None,
        )
        await self._look()
        await self._send(frames.Sync(self.room, self.log.newest))

    async def say(self, text: str) -> None:
        """Returns once the log has it."""
        async with asyncio.timeout(PATIENCE):
            while (epoch := self.log.keys.current) is None:
                await self._next()
        message = self.log.sealed(text, epoch)
        await self._send(message)
        async with asyncio.timeout(PATIENCE):
            while (frame := await self._next())["t"] != "msg" or frame["cid"] != message.cid:
                pass

    async def type(self) -> None:
        await self._send(frames.Typing(self.room))

    async def hear(self) -> str:
        """The other's next words."""
        async with asyncio.timeout(PATIENCE):
            while len(self.heard) == self._given:
                await self._next()
        self._given += 1
        return self.heard[self._given - 1]

    async def hear_of(self, words: str) -> None:
        """Until the other's words hold these."""
        while words not in await self.hear():
            pass

    async def quiet(self, seconds: float) -> list[str]:
        """What the other says in this time."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._next()
        except TimeoutError:
            return self.heard[self._given :]

    async def end(self) -> str:
        """End the talk; returns the goodbye page."""
        answer = await self.post(f"/talk/{self.room}/end/")
        page = await self.http.get(answer.headers["location"])
        return page.text

    async def _send(self, frame: frames.ClientFrame) -> None:
        await self._socket.send(frames.encode(frame).decode())

    async def _next(self) -> dict[str, Any]:
        raw = await self._socket.recv()
        frame: dict[str, Any] = json.loads(raw)
        self.seen.append(frame)
        if frame["t"] == "event" and frame["name"] == "keys":
            await self._look()
        if frame["t"] == "msg" and frame["epoch"] > self.log.keys.after:
            await self._look()
        if frame["t"] == "msg":
            known = self.log.newest
            assert self.log.take(frames.Msg(**{k: v for k, v in frame.items() if k != "t"}))
            if self.log.newest > known and not self.log.said[-1].own:
                text = self.log.said[-1].text
                assert text is not None
                self.heard.append(text)
        return frame

    async def _look(self) -> None:
        """Take new epochs; make the next one when the room's keys have changed."""
        keys = self.log.keys
        for _once_more in range(2):
            url = f"/rooms/{self.room}/keys/?after={keys.after}"
            state = (await self.http.get(url)).json()
            if state.get("over"):
                return
            keys.take(state["commits"])
            form = keys.next(state["seats"], up_to=self.log.newest, x=self.log.head)
            if form is None:
                return
            await self._keys("commit/", **form)

    async def _keys(self, what: str, **fields: str) -> None:
        answer = await self.post(f"/rooms/{self.room}/keys/{what}", **fields)
        assert answer.status_code == 200, answer.text
