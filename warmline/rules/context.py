"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from warmline.rules.models import Community


def site(request: HttpRequest) -> dict[str, Any]:
    """``community`` (or None before the first run), ``demo``, ``exit_url``, ``mail`` (is there a server)."""
    return {
        "community": SimpleLazyObject(Community.current),
        "demo": settings.DEMO,
        "exit_url": settings.EXIT_URL,
        "mail": settings.EMAIL_ENABLED,
    }
