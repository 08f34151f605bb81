"""The gateway put together."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable

from warmline.gateway.admission import Admission
from warmline.gateway.bus import Bus, InProcessBus, RedisBus
from warmline.gateway.clock_log import ClockLog
from warmline.gateway.config import GatewayConfig
from warmline.gateway.front_door import FrontDoor, HttpFactory, LiveDoor
from warmline.gateway.hub import Hub
from warmline.gateway.message_log import MessageLog
from warmline.gateway.postgres_store import PostgresStore
from warmline.gateway.sqlite_store import SqliteStore
from warmline.gateway.store import Store, StoreError

log = logging.getLogger(__name__)

_GOODBYE_SECONDS = 0.5


class Gateway:
    """The live path of one process. Make it and start it inside the running loop.

    With uvicorn, which then keeps its signals, its lifespan and its way of stopping:

        gateway = Gateway(GatewayConfig(…))
        await gateway.start()
        disconnect = core.realtime.connect(gateway.submit_event)  # without Redis
        config = uvicorn.Config(
            app,
            http=gateway.http_protocol(HttpToolsProtocol),
            ws=gateway.upgraded,
            access_log=False,
        )
        await uvicorn.Server(config).serve(sockets=[…])
        await gateway.stop()

    Or with any server: `loop.create_server(gateway.front_door(make_http_protocol), …)`.
    """

    def __init__(self, config: GatewayConfig) -> None:
        self._config = config
        origin = secrets.token_urlsafe(9)
        self._store = _store(config)
        self._bus: Bus = RedisBus(config.redis_url, origin) if config.redis_url else InProcessBus()
        limits = config.limits
        self._log = MessageLog(self._store, batch=limits.batch, waiting=limits.waiting)
        self._clocks = ClockLog(self._store)
        self._hub = Hub(config, self._store, self._log, self._clocks, self._bus, origin)
        self._admission = Admission(config, self._bus, self._hub)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Ready for connections. A database that is away is no error: senders are told."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._store.open()
        except StoreError as problem:
            log.error("the database is away: %s", problem)
        self._log.start()
        self._clocks.start()
        self._hub.start()
        await self._bus.start(self._hub.heard, self._hub.bus_came_up)

    async def stop(self) -> None:
        """Sends every page away (4005), commits what was said, stops the clocks."""
        self._loop = None
        self._hub.go()
        await self._log.stop()
        await self._clocks.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hub.all_gone(), _GOODBYE_SECONDS)
        await self._hub.stop()
        await self._bus.stop()
        await self._store.close()

    def front_door(self, http: HttpFactory) -> Callable[[], FrontDoor]:
        """A protocol factory for one port; `http` makes the protocol of all that is not live."""
        limits = self._config.limits
        return lambda: FrontDoor(self._live_door, http, limits)

    def http_protocol(self, protocol: Callable[..., asyncio.Protocol]) -> Callable[..., FrontDoor]:
        """The front door in the shape of uvicorn's `http` option."""
        limits = self._config.limits

        def make(**given: object) -> FrontDoor:
            return FrontDoor(self._live_door, lambda: protocol(**given), limits)

        return make

    def upgraded(self, **_: object) -> LiveDoor:
        """In the shape of uvicorn's `ws` option: an upgrade where a page was served before."""
        return self._live_door()

    def submit_event(self, data: bytes) -> None:
        """An event of Django (`events.encode_event`), from any thread; dropped when stopped."""
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._bus.submit, data)

    @property
    def sockets(self) -> int:
        """How many are open."""
        return self._hub.sockets

    def _live_door(self) -> LiveDoor:
        return LiveDoor(self._admission, self._hub, self._config.limits)


def _store(config: GatewayConfig) -> Store:
    url, patience = config.database_url, config.limits.statement
    if url.startswith("sqlite:///"):
        return SqliteStore(url.removeprefix("sqlite:///"), patience)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresStore(url, patience)
    raise ValueError("database_url starts with sqlite:/// or postgresql://")
