"""What to expect, said honestly: from who is here and what happened lately, never a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from warmline.availability.models import Readiness
from warmline.protocol import clock
from warmline.support.models import Request, Wait

LOOKS_BACK = timedelta(days=28)
ENOUGH = 5
"""Fewer waits than this and we say that we don't know yet."""

State = Literal["here", "soon", "nobody", "unknown"]


@dataclass(frozen=True)
class Status:
    """What the lamp says: a state and a sentence."""

    state: State
    sentence: str


def home_status() -> Status:
    """For the home page: is somebody here who could take somebody now?"""
    if _somebody_free():
        return Status("here", _("Someone is here. {wait}").format(wait=_usual_wait()))
    return Status("nobody", _("Nobody is free right now."))


def for_request(request: Request, *, fits_now: bool) -> Status:
    """For the waiting page. ``fits_now``: somebody ready fits this request (hard rules)."""
    if fits_now:
        return Status("here", _("Someone who fits is here. {wait}").format(wait=_usual_wait()))
    if _met_lately() is False:
        return Status(
            "nobody",
            _(
                "Nobody who fits is here now. At this time of day people were mostly not met lately. "
                "You can keep this page open, or come back at another time."
            ),
        )
    return Status(
        "nobody",
        _("Nobody who fits is here now. Someone may come. You can keep this page open."),
    )


def _somebody_free() -> bool:
    """A ready volunteer with a free place of their own. Passing an offer does not change it."""
    return (
        Readiness.objects.in_effect()
        .exclude(person__profile=None)
        .exclude(person__profile__topics_seen_at=None)
        .annotate(
            talks=Count(
                "person__talks_as_volunteer",
                filter=Q(person__talks_as_volunteer__ended_at=None),
            )
        )
        .filter(talks__lt=F("person__profile__talks_at_once"))
        .exists()
    )


def _usual_wait() -> str:
    """How long those waited who were met, as a band; or that we don't know yet."""
    waits = list(_lately().filter(met=True).values_list("seconds", flat=True)[:500])
    if len(waits) < ENOUGH:
        return _("We don't know yet how long it takes.")
    usual = median(waits)
    if usual < 180:
        return _("You may wait a few minutes.")
    if usual < 900:
        return _("You may wait about a quarter of an hour.")
    return _("You may wait a while.")


def _met_lately() -> bool | None:
    """Whether most who waited around this hour were met; None when we can't tell yet."""
    hour = clock.now().hour
    around = [(hour + shift) % 24 for shift in (-1, 0, 1)]
    outcomes = list(_lately().filter(at__hour__in=around).values_list("met", flat=True)[:500])
    if len(outcomes) < ENOUGH:
        return None
    return sum(outcomes) * 2 >= len(outcomes)


def _lately(now: datetime | None = None) -> QuerySet[Wait]:
    return Wait.objects.filter(at__gte=(now or clock.now()) - LOOKS_BACK).order_by("-at")
