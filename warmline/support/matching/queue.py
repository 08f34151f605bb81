"""A queue in exact order, from which taking somebody out costs next to nothing."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from itertools import count
from typing import Any, Generic, Protocol, TypeVar


class Queued(Protocol):
    """Somebody who stands in queues with one entry, the same in each; None: in none."""

    id: int
    entry: Any


Someone = TypeVar("Someone", bound=Queued)

Entry = tuple[int, int, int, int, Someone]
"""Two figures to order by, the greatest first; minus the id; a running number; who stands there."""

_numbers = count()


class Queue(Generic[Someone]):
    """People in order, the greatest entry first.

    A sorted list rather than a heap: a match looks past the first (who may not fit), and whom it
    sees next must be the next in order, whatever happened before. As in a heap with lazy deletion,
    who leaves only counts as gone; the list is cleaned at its head, and as a whole when an eighth
    of it has gone.
    """

    __slots__ = ("_entries", "_gone")

    def __init__(self) -> None:
        self._entries: list[Entry[Someone]] = []
        self._gone = 0

    def entries(self) -> Iterator[Entry[Someone]]:
        """All in order; skip those with `entry[4].entry is not entry`, they are gone.

        Nobody may come or go meanwhile.
        """
        entries = self._entries
        while entries and entries[-1][4].entry is not entries[-1]:
            entries.pop()
            self._gone -= 1
        return reversed(entries)

    def add(self, entry: Entry[Someone]) -> None:
        insort(self._entries, entry)

    def one_left(self) -> None:
        """Somebody's entry is no longer theirs."""
        self._gone += 1
        if self._gone > 8 + len(self._entries) // 8:
            self._entries = [entry for entry in self._entries if entry[4].entry is entry]
            self._gone = 0


def stand(someone: Someone, queues: list[Queue[Someone]], order: tuple[int, int]) -> None:
    """Take a place in all these queues."""
    someone.entry = (*order, -someone.id, next(_numbers), someone)
    for queue in queues:
        queue.add(someone.entry)


def leave(someone: Someone, queues: list[Queue[Someone]]) -> None:
    """Give the place up, in all the queues one stands in."""
    if someone.entry is not None:
        someone.entry = None
        for queue in queues:
            queue.one_left()
