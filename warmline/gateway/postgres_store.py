"""The log in PostgreSQL: a batch is one statement, and so one round trip and one commit.

One connection writes messages, one writes clocks, one reads; each is made anew when it breaks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

import asyncpg

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

# Rooms are locked in the order of their ids, so that two gateways can't wait for each other. A row
# that had to be waited for is read as it is then (READ COMMITTED); what another gateway inserted
# meanwhile is not seen and runs into a unique constraint: the batch is tried again.
# LATERAL … LIMIT 1 keeps every look-up a probe of an index, however big the planner takes a table.
_APPEND: Final = """
WITH given AS (
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::int[], $4::int[], $5::bytea[], $6::bytea[],
                       $7::bytea[]) AS g (i, room_id, seat, epoch, cid, c, body)
), room AS MATERIALIZED (
  SELECT id, closed_at, epoch, granted_ms, last_seq FROM rooms_room
  WHERE id = ANY ($8::bigint[]) ORDER BY id FOR NO KEY UPDATE
), judged AS MATERIALIZED (
  SELECT g.*, room.last_seq, m.seq AS known_seq, m.sent_ms AS known_ms, m.epoch AS known_epoch,
         m.c AS known_c,
         CASE WHEN m.seq IS NOT NULL THEN 'known'
              WHEN room.id IS NULL OR room.closed_at IS NOT NULL THEN 'closed'
              WHEN s.number IS NULL THEN 'seat_gone'
              WHEN coalesce(t.used_ms, 0) >= room.granted_ms THEN 'time_over'
              WHEN g.epoch <> room.epoch THEN 'stale_epoch'
              ELSE 'fresh' END AS verdict
  FROM given g
  LEFT JOIN room ON room.id = g.room_id
  LEFT JOIN LATERAL (
    SELECT seq, sent_ms, epoch, c FROM rooms_message
    WHERE room_id = g.room_id AND seat = g.seat AND cid = g.cid LIMIT 1
  ) m ON true
  LEFT JOIN LATERAL (
    SELECT number FROM rooms_seat
    WHERE room_id = g.room_id AND number = g.seat AND revoked_at IS NULL LIMIT 1
  ) s ON true
  LEFT JOIN LATERAL (
    SELECT used_ms FROM rooms_talkclock WHERE room_id = g.room_id LIMIT 1
  ) t ON true
), fresh AS MATERIALIZED (
  SELECT j.*, last_seq + row_number() OVER (PARTITION BY room_id ORDER BY i) AS seq
  FROM judged j WHERE verdict = 'fresh'
), raised AS (
  UPDATE rooms_room r SET last_seq = top.seq
  FROM (SELECT room_id, max(seq) AS seq FROM fresh GROUP BY room_id) top WHERE r.id = top.room_id
), stored AS (
  INSERT INTO rooms_message (room_id, seq, seat, epoch, cid, c, body, sent_ms)
  SELECT room_id, seq, seat, epoch, cid, c, body, $9::bigint FROM fresh
)
SELECT i, verdict, known_seq::bigint AS seq, known_ms AS ms, known_epoch AS epoch, known_c AS c
FROM judged WHERE verdict <> 'fresh'
UNION ALL SELECT i, verdict, seq, $9::bigint, NULL, NULL FROM fresh"""

_PAGE: Final = """
SELECT seq, seat, epoch, cid, c, body, sent_ms FROM rooms_message
WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"""

_FACTS: Final = """
SELECT r.id, r.closed_at IS NULL, r.last_seq, r.granted_ms, coalesce(t.used_ms, 0),
       s.number, s.role, s.person_id
FROM rooms_room r
LEFT JOIN rooms_talkclock t ON t.room_id = r.id
LEFT JOIN rooms_seat s ON s.room_id = r.id AND s.revoked_at IS NULL
WHERE r.id = ANY ($1::bigint[])"""

_STEP: Final = """
WITH step AS (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                       $6::bigint[], $7::bigint[], $8::bool[], $9::bool[], $10::bigint[])
  AS s (room_id, now_ms, new_ms, held, held2, held3, add_ms, starts, runs, stale_ms)
)
UPDATE rooms_talkclock t SET
  used_ms = t.used_ms + step.add_ms,
  last_beat_ms = step.new_ms,
  running_since_ms = CASE WHEN step.starts THEN step.now_ms
                          WHEN step.runs THEN t.running_since_ms END
FROM step
WHERE t.room_id = step.room_id AND CASE
  WHEN step.starts THEN t.running_since_ms IS NULL OR t.last_beat_ms IS NULL
    OR abs(t.last_beat_ms - step.now_ms) > step.stale_ms
    OR t.last_beat_ms IN (step.held, step.held2, step.held3)
  ELSE t.last_beat_ms = step.held AND t.running_since_ms IS NOT NULL END
