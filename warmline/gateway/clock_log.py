"""Writes talk clocks as the message log writes messages: whatever is due, in one commit."""

import asyncio
import logging
from collections.abc import Callable

from warmline.gateway.store import ClockStep, Store, StoreError

log = logging.getLogger(__name__)

Settled = Callable[[int | None], None]
Failed = Callable[[], None]


class ClockLog:
    """At most one step of a room may be under way; TalkClock sees to that."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due: list[tuple[ClockStep, Settled, Failed]] = []
        self._arrived = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="clock log")

    async def stop(self) -> None:
        """Writes what is due, then ends."""
        self._stopping = True
        self._arrived.set()
        if self._task is not None:
            await self._task

    def add(self, step: ClockStep, settled: Settled, failed: Failed) -> None:
        """Exactly one of the two is called, from the loop."""
        self._due.append((step, settled, failed))
        self._arrived.set()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._due:
                due, self._due = self._due, []
                await self._write(due)
            if self._stopping:
                return

    async def _write(self, due: list[tuple[ClockStep, Settled, Failed]]) -> None:
        try:
            results = await self._store.step_clocks([step for step, _, _ in due])
        except Exception as problem:
            name = str(problem) if isinstance(problem, StoreError) else type(problem).__name__
            log.error("%d clocks not written: %s", len(due), name)
            for _, _, failed in due:
                failed()
            return
        for (_, settled, _), used_ms in zip(due, results, strict=True):
            settled(used_ms)
