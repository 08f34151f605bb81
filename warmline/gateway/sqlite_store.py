"""The log in SQLite: one thread writes, one reads, both on the file Django uses.

WAL with synchronous=FULL: a commit is on the disk when it returns. BEGIN IMMEDIATE takes the
write lock first, so that nothing read in the transaction can be outdated.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TypeVar

from warmline.gateway.store import (
    HELD_AT_MOST,
    ClockStep,
    RoomFacts,
    Row,
    Said,
    Seat,
    Store,
    Stored,
    StoreError,
    Verdict,
)

T = TypeVar("T")

_KNOWN = "SELECT seq, sent_ms, epoch, c FROM rooms_message WHERE room_id=? AND seat=? AND cid=?"
_ROOM = """
SELECT r.closed_at IS NULL, r.epoch, r.granted_ms, r.last_seq, coalesce(t.used_ms, 0)
FROM rooms_room r LEFT JOIN rooms_talkclock t ON t.room_id = r.id WHERE r.id = ?"""
_LIVE_SEATS = """
SELECT number, role, person_id FROM rooms_seat WHERE room_id = ? AND revoked_at IS NULL"""
_INSERT = """
INSERT INTO rooms_message (room_id, seq, seat, epoch, cid, c, body, sent_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_RAISE = "UPDATE rooms_room SET last_seq = ? WHERE id = ?"
_PAGE = """
SELECT seq, seat, epoch, cid, c, body, sent_ms FROM rooms_message
WHERE room_id = ? AND seq > ? ORDER BY seq LIMIT ?"""
_START = """
UPDATE rooms_talkclock SET running_since_ms = :now, last_beat_ms = :new
WHERE room_id = :room AND (running_since_ms IS NULL OR last_beat_ms IS NULL
  OR abs(last_beat_ms - :now) > :stale OR last_beat_ms IN (:held, :held2, :held3))
RETURNING used_ms"""
_BEAT = """
UPDATE rooms_talkclock SET used_ms = used_ms + :add, last_beat_ms = :new,
  running_since_ms = CASE WHEN :runs THEN running_since_ms END
WHERE room_id = :room AND last_beat_ms = :held AND running_since_ms IS NOT NULL
RETURNING used_ms"""

STATEMENTS = (_KNOWN, _ROOM, _LIVE_SEATS, _INSERT, _RAISE, _PAGE, _START, _BEAT)


class SqliteStore(Store):
    """`path` of the file; `patience`: how long to wait for another writer."""

    def __init__(self, path: str, patience: timedelta) -> None:
        self._writer = _Thread(path, patience, "message-log")
        self._reader = _Thread(path, patience, "replay")

    async def open(self) -> None:
        await self._writer.run(lambda _: None)
        await self._reader.run(lambda _: None)

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.close()

    async def append(self, batch: Sequence[Said], now_ms: int) -> list[Verdict]:
        return await self._writer.run(lambda db: _in_transaction(db, _append, batch, now_ms))

    async def page(self, room: int, after: int, limit: int) -> list[Row]:
        return await self._reader.run(
            lambda db: [Row(*row) for row in db.execute(_PAGE, (room, after, limit))]
        )

    async def facts(self, rooms: Sequence[int]) -> dict[int, RoomFacts]:
        return await self._reader.run(lambda db: _facts(db, rooms))

    async def step_clocks(self, steps: Sequence[ClockStep]) -> list[int | None]:
        return await self._writer.run(lambda db: _in_transaction(db, _step_clocks, steps))


class _Thread:
    """A connection that lives in a thread of its own, opened when it is first needed."""

    def __init__(self, path: str, patience: timedelta, name: str) -> None:
        self._path = path
        self._patience = patience
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._db: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        # Shielded: work that has begun is waited for, so that no result is given to the wrong one.
        return await asyncio.shield(loop.run_in_executor(self._pool, self._work, work))

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool, self._disconnect)
        self._pool.shutdown(wait=False)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._db is None:
                self._db = _connect(self._path, self._patience)
            return work(self._db)
        except sqlite3.Error as problem:
            self._disconnect()
            raise StoreError(type(problem).__name__) from problem

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def _connect(path: str, patience: timedelta) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"file:{path}?mode=rw",
        uri=True,
        timeout=patience.total_seconds(),
        isolation_level=None,
        check_same_thread=False,
    )
    with closing(db.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
    return db


def _in_transaction(db: sqlite3.Connection, work: Callable[..., T], *given: object) -> T:
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db, *given)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return result


