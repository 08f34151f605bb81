"""Who is ready now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from warmline.availability.appointment_models import Appointment, AppointmentTime
from warmline.availability.history_models import ReadyHour
from warmline.availability.hours_models import CalendarAddress, OpenHours, Pledge
from warmline.availability.reachable_models import Reachable
from warmline.availability.telling_models import Notice, PushAddress, TellMe
from warmline.people.models import Person, Role
from warmline.protocol import clock

__all__ = [
    "Appointment",
    "AppointmentTime",
    "CalendarAddress",
    "Notice",
    "OpenHours",
    "Pledge",
    "PushAddress",
    "Reachable",
    "Readiness",
    "ReadyHour",
    "TellMe",
]

GONE_AFTER = timedelta(minutes=2)
"""A ready page that has been silent this long is gone, and so is the readiness."""


class ReadinessQuerySet(models.QuerySet["Readiness"]):
    def in_effect(self, now: datetime | None = None) -> ReadinessQuerySet:
        """Ready now: time not over, page seen within 2 minutes, still a volunteer."""
        now = now or clock.now()
        acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
        return self.filter(until__gt=now, seen_at__gt=now - GONE_AFTER, person__in=acting)

    def over(self, now: datetime) -> ReadinessQuerySet:
        return self.filter(models.Q(until__lte=now) | models.Q(seen_at__lte=now - GONE_AFTER))


class Readiness(models.Model):
    """Being there for N minutes: from the self-check until N minutes later, while the page is open.

    It decides about offers only; a talk that has begun outlives it.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="readiness"
    )
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    seen_at = models.DateTimeField(default=clock.now)

    objects = ReadinessQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until:%H:%M}"

    @property
    def minutes_left(self) -> int:
        """Whole minutes until it ends, at least 0."""
        return max(0, (self.until - clock.now()) // timedelta(minutes=1))

    @classmethod
    def begin(cls, person: Person, *, length: timedelta) -> Readiness:
        """Ready from now for ``length``; a second call replaces the first."""
        now = clock.now()
        readiness, _made = cls.objects.update_or_create(
            person=person, defaults={"since": now, "until": now + length, "seen_at": now}
        )
        return readiness

    @classmethod
    def end(cls, person: Person) -> None:
        """Done for now; nothing to explain."""
        cls.objects.filter(person=person).delete()

    @classmethod
    def seen(cls, person: Person) -> bool:
        """The page reports; False when the readiness is over."""
        now = clock.now()
        return bool(cls.objects.in_effect(now).filter(person=person).update(seen_at=now))
