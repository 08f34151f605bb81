"""A clock that stands still, counters at zero, a community."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from tests import factories
from warmline.protocol import clock

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def still_night(db: None) -> Iterator[datetime]:
    """Three at night in a community that exists."""
    cache.clear()
    clock.freeze(NIGHT)
    factories.community()
    yield NIGHT
    clock.release()
