"""Before the first run there is nothing to show; a device that is used is remembered on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from warmline.people import device_cookie
from warmline.rules.models import Community


class SetUpFirst:
    """Until a community exists, every page says so (503), except those that must work without one."""

    OPEN = (
        "/setup/",
        "/health/",
        "/static/",
        "/leaving-fast/",
        "/privacy/",
        "/exit/",
        "/crisis/",
        "/offline.js",
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(self.OPEN) or self._is_set_up():
            return self.get_response(request)
        return render(request, "core/not_set_up.html", status=503)

    def _is_set_up(self) -> bool:
        """Asked of the database until it says yes; a community never goes away again."""
        self._set_up = self._set_up or Community.objects.exists()
        return self._set_up


class RenewDevice:
    """90 days count from the last use, in the browser as in the table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        token = device_cookie.to_renew(request)
        if token and settings.DEVICE_COOKIE_NAME not in response.cookies:
            device_cookie.keep(response, token)
        return response
