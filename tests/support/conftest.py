"""A clock that stands still, counters at zero, a community, and ears on the bus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from tests import factories
from warmline.core import realtime
from warmline.protocol import clock, events

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    cache.clear()
    clock.freeze(NIGHT)
    yield
    clock.release()


@pytest.fixture
def night_window(db: None) -> None:
    """The community with its catalogue."""
    factories.community()
    factories.catalogue()


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
