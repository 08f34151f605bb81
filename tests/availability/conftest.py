"""A push service that may be called, and people of the cast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.push_service import PushService, push_service


@pytest.fixture
def pushes(settings: Any) -> Iterator[PushService]:
    """A push service on this machine; nothing that came there was wrong."""
    settings.PUSH_TO_LOOPBACK = True
    with push_service() as service:
        yield service
    assert not service.wrong
