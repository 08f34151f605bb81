"""Signing out ends what a session has opened: its sockets too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from warmline.core.realtime import publish
from warmline.people.models import Account
from warmline.protocol import topics


@receiver(user_logged_out)
def close_sockets(*, user: Account | None, **_: Any) -> None:
    """The gateway closes the person's sockets, and no token from before opens another."""
    if user is not None:
        publish(topics.person(user.person_id), "signed_out")
