"""What the gateway asks of a database, whichever it is.

Two facts are written, messages and talk clocks, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from warmline.protocol.frames import NakCode


class StoreError(Exception):
    """The database did not do it, or nobody knows whether it did. Asking again is safe."""


class Said(msgspec.Struct, frozen=True):
    """A message on its way to the log."""

    room: int
    seat: int
    epoch: int
    cid: bytes
    c: bytes
    body: bytes

    @property
    def identity(self) -> tuple[int, int, bytes]:
        return self.room, self.seat, self.cid


class Stored(msgspec.Struct, frozen=True):
    """In the log. `fresh`: this commit put it there; otherwise epoch and c are the log's own."""

    seq: int
    ms: int
    epoch: int
    c: bytes
    fresh: bool


Verdict = Stored | NakCode


class Row(msgspec.Struct, frozen=True):
    """A message of the log."""

    seq: int
    seat: int
    epoch: int
    cid: bytes
    c: bytes
    body: bytes
    ms: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A live seat."""

    role: str
    person: int


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What the database knows of a room. `seats`: the live ones by number. Times in ms."""

    is_open: bool
    last_seq: int
    granted_ms: int | None
    used_ms: int
    seats: dict[int, Seat]

    @property
    def time_is_over(self) -> bool:
        return self.granted_ms is not None and self.used_ms >= self.granted_ms


HELD_AT_MOST: Final = 3


class ClockStep(msgspec.Struct, frozen=True):
    """One compare-and-set on a talk clock, all in ms.

    `starts`: begin to run, if it stands still, or its last beat is more than `stale_ms` away
    from `now_ms` (the process that ran it is dead, or a wall clock jumped), or it is in `held`
    (at most three).
    Otherwise: add `add_ms`, if the last beat is `held[0]` and the clock runs; then go on
    (`runs`) or stand still.
    """

    room: int
    now_ms: int
    new_beat_ms: int
    held: tuple[int, ...] = ()
    add_ms: int = 0
    starts: bool = False
    runs: bool = True
    stale_ms: int = 0


class Store(Protocol):
    """Every method may raise StoreError; the next call tries a new connection if it has to."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def append(self, batch: Sequence[Said], now_ms: int) -> list[Verdict]:
        """Commit what may be said; one verdict each, in order.

        Numbers are dense a room, in the batch's order. A message already in the log under its
        (room, seat, cid) keeps its number, whatever has changed since. No identity twice in a
        batch.
        """

    async def page(self, room: int, after: int, limit: int) -> list[Row]:
        """The next messages after a number, at most `limit`, ascending."""

    async def facts(self, rooms: Sequence[int]) -> dict[int, RoomFacts]:
        """What is known of these rooms; those that don't exist are left out."""

    async def step_clocks(self, steps: Sequence[ClockStep]) -> list[int | None]:
        """One commit; for each its `used_ms` then, or None where the comparison failed.

        No room twice.
        """