class _OpenRoom:
    """A room while its part of a batch is judged."""

    def __init__(self, db: sqlite3.Connection, room: int) -> None:
        row = db.execute(_ROOM, (room,)).fetchone() or (False, 0, None, 0, 0)
        self.is_open: bool = row[0]
        self.epoch: int = row[1]
        self.granted_ms: int | None = row[2]
        self.last_seq: int = row[3]
        self.used_ms: int = row[4]
        self.seats = {number for number, _, _ in db.execute(_LIVE_SEATS, (room,))}
        self.was = self.last_seq


def _append(db: sqlite3.Connection, batch: Sequence[Said], now_ms: int) -> list[Verdict]:
    rooms: dict[int, _OpenRoom] = {}
    verdicts: list[Verdict] = []
    fresh: list[tuple[object, ...]] = []
    for said in batch:
        if said.room not in rooms:
            rooms[said.room] = _OpenRoom(db, said.room)
        room = rooms[said.room]
        verdict = _judge(db, room, said, now_ms)
        if isinstance(verdict, Stored) and verdict.fresh:
            room.last_seq = verdict.seq
            fresh.append(
                (said.room, verdict.seq, said.seat, said.epoch, said.cid, said.c, said.body, now_ms)
            )
        verdicts.append(verdict)
    db.executemany(_INSERT, fresh)
    raised = [(r.last_seq, id_) for id_, r in rooms.items() if r.last_seq != r.was]
    db.executemany(_RAISE, raised)
    return verdicts


def _judge(db: sqlite3.Connection, room: _OpenRoom, said: Said, now_ms: int) -> Verdict:
    known = db.execute(_KNOWN, (said.room, said.seat, said.cid)).fetchone()
    if known:
        seq, ms, epoch, c = known
        return Stored(seq, ms, epoch, c, fresh=False)
    if not room.is_open:
        return "closed"
    if said.seat not in room.seats:
        return "seat_gone"
    if room.granted_ms is not None and room.used_ms >= room.granted_ms:
        return "time_over"
    if said.epoch != room.epoch:
        return "stale_epoch"
    return Stored(room.last_seq + 1, now_ms, said.epoch, said.c, fresh=True)


def _facts(db: sqlite3.Connection, rooms: Sequence[int]) -> dict[int, RoomFacts]:
    found: dict[int, RoomFacts] = {}
    for room in rooms:
        row = db.execute(_ROOM, (room,)).fetchone()
        if row is None:
            continue
        is_open, _, granted_ms, last_seq, used_ms = row
        seats = {n: Seat(role, person) for n, role, person in db.execute(_LIVE_SEATS, (room,))}
        found[room] = RoomFacts(bool(is_open), last_seq, granted_ms, used_ms, seats)
    return found


def _step_clocks(db: sqlite3.Connection, steps: Sequence[ClockStep]) -> list[int | None]:
    results: list[int | None] = []
    for step in steps:
        held = (*step.held, None, None, None)[:HELD_AT_MOST]
        values = {
            "room": step.room,
            "now": step.now_ms,
            "new": step.new_beat_ms,
            "stale": step.stale_ms,
            "add": step.add_ms,
            "runs": step.runs,
            "held": held[0],
            "held2": held[1],
            "held3": held[2],
        }
        row = db.execute(_START if step.starts else _BEAT, values).fetchone()
        results.append(row[0] if row else None)
    return results
