"""Before the first run there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from warmline.rules.models import Community


class SetUpFirst:
    """Until a community exists, every page says so (503), except those that must work without one."""

    OPEN = (
        "/setup/",
        "/health/",
        "/static/",
        "/leaving-fast/",
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
