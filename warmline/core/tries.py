"""Trying a secret without an account: a phrase, a report's code. Few tries, and each costs work.

Every failure must look alike to whoever tries, so this says yes or no and not why.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest

from warmline.core import proof
from warmline.core.counters import TooMany, allow, network

A_DEVICE = 5
DEVICE_WINDOW = timedelta(minutes=10)
A_NETWORK = 20
NETWORK_WINDOW = timedelta(hours=1)
"""`design/encryption.md` §7: few enough that guessing is hopeless, enough for a library's computers."""


def may_try(request: HttpRequest, what: str) -> bool:
    """Count one try of ``what``; False past a limit or without fresh work for it in ``proof``.

    All is counted and checked, whatever failed first, so that every answer takes the same way. Who
    sends no cookie, or a new one each time, still meets the limit of the network.
    """
    device = _device(request)
    within_device = not device or _count(what, device, A_DEVICE, DEVICE_WINDOW)
    within_network = _count(what + " by network", network(request), A_NETWORK, NETWORK_WINDOW)
    worked = proof.spend(what, request.POST.get("proof", ""))
    return within_device and within_network and worked


def _count(what: str, whose: str, most: int, within: timedelta) -> bool:
    try:
        allow(what, whose, most=most, within=within)
    except TooMany:
        return False
    return True


def _device(request: HttpRequest) -> str:
    """What tells this browser from others for ten minutes: its session, or the cookie of its forms."""
    return (
        request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        or request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        or ""
    )