RETURNING t.room_id, t.used_ms"""

STATEMENTS = (_APPEND, _PAGE, _FACTS, _STEP)

_TRY_AGAIN = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_TRIES: Final = 5

# The plan must not depend on how big the tables were when it was made: always by index.
_SESSION: Final = {
    "synchronous_commit": "on",
    "application_name": "warmline gateway",
    "timezone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}


class PostgresStore(Store):
    """`dsn` as libpq writes it; `patience`: how long one statement may take."""

    def __init__(self, dsn: str, patience: timedelta) -> None:
        self._log = _Line(dsn, patience)
        self._clocks = _Line(dsn, patience)
        self._reader = _Line(dsn, patience)

    async def open(self) -> None:
        for line in (self._log, self._clocks, self._reader):
            await line.run(lambda db: db.fetchval("SELECT 1"))

    async def close(self) -> None:
        for line in (self._log, self._clocks, self._reader):
            await line.close()

    async def append(self, batch: Sequence[Said], now_ms: int) -> list[Verdict]:
        values = _columns(batch, now_ms)
        for _ in range(_TRIES):
            try:
                rows = await self._log.run(lambda db: db.fetch(_APPEND, *values))
            except _TRY_AGAIN:
                continue
            return _verdicts(batch, rows)
        raise StoreError("another process kept getting in the way")

    async def page(self, room: int, after: int, limit: int) -> list[Row]:
        rows = await self._reader.run(lambda db: db.fetch(_PAGE, room, after, limit))
        return [Row(*row) for row in rows]

    async def facts(self, rooms: Sequence[int]) -> dict[int, RoomFacts]:
        rows = await self._reader.run(lambda db: db.fetch(_FACTS, list(rooms)))
        found: dict[int, RoomFacts] = {}
        for room, is_open, last_seq, granted_ms, used_ms, number, role, person in rows:
            if room not in found:
                found[room] = RoomFacts(is_open, last_seq, granted_ms, used_ms, {})
            if number is not None:
                found[room].seats[number] = Seat(role, person)
        return found

    async def step_clocks(self, steps: Sequence[ClockStep]) -> list[int | None]:
        values = list(zip(*map(_step_values, steps), strict=True))
        for _ in range(_TRIES):
            try:
                rows = await self._clocks.run(lambda db: db.fetch(_STEP, *values))
            except _TRY_AGAIN:
                continue
            used = dict(rows)
            return [used.get(step.room) for step in steps]
        raise StoreError("another process kept getting in the way")


class _Line:
    """One connection, one statement at a time."""

    def __init__(self, dsn: str, patience: timedelta) -> None:
        self._dsn = dsn
        self._patience = patience.total_seconds()
        self._db: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Raises StoreError; lets _TRY_AGAIN pass."""
        async with self._turn:
            try:
                # From outside, because a stopped server answers no cancel request either.
                return await asyncio.wait_for(self._work(work), self._patience)
            except _TRY_AGAIN:
                raise
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as e:
                self._drop()
                raise StoreError(type(e).__name__) from e
            except BaseException:
                self._drop()
                raise

    async def close(self) -> None:
        async with self._turn:
            db, self._db = self._db, None
            if db is not None and not db.is_closed():
                try:
                    await db.close(timeout=2)
                except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    db.terminate()

    async def _work(self, work: Callable[[Any], Awaitable[T]]) -> T:
        if self._db is None or self._db.is_closed():
            self._db = await asyncpg.connect(self._dsn, server_settings=_SESSION)
        return await work(self._db)

    def _drop(self) -> None:
        db, self._db = self._db, None
        if db is not None and not db.is_closed():
            db.terminate()


def _columns(batch: Sequence[Said], now_ms: int) -> tuple[Any, ...]:
    return (
        list(range(len(batch))),
        [said.room for said in batch],
        [said.seat for said in batch],
        [said.epoch for said in batch],
        [said.cid for said in batch],
        [said.c for said in batch],
        [said.body for said in batch],
        list({said.room for said in batch}),
        now_ms,
    )


def _verdicts(batch: Sequence[Said], rows: Sequence[Any]) -> list[Verdict]:
    verdicts: list[Verdict] = ["not_stored"] * len(batch)
    for i, verdict, seq, ms, epoch, c in rows:
        if verdict == "fresh":
            verdicts[i] = Stored(seq, ms, batch[i].epoch, batch[i].c, fresh=True)
        elif verdict == "known":
            verdicts[i] = Stored(seq, ms, epoch, c, fresh=False)
        else:
            verdicts[i] = verdict
    return verdicts


def _step_values(step: ClockStep) -> tuple[object, ...]:
    return (
        step.room,
        step.now_ms,
        step.new_beat_ms,
        *(*step.held, None, None, None)[:HELD_AT_MOST],
        step.add_ms,
        step.starts,
        step.runs,
        step.stale_ms,
    )
