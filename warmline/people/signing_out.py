"""Signing in is dated; signing out ends what the session has opened: its sockets too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from warmline.people import sessions
from warmline.people.models import Account, Person
from warmline.protocol import clock


@receiver(user_logged_in)
def date_session(*, request: HttpRequest, user: Account, **_: Any) -> None:
    """Whoever looks at the list of own sessions knows them by when they began.

    The person's day tells who is away when a coordinator is left alone; no page shows it.
    """
    now = clock.now()
    request.session[sessions.SIGNED_IN] = int(now.timestamp())
    Person.objects.filter(pk=user.person_id).update(seen_at=now)


@receiver(user_logged_out)
def close_sockets(*, request: HttpRequest, **_: Any) -> None:
    """Only those of this browser: the same person may be signed in on another."""
    if key := sessions.key_of(request):
        sessions.close_sockets(key)
