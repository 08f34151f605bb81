"""Retention: invitations until used or expired, sessions until they end, acceptance with the role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from warmline.core.models import Session
from warmline.core.sweeping import sweep
from warmline.people import alone, approvals, saved
from warmline.people.models import AloneNotice, Approval, Device, Invitation, Person, Recovery, Role
from warmline.rules import acceptance

RULES_ACCEPTANCE_KEPT = timedelta(days=365)
LEFT_KEPT = timedelta(days=365)
"""As long as the record, which names them."""


@sweep
def forget_invitations(now: datetime) -> None:
    """Used, or past their date."""
    Invitation.objects.filter(Q(expires_at__lte=now) | ~Q(used_at=None)).delete()


@sweep
def forget_sessions(now: datetime) -> None:
    """Sessions that have ended."""
    Session.objects.filter(expire_date__lte=now).delete()


@sweep
def forget_acceptance(now: datetime) -> None:
    """Who accepted which rules: while they hold a role and a year longer; at once with the person."""
    held = Role.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - RULES_ACCEPTANCE_KEPT))
    acceptance.forget_all_but(held.values("person__alias"))


@sweep
def forget_who_left(now: datetime) -> None:
    """Whose last role ended a year ago, with their account; the record's entries have gone by then."""
    kept = Role.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - LEFT_KEPT))
    left = Role.objects.exclude(person__in=kept.values("person"))
    Person.objects.filter(pk__in=left.values("person")).delete()


@sweep
def forget_approvals(now: datetime) -> None:
    """What nobody answered in 7 days, and everything 30 days after it was asked."""
    approvals.forget_lapsed()
    Approval.objects.forgettable(now).delete()


@sweep
def end_alone_notices(now: datetime) -> None:
    """Over by their dates, or because somebody else acts again; a notice is kept for a year."""
    alone.end_those_over()
    AloneNotice.objects.filter(announced_at__lte=now - alone.KEPT).delete()


@sweep
def forget_devices(now: datetime) -> None:
    """Not used for 90 days; and the setting of whoever has no other way back."""
    Device.objects.over(now).delete()
    saved.forget_extra_time(now)


@sweep
def forget_the_forgotten(now: datetime) -> None:
    """Who asked to be deleted, once their last talk and the last step about them are forgotten too."""
    saved.forget_the_rest()


@sweep
def forget_ways_back(now: datetime) -> None:
    """Questions for a new second factor and links for a password whose time is over."""
    going_on = Recovery.objects.going_on(now).values("pk")
    Recovery.objects.exclude(pk__in=going_on).delete()
