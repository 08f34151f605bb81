"""A clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from warmline.protocol import clock


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    clock.freeze(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    yield
    clock.release()
