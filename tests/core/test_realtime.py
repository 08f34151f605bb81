"""Django's events on their way out of the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from tests import servers
from warmline.core import realtime
from warmline.protocol import events, topics

WITHIN = 10.0


@pytest.fixture
def redis_url(settings: Any) -> Iterator[str]:
    with servers.redis() as server:
        settings.REDIS_URL = server.url
        yield server.url


def until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.mark.django_db
def test_with_redis_an_event_goes_where_every_gateway_listens(
    redis_url: str, django_capture_on_commit_callbacks: Any
) -> None:
    with redis.Redis.from_url(redis_url) as hearing, hearing.pubsub() as gateway:
        gateway.subscribe(topics.EVENTS_CHANNEL)
        assert gateway.get_message(timeout=WITHIN)
        with django_capture_on_commit_callbacks(execute=True):
            realtime.publish(topics.person(7), "offer", room=3)
        said = gateway.get_message(timeout=WITHIN)
    assert said
    assert events.decode(said["data"]) == events.Happened("person:7", "offer", {"room": 3})


@pytest.mark.django_db
def test_a_listener_hears_its_own_topic_alone(
    redis_url: str, django_capture_on_commit_callbacks: Any
) -> None:
    calls = threading.Semaphore(0)
    listener = realtime.Listener(topics.MATCHER, calls.release)
    listener.start()
    with redis.Redis.from_url(redis_url) as asking:
        until(lambda: dict(asking.pubsub_numsub(topics.EVENTS_CHANNEL))[b"warmline:events"])
        asking.publish(topics.EVENTS_CHANNEL, b"not ours")
    with django_capture_on_commit_callbacks(execute=True):
        realtime.publish(topics.TELLER, "notice")
        realtime.publish(topics.MATCHER, "ready")
    assert calls.acquire(timeout=WITHIN)
    listener.stop()
    listener.join(WITHIN)
    assert not calls.acquire(blocking=False)
