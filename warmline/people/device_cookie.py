"""The cookie of *remember me here*. Nothing sets it but that, and quick exit takes it away."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from warmline.people.models import Device

_TO_RENEW = "warmline.device"


def token_of(request: HttpRequest) -> str:
    """What the browser sent, "" for nothing."""
    return str(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))


def keep(response: HttpResponseBase, token: str) -> None:
    """For 90 days, for our own pages only; no script can read it."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=Device.KEPT,
        httponly=True,
        samesite="Strict",
        secure=settings.HTTPS,
    )


def clear(response: HttpResponseBase) -> None:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        "",
        max_age=0,
        httponly=True,
        samesite="Strict",
        secure=settings.HTTPS,
    )


def was_used(request: HttpRequest, token: str) -> None:
    """The answer to this request keeps the cookie for another 90 days."""
    request.META[_TO_RENEW] = token


def to_renew(request: HttpRequest) -> str:
    return str(request.META.get(_TO_RENEW, ""))
