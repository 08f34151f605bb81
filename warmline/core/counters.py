"""Rate limits: small counters in memory (or Redis), keyed by hashes, gone by themselves.

No address is kept anywhere: a network prefix enters a key as a keyed hash, and the counters live no
longer than their window.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis import RedisError

from warmline.core.errors import DomainError
from warmline.core.prefix_key import PrefixKey
from warmline.protocol import clock

_prefix_key = PrefixKey(settings.INSTALLATION.data / "prefix.key")


class TooMany(DomainError):
    """A rate limit was reached; the page answers 429, with this sentence or the usual one."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            "too_many",
            sentence or _("That was a lot in a short time. Please wait a minute, then try again."),
        )


class DisposableRedisCache(RedisCache):
    """Redis counts for all processes; while it is away each process counts for itself."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("while-redis-is-away", params)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        try:
            return super().incr(key, delta, version)
        except RedisError:
            return self._own.incr(key, delta, version)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError:
            return self._own.add(*args, **kwargs)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            return self._own.get(key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError:
            self._own.set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError:
            return self._own.delete(*args, **kwargs)


def allow(what: str, whose: str, *, most: int, within: timedelta) -> None:
    """Count one ``what`` for ``whose``; raise :class:`TooMany` past ``most`` in a window.

    Windows are fixed (``within`` long); ``whose`` is hashed before it becomes a key.
    """
    window = int(clock.now().timestamp() // within.total_seconds())
    key = f"limit:{window}:{_keyed(what + chr(0) + whose)}"
    cache.add(key, 0, timeout=int(within.total_seconds()) + 1)
    try:
        count = cache.incr(key)
    except ValueError:
        return
    if count > most:
        raise TooMany


def network(request: HttpRequest) -> str:
    """Keyed hash (8 bytes, hex) of the network a request comes from: /24 or /48, never the address.

    Its key changes every 14 days, and with it every count there was.
    """
    try:
        address = ipaddress.ip_address(_address(request))
    except ValueError:
        return "unknown"
    bits = 24 if address.version == 4 else 48
    prefix = ipaddress.ip_network((address, bits), strict=False)
    return hmac.digest(_prefix_key.current(), str(prefix).encode(), "sha256")[:8].hex()


def _address(request: HttpRequest) -> str:
    """The browser's address as the outermost trusted proxy saw it."""
    if settings.TRUSTED_PROXIES:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(seen) >= settings.TRUSTED_PROXIES:
            return str(seen[-settings.TRUSTED_PROXIES]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _keyed(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"warmline/1 counter" + text.encode(), hashlib.sha256).hexdigest()[:32]
