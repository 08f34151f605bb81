"""Retention of reports and sanctions, and roles whose suspension has run out."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from warmline.core.errors import DomainError
from warmline.core.sweeping import sweep
from warmline.people.ending import end_role
from warmline.people.models import Role
from warmline.safety.appeal_models import AppealReader
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.opening_models import Opening
from warmline.safety.report_models import Report, Sanction


@sweep
def forget_reports(now: datetime) -> None:
    """With the words in them, 90 days after closing."""
    Report.objects.forgettable(now).delete()


@sweep
def forget_openings(now: datetime) -> None:
    """A yes to opening a chat part that nobody used, 7 days later."""
    Opening.objects.lapsed(now).delete()


@sweep
def forget_appeal_readers(now: datetime) -> None:
    """A week after they were asked; with the answer at once."""
    AppealReader.objects.forgettable(now).delete()


@sweep
def forget_sanctions(now: datetime) -> None:
    """A ban's year ends with the roles it held, not with their return."""
    for sanction in Sanction.objects.forgettable(now)[:200]:
        with transaction.atomic():
            if sanction.is_for_good and sanction.lifted_at is None:
                _end_roles(sanction)
            sanction.delete()


@sweep
def forget_replaced_keys(now: datetime) -> None:
    """With the last thing that was sealed to them."""
    Keyholder.objects.not_needed().delete()


def _end_roles(sanction: Sanction) -> None:
    """With all that hangs on them. Where nobody else coordinates, the role stays held back for good."""
    held = Role.objects.suspended().filter(person=sanction.person_id)
    for role in held.select_related("person"):
        with suppress(DomainError):
            end_role(role, by="", reason="ban_over")


@sweep
def bring_roles_back(now: datetime) -> None:
    """They count again already; here the row says so too."""
    lapsed = Role.objects.filter(status=Role.Status.SUSPENDED, suspended_until__lte=now)
    lapsed.update(status=Role.Status.ACTIVE, suspended_until=None)
