"""A talk from the seat of a simulated volunteer: come in, listen, answer, leave when it is over."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from picows import WSError

from warmline.demo import script
from warmline.demo.browser import AnswerError, Browser
from warmline.demo.cast import Simulated
from warmline.demo.keys import Keyring
from warmline.demo.letters import TalkLog
from warmline.demo.line import Line, LineCutError
from warmline.protocol import base64url, frames


class TalkIsOverError(Exception):
    """Nothing more to say here."""


@dataclass(frozen=True)
class Pace:
    """How fast a simulated volunteer is, in seconds."""

    take: float = 6.0
    """An offer lies so long before it is taken: a person who is ready too can be faster."""
    listen: float = 1.6
    """After the other's last words."""
    patience: float = 8.0
    """While the other types."""
    letters_a_second: float = 50.0
    silence: float = 100.0
    linger: float = 2.0
    """In the room, after the other ended the talk."""
    heartbeat: float = 20.0
    pause: float = 0.5
    """The least between two looks, whatever happens."""
    retry: float = 0.5
    """After the first failure; doubles."""
    longest_retry: float = 20.0

    def typing(self, text: str) -> float:
        """How long a text takes: 1 to 3 s at the usual speed."""
        letters = min(max(len(text), 48), 160)
        return letters / self.letters_a_second


class Backoff:
    """Longer and longer pauses, until something works."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.reset()

    def reset(self) -> None:
        self._next = self._pace.retry

    async def wait(self) -> None:
        pause, self._next = self._next, min(self._next * 2, self._pace.longest_retry)
        await asyncio.sleep(pause)


TRY_AGAIN = 4.0
"""Seconds until a message that the log does not show is sent once more."""

TROUBLE = (OSError, TimeoutError, AnswerError, LineCutError, WSError)
"""What a bad line, a server that restarts or a full disk may bring; all of it may pass."""


@dataclass
class Seat:
    """What outlives a line: the log so far, and a message that may not be in it yet."""

    room: int
    volunteer: Simulated
    log: TalkLog
    unsent: frames.Send | None = None


class Talk:
    """One talk; :meth:`run` returns when it is over. Raises AnswerError (403) when signed out."""

    def __init__(self, browser: Browser, room: int, volunteer: Simulated, pace: Pace) -> None:
        self._browser, self._room, self._volunteer, self._pace = browser, room, volunteer, pace
        self._backoff = Backoff(pace)
        self._seat: Seat | None = None

    async def run(self) -> None:
        while True:
            try:
                await self._until_over()
                await self._browser.get(f"/talk/{self._room}/goodbye/")
                return
            except TROUBLE as trouble:
                if isinstance(trouble, AnswerError) and trouble.status == 403:
                    raise
                await self._backoff.wait()

    async def _until_over(self) -> None:
        try:
            while True:
                await self._one_line()
        except TalkIsOverError:
            await asyncio.sleep(self._pace.linger)

    async def _one_line(self) -> None:
        """Raises LineCutError when it is cut, TalkIsOverError when it is needed no more."""
        ticket = await self._ticket()
        if self._seat is None:
            number = seat_in(ticket)
            log = TalkLog(self._room, number, Keyring(self._room, number))
            self._seat = Seat(self._room, self._volunteer, log)
            self._room_keys = RoomKeys(self._browser, self._room, log)
            await self._room_keys.hello()
        line = await Line.open(self._browser, ticket)
        try:
            await Listening(self._seat, line, self._pace, self._backoff, self._room_keys).go_on()
        finally:
            line.close()

    async def _ticket(self) -> str:
        answer = await self._browser.post(f"/talk/{self._room}/ticket/")
        ticket = None if answer.status == 404 else answer.json()["ticket"]
        if ticket is None:
            raise TalkIsOverError
        return str(ticket)


class RoomKeys:
    """The room's keys at the server, looked at when something may have changed."""

    def __init__(self, browser: Browser, room: int, log: TalkLog) -> None:
        self._browser, self._log = browser, log
        self._url = f"/rooms/{room}/keys/"

    async def hello(self) -> None:
        await self._post("hello", pk=base64url.encode(self._log.keys.pk))

    async def look(self, *, may_begin: bool) -> None:
        """Take what is new; make the next epoch if it is due and nobody before us does."""
        keys = self._log.keys
        state = (await self._browser.get(f"{self._url}?after={keys.after}")).json()
        if state.get("over"):
            raise TalkIsOverError
        keys.take(state["commits"])
        form = keys.next(state["seats"], up_to=self._log.newest, x=self._log.head)
        if form is not None and may_begin and (await self._post("commit", **form))["taken"]:
            await self.look(may_begin=False)

    async def _post(self, what: str, **fields: str) -> dict[str, Any]:
        answer = await self._browser.post(f"{self._url}{what}/", **fields)
        if answer.status == 404:
            raise TalkIsOverError
        found = answer.json()
        if found.get("over"):
            raise TalkIsOverError
        return found


