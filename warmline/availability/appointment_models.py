"""Appointments: a seeker names times, one volunteer takes one. Kept until 24 hours after."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock

KEPT = timedelta(hours=24)
"""Retention: so long after it is over."""
TIMES_MOST = 5
HELD = timedelta(minutes=10)
"""Practice, section 12: from its time on the place is held so long."""
SAID_UNCLAIMED = timedelta(hours=2)
"""Before the last time nobody has taken: from then on the page says so."""
TAKEN_UNTIL = timedelta(minutes=30)
"""Before a time; later its seeker could hardly learn that somebody comes. Our proposal."""
REMINDED = timedelta(hours=1)
"""Before the time that was taken. Our proposal."""
HERE_FOR = timedelta(minutes=2)
"""Whoever said that they are here, and whose page has been silent for so long, is not."""


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self) -> AppointmentQuerySet:
        """Not over."""
        return self.filter(state__in=Appointment.LIVE)

    def taken_by(self, person: Person) -> AppointmentQuerySet:
        """Those a volunteer has, before and at their time."""
        states = [Appointment.State.TAKEN, Appointment.State.HELD]
        return self.filter(taker=person, state__in=states)


class Appointment(models.Model):
    """What a seeker would like to talk about, when, and who takes it.

    ``topics``: ids of the catalogue. ``zone``: an IANA name, of the seeker's own clock. ``link_hash``:
    SHA-256 of the private link's secret, in hex. ``at``: the time that was taken. Who said when that they
    are here: ``seeker_here_at`` and ``taker_here_at``.
    """

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        HELD = "held"
        MET = "met"
        LAPSED = "lapsed"
        CALLED_OFF = "called_off"

    LIVE = (State.OPEN, State.TAKEN, State.HELD)

    id = RandomIdField()
    seeker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    language = models.CharField(max_length=35)
    way = models.CharField(max_length=8)
    topics = models.JSONField(default=list)
    new_here = models.BooleanField(default=True)
    extra_time = models.BooleanField(default=False)
    zone = models.CharField(max_length=64)
    link_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    taker = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="appointments_taken"
    )
    at = models.DateTimeField(null=True)
    said_unclaimed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    seeker_here_at = models.DateTimeField(null=True)
    taker_here_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seeker"],
                condition=Q(state__in=["open", "taken", "held"]),
                name="one_live_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"appointment {self.id}"

    @property
    def tz(self) -> ZoneInfo:
        """The seeker's zone."""
        return ZoneInfo(self.zone)

    @property
    def held_until(self) -> datetime | None:
        """When the place is not held any more."""
        return self.at + HELD if self.at else None


class AppointmentTime(models.Model):
    """One of the times that would suit."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="times")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "at"], name="one_row_an_appointment_time"
            )
        ]

    def __str__(self) -> str:
        return f"a time of appointment {self.appointment_id}"
