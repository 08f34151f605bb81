"""How processes tell each other. Disposable: what is lost is looked up in the database.

In-process there is nothing between gateways, and Django's events come by `submit`. With Redis
there is one channel a topic that somebody here listens to, one for Django's events, and one for the
gateways' heartbeats, whose own echo shows that the line is alive.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, Protocol

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from warmline.protocol import events, topics

log = logging.getLogger(__name__)

Heard = Callable[[events.BusMessage], None]

HEARTBEAT: Final = timedelta(seconds=2)
SILENCE: Final = timedelta(seconds=6)  # without a heartbeat: dead
_CLAIM_SECONDS: Final = 1.0  # a page that opens its socket waits no longer for Redis
_OUTBOX: Final = 10_000
_CLAIM_PREFIX: Final = "warmline:jti:"


class Bus(Protocol):
    """`is_up`: nothing said now is lost, as far as anybody knows."""

    spans_processes: bool
    is_up: bool

    async def start(self, heard: Heard, came_up: Callable[[], None]) -> None:
        """`heard` and `came_up` are called from the loop."""

    async def stop(self) -> None: ...

    def submit(self, data: bytes) -> None:
        """Takes Django's event from this process, from the loop."""

    def say(self, topic: str, message: events.BusMessage) -> None:
        """To the other gateways; never waits, may be lost."""

    def listen(self, topic: str) -> None: ...

    def unlisten(self, topic: str) -> None: ...

    async def claim(self, jti: str, seconds: int) -> bool:
        """Whether no gateway has claimed it before; True, too, when there is nobody to ask."""


class InProcessBus(Bus):
    """One process: Django's threads and the gateway."""

    spans_processes = False
    is_up = True

    def __init__(self) -> None:
        self._heard: Heard | None = None

    async def start(self, heard: Heard, came_up: Callable[[], None]) -> None:
        self._heard = heard

    async def stop(self) -> None:
        self._heard = None

    def submit(self, data: bytes) -> None:
        _pass_on(data, self._heard)

    def say(self, topic: str, message: events.BusMessage) -> None:
        pass

    def listen(self, topic: str) -> None:
        pass

    def unlisten(self, topic: str) -> None:
        pass

    async def claim(self, jti: str, seconds: int) -> bool:
        return True


class RedisBus(Bus):
    """Several processes. Redis may die at any time and come back empty."""

    spans_processes = True

    def __init__(self, url: str, origin: str) -> None:
        self.is_up = False
        self._origin = origin
        self._redis = Redis.from_url(
            url, socket_connect_timeout=2, socket_timeout=2, retry=Retry(NoBackoff(), 0)
        )
        self._heard: Heard | None = None
        self._came_up: Callable[[], None] = lambda: None
        self._topics: set[str] = {topics.GATEWAYS}
        self._outbox: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_OUTBOX)
        self._wishes: asyncio.Queue[tuple[bool, str]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self, heard: Heard, came_up: Callable[[], None]) -> None:
        self._heard = heard
        self._came_up = came_up
        self._task = asyncio.create_task(self._stay_connected(), name="bus")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()
        self._heard = None

    def submit(self, data: bytes) -> None:
        _pass_on(data, self._heard)

    def say(self, topic: str, message: events.BusMessage) -> None:
        if self.is_up:
            with contextlib.suppress(asyncio.QueueFull):
                self._outbox.put_nowait((topics.channel(topic), events.encode(message)))

    def listen(self, topic: str) -> None:
        self._topics.add(topic)
        self._wishes.put_nowait((True, topic))

    def unlisten(self, topic: str) -> None:
        self._topics.discard(topic)
        self._wishes.put_nowait((False, topic))

    async def claim(self, jti: str, seconds: int) -> bool:
        try:
            async with asyncio.timeout(_CLAIM_SECONDS):
                taken = await self._redis.set(
                    _CLAIM_PREFIX + jti, b"1", nx=True, ex=max(1, seconds)
                )
        except (RedisError, OSError, TimeoutError):
            return True
        return bool(taken)

    async def _stay_connected(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, TimeoutError) as problem:
                if self.is_up:
                    log.error("the bus is away: %s", type(problem).__name__)
            self.is_up = False
            await asyncio.sleep(0.3)

    async def _listen(self) -> None:
        """Until the line breaks, or something was not sent: then raises."""
        async with self._redis.pubsub() as pubsub:
            _empty(self._wishes)
            _empty(self._outbox)
            await pubsub.subscribe(topics.EVENTS_CHANNEL, *map(topics.channel, self._topics))
            tasks = [
                asyncio.create_task(self._hear(pubsub)),
                asyncio.create_task(self._subscribe(pubsub)),
                asyncio.create_task(self._beat()),
                asyncio.create_task(self._send()),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, pubsub: PubSub) -> None:
        silence = SILENCE.total_seconds()
        loop = asyncio.get_running_loop()
        echo = loop.time()
        while True:
            said = await pubsub.get_message(ignore_subscribe_messages=True, timeout=1.0)
            if loop.time() - echo > silence:
                raise TimeoutError("no echo")
            if said is None:
                continue
            data = said["data"]
            if data == self._alive():
                echo = loop.time()
                if not self.is_up:
                    self.is_up = True
                    log.info("the bus is up")
                    self._came_up()
            else:
                _pass_on(data, self._heard)

    async def _subscribe(self, pubsub: PubSub) -> None:
        while True:
            wanted, topic = await self._wishes.get()
            change = pubsub.subscribe if wanted else pubsub.unsubscribe
            await change(topics.channel(topic))

    async def _beat(self) -> None:
        while True:
            await self._redis.publish(topics.channel(topics.GATEWAYS), self._alive())
            await asyncio.sleep(HEARTBEAT.total_seconds())

    async def _send(self) -> None:
        while True:
            items = [await self._outbox.get()]
            while not self._outbox.empty() and len(items) < 500:
                items.append(self._outbox.get_nowait())
            pipeline = self._redis.pipeline(transaction=False)
            for channel, data in items:
                pipeline.publish(channel, data)
            await pipeline.execute()

    def _alive(self) -> bytes:
        return events.encode(events.Alive(self._origin))


def _empty(queue: asyncio.Queue[Any]) -> None:
    while not queue.empty():
        queue.get_nowait()


def _pass_on(data: bytes, heard: Heard | None) -> None:
    """To `heard`, unless it is nothing of ours or there is nobody to hear."""
    if heard is None:
        return
    try:
        message = events.decode(data)
    except events.BadEventError:
        log.error("something on the bus is not ours")
        return
    try:
        heard(message)
    except Exception as problem:
        log.error("an event was dropped: %s", type(problem).__name__)
