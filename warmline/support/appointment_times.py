"""What the clock does to appointments: reminders, the held place, what lapses, what is deleted.

Run by the sweeper, and wherever appointments are looked at. Each step is one conditional update, so
that of two processes one tells.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse

from warmline.availability import telling
from warmline.availability.appointment_models import (
    HELD,
    KEPT,
    REMINDED,
    SAID_UNCLAIMED,
    TAKEN_UNTIL,
    Appointment,
)
from warmline.availability.telling_models import Kind
from warmline.people.models import Role
from warmline.safety import ladder
from warmline.safety.models import Block

State = Appointment.State


def settle(now: datetime) -> None:
    """All that is due."""
    _free_of_who_may_not_meet()
    Appointment.objects.filter(state=State.TAKEN, at__lte=now).update(state=State.HELD)
    held = Appointment.objects.filter(state=State.HELD, at__lte=now - HELD)
    held.update(state=State.LAPSED, ended_at=now)
    _say_unclaimed(now)
    _remind(now)
    Appointment.objects.filter(ended_at__lte=now - KEPT).delete()


def free(appointments: QuerySet[Appointment]) -> None:
    """Given back: open for the others, and its seeker is told that something has changed."""
    for each in appointments.filter(state__in=[State.TAKEN, State.HELD]).select_related("seeker"):
        with transaction.atomic():
            given = Appointment.objects.filter(
                pk=each.pk, taker=each.taker_id, state__in=[State.TAKEN, State.HELD]
            ).update(state=State.OPEN, taker=None, at=None, reminded_at=None, taker_here_at=None)
            if given:
                telling.tell(each.seeker, Kind.APPOINTMENT, path=reverse("appointment"))


def _free_of_who_may_not_meet() -> None:
    """Their role is laid down or over, they are held back, or the two are kept apart since."""
    taken = Appointment.objects.filter(state__in=[State.TAKEN, State.HELD])
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    free(taken.exclude(taker__in=acting))
    free(taken.filter(taker__in=ladder.held_back()))
    pairs = list(taken.values_list("pk", "seeker", "taker"))
    for pk, seeker, taker in pairs:
        if Block.objects.filter(seeker=seeker, volunteer=taker).exists():
            free(taken.filter(pk=pk))


def _say_unclaimed(now: datetime) -> None:
    """Two hours before the last time; and once more when nobody can take it any more."""
    waiting = Appointment.objects.filter(state=State.OPEN).annotate(last=Max("times__at"))
    near = waiting.filter(last__lte=now + SAID_UNCLAIMED, said_unclaimed_at=None)
    for each in near.select_related("seeker"):
        _once(each, now, State.OPEN, said_unclaimed_at=now)
    for each in waiting.filter(last__lte=now + TAKEN_UNTIL).select_related("seeker"):
        _once(each, now, State.OPEN, state=State.LAPSED, ended_at=max(now, each.last))


def _once(each: Appointment, now: datetime, was: str, **values: object) -> None:
    same = {name: None for name in values if name in ("said_unclaimed_at", "reminded_at")}
    with transaction.atomic():
        if Appointment.objects.filter(pk=each.pk, state=was, **same).update(**values):
            telling.tell(each.seeker, Kind.APPOINTMENT, path=reverse("appointment"))
            if each.taker:
                telling.tell(each.taker, Kind.APPOINTMENT, path=reverse("appointments"))


def _remind(now: datetime) -> None:
    """Both, an hour before."""
    near = Appointment.objects.filter(state=State.TAKEN, at__lte=now + REMINDED, reminded_at=None)
    for each in near.select_related("seeker", "taker"):
        _once(each, now, State.TAKEN, reminded_at=now)
