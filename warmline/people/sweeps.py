"""Retention: invitations until used or expired, sessions until they end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from warmline.core.models import Session
from warmline.core.sweeping import sweep
from warmline.people.models import Invitation


@sweep
def forget_invitations(now: datetime) -> None:
    """Used, or past their date."""
    Invitation.objects.filter(Q(expires_at__lte=now) | ~Q(used_at=None)).delete()


@sweep
def forget_sessions(now: datetime) -> None:
    """Sessions that have ended."""
    Session.objects.filter(expire_date__lte=now).delete()
