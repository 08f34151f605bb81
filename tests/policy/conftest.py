"""A clock that stands still, all addresses of the demo too, and one world for a whole table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from tests.policy.world import World, make
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
def _every_address(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.policy.addresses"


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    """Thousands of requests: what takes long and decides nothing about who may do what is left out."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MIDDLEWARE = [
        each for each in settings.MIDDLEWARE if "servestatic" not in each and "gzip" not in each
    ]


@pytest.fixture
def night(db: None) -> World:
    return make()
