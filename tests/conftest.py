"""What every test can rely on, a clean bus, and what many ask for: a still clock, Dana, ears on the bus."""

from __future__ import annotations

import dataclasses
import os
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.middleware import csrf
from hypothesis import HealthCheck, settings
from redis import Redis

from tests import factories
from tests.push_service import PushService, push_service
from warmline.core import realtime
from warmline.people.models import Person
from warmline.protocol import clock, events

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""When the still clock stands."""

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# A form's token is 64 random characters: of digits alone, so that no name is ever found in one.
csrf.CSRF_ALLOWED_CHARS = string.digits


@pytest.fixture(autouse=True)
def clean_redis() -> None:
    """Start each test with an empty Redis, where the run has one."""
    if url := os.environ.get("REDIS_URL"):
        with Redis.from_url(url) as redis:
            redis.flushdb()


@pytest.fixture
def still_clock() -> Iterator[None]:
    """Three at night, until a test moves it; no try has been counted yet."""
    cache.clear()
    clock.freeze(NIGHT)
    yield
    clock.release()


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """The installation's data folder."""
    settings.INSTALLATION = dataclasses.replace(settings.INSTALLATION, data=tmp_path)
    return tmp_path


@pytest.fixture
def dana(db: None) -> Person:
    """Coordinates a community that exists."""
    factories.community()
    return factories.dana()


@pytest.fixture
def heard(settings: Any) -> Iterator[list[tuple[str, str]]]:
    """Every (topic, name) that is published; run it with ``django_capture_on_commit_callbacks``.

    In this process: what Redis carries is tested where it is received.
    """
    settings.REDIS_URL = None
    said: list[tuple[str, str]] = []

    def sink(message: bytes) -> None:
        event = events.decode(message)
        assert isinstance(event, events.Happened)
        said.append((event.topic, event.name))

    disconnect = realtime.connect(sink)
    yield said
    disconnect()


@pytest.fixture
def pushes(settings: Any) -> Iterator[PushService]:
    """A push service on this machine that may be called; nothing that came there was wrong."""
    settings.PUSH_TO_LOOPBACK = True
    with push_service() as service:
        yield service
    assert not service.wrong
