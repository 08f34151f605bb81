"""Proof of work before a secret is tried: a second of a browser's time, and no riddle for people.

Altcha's challenge, second version: the browser finds the counter whose PBKDF2 key begins as the
challenge says. We sign what it is for and until when, and remember each answer that was used, because
the library accepts one twice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

import altcha
from django.conf import settings
from django.core.cache import cache

from warmline.protocol import clock

VALID_FOR = timedelta(seconds=120)
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 5_000
COUNTERS = 400
"""Each try is :data:`ROUNDS` rounds. Measured in Chromium: 1 ms a try, so 0.2 s on average and 0.4 s at
worst on a desktop of 2024; four times that on a slow phone. Checking one costs the server 3 ms."""
LONGEST = 2_000
"""Characters of an answer; a real one has about 700."""


def challenge(purpose: str) -> dict[str, Any]:
    """A new challenge for the browser, as JSON. ``purpose`` names what it may be spent on."""
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=secrets.randbelow(COUNTERS),
        data={"for": purpose, "until": clock.now_ms() + VALID_FOR // timedelta(milliseconds=1)},
        hmac_secret=_key(),
    )
    return made.to_dict()


def spend(purpose: str, answer: str) -> bool:
    """Whether a browser's answer is a good one for this purpose; it works once, for 120 seconds."""
    payload = _parsed(answer)
    if payload is None or not altcha.verify_solution(payload, _key()).verified:
        return False
    data = payload.challenge.parameters.data or {}
    if data.get("for") != purpose or not _is_in_time(data.get("until")):
        return False
    return _is_first_use(str(payload.challenge.signature))


def _parsed(answer: str) -> altcha.Payload | None:
    if len(answer) > LONGEST:
        return None
    try:
        return altcha.Payload.from_base64(answer)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_in_time(until: object) -> bool:
    return isinstance(until, int) and clock.now_ms() <= until


def _is_first_use(signature: str) -> bool:
    """Remembered a little longer than it is valid; in Redis where there is one, for all processes."""
    used = f"proof:{hashlib.sha256(signature.encode()).hexdigest()}"
    return bool(cache.add(used, 1, timeout=int(VALID_FOR.total_seconds()) + 10))


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"warmline/1 proof of work", "sha256")
