"""A clock that stands still, all addresses of the demo too, and one world for a whole table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.policy.world import World, make
from warmline.protocol import clock

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="package")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once for all tests here; each request in it is rolled back."""
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with django_db_blocker.unblock(), override_settings(**quick), transaction.atomic():
        clock.freeze(NIGHT)
        yield make()
        clock.release()
        transaction.set_rollback(True)


@pytest.fixture
def night(made: World, settings: Any) -> Iterator[World]:
    """The world at its hour, reached through every address, with all that decides nothing left out."""
    settings.ROOT_URLCONF = "tests.policy.addresses"
    settings.MIDDLEWARE = [
        each for each in settings.MIDDLEWARE if "servestatic" not in each and "gzip" not in each
    ]
    logging.disable(logging.WARNING)  # every refusal is one
    yield made
    logging.disable(logging.NOTSET)
