"""When the group means to be here, and who is probably there."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from warmline.people.models import Person
from warmline.protocol import clock

LONGEST = timedelta(hours=12)


class OpenHours(models.Model):
    """A weekly series on the wall clock of its own zone: a clock change leaves its hour alone.

    ``weekdays`` from 0 (Monday); ``languages`` (BCP 47), ``way`` and ``topic_ids`` empty: any;
    ``days_out``: ISO dates on which it falls out; ``last_day`` empty: until it is taken away.
    """

    time_zone = models.CharField(max_length=64)
    weekdays = models.JSONField(default=list)
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    languages = models.JSONField(default=list, blank=True)
    way = models.CharField(max_length=8, blank=True)
    topic_ids = models.JSONField(default=list, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    days_out = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.starts:%H:%M} {self.time_zone}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its wall clock."""
        return ZoneInfo(self.time_zone)

    @property
    def first(self) -> date | None:
        """The first day it is on; None when there is no such day."""
        days = (self.first_day + timedelta(days=ahead) for ahead in range(7))
        found = next((day for day in days if day.weekday() in self.weekdays), None)
        return None if found and self.last_day and found > self.last_day else found


class Pledge(models.Model):
    """*Probably there*, of one volunteer for one series: a ``day``, or each week where it is empty.

    ``coming`` false, with a day: not on this day, though each week. Nobody is asked why.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pledges")
    series = models.ForeignKey(OpenHours, on_delete=models.CASCADE, related_name="pledges")
    day = models.DateField(null=True, blank=True)
    coming = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "series"], condition=Q(day=None), name="one_pledge_each_week"
            ),
            models.UniqueConstraint(
                fields=["person", "series", "day"],
                condition=Q(day__isnull=False),
                name="one_pledge_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.series_id} {self.day or 'each week'}"


class CalendarAddress(models.Model):
    """A volunteer's secret calendar address: only its hash is kept, and a new one ends the old."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="calendar_address"
    )
    token_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.person_id)
