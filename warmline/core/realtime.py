"""Wake-ups from Django to pages and threads, sent on commit.

An event says that something changed, never what was said: whoever is woken fetches the rest, with its
own rights. The bus is disposable; a lost event only delays.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

from warmline.protocol import events, topics

log = logging.getLogger(__name__)

Sink = Callable[[bytes], None]
_sinks: list[Sink] = []


def publish(topic: str, name: str, **data: Any) -> None:
    """Send event ``name`` on ``topic`` once the running transaction has committed."""
    message = events.encode_event(topic, name, data)
    transaction.on_commit(lambda: _send(message), robust=True)


def connect(sink: Sink) -> Callable[[], None]:
    """Give every event of this process to ``sink`` too; returns what disconnects it.

    A sink is called in the publishing thread and must return at once.
    """
    _sinks.append(sink)
    return lambda: _sinks.remove(sink)


def _send(message: bytes) -> None:
    if url := settings.REDIS_URL:
        _send_over_redis(url, message)
        return
    for sink in list(_sinks):
        sink(message)


def _send_over_redis(url: str, message: bytes) -> None:
    try:
        _client(url).publish(topics.EVENTS_CHANNEL, message)
    except redis.RedisError:
        log.warning("An event was not published: the bus is away.")


@functools.cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)


class Listener(threading.Thread):
    """Calls ``heard`` for every event on a topic that comes over Redis; idle without Redis.

    Waits and connects again when Redis goes away: whoever listens polls as well.
    """

    RETRY_SECONDS = 2.0

    def __init__(self, topic: str, heard: Callable[[], None]) -> None:
        super().__init__(name=f"listener {topic}", daemon=True)
        self._topic, self._heard = topic, heard
        self._ended = threading.Event()

    def run(self) -> None:
        while (url := settings.REDIS_URL) and not self._ended.is_set():
            try:
                self._listen(url)
            except redis.RedisError:
                self._ended.wait(self.RETRY_SECONDS)

    def stop(self) -> None:
        """End within a second."""
        self._ended.set()

    def _listen(self, url: str) -> None:
        with redis.Redis.from_url(url) as connection, connection.pubsub() as hearing:
            hearing.subscribe(topics.EVENTS_CHANNEL)
            while not self._ended.is_set():
                said = hearing.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if said and events.is_about(self._topic, said["data"]):
                    self._heard()
