"""A clock that stands still, all addresses of the demo too, and one world for a whole table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from warmline.protocol import clock

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    cache.clear()
    clock.freeze(NIGHT)
    logging.disable(logging.WARNING)  # every refusal is one
    yield
    logging.disable(logging.NOTSET)
    clock.release()


@pytest.fixture(autouse=True)
def _every_address(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.policy.addresses"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    """How long a password takes is no part of who may do what."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
