"""What every test can rely on: a clean bus."""

import os

import pytest
from redis import Redis


@pytest.fixture(autouse=True)
def clean_redis() -> None:
    """Start each test with an empty Redis, where the run has one."""
    if url := os.environ.get("REDIS_URL"):
        with Redis.from_url(url) as redis:
            redis.flushdb()