def seat_in(ticket: str) -> int:
    """The seat's number, which the ticket says in the clear."""
    return int(json.loads(base64url.decode(ticket.split(".")[1]))["seat"])


class Listening:
    """What happens while one line holds. Speaks when the alarm rings, one message at a time."""

    def __init__(
        self, seat: Seat, line: Line, pace: Pace, backoff: Backoff, keys: RoomKeys
    ) -> None:
        self._seat, self._line, self._pace, self._backoff = seat, line, pace, backoff
        self._keys = keys
        self._now = asyncio.get_running_loop().time
        self._synced = self._here = False
        self._granted_ms: int | None = None
        self._left_ms: int | None = None
        self._heard_at = self._now()
        self._alarm: float | None = None
        self._words: str | None = None

    async def go_on(self) -> None:
        await self._keys.look(may_begin=False)
        self._sync()
        while True:
            frame = await self._line.read(self._alarm)
            if frame is None:
                self._ring()
            elif isinstance(frame, frames.Event) and frame.name == "keys":
                await self._new_keys()
            else:
                if isinstance(frame, frames.Msg) and frame.epoch > self._seat.log.keys.after:
                    await self._keys.look(may_begin=False)
                self._take(frame)

    async def _new_keys(self) -> None:
        """Who was not here when the other's key changed makes the next epoch, after a moment."""
        await self._keys.look(may_begin=self._seat.log.keys.after > 0)
        self._sync()

    def _take(self, frame: frames.GatewayFrame) -> None:
        match frame:
            case frames.Msg():
                self._take_message(frame)
            case frames.Synced():
                self._take_synced(frame.seq)
            case frames.Resync():
                self._seat.log.forget()
                self._sync()
            case frames.Presence():
                self._here = len(frame.seats) > 1
                self._listen_for(self._pace.listen)
            case frames.SeatTyping():
                self._listen_for(self._pace.patience)
            case frames.Clock():
                self._take_clock(frame)
            case frames.Nak():
                self._take_nak(frame)
            case frames.Over():
                raise TalkIsOverError
            case _:
                pass

    def _take_message(self, frame: frames.Msg) -> None:
        if not self._seat.log.take(frame):
            if self._synced:
                self._sync()
            return
        if self._seat.unsent is not None and frame.cid == self._seat.unsent.cid:
            self._seat.unsent = None
        self._heard_at = self._now()
        self._listen_for(self._pace.listen)

    def _take_synced(self, newest: int) -> None:
        if self._seat.log.newest < newest:
            raise LineCutError(0)
        self._synced = True
        self._backoff.reset()
        self._listen_for(self._pace.listen)

    def _take_clock(self, frame: frames.Clock) -> None:
        self._granted_ms, self._left_ms = frame.granted, frame.granted - frame.used
        if self._alarm is None:
            self._listen_for(0)

    def _take_nak(self, frame: frames.Nak) -> None:
        if frame.code in ("closed", "time_over", "seat_gone"):
            raise TalkIsOverError
        if frame.code == "stale_epoch":
            self._seat.unsent = None
        self._alarm = self._now() + TRY_AGAIN

    def _sync(self) -> None:
        self._synced = False
        self._line.send(frames.Sync(self._seat.room, self._seat.log.newest))

    def _listen_for(self, seconds: float) -> None:
        """Say nothing yet; what was on the tip of the tongue may not fit any more."""
        self._words = None
        self._alarm = self._now() + seconds

    def _ring(self) -> None:
        self._alarm = None
        if not self._synced:
            return
        if self._seat.unsent is not None:
            self._send(self._seat.unsent)
        elif self._words is not None:
            self._say(self._words)
        elif self._here and (words := self._next_line()) is not None:
            self._line.send(frames.Typing(self._seat.room))
            self._words = words
            self._alarm = self._now() + self._pace.typing(words)

    def _say(self, words: str) -> None:
        epoch = self._seat.log.keys.current
        if epoch is None:
            self._alarm = self._now() + self._pace.pause
        else:
            self._send(self._seat.log.sealed(words, epoch))

    def _next_line(self) -> str | None:
        return script.next_line(
            self._seat.volunteer,
            self._seat.log.said,
            granted_ms=self._granted_ms,
            left_ms=self._left_ms,
            quiet=self._now() - self._heard_at >= self._pace.silence,
        )

    def _send(self, message: frames.Send) -> None:
        """Again every few seconds under the same id, until the log has it."""
        self._words, self._seat.unsent = None, message
        self._line.send(message)
        self._alarm = self._now() + TRY_AGAIN
