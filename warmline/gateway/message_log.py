"""Group commit: a batch is whatever arrived while the last commit ran. Nobody waits for company."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from warmline.gateway.store import Said, Store, StoreError, Verdict
from warmline.protocol import clock

log = logging.getLogger(__name__)

Told = Callable[[Said, Verdict], None]


class MessageLog:
    """Commits what is said and tells every sender what became of it, after the commit."""

    def __init__(self, store: Store, *, batch: int, waiting: int) -> None:
        self._store = store
        self._batch = batch
        self._most = waiting
        self._waiting: deque[tuple[Said, Told]] = deque()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="message log")

    async def stop(self) -> None:
        """Commits what is waiting, then ends."""
        self._stopping = True
        self._arrived.set()
        if self._task is not None:
            await self._task

    def add(self, said: Said, told: Told) -> None:
        """`told` is called once, from the loop, in the order of commits; at once if too much waits."""
        if self._stopping or len(self._waiting) >= self._most:
            told(said, "not_stored")
            return
        self._waiting.append((said, told))
        self._arrived.set()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._commit(self._take())
            if self._stopping:
                return

    def _take(self) -> dict[tuple[int, int, bytes], list[tuple[Said, Told]]]:
        """The next batch; a message that is in it twice is committed once and told twice."""
        taken: dict[tuple[int, int, bytes], list[tuple[Said, Told]]] = {}
        while self._waiting and len(taken) < self._batch:
            said, told = self._waiting.popleft()
            taken.setdefault(said.identity, []).append((said, told))
        return taken

    async def _commit(self, taken: dict[tuple[int, int, bytes], list[tuple[Said, Told]]]) -> None:
        batch = [waiters[0][0] for waiters in taken.values()]
        verdicts: list[Verdict]
        try:
            verdicts = await self._store.append(batch, clock.now_ms())
        except StoreError as problem:
            log.error("%d messages not stored: %s", len(batch), problem)
            verdicts = ["not_stored"] * len(batch)
        except Exception as problem:
            log.error("%d messages not stored: %s", len(batch), type(problem).__name__)
            verdicts = ["not_stored"] * len(batch)
        for waiters, verdict in zip(taken.values(), verdicts, strict=True):
            for said, told in waiters:
                told(said, verdict)
