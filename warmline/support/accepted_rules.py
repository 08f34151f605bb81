"""Which version of the ground rules this browser's seeker accepted: in a cookie, and nowhere else.

The cookie says a number and nothing about the person. It goes when the browser is closed, and with
quick exit.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from warmline.rules import ground_rules
from warmline.rules.models import Audience

COOKIE = "rules"
_LONGEST = 4


def accepted(request: HttpRequest) -> int | None:
    """The version that was accepted; None for none, or for what is no number."""
    said = request.COOKIES.get(COOKIE, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST else None


def is_up_to_date(request: HttpRequest) -> bool:
    """Whether it is the version in force."""
    return accepted(request) == ground_rules.number_in_force(Audience.SEEKERS)


def keep(response: HttpResponse, version: int) -> None:
    """Let the browser remember the yes."""
    response.set_cookie(
        COOKIE, str(version), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
