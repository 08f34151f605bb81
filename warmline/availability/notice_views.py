"""What browsers fetch for notices, and how an iPhone gets them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows notices. Its page registers it for addresses at which nothing lies."""
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8")


@cache
def _script() -> str:
    return (Path(settings.STATIC_ROOT) / "dist" / "notices.js").read_text(encoding="utf-8")


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a home screen shows: a word and a picture that could be anything.

    Pages on which notices can be switched on link to it, no others: a browser must not offer somebody
    to put this on their screen because they came here.
    """
    said = {
        "id": "/",
        "name": _("Today"),
        "short_name": _("Today"),
        "lang": get_language() or "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6ef",
        "theme_color": "#faf6ef",
        "icons": [_icon(192), _icon(512)],
    }
    return JsonResponse(said, content_type="application/manifest+json")


def _icon(size: int) -> dict[str, str]:
    return {
        "src": staticfiles_storage.url(f"core/icon-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": "any maskable",
    }


@require_GET
def iphone(request: HttpRequest) -> HttpResponse:
    """Apple shows notices only of what is on the home screen."""
    return render(request, "availability/iphone.html")
