"""Who is connected, and what they are told.

Everything here runs in the loop's one thread. What needs the database is a task of its own, tries
again until the database answers, and looks at the world anew when it does.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, Final

from warmline.gateway import connection
from warmline.gateway.bus import SILENCE, Bus
from warmline.gateway.clock_log import ClockLog
from warmline.gateway.config import GatewayConfig
from warmline.gateway.connection import Connection
from warmline.gateway.franking import Franking
from warmline.gateway.limits import SeatBuckets
from warmline.gateway.message_log import MessageLog
from warmline.gateway.room import LiveRoom
from warmline.gateway.store import RoomFacts, Said, Store, StoreError, Verdict
from warmline.gateway.talk_clock import STALE, TalkClock
from warmline.protocol import clock, events, frames, tickets, topics

log = logging.getLogger(__name__)

TICK: Final = timedelta(milliseconds=200)
_RETRY_SECONDS: Final = 0.5
_ANSWER_SECONDS: Final = 1.0  # for other gateways to say who is with them
_IDLE_TICKS: Final = 5  # look for idle sockets every second
_BLIND_TICKS: Final = 10  # without the bus ask the database every two seconds
_SIGNED_OUT_AT_MOST: Final = 10_000


class Hub:
    """`origin`: this process's name on the bus."""

    def __init__(
        self,
        config: GatewayConfig,
        store: Store,
        message_log: MessageLog,
        clock_log: ClockLog,
        bus: Bus,
        origin: str,
    ) -> None:
        self._config = config
        self._limits = config.limits
        self._store = store
        self._log = message_log
        self._clock_log = clock_log
        self._bus = bus
        self._origin = origin
        self._franking = Franking(config.franking_keys)
        self._stale = STALE if bus.spans_processes else timedelta(0)
        self._connections: dict[Connection, None] = {}
        self._lines: set[Connection] = set()
        self._last_line = asyncio.Event()
        self._by_person: dict[int, dict[Connection, None]] = {}
        self._by_topic: dict[str, dict[Connection, None]] = {}
        self._rooms: dict[int, LiveRoom] = {}
        self._opening: dict[int, int] = {}
        self._ask_about: set[int] = set()
        self._ask = asyncio.Event()
        self._alive: dict[str, float] = {}
        self._by_session: dict[str, dict[Connection, None]] = {}
        self._signed_out: OrderedDict[int | str, int] = OrderedDict()
        self._seat_buckets = SeatBuckets(
            self._limits.sends_per_second, self._limits.sends_at_once, 2 * self._limits.sockets
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    # Life

    def start(self) -> None:
        self._spawn(self._tick_on())
        self._spawn(self._ask_on())

    def go(self) -> None:
        """Every socket is told to come back at once, elsewhere or later."""
        self._is_stopping = True
        for socket in list(self._connections):
            socket.close(connection.GOING_AWAY)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def sockets(self) -> int:
        return len(self._lines)

    @property
    def rooms(self) -> int:
        return len(self._rooms)

    async def all_gone(self) -> None:
        """Returns when every line is closed."""
        if self._lines:
            await self._last_line.wait()

    def may_open(self, ticket: tickets.Ticket, issued_ms: int) -> bool:
        """Not with a token from before its person left, or its session was ended."""
        left = self._signed_out.get(ticket.person, -1)
        ended = self._signed_out.get(tickets.session_of(ticket.sid), -1)
        return max(left, ended) < issued_ms

    # From sockets

    def connected(self, socket: Connection) -> None:
        self._lines.add(socket)
        if self._is_stopping:
            socket.close(connection.GOING_AWAY)
            return
        self._connections[socket] = None
        of_person = self._by_person.setdefault(socket.ticket.person, {})
        of_person[socket] = None
        self._by_session.setdefault(tickets.session_of(socket.ticket.sid), {})[socket] = None
        for topic in socket.ticket.topics:
            self._by_topic.setdefault(topic, {})[socket] = None
        if len(of_person) > self._limits.sockets_of_a_person:
            next(iter(of_person)).close(connection.REPLACED)
        now_ms = clock.now_ms()
        resume = tickets.issue_resume(self._config.ticket_key, socket.ticket, now_ms=now_ms)
        socket.send(frames.encode(frames.Welcome(resume, now_ms)))

    def disconnected(self, socket: Connection) -> None:
        if self._connections.pop(socket, self) is self:
            return
        _take_out(self._by_person, socket.ticket.person, socket)
        _take_out(self._by_session, tickets.session_of(socket.ticket.sid), socket)
        for topic in socket.ticket.topics:
            _take_out(self._by_topic, topic, socket)
        room = self._rooms.get(socket.ticket.room or 0)
        if room is not None and room.leave(socket):
            self._presence_changed(room)

    def gone(self, socket: Connection) -> None:
        self._lines.discard(socket)
        if self._is_stopping and not self._lines:
            self._last_line.set()

    def wants_sync(self, socket: Connection, frame: frames.Sync) -> None:
        socket.is_live = False
        if socket.replay is not None:
            socket.replay.cancel()
        socket.replay = self._spawn(self._sync(socket, frame.room, frame.after))

    def says(self, socket: Connection, sending: frames.Sending) -> None:
        frame = sending.frame
        seat = socket.ticket.seat or 0
        socket.has_typed = False
        if not (socket.sends.take() and self._seat_buckets.take(frame.room, seat)):
            socket.send(frames.encode(frames.Nak(frame.room, frame.cid, "too_fast")))
            return
        said = Said(frame.room, seat, frame.epoch, sending.cid, sending.c, sending.body)
        self._log.add(said, partial(self._told, socket, frame))

    def types(self, socket: Connection) -> None:
        room = self._rooms.get(socket.ticket.room or 0)
        seat = socket.ticket.seat
        if room is None or seat is None or room.sockets.get(seat) is not socket:
            return
        room.tell(frames.encode(frames.SeatTyping(room.id, seat)), but=seat)
        self._bus.say(topics.room(room.id), events.Typed(self._origin, room.id, seat))

    # Messages

    def _told(self, socket: Connection, frame: frames.Send, said: Said, verdict: Verdict) -> None:
        if isinstance(verdict, str):
            socket.send(frames.encode(frames.Nak(frame.room, frame.cid, verdict)))
            if verdict == "not_stored":
                self._look_up(frame.room)  # it may be there all the same
            return
        ack = self._franking.ack(frame, said, verdict)
        socket.send(frames.encode(ack))
        if verdict.fresh:
            msg = self._franking.delivery(frame, said.seat, ack)
            self._deliver(msg)
            if self._bus.spans_processes:
                self._bus.say(topics.room(frame.room), events.Delivered(self._origin, msg))
            return
        room = self._rooms.get(frame.room)
        if room is not None and verdict.seq > room.delivered:
            self._catch_up(room)

    def _deliver(self, msg: frames.Msg) -> None:
        room = self._rooms.get(msg.room)
        if room is not None and not room.deliver(msg.seq, frames.encode(msg)):
            self._catch_up(room)

    def _catch_up(self, room: LiveRoom) -> None:
        if not room.is_catching_up:
            room.is_catching_up = True
            self._spawn(self._catch_up_until_done(room))

    async def _catch_up_until_done(self, room: LiveRoom) -> None:
        try:
            while self._rooms.get(room.id) is room:
                target = max(room.facts.last_seq, room.newest_waiting)
                if room.delivered >= target:
                    return
                try:
                    rows = await self._store.page(room.id, room.delivered, self._limits.replay_page)
                except StoreError:
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                for row in rows:
                    room.skip_to(row.seq - 1)
                    room.deliver(row.seq, frames.encode(self._franking.replayed(room.id, row)))
                if len(rows) < self._limits.replay_page:
                    room.skip_to(target)
        finally:
            room.is_catching_up = False

    # Rooms and seats

    async def _sync(self, socket: Connection, room_id: int, after: int) -> None:
        try:
            await self._seat_and_replay(socket, room_id, after)
        except Exception:
            socket.close(connection.GOING_AWAY)  # rather than leave a page waiting for nothing
            raise

    async def _seat_and_replay(self, socket: Connection, room_id: int, after: int) -> None:
        room = await self._open(room_id)
        if socket.is_closing:
            self._drop_if_deserted(room_id)
            return
        if room is None or not self._take_seat(room, socket):
            socket.close(connection.REVOKED)
            self._drop_if_deserted(room_id)
            return
        if socket.is_closing:
            return
        if after > max(room.delivered, room.facts.last_seq):
            socket.send(frames.encode(frames.Resync(room_id)))
            return
        socket.cursor = after
        await self._replay(room, socket)
        socket.is_live = True
        socket.send(frames.encode(frames.Synced(room_id, socket.cursor)))
        self._tell_state(room, socket)

    async def _open(self, room_id: int) -> LiveRoom | None:
        """The room with fresh facts, as soon as the database answers; None if there is none."""
        if room_id not in self._rooms and room_id not in self._opening:
            self._bus.listen(topics.room(room_id))
        self._opening[room_id] = self._opening.get(room_id, 0) + 1
        try:
            facts = await self._facts_of(room_id)
        finally:
            self._opening[room_id] -= 1
            if not self._opening[room_id]:
                del self._opening[room_id]
        if facts is None:
            self._drop_if_deserted(room_id)
            return None
        room = self._rooms.get(room_id)
        if room is None:
            room = self._rooms[room_id] = LiveRoom(room_id, facts, self._stale)
            self._announce(room, ask=True)
        else:
            self._learn(room, facts)
        return room

    async def _facts_of(self, room_id: int) -> RoomFacts | None:
        while True:
            try:
                return (await self._store.facts([room_id])).get(room_id)
            except StoreError:
                await asyncio.sleep(_RETRY_SECONDS)

    def _take_seat(self, room: LiveRoom, socket: Connection) -> bool:
        number = socket.ticket.seat or 0
        seat = room.facts.seats.get(number)
        if seat is None or seat.person != socket.ticket.person:
            return False
        former = room.sockets.get(number)
        if former is socket:
            return True
        if former is not None and former.number > socket.number:
            socket.close(connection.REPLACED)
            return True
        room.take_seat(number, socket)
        if former is not None:
            former.close(connection.REPLACED)
        self._presence_changed(room)
        return True

    async def _replay(self, room: LiveRoom, socket: Connection) -> None:
        """Returns once the socket has all that has been delivered in the room."""
        page = self._limits.replay_page
        while True:
            target = room.delivered
            try:
                rows = await self._store.page(room.id, socket.cursor, page)
            except StoreError:
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            for row in rows:
                socket.send(frames.encode(self._franking.replayed(room.id, row)))
                socket.cursor = row.seq
                await socket.drained()
            if len(rows) < page:
                # What was delivered and is not in the log any more has been forgotten.
                socket.cursor = max(socket.cursor, target)
            if socket.cursor >= room.delivered:
                return

    def _tell_state(self, room: LiveRoom, socket: Connection) -> None:
        socket.send(frames.encode(frames.Presence(room.id, room.seats_here)))
        if room.clock is not None:
            socket.send(frames.encode(_clock_frame(room, room.clock)))
        if not room.facts.is_open:
            socket.send(frames.encode(frames.Over(room.id, "closed")))
        elif room.clock is not None and room.clock.is_over:
            socket.send(frames.encode(frames.Over(room.id, "time")))

    def _presence_changed(self, room: LiveRoom) -> None:
        self._announce(room)
        self._tell_presence(room)

    def _announce(self, room: LiveRoom, *, ask: bool = False) -> None:
        if self._bus.spans_processes:
            seats = {number: socket.since_ms for number, socket in room.sockets.items()}
            said = events.SeatsHere(self._origin, room.id, seats, ask)
            self._bus.say(topics.room(room.id), said)

    def _tell_presence(self, room: LiveRoom) -> None:
        room.tell(frames.encode(frames.Presence(room.id, room.seats_here)))
        if room.clock is not None:
            room.clock.retry_now()
        self._step_clock(room)
        self._drop_if_deserted(room.id)

    def _drop_if_deserted(self, room_id: int) -> None:
        room = self._rooms.get(room_id)
        if room_id in self._opening or (room is not None and not room.is_deserted):
            return
        self._rooms.pop(room_id, None)
        self._bus.unlisten(topics.room(room_id))

    # Facts

    def _look_up(self, *rooms: int) -> None:
        """Ask the database about these rooms, soon."""
        self._ask_about.update(rooms)
        self._ask.set()

    async def _ask_on(self) -> None:
        while True:
            await self._ask.wait()
            self._ask.clear()
            asked = [room for room in self._ask_about if room in self._rooms]
            self._ask_about.clear()
            if not asked:
                continue
            try:
                facts = await self._store.facts(asked)
            except StoreError:
                self._look_up(*asked)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            for room_id in asked:
                room = self._rooms.get(room_id)
                if room is not None:
                    self._learn(room, facts.get(room_id))

    def _learn(self, room: LiveRoom, facts: RoomFacts | None) -> None:
        """What the database says has changed is told; None: the room is gone."""
        before = room.facts
        facts = facts or RoomFacts(False, before.last_seq, None, 0, {})
        room.learn(facts)
        for number, socket in list(room.sockets.items()):
            seat = facts.seats.get(number)
            if seat is None or seat.person != socket.ticket.person:
                socket.close(connection.REVOKED)
        if before.is_open and not facts.is_open:
            room.tell(frames.encode(frames.Over(room.id, "closed")))
        if facts.granted_ms != before.granted_ms and room.clock is not None:
            room.tell(frames.encode(_clock_frame(room, room.clock)))
        if facts.last_seq > room.delivered:
            self._catch_up(room)
        self._step_clock(room)

    # Talk clocks

    def _step_clock(self, room: LiveRoom) -> None:
        if room.clock is None:
            return
        step = room.clock.step(clock.monotonic(), clock.now_ms(), room.both_are_here)
        if step is not None:
            self._clock_log.add(
                step,
                partial(self._clock_settled, room, room.clock),
                partial(self._clock_failed, room, room.clock),
            )

    def _clock_settled(self, room: LiveRoom, talk: TalkClock, used_ms: int | None) -> None:
        talk.settle(used_ms, clock.monotonic())
        if used_ms is None:
            self._look_up(room.id)
        else:
            frame = _clock_frame(room, talk)
            room.tell(frames.encode(frame))
            read = events.ClockRead(self._origin, room.id, frame.used, frame.granted, frame.running)
            self._bus.say(topics.room(room.id), read)
            if talk.is_over and not talk.runs_here:
                room.tell(frames.encode(frames.Over(room.id, "time")))
                self._bus.say(topics.room(room.id), events.Ended(self._origin, room.id, "time"))
        self._step_clock(room)
        self._drop_if_deserted(room.id)

    def _clock_failed(self, room: LiveRoom, talk: TalkClock) -> None:
        talk.fail(clock.monotonic())
        room.tell(frames.encode(_clock_frame(room, talk)))

    # Time

    async def _tick_on(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK.total_seconds())
            ticks += 1
            at = clock.monotonic()
            for room in list(self._rooms.values()):
                if room.clock is not None and at >= room.clock.quiet_until:
                    self._step_clock(room)
            if ticks % _IDLE_TICKS == 0:
                self._close_idle()
                self._bury_silent()
            if ticks % _BLIND_TICKS == 0 and not self._bus.is_up:
                self._look_up(*self._rooms)

    def _close_idle(self) -> None:
        oldest = clock.monotonic() - self._limits.idle.total_seconds()
        for socket in list(self._connections):
            if socket.heard_at < oldest:
                socket.close(connection.IDLE)

    def _bury_silent(self) -> None:
        """Processes that say nothing are dead, or unreachable: nobody counts as there through them."""
        oldest = asyncio.get_running_loop().time() - SILENCE.total_seconds()
        for process in [name for name, heard in self._alive.items() if heard < oldest]:
            del self._alive[process]
            for room in list(self._rooms.values()):
                room.clock_runs_elsewhere = False
                if room.hear_of(process, {}):
                    self._tell_presence(room)

    # From the bus

    def bus_came_up(self) -> None:
        """What was said meanwhile is lost: ask the database, and everybody."""
        self._look_up(*self._rooms)
        for room in self._rooms.values():
            room.doubt()
            self._announce(room, ask=True)
        asyncio.get_running_loop().call_later(_ANSWER_SECONDS, self._drop_doubted)

    def _drop_doubted(self) -> None:
        for room in list(self._rooms.values()):
            if room.drop_doubted():
                self._tell_presence(room)

    def heard(self, message: events.BusMessage) -> None:
        if isinstance(message, events.Happened):
            self._happened(message)
        elif message.origin == self._origin:
            return
        elif isinstance(message, events.Alive):
            self._is_alive(message.origin)
        elif isinstance(message, events.Delivered):
            self._deliver(message.msg)
        else:
            room = self._rooms.get(message.room)
            if room is not None:
                self._heard_of_room(room, message)

    def _happened(self, event: events.Happened) -> None:
        frame = frames.encode(frames.Event(event.topic, event.name, event.data))
        for socket in list(self._by_topic.get(event.topic, ())):
            socket.send(frame)
        kind, _, number = event.topic.partition(":")
        if kind == "session":
            self._sign_out(number, self._by_session.get(number, {}))
        elif not number.isdecimal():
            return
        elif kind == "person" and event.name == "signed_out":
            self._sign_out(int(number), self._by_person.get(int(number), {}))
        elif kind == "room" and (room := self._rooms.get(int(number))) is not None:
            self._look_up(room.id)
            if event.name not in ("closed", "granted", "revoked"):
                room.tell(frame)

    def _sign_out(self, who: int | str, sockets: dict[Connection, None]) -> None:
        """`who`: a person, or a session by the hash of its key."""
        self._signed_out[who] = clock.now_ms()
        self._signed_out.move_to_end(who)
        if len(self._signed_out) > _SIGNED_OUT_AT_MOST:
            self._signed_out.popitem(last=False)
        for socket in list(sockets):
            socket.close(connection.REVOKED)

    def _is_alive(self, process: str) -> None:
        is_new = process not in self._alive
        self._alive[process] = asyncio.get_running_loop().time()
        if is_new:
            for room in self._rooms.values():
                self._announce(room, ask=True)

    def _heard_of_room(
        self,
        room: LiveRoom,
        message: events.SeatsHere | events.Typed | events.ClockRead | events.Ended,
    ) -> None:
        if isinstance(message, events.SeatsHere):
            self._seats_elsewhere(room, message)
        elif isinstance(message, events.Typed):
            room.tell(frames.encode(frames.SeatTyping(room.id, message.seat)), but=message.seat)
        elif isinstance(message, events.Ended):
            room.tell(frames.encode(frames.Over(room.id, message.why)))
        elif room.clock is not None:
            room.clock.read(message.used, message.granted)
            room.clock_runs_elsewhere = message.running
            room.tell(frames.encode(_clock_frame(room, room.clock)))

    def _seats_elsewhere(self, room: LiveRoom, said: events.SeatsHere) -> None:
        self._alive.setdefault(said.origin, asyncio.get_running_loop().time())
        if said.ask:
            self._announce(room)
        changed = room.hear_of(said.origin, said.seats)
        for number, since_ms in said.seats.items():
            socket = room.sockets.get(number)
            if socket and (since_ms, said.origin) > (socket.since_ms, self._origin):
                socket.close(connection.REPLACED)
        if changed:
            self._tell_presence(room)

    # Tasks

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("a task of the hub ended: %s", type(problem).__name__)


def _clock_frame(room: LiveRoom, talk: TalkClock) -> frames.Clock:
    used = talk.used_now(clock.monotonic())
    running = talk.runs_here or room.clock_runs_elsewhere
    return frames.Clock(room.id, used, talk.granted_ms, running)


def _take_out(index: dict[Any, dict[Connection, None]], key: object, socket: Connection) -> None:
    sockets = index.get(key)
    if sockets is not None:
        sockets.pop(socket, None)
        if not sockets:
            del index[key]
