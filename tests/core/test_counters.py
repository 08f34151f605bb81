"""Rate limits go on, each process for itself, while Redis is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from warmline.core import counters
from warmline.core.counters import DisposableRedisCache, TooMany
from warmline.protocol import clock


def test_limits_hold_while_redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    away = DisposableRedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(counters, "cache", away)
    clock.freeze()
    try:
        for _ in range(3):
            counters.allow("knock", "somebody", most=3, within=timedelta(minutes=1))
        with pytest.raises(TooMany):
            counters.allow("knock", "somebody", most=3, within=timedelta(minutes=1))
    finally:
        clock.release()
    assert cache is not away
