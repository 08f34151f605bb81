"""What tests ask of a database beside the gateway: rooms to talk in, and what was stored."""

import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg

ROOM_ID_MAX = 2**53 - 1


class Database:
    """Plain SQL with `?` for values, on either engine; each statement is its own commit."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._kept: psycopg.Connection[tuple[Any, ...]] | None = None

    @property
    def is_postgres(self) -> bool:
        return self.url.startswith("postgres")

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        if self.is_postgres:
            return self._run_on_postgres(sql.replace("?", "%s"), values)
        db = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
        db.execute("PRAGMA synchronous=OFF")  # ours alone; the gateway has its own connection
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def _run_on_postgres(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._kept is None or self._kept.closed:
            self._kept = psycopg.connect(self.url, autocommit=True)
        try:
            cursor = self._kept.execute(sql, values)
        except psycopg.OperationalError:  # the server was killed in between
            self._kept = psycopg.connect(self.url, autocommit=True)
            cursor = self._kept.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()

    def script(self, sql: str) -> None:
        for statement in sql.split(";"):
            if statement.strip():
                self.run(statement)

    def make_room(
        self,
        granted_ms: int | None = None,
        roles: Sequence[str] = ("seeker", "volunteer"),
        people: Sequence[int] = (101, 102),
        used_ms: int = 0,
    ) -> int:
        """An open room in epoch 1 with live seats 1, 2 … and a clock that stands still."""
        room = 1 + secrets.randbelow(ROOM_ID_MAX)
        now = "2026-03-01T12:00:00Z"
        self.run(
            "INSERT INTO rooms_room (id, purpose, opened_at, epoch, last_seq, granted_ms)"
            " VALUES (?, 'talk', ?, 1, 0, ?)",
            room, now, granted_ms,
        )  # fmt: skip
        for number, (role, person) in enumerate(zip(roles, people, strict=True), 1):
            self.run(
                "INSERT INTO rooms_seat (id, room_id, number, role, person_id, taken_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                1 + secrets.randbelow(ROOM_ID_MAX), room, number, role, person, now,
            )  # fmt: skip
        self.run("INSERT INTO rooms_talkclock (room_id, used_ms) VALUES (?, ?)", room, used_ms)
        return room

    def make_messages(self, room: int, count: int, body: bytes = bytes(188)) -> None:
        """A log of seat 1's messages 1 … count."""
        numbers = ",".join(f"({seq})" for seq in range(1, count + 1))
        cid = (
            "decode(md5(n::text), 'hex')"
            if self.is_postgres
            else "CAST(printf('%016d', n) AS BLOB)"
        )
        self.run(
            "INSERT INTO rooms_message (room_id, seq, seat, epoch, cid, c, body, sent_ms)"
            f" SELECT ?, n, 1, 1, {cid}, ?, ?, 1 FROM (WITH t (n) AS (VALUES {numbers})"
            " SELECT n FROM t) AS numbers",
            room, bytes(32), body,
        )  # fmt: skip
        self.run("UPDATE rooms_room SET last_seq = ? WHERE id = ?", count, room)

    def close_room(self, room: int) -> None:
        self.run("UPDATE rooms_room SET closed_at = '2026-03-01T13:00:00Z' WHERE id = ?", room)

    def revoke(self, room: int, seat: int) -> None:
        self.run(
            "UPDATE rooms_seat SET revoked_at = '2026-03-01T13:00:00Z'"
            " WHERE room_id = ? AND number = ?",
            room, seat,
        )  # fmt: skip

    def grant(self, room: int, granted_ms: int) -> None:
        self.run("UPDATE rooms_room SET granted_ms = ? WHERE id = ?", granted_ms, room)

    def messages(self, room: int) -> list[tuple[int, int, bytes]]:
        """(seq, seat, cid), by seq."""
        rows = self.run(
            "SELECT seq, seat, cid FROM rooms_message WHERE room_id = ? ORDER BY seq", room
        )
        return [(seq, seat, bytes(cid)) for seq, seat, cid in rows]

    def last_seq(self, room: int) -> int:
        return int(self.run("SELECT last_seq FROM rooms_room WHERE id = ?", room)[0][0])

    def clock(self, room: int) -> tuple[int, int | None, int | None]:
        """used_ms, running_since_ms, last_beat_ms."""
        rows = self.run(
            "SELECT used_ms, running_since_ms, last_beat_ms FROM rooms_talkclock WHERE room_id = ?",
            room,
        )
        return rows[0]  # type: ignore[return-value]
