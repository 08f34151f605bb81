"""What every test can rely on: a clean bus."""

import os

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def clean_redis() -> None:
    """Start each test with an empty Redis, where the run has one."""
    if url := os.environ.get("REDIS_URL"):
        with Redis.from_url(url) as redis:
            redis.flushdb()
