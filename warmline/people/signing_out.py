"""Signing in is dated; signing out ends what the session has opened: its sockets too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from warmline.people import sessions
from warmline.protocol import clock


@receiver(user_logged_in)
def date_session(*, request: HttpRequest, **_: Any) -> None:
    """Whoever looks at the list of own sessions knows them by when they began."""
    request.session[sessions.SIGNED_IN] = int(clock.now().timestamp())


@receiver(user_logged_out)
def close_sockets(*, request: HttpRequest, **_: Any) -> None:
    """Only those of this browser: the same person may be signed in on another."""
    if key := sessions.key_of(request):
        sessions.close_sockets(key)
