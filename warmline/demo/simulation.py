"""The simulated volunteers at work: each signs in, is ready, takes offers one at a time, and talks.

They are ordinary clients: what they know and may do is what pages and the live protocol give to any
volunteer. They live in a thread of their own and survive whatever the server does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import re
import threading
import time
from collections.abc import Sequence

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from warmline.demo import community
from warmline.demo.browser import AnswerError, Browser
from warmline.demo.community import Login
from warmline.demo.line import Line
from warmline.demo.talk import TROUBLE, Backoff, Pace, Talk
from warmline.protocol import frames

log = logging.getLogger(__name__)

READY_MINUTES = ("60", "15")
"""The second where the community allows no longer."""
READY_AGAIN = 300.0
"""Seconds until the minutes begin anew, so that a talk is never short because they ran out."""
STOPS_WITHIN = 2.0
SHOWN_VERSION = re.compile(r'name="version" value="(\d+)"')
SEEN_ROOM = re.compile(r"/talk/(\d+)/")


def start(
    base_url: str,
    *,
    logins: Sequence[Login] | None = None,
    pace: Pace | None = None,
    origin: str | None = None,
) -> Simulation:
    """Send the simulated volunteers of this start to a server, such as ``http://127.0.0.1:8000``.

    ``origin`` is its public address, if a proxy gives it another.
    """
    chosen = community.logins() if logins is None else logins
    browsers = [
        Browser(base_url, origin=origin or settings.ORIGIN, csrf_cookie=settings.CSRF_COOKIE_NAME)
        for _login in chosen
    ]
    volunteers = [
        Volunteer(login, browser, pace or Pace())
        for login, browser in zip(chosen, browsers, strict=True)
    ]
    simulation = Simulation(volunteers)
    simulation.start()
    return simulation


class Simulation(threading.Thread):
    """Runs until :meth:`stop`."""

    def __init__(self, volunteers: Sequence[Volunteer]) -> None:
        super().__init__(name="simulated volunteers", daemon=True)
        self._loop = asyncio.new_event_loop()
        self._work = self._loop.create_task(_all(volunteers))

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._work)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def stop(self) -> None:
        """End within two seconds, in mid-sentence if need be: what was stored stays."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._work.cancel)
        self.join(STOPS_WITHIN)


async def _all(volunteers: Sequence[Volunteer]) -> None:
    await asyncio.gather(*(volunteer.live() for volunteer in volunteers))


class Volunteer:
    """One simulated volunteer."""

    def __init__(self, login: Login, browser: Browser, pace: Pace) -> None:
        self._login, self._browser, self._pace = login, browser, pace
        self._backoff = Backoff(pace)
        self._ready_until = 0.0
        self._wake: asyncio.Event

    async def live(self) -> None:
        """Work, and come back after every trouble."""
        self._wake = asyncio.Event()
        while True:
            try:
                await self._sign_in()
                await self._shift()
            except TROUBLE as trouble:
                log.info("A simulated volunteer is away for a moment (%s).", type(trouble).__name__)
            except Exception as error:
                log.exception("A simulated volunteer stumbled: %s", type(error).__name__)
            await self._backoff.wait()

    async def _sign_in(self) -> None:
        """By the sign-in form, unless the session still holds."""
        self._ready_until = 0.0
        if (await self._browser.get("/volunteer/")).status == 200:
            return
        await self._browser.get("/accounts/login/")
        answer = await self._browser.post(
            "/accounts/login/", login=self._login.username, password=self._login.password
        )
        if answer.status != 302:
            raise AnswerError("not signed in", answer.status)
        code = format_hotp_value(hotp_value(self._login.secret, int(time.time()) // 30))
        answer = await self._browser.post("/accounts/second/", code=code)
        if answer.status != 302:
            raise AnswerError("the second step did not work", answer.status)

    async def _shift(self) -> None:
        ear = asyncio.create_task(self._hear())
        try:
            while True:
                await self._look()
                self._backoff.reset()
                await asyncio.sleep(self._pace.pause)
        finally:
            ear.cancel()
            await asyncio.gather(ear, return_exceptions=True)

    async def _look(self) -> None:
        """Report, and do what there is to do; else rest until something happens."""
        self._wake.clear()
        news = (await self._browser.post("/volunteer/here/")).json()
        if news["talks"]:
            await self._go_on_talking()
        elif news["offer"]:
            await self._take(str(news["offer"]))
        elif not news["ready"] or asyncio.get_running_loop().time() > self._ready_until:
            await self._get_ready()
        else:
            await self._rest()

    async def _get_ready(self) -> None:
        for minutes in READY_MINUTES:
            answer = await self._browser.post("/volunteer/ready/", minutes=minutes, steady="on")
            if answer.location.endswith("/volunteer/rules/"):
                await self._accept_rules()
                return  # The next look gets ready.
            if answer.status == 302:
                self._ready_until = asyncio.get_running_loop().time() + READY_AGAIN
                return
        raise AnswerError("not ready", answer.status)

    async def _accept_rules(self) -> None:
        """As a person would, by the page that shows them."""
        if version := SHOWN_VERSION.search((await self._browser.get("/volunteer/rules/")).text):
            await self._browser.post("/volunteer/rules/", version=version[1])

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.heartbeat):
                await self._wake.wait()

    async def _take(self, offer: str) -> None:
        """After a moment, in which a person who was asked too may be faster."""
        await asyncio.sleep(self._pace.take * random.uniform(0.9, 1.2))
        answer = await self._browser.post(f"/volunteer/offers/{offer}/take/")
        if room := SEEN_ROOM.match(answer.location):
            await self._talk(int(room[1]))

    async def _go_on_talking(self) -> None:
        """A talk that is open already, such as one from before a restart."""
        if room := SEEN_ROOM.search((await self._browser.get("/volunteer/")).text):
            await self._talk(int(room[1]))

    async def _talk(self, room: int) -> None:
        await Talk(self._browser, room, self._login.volunteer, self._pace).run()
        self._ready_until = 0.0

    async def _hear(self) -> None:
        """A socket of their own tells when there is something to look at; without it they look anyway."""
        backoff = Backoff(self._pace)
        while True:
            with contextlib.suppress(*TROUBLE):
                ticket = str((await self._browser.post("/live/ticket/")).json()["ticket"])
                line = await Line.open(self._browser, ticket)
                try:
                    while frame := await line.read():
                        # Before the welcome nobody told of what had come.
                        if isinstance(frame, frames.Event | frames.Welcome):
                            self._wake.set()
                        if not isinstance(frame, frames.Welcome):
                            backoff.reset()
                finally:
                    line.close()
            await backoff.wait()
